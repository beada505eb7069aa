//! `khaosat round list`.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};

/// # Errors
/// When the rounds cannot be read.
pub fn run(shared: &Shared) -> Outcome {
    let mut text = String::new();
    for round in shared.open()?.store.rounds()? {
        text.push_str(&format!(
            "{}  {}, {} to {}\n",
            round.code,
            round.state,
            round.opens_at.vietnam_minute(),
            round.closes_at.vietnam_minute()
        ));
    }
    out::print(&text)
}

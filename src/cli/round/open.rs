//! `khaosat round open`.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
}

/// # Errors
/// When the round's closing time is past, or the actor may not.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    round::open(&desk, &actor, &args.round)?;
    let round = desk.store.round(&args.round)?;
    let asked = round::asked(&desk, &round)?;
    out::print(&format!(
        "round {} is {}; answers count from {} to {}; rules {}\nwho is asked is decided by a key with sha256 {}",
        round.code,
        round.state,
        round.opens_at.vietnam_minute(),
        round.closes_at.vietnam_minute(),
        round.rules_digest.clone().unwrap_or_default(),
        asked.map(|asked| asked.key_sha256).unwrap_or_default()
    ))
}

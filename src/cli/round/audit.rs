//! `khaosat round audit`.

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, sealed
    round: String,
}

/// # Errors
/// Every two figures whose difference would tell of a few, a line each.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let audited = round::audit(&shared.open()?, &args.round)?;
    let looked = format!(
        "{}, {} about different answers",
        out::count(audited.publications, "publication"),
        out::count(audited.figures, "figure")
    );
    if audited.faults.is_empty() {
        return out::print(&format!("{looked}: no difference tells of fewer than the threshold"));
    }
    let list: String =
        audited.faults.iter().map(|fault| format!("\n  {}", out::visible(fault))).collect();
    Err(Failure::new(format!("{looked}: these tell how a few people answered:{list}")))
}

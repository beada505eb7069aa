//! `khaosat round close`.

use crate::cli::desk::{Second, Shared};
use crate::cli::{Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, open
    round: String,
    /// Closes before the closing time; needs --with and --reason
    #[arg(long, requires = "reason")]
    early: bool,
    /// Why early, at least ten characters; it is published
    #[arg(long, requires = "early")]
    reason: Option<String>,
    #[command(flatten)]
    second: Second,
}

/// # Errors
/// Too early without second person and reason.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let early = match (&args.reason, args.early) {
        (Some(reason), true) => Some((args.second.needed(&desk, &actor)?, reason)),
        _ => None,
    };
    let early = early.as_ref().map(|(witness, reason)| (witness, reason.as_str()));
    round::close(&desk, &actor, &args.round, early)?;
    // Told, not refused: closing is due whatever the totals say, and they can be corrected until sealing.
    for fault in round::margin_faults(&desk, &args.round)? {
        out::complain(&format!("margins of round {}: {fault}", args.round));
    }
    let round = desk.store.round(&args.round)?;
    let grace = round.closes_at.plus(round.grace_ms);
    if desk.clock.now() < grace {
        return out::print(&format!(
            "round {} is {}; answers begun in time may arrive until {}",
            round.code,
            round.state,
            grace.vietnam_minute()
        ));
    }
    out::print(&format!("round {} is {}", round.code, round.state))
}

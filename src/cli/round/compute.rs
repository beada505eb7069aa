//! `khaosat round weigh` and `round index`.

use super::figures;
use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
}

/// # Errors
/// Before sealing, or when the answers and margins give no weights.
pub fn weigh(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    round::weigh(&desk, &actor, &args.round)?;
    let round = desk.store.round(&args.round)?;
    let run = desk.store.weight_run(round.id)?;
    let weightings = run.map(|run| serde_json::from_str(&run.diagnostics)).transpose()?;
    out::print(&figures::weighting(&args.round, weightings.unwrap_or_default()))
}

/// # Errors
/// Before weighing.
pub fn index(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let figures = round::index(&desk, &actor, &args.round)?;
    out::print(&figures::table(&figures))
}

//! `khaosat link kiosk`: a tablet at a counter.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::issue::kiosk;

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
    /// Unit of the counter
    #[arg(long, value_name = "CODE")]
    unit: String,
    /// The counter where the tablet stands
    #[arg(long, value_name = "CODE")]
    counter: String,
}

/// # Errors
/// When the round takes no links or has no such counter.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let issued = kiosk::issue(&desk, &actor, &args.round, (&args.unit, &args.counter))?;
    out::print(&format!(
        "kiosk {} of {}/{} is issued; open this address on the tablet within 24 hours, it works once:\n{}",
        issued.serial, args.unit, args.counter, issued.address
    ))
}

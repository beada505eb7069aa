//! `khaosat round extend`.

use crate::cli::desk::{Second, Shared};
use crate::cli::{Outcome, out, time};
use crate::clock::Millis;
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, open
    round: String,
    /// New closing time: 2026-11-24T17:00 in Vietnam, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    to: Millis,
    /// Why, at least ten characters; it is published
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    second: Second,
}

/// # Errors
/// Without a second person and a reason, or for an earlier time.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let witness = args.second.needed(&desk, &actor)?;
    round::extend(&desk, &actor, &witness, &args.round, args.to, &args.reason)?;
    out::print(&format!("round {} closes at {}", args.round, args.to.vietnam_minute()))
}

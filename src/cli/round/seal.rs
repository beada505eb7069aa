//! `khaosat round seal`.

use crate::cli::desk::{Second, Shared};
use crate::cli::{Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, flagged
    round: String,
    #[command(flatten)]
    second: Second,
}

/// # Errors
/// While a `high` flag has no verdict, or without an inspector before the deadline.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let inspector = args.second.person(&desk, &actor)?;
    let outcome = round::seal(&desk, &actor, inspector.as_ref(), &args.round)?;
    out::print(&format!(
        "round {} was sealed at {} ({}): {} stored, {} withdrawn, {} excluded; every tie between answers and people is cut",
        args.round,
        outcome.sealed_at,
        if outcome.witnessed { "witnessed" } else { "unwitnessed" },
        outcome.stored,
        outcome.withdrawn,
        outcome.excluded
    ))?;
    // Sealed with an inspector at hand: here is what the digests published at opening stand for.
    if let Some(inspector) = inspector {
        let keys = round::asked_keys(&desk, &inspector, &args.round)?;
        out::print(&format!(
            "for {}: asked key {}, list salt {}",
            inspector.name(),
            keys.key,
            keys.salt
        ))?;
    }
    Ok(())
}

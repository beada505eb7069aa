//! `khaosat round publish`.

use crate::cli::desk::{Second, Shared};
use crate::cli::{Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, indexed
    round: String,
    /// Why figures differ from those published before, at least ten characters; it is published
    #[arg(long, value_name = "WHY")]
    correction: Option<String>,
    #[command(flatten)]
    second: Second,
}

/// # Errors
/// Before indexing, without a second publisher, or for changed figures without a correction.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let second = args.second.needed(&desk, &actor)?;
    let correction = args.correction.as_deref();
    let publication = round::publish(&desk, &actor, &second, &args.round, correction)?;
    let supersedes =
        publication.supersedes.map(|old| format!("\nsupersedes {old}")).unwrap_or_default();
    out::print(&format!(
        "publication {} of round {}\ndigest {}\nsigned by key {}{supersedes}",
        publication.number, args.round, publication.digest, publication.kid
    ))
}

//! `khaosat mail`: how the outbox stands, and another try for what was given up.

use clap::Subcommand;

use super::desk::Shared;
use super::{Outcome, out};
use crate::mail;
use crate::store::actor::{Act, Right};

/// Shows how the outbox stands, and tries again what was given up
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat mail status                 counts by state, and why the newest ten did not go out
  khaosat mail retry --as binh        once the cause is mended

serve delivers by itself, looks every ten seconds, and tries each mail for about twenty hours.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows how many mails are in which state, and the newest troubles; no address
    Status,
    /// Queues the mails that were given up once more
    Retry,
}

/// # Errors
/// When the outbox cannot be read, or the actor may not.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Status => {
            let desk = args.shared.open()?;
            out::print(&mail::summary(&desk.store)?.to_string())
        }
        Command::Retry => {
            let (desk, actor) = args.shared.begin()?;
            let at = desk.clock.now();
            let act = Act::new(&actor, Right::RunRound, at, "mail.retry", "outbox");
            let queued = desk.store.retry_dead_mails(&act)?;
            out::print(&format!("{} queued once more", out::count(queued, "mail")))
        }
    }
}

//! `khaosat retention`: what is about to be deleted, and what was.

use clap::Subcommand;

use super::desk::Shared;
use super::{Outcome, out};
use crate::clock::Millis;
use crate::round;

/// Shows what is about to be deleted, and holds a deletion
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat retention show
  khaosat retention hold 12 --reason \"the inspectorate asked for the mails\" --as an
  khaosat retention run                       what serve does by itself every ten minutes

Every deletion is announced three days before, with the number of rows; it then deletes what was announced and no more.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows rules, announced deletions and past ones
    Show,
    /// Announces what is old enough, and does what was announced in time
    Run,
    /// Holds an announced deletion for a month
    Hold {
        /// Its number
        id: i64,
        /// Why, at least ten characters; it is audited
        #[arg(long)]
        reason: String,
    },
}

/// # Errors
/// When the database cannot be read, or for who may not hold a deletion.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Show => {
            let desk = args.shared.open()?;
            let mut text = String::new();
            for outlook in round::retention_outlook(&desk)? {
                let announced = outlook.announced.map_or_else(String::new, |deletion| {
                    format!(
                        "; deletion {} of {} is done after {}",
                        deletion.id,
                        deletion.n,
                        Millis(deletion.due_at).vietnam_minute()
                    )
                });
                text.push_str(&format!(
                    "{:10}  kept {} days: {} old enough, {} within a month{announced}\n",
                    outlook.rule.word(),
                    outlook.rule.days(),
                    outlook.old,
                    outlook.soon
                ));
            }
            for past in desk.store.deletions(None, 20)?.iter().filter(|d| d.state != "announced") {
                let at = past.settled_at.map(|at| Millis(at).vietnam_minute()).unwrap_or_default();
                let n = past.deleted.map(|n| format!(" {n}")).unwrap_or_default();
                let by = past.settled_by.as_deref().unwrap_or_default();
                text.push_str(&format!("{at}  {}  {}{n} by {by}\n", past.rule()?, past.state));
            }
            out::print(&text)
        }
        Command::Run => {
            let deleted = round::retain_due(&args.shared.open()?)?;
            out::print(&format!("{deleted} deleted"))
        }
        Command::Hold { id, reason } => {
            let (desk, actor) = args.shared.begin()?;
            round::hold_deletion(&desk, &actor, *id, reason)?;
            out::print(&format!("deletion {id} is held"))
        }
    }
}

//! `khaosat link`: the QR-coded links of a round.

mod issue;
mod pictures;
mod void;

use clap::Subcommand;

use super::Outcome;
use super::desk::Shared;

/// Issues, prints and voids the QR-coded links of a round
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat link poster 2018-kbang --out posters --as binh               one per counter
  khaosat link ticket 2018-kbang --out tickets --format png --as binh  one per dossier that is asked
  khaosat link void 2018-kbang CODE --reason \"ticket lost at the counter\" --as dung

--out writes a picture per link and links.csv (unit,counter,serial,code,url), for the owner alone: whoever has a code can
answer. Every print is counted; a second one of the same link counts as a reprint.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Issues a poster for every counter that has none, and prints all with --out
    Poster(issue::Posters),
    /// Prints the tickets that importing dossiers issued and that are still unused
    Ticket(issue::Tickets),
    /// Makes an unused link worthless
    Void(void::Args),
}

/// # Errors
/// A refusal, or a directory that cannot be written to.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Poster(posters) => issue::posters(&args.shared, posters),
        Command::Ticket(tickets) => issue::tickets(&args.shared, tickets),
        Command::Void(void) => void::run(&args.shared, void),
    }
}

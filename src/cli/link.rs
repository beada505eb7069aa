//! `khaosat link`: the QR-coded links of a round.

mod issue;
mod kiosk;
mod named;
mod pictures;
mod print;
mod void;

use clap::Subcommand;

use super::Outcome;
use super::desk::Shared;

/// Issues, prints and voids the QR-coded links of a round
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat link poster 2018-kbang --out posters --format pdf --paper a5 --as binh  one per counter
  khaosat link ticket 2018-kbang --out tickets --format pdf --as binh             one per dossier that is asked
  khaosat link ticket 2018-kbang --out again --format pdf --unit 625 --counter Q1 --serials 7 --again \\
      --reason \"the printer tore it\" --as kim
  khaosat link replace 2018-kbang CODE --reason \"lost by its holder\" --as kim
  khaosat link void 2018-kbang CODE --reason \"ticket found in the street\" --as dung

--out writes the files and links.csv (unit,counter,serial,code,url), for the owner alone: whoever has a code can answer.
A link is printed once, by people of its unit; --again prints it once more. Every issue, print, reprint, void and
replacement is counted, audited and published with the result.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Issues a poster for every counter that has none; prints those not yet printed with --out
    Poster(issue::Posters),
    /// Prints the tickets that importing dossiers issued and nobody printed yet
    Ticket(issue::Tickets),
    /// Prints numbered paper forms, issued with --sheets or in the place of tickets
    Paper(issue::Papers),
    /// Issues the link of a tablet at a counter and prints the address that enrols it
    Kiosk(kiosk::Args),
    /// Makes an unused link worthless
    Void(void::Args),
    /// Makes an unused link worthless and issues another in its place, for the same dossier
    Replace(void::Replace),
}

/// # Errors
/// A refusal, or a directory that cannot be written to.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Poster(posters) => issue::posters(&args.shared, posters),
        Command::Ticket(tickets) => issue::tickets(&args.shared, tickets),
        Command::Paper(papers) => issue::papers(&args.shared, papers),
        Command::Kiosk(kiosk) => kiosk::run(&args.shared, kiosk),
        Command::Void(void) => void::run(&args.shared, void),
        Command::Replace(replace) => void::replace(&args.shared, replace),
    }
}

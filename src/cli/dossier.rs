//! `khaosat dossier`: finished dossiers of a round from a file.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::desk::Shared;
use super::progress::Progress;
use super::{Outcome, file, out};
use crate::round;
use crate::table::BYTES_MAX;

/// Takes the finished dossiers of a round from a file; those asked get a ticket
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat dossier import 2018-kbang dossiers.csv --as dung         again: nothing new

The file has the columns number,unit,counter,service,finished_on,outcome (granted, refused or returned) and, where the
register says, late (yes or no), sex, age_group, email. Wrong rows are all named, and nothing is taken then. The round's
ticket_share decides, by the dossier's number and a key, who gets a ticket.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes finished dossiers; those taken before are left alone
    Import {
        /// The round, open
        round: String,
        /// File of dossiers
        file: PathBuf,
    },
}

/// # Errors
/// Every wrong row, or a refusal.
pub fn run(args: &Args) -> Outcome {
    let Command::Import { round, file } = &args.command;
    import(&args.shared, round, file)
}

fn import(shared: &Shared, code: &str, path: &Path) -> Outcome {
    let bytes = file::read(path, BYTES_MAX)?;
    let (desk, actor) = shared.begin()?;
    let register = round::register(&desk, code)?;
    let finished = register.parse(&bytes, &path.display().to_string())?;
    let mut progress = Progress::of(finished.len(), "dossiers");
    let taken = register.take(&desk, &actor, &finished, |done| progress.add(done))?;
    out::print(&format!(
        "dossiers of round {code}: {} new, {} known; {} issued",
        taken.new,
        taken.known,
        out::count(taken.tickets, "ticket")
    ))
}

//! `khaosat round callback`: the sheet of an independent body, and what it heard.

mod heard;
mod sheet;

use std::path::PathBuf;

use clap::Subcommand;
use secrecy::ExposeSecret;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, file, out};
use crate::round;
use crate::table::BYTES_MAX;
use crate::vault::Reader;

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat round callback key --out front.key            the independent body, on its own machine
  khaosat round callback export 2018-kbang --out sheet.csv --as hai
  khaosat round callback read sheet.csv --key front.key --out calls.csv
  khaosat round callback import 2018-kbang calls.csv --as hai

The round's rules name the body and its public key before opening:
  [rules.callback]
  body = \"Mặt trận Tổ quốc tỉnh\"
  share = 0.03
  key = \"64 hex digits\"

The body asks three questions only and fills in yes or no: given (were you given a link), own (did you answer yourself),
beside (was an official beside you). Own and beside stay empty for people who did not answer; a line without given was
not reached.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the key pair of an independent body; prints the public half
    Key {
        /// File for the private key, which never comes here
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Hands out the sheet, which the body alone can read
    Export {
        /// The round
        round: String,
        /// File for the sheet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Reads a sheet with the body's private key
    Read {
        /// The sheet
        sheet: PathBuf,
        /// File of the private key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// File for numbers and addresses
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Takes in what people said, until the round is published
    Import {
        /// The round
        round: String,
        /// File with id, given, own, beside
        file: PathBuf,
    },
}

/// More than any private key.
const KEY_BYTES_MAX: usize = 1_000;

/// # Errors
/// For a wrong file, a key that is not the sheet's, or somebody without the right.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    match &args.command {
        Command::Key { out: path } => {
            let body = Reader::generate()?;
            file::write_private(path, body.hex()?.expose_secret().as_bytes())?;
            out::print(&body.public().hex())
        }
        Command::Export { round: code, out: path } => {
            let (desk, actor) = shared.begin()?;
            let lines = round::callback_sheet(&desk, &actor, code)?;
            file::write_private(path, &sheet::written(&lines)?)?;
            let dossiers = out::count(lines.len(), "dossier");
            out::print(&format!("{dossiers} in {}", path.display()))
        }
        Command::Read { sheet: from, key, out: path } => {
            let key = file::read_text(key, KEY_BYTES_MAX)?;
            let lines = sheet::opened(&file::read(from, BYTES_MAX)?, from, &key)?;
            file::write_private(path, &sheet::list(&lines)?)?;
            let dossiers = out::count(lines.len(), "dossier");
            out::print(&format!("{dossiers} in {}", path.display()))
        }
        Command::Import { round: code, file: from } => {
            let (desk, actor) = shared.begin()?;
            let known = round::callback_ids(&desk, code)?;
            let heard = heard::parse(&file::read(from, BYTES_MAX)?, from, &known)?;
            round::hear(&desk, &actor, code, &heard)?;
            let (people, of) = (out::count(heard.len(), "answer"), known.len());
            out::print(&format!("{people} of {of} on the sheet of round {code} taken in"))
        }
    }
}

//! `khaosat dossier`: finished dossiers of a round from a file, and whether all of them are there.

mod received;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::desk::Shared;
use super::progress::Progress;
use super::{Failure, Outcome, file, out};
use crate::desk::Desk;
use crate::issue::dossier::{MAPPING_BYTES_MAX, Mapping};
use crate::issue::frame;
use crate::round::{self, Rules};
use crate::store::round::Round;
use crate::table::BYTES_MAX;

/// Takes the finished dossiers of a round from a file; those asked get a ticket
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat dossier import 2018-kbang dossiers.csv --as dung         again: nothing new
  khaosat dossier import 2018-kbang register.xlsx --map map.toml --as dung
  khaosat dossier received 2018-kbang received.csv --as binh       a file unit,received
  khaosat dossier check 2018-kbang                                 what is missing, whose addresses these are

The file has the columns number,unit,counter,service,finished_on,outcome (granted, refused or returned) and, where the
register says, late (yes or no), sex, age_group, email, language (vi or en), apology (yes or no: a slip for a late one). Wrong rows are all named, and nothing is
taken then. The round's rules decide, by the dossier's number and a key or by a draw, who is asked: with an address by
mail, otherwise by a ticket.

A mapping for a workbook or a CSV file with other headings:
  sheet = \"Hồ sơ\"            # the first one if left out
  header_row = 2
  day_first = true            # 31/12/2018
  [columns]
  number = \"Mã hồ sơ\"
  [constants]
  unit = \"625\"
  [values.outcome]
  \"Đã trả kết quả\" = \"granted\"")]
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
        /// File of dossiers: CSV, or a workbook (.xlsx)
        file: PathBuf,
        /// What its headings and words mean (TOML)
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
    },
    /// Takes how many dossiers each unit received in the round's time
    Received(received::Args),
    /// Looks for dossiers that are missing and for addresses that are not the citizens'
    Check {
        /// The round
        round: String,
    },
}

/// # Errors
/// Every wrong row, or a refusal.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Import { round, file, map } => import(&args.shared, round, file, map.as_deref()),
        Command::Received(received) => received::run(&args.shared, received),
        Command::Check { round } => {
            let desk = args.shared.open()?;
            let lines = findings(&desk, &desk.store.round(round)?)?;
            if lines.is_empty() {
                return out::print("nothing is conspicuous");
            }
            out::print(&lines.join("\n"))
        }
    }
}

fn findings(desk: &Desk, round: &Round) -> Result<Vec<String>, Failure> {
    let rules = Rules::read(&round.rules)?;
    let found = frame::check(desk, round, &rules.own_domains)?;
    Ok(found.into_iter().map(|finding| finding.0).collect())
}

fn import(shared: &Shared, code: &str, path: &Path, map: Option<&Path>) -> Outcome {
    let bytes = file::read(path, BYTES_MAX)?;
    let mapping = map.map(mapping).transpose()?;
    let (desk, actor) = shared.begin()?;
    let stored = desk.store.round(code)?;
    let register = round::register(&desk, code)?;
    let finished = register.parse(&bytes, mapping.as_ref(), &path.display().to_string())?;
    let mut progress = Progress::of(finished.len(), "dossiers");
    let taken = register.take(&desk, &actor, &finished, |done| progress.add(done))?;
    let invited = match taken.invitations {
        0 => String::new(),
        n => format!(", {} queued", out::count(n, "invitation")),
    };
    out::print(&format!(
        "dossiers of round {code}: {} new, {} known; {} issued{invited}",
        taken.new,
        taken.known,
        out::count(taken.tickets, "ticket")
    ))?;
    let rules = Rules::read(&stored.rules)?;
    let addresses = register.addresses(&finished);
    let in_file = frame::check_addresses(&desk, &stored, &addresses, &rules.own_domains)?;
    let mut lines = findings(&desk, &stored)?;
    lines.extend(in_file.into_iter().map(|finding| format!("in this file: {}", finding.0)));
    for line in lines {
        out::complain(&line);
    }
    Ok(())
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    let text = file::read_text(path, MAPPING_BYTES_MAX)?;
    Ok(Mapping::parse(&text, &path.display().to_string())?)
}

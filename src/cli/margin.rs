//! `khaosat margin`: the known totals of a round.

mod read;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::desk::Shared;
use super::{Outcome, file, out};
use crate::round::{self, Rules};
use crate::store::actor::{Act, Right};
use crate::store::margin::Margins;
use crate::table::BYTES_MAX;

/// Takes the known totals that a round's answers are weighted to
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat margin from-dossiers 2018-kbang --as binh
  khaosat margin import 2018-kbang margins.csv --as binh

The file has the columns variable,category,total; variables are those the round's rules name: unit (categories are codes),
service (codes), sex, age_group (categories of the form). All variables add up to the same population.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes totals from a file in place of those before; until the round is sealed
    Import {
        /// The round
        round: String,
        /// File with variable,category,total
        file: PathBuf,
    },
    /// Counts the round's finished dossiers
    FromDossiers {
        /// The round
        round: String,
    },
}

/// # Errors
/// Every wrong row of a file, or a refusal.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Import { round, file } => import(&args.shared, round, file),
        Command::FromDossiers { round } => {
            let (desk, actor) = args.shared.begin()?;
            let margins = round::put_margins_from_dossiers(&desk, &actor, round)?;
            out::print(&told(round, &margins))
        }
    }
}

fn import(shared: &Shared, code: &str, path: &Path) -> Outcome {
    let bytes = file::read(path, BYTES_MAX)?;
    let (desk, actor) = shared.begin()?;
    let round = desk.store.round(code)?;
    let known = read::Known {
        rules: Rules::read(&round.rules)?,
        units: desk.store.round_units(round.id)?,
        services: desk.store.services()?,
        form: read::form(&desk, round.form_id)?,
    };
    let margins = read::parse(&bytes, &path.display().to_string(), &known)?;
    let subject = format!("round {code}");
    let act = Act::new(&actor, Right::ManageRegistry, desk.clock.now(), "margin.import", subject)
        .with(serde_json::json!({ "variables": margins.keys().collect::<Vec<_>>() }));
    desk.store.put_margins(&act, round.id, &margins)?;
    out::print(&told(code, &margins))
}

fn told(round: &str, margins: &Margins) -> String {
    let one = |(variable, categories): (&String, &std::collections::BTreeMap<String, i64>)| {
        let total: i64 = categories.values().sum();
        format!("\n  {variable}: {} categories, {total} in all", categories.len())
    };
    format!("margins of round {round}:{}", margins.iter().map(one).collect::<String>())
}

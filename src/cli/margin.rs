//! `khaosat margin`: the known totals of a round.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::desk::{Second, Shared};
use super::{Failure, Outcome, file, out};
use crate::round::{self, MarginKnown, margins_of_file};
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
    /// Takes totals from a file in place of those before; after sealing that is a correction by two persons
    Import {
        /// The round
        round: String,
        /// File with variable,category,total
        file: PathBuf,
        /// After sealing: why the totals were wrong, at least ten characters
        #[arg(long, value_name = "WHY", requires = "with")]
        correction: Option<String>,
        #[command(flatten)]
        second: Second,
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
        Command::Import { round, file, correction, second } => {
            import(&args.shared, round, file, correction.as_deref(), second)
        }
        Command::FromDossiers { round } => {
            let (desk, actor) = args.shared.begin()?;
            let margins = round::put_margins_from_dossiers(&desk, &actor, round)?;
            out::print(&told(round, &margins))
        }
    }
}

fn import(
    shared: &Shared,
    code: &str,
    path: &Path,
    correction: Option<&str>,
    second: &Second,
) -> Outcome {
    let bytes = file::read(path, BYTES_MAX)?;
    let (desk, actor) = shared.begin()?;
    let round = desk.store.round(code)?;
    let known = MarginKnown::of(&desk, &round)?;
    let margins = margins_of_file(&bytes, &path.display().to_string(), &known)?;
    let subject = format!("round {code}");
    let variables: Vec<_> = margins.keys().collect();
    let act = Act::new(&actor, Right::ManageRegistry, desk.clock.now(), "margin.import", subject);
    let act = match correction.map(str::trim) {
        None => act.with(serde_json::json!({ "variables": variables })),
        Some(why) if why.chars().count() < 10 => {
            return Err(Failure::new("say why in at least ten characters; it is audited"));
        }
        Some(why) => act
            .with(serde_json::json!({ "variables": variables, "correction": why }))
            .witnessed(&second.needed(&desk, &actor)?, Right::Confirm),
    };
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

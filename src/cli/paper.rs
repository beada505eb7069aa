//! `khaosat paper`: answers on numbered paper forms, keyed in twice by two persons.

mod read;
mod status;

use std::path::PathBuf;

use clap::Subcommand;

use self::read::{Row, Table};
use super::desk::Shared;
use super::{Failure, Outcome, file, out};
use crate::collect::paper::{Fields, PaperError, Step, shut};
use crate::collect::{Door, Found, Intake, Survey};
use crate::desk::Desk;
use crate::store::Actor;

/// Keys in numbered paper forms: twice by two persons, differences by a third
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat link paper 2018-kbang --unit 625 --counter Q1 --sheets 40 --out forms --as kim   prints them
  khaosat paper enter 2018-kbang first.csv --as lan
  khaosat paper enter 2018-kbang second.csv --as mai        another person, from the sheets again
  khaosat paper status 2018-kbang --as nga                  which sheets wait for whom, and for which items
  khaosat paper settle 2018-kbang third.csv --as nga        a third person, only the items that differ

The files have the columns sheet (the code on the form) and the names of the questions, as in its boxes: q01 … with the
number in the box, no_opinion or prefer_not; consent (yes if ticked); comment; language. An empty value is no answer.
A sheet that both read alike passes the checks of the page and is stored; running a file again changes nothing.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes what one person read from the sheets
    Enter(Given),
    /// Takes how a third person reads the items in which two differ
    Settle(Given),
    /// Shows how far the sheets are and what differs; never an answer
    Status {
        /// The round
        round: String,
    },
}

#[derive(clap::Args)]
struct Given {
    /// The round, open or within its grace
    round: String,
    /// File with the columns sheet, q01, …
    file: PathBuf,
}

/// # Errors
/// Every wrong row of a file by its line; nothing of the file is taken then.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Enter(given) => take(&args.shared, given, false),
        Command::Settle(given) => take(&args.shared, given, true),
        Command::Status { round } => status::run(&args.shared, round),
    }
}

/// Answers of a sheet wait here at most for the one before.
const QUEUE: usize = 16;

fn take(shared: &Shared, given: &Given, settles: bool) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let bytes = file::read(&given.file, read::BYTES_MAX)?;
    let place = file::name(&given.file);
    let table = Table::read(&bytes, &place)?;
    let intake = intake(&desk)?;
    let sheets = found(&desk, &intake, &given.round, (&place, &table), settles)?;
    let steps = actix_web::rt::System::new().block_on(async {
        let mut steps = Vec::with_capacity(sheets.len());
        for (row, survey) in &sheets {
            let step = one(&intake, &actor, survey, &row.fields, settles).await;
            steps.push(step.map_err(|error| at(&place, row, &error))?);
        }
        Ok::<_, Failure>(steps)
    });
    intake.drain();
    let steps = steps?;
    let n = |wanted: fn(&Step) -> bool| steps.iter().filter(|step| wanted(step)).count();
    out::print(&format!(
        "sheets of round {}: {} stored, {} keyed in once, {} differ",
        given.round,
        n(|step| *step == Step::Stored),
        n(|step| *step == Step::Once),
        n(|step| matches!(step, Step::Differs(_))),
    ))
}

async fn one(
    intake: &Intake,
    actor: &Actor,
    survey: &Survey,
    fields: &Fields,
    settles: bool,
) -> Result<Step, PaperError> {
    match settles {
        true => intake.settle(actor, survey, fields).await,
        false => intake.enter(actor, survey, fields).await,
    }
}

fn intake(desk: &Desk) -> Result<Intake, Failure> {
    let (store, vault) = (desk.store.clone(), std::sync::Arc::clone(&desk.vault));
    Ok(Intake::start(store, vault, std::sync::Arc::clone(&desk.clock), QUEUE)?)
}

/// The surveys behind the codes of a file; all wrong ones are told together, before anything is written.
fn found<'t>(
    desk: &Desk,
    intake: &Intake,
    round: &str,
    (place, table): (&str, &'t Table),
    settles: bool,
) -> Result<Vec<(&'t Row, Survey)>, Failure> {
    let round = desk.store.round(round)?;
    let mut sheets = Vec::with_capacity(table.rows.len());
    let mut faults = Vec::new();
    for row in &table.rows {
        let fault = match intake.find_at(Door::Paper, &row.sheet)? {
            Found::Survey(survey) if survey.round().id == round.id => {
                // A third person fills in some items only: what is missing there is no fault.
                match survey.form().check(&of_form(&row.fields)) {
                    Err(problems) if !settles => Some(told(&problems)),
                    _ => {
                        sheets.push((row, survey));
                        None
                    }
                }
            }
            Found::Shut(gate) => Some(shut(gate)),
            Found::Survey(_) | Found::Nothing => {
                Some(format!("round {} has no paper form with this code", round.code))
            }
        };
        faults.extend(
            fault.map(|fault| format!("{place}:{}, sheet {:?}: {fault}", row.line, row.sheet)),
        );
    }
    if faults.is_empty() { Ok(sheets) } else { Err(Failure::new(read::listed(&faults))) }
}

fn of_form(fields: &Fields) -> Vec<(&str, &str)> {
    let of_form = fields.iter().filter(|(name, _)| name != crate::collect::paper::LANGUAGE);
    of_form.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn told(problems: &[crate::form::AnswerProblem]) -> String {
    let told: Vec<String> =
        problems.iter().map(|p| format!("{}: {}", p.question, p.fault)).collect();
    told.join("; ")
}

fn at(place: &str, row: &Row, error: &PaperError) -> Failure {
    let reason = match error {
        PaperError::Form(problems) => told(problems),
        other => other.to_string(),
    };
    Failure::new(format!("{place}:{}, sheet {:?}: {reason}", row.line, row.sheet))
}

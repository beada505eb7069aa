//! `khaosat dedup responses.csv --out flags.csv`: flags duplicates and stuffing in a file of responses.
//!
//! Files only: no database, no configuration. Each round in the file is looked at by itself, since each has its own
//! form. The flags file appears whole or not at all.

mod reading;
mod table;
pub(super) mod writing;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::dedup::{self, Batch, RuleName, Settings};

use super::{Failure, Outcome};

/// Flags duplicates and stuffing in a file of responses; a flag drops nothing.
#[derive(clap::Args)]
pub struct Arguments {
    /// Responses: id, round, unit, counter, link_id, link_kind, submitted_at, duration_ms, device, language, q01 and so on
    /// (1 to 5 or empty), comment.
    responses: PathBuf,
    /// Where the flags go: id, rule, severity, score, related_id, explanation.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs of this length tell what they are doing.
const QUIET: Duration = Duration::from_secs(3);

/// Reads, flags, writes.
///
/// # Errors
/// A [`Failure`] naming file, line, column and value where the input is not as agreed.
pub fn run(arguments: &Arguments) -> Outcome {
    let started = Instant::now();
    let say = |what: &str| {
        if started.elapsed() > QUIET {
            eprintln!("khaosat dedup: {what} ({} s)", started.elapsed().as_secs());
        }
    };
    let table =
        reading::read(&arguments.responses, &|lines| say(&format!("{lines} responses read")))
            .map_err(|error| Failure::new(error.to_string()))?;
    let settings = Settings { utc_offset_ms: table.utc_offset_ms };
    let mut rows = Vec::new();
    for round in table.rounds() {
        let batch = Batch::new(table.columns(&round))
            .map_err(|error| Failure::because("the responses do not form a round", error))?;
        let mut progress =
            |rule: RuleName| say(&format!("round {}: looking for {rule}", round.name));
        for flag in dedup::run_with(&batch, &settings, &mut progress) {
            rows.push(writing::row(&table, &round, &flag));
        }
    }
    writing::write(&arguments.out, &rows).map_err(|error| {
        Failure::because(format!("{} cannot be written", arguments.out.display()), error)
    })?;
    say(&format!("{} flags on {} responses", rows.len(), table.len()));
    Ok(())
}

//! `khaosat weigh`: weighs a case from files and estimates from it.

pub mod case;
pub mod csv;
mod explain;
mod faults;
mod json;
mod labels;
mod margins;
pub mod output;
mod population;
pub mod responses;
pub mod spec;

use std::fs;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::Args;

use super::{Failure, Outcome};

/// Weighs responses to known totals and estimates indexes, shares, means and totals with their errors.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub struct Weigh {
    /// Folder with spec.json, responses.csv and (when the calibration has variables) margins.csv
    case: PathBuf,
    /// Folder for weights.csv and estimates.json; made if it is not there. Those of an earlier run are removed first
    #[arg(long)]
    out: PathBuf,
    /// Also print how the weight of the response with this id came about
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
}

const EXAMPLE: &str = r#"A small example:

  case/responses.csv
    id,unit,counter_day,sex,q01,q02
    a1,Kbang,1-2025-03-04,Nam,5,4
    a2,Kbang,1-2025-03-05,Nữ,2,
    a3,Ayun Pa,1-2025-03-04,Nữ,4,4
    a4,Ayun Pa,2-2025-03-04,Nam,5,3

  case/margins.csv
    variable,category,total
    unit,Kbang,700
    unit,Ayun Pa,300
    sex,Nam,450
    sex,Nữ,550

  case/spec.json
    { "strata": "unit", "cluster": "counter_day", "base_weight": null, "fpc": null,
      "lonely_psu": "fail",
      "calibration": { "method": "rake", "variables": ["unit", "sex"],
                       "tolerance": 1e-12, "max_iterations": 1000,
                       "trim": { "lower": 0.2, "upper": 5 } },
      "variance": "linearized", "df": "domain", "interval": "korn_graubard",
      "domain": "unit", "confidence": 0.95,
      "estimands": [ { "name": "satisfied", "kind": "index",
                       "items": ["q01", "q02"], "categories": [4, 5] } ],
      "ranks": { "estimand": "satisfied", "confidence": 0.9 } }

  khaosat weigh case --out result

Methods: none, poststratify, rake, calibrate (distance linear, raking or logit; bounds [L, U]).
Variance: linearized, jackknife, bootstrap (with "replicates" and "seed"). The bootstrap draws PSUs with replacement
and does not use "fpc": its errors are then larger than the linearized ones, never smaller.
Kinds: mean, total, proportion, points, index, composite.
Nothing is written unless everything is right, and files of an earlier run are gone then too. docs/method.md has the formulas and their sources."#;

/// Runs the command.
/// # Errors
/// One line that says what is wrong with the case, or which file cannot be read or written.
pub fn run(arguments: &Weigh) -> Outcome {
    // Whoever finds files there afterwards must be able to trust that they are of this run.
    remove_old(&arguments.out)?;
    let spec = read(&arguments.case, "spec.json").map_err(Failure::new)?;
    let responses = read(&arguments.case, responses::FILE).map_err(Failure::new)?;
    let progress = Progress::new();
    let margins = || read(&arguments.case, "margins.csv");
    let case =
        case::run(&spec, &responses, margins, &|stage, done, of| progress.show(stage, done, of))
            .map_err(Failure::new)?;
    let explained = match &arguments.explain {
        None => None,
        Some(id) => Some(explain::explain(&case, &responses, id).ok_or_else(|| {
            Failure::new(format!("{}: there is no response with id {id:?}", responses::FILE))
        })?),
    };
    let estimates = output::estimates(&case)
        .map_err(|error| Failure::because("the estimates cannot be written as JSON", error))?;
    progress.show("writing", 0, 1);
    let weights = output::weights(&case, &responses);
    write(&arguments.out, &OUTPUTS.into_iter().zip([weights, estimates]).collect::<Vec<_>>())
        .inspect_err(|_| {
            // The first fault is the one to tell.
            let _ = remove_old(&arguments.out);
        })?;
    progress.end();
    if let Some(text) = explained {
        print!("{text}");
    }
    Ok(())
}

/// What a run writes.
const OUTPUTS: [&str; 2] = ["weights.csv", "estimates.json"];

/// Removes what an earlier run wrote.
fn remove_old(folder: &Path) -> Outcome {
    for name in OUTPUTS {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error)
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                let what = format!("the old {} cannot be removed", path.display());
                return Err(Failure::because(what, error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = folder.join(name);
    fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Writes all files aside and renames them when all are there.
fn write(folder: &Path, files: &[(&str, Vec<u8>)]) -> Outcome {
    let failed = |what: &str, error: std::io::Error| {
        Failure::because(format!("{} cannot be written", folder.join(what).display()), error)
    };
    fs::create_dir_all(folder).map_err(|error| failed("", error))?;
    let mut ready = Vec::new();
    for (name, bytes) in files {
        let mut file = tempfile::Builder::new()
            .prefix(".khaosat-")
            .tempfile_in(folder)
            .map_err(|error| failed(name, error))?;
        file.write_all(bytes).map_err(|error| failed(name, error))?;
        file.as_file().sync_all().map_err(|error| failed(name, error))?;
        ready.push((name, file));
    }
    for (name, file) in ready {
        file.persist(folder.join(name)).map_err(|error| failed(name, error.error))?;
    }
    Ok(())
}

/// Tells a person at a terminal what takes longer than a second.
struct Progress {
    started: Instant,
    /// Milliseconds after the start at which something was shown last.
    shown_ms: AtomicU64,
    terminal: bool,
}

impl Progress {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { started: Instant::now(), shown_ms: AtomicU64::new(0), terminal }
    }

    fn show(&self, stage: &str, done: usize, of: usize) {
        const EVERY_MS: u64 = 1000;
        let now = self.started.elapsed().as_millis() as u64;
        let last = self.shown_ms.load(Ordering::Relaxed);
        let due = self.terminal && now >= last + EVERY_MS;
        let mine = || {
            self.shown_ms.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        };
        if due && mine() {
            let share = if of > 1 { format!(" {done} of {of}") } else { String::new() };
            eprint!("\r\x1b[K{stage}{share} …");
        }
    }

    fn end(&self) {
        if self.terminal && self.shown_ms.load(Ordering::Relaxed) > 0 {
            eprint!("\r\x1b[K");
        }
    }
}

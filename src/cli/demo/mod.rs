//! `khaosat demo`: the whole way in one command, in a fresh directory, on simulated citizens who answer through the real
//! pages. A simulated round runs in simulated time; a second one stays open so that a person can answer.

mod accounts;
mod browser;
mod citizens;
mod dice;
mod report;
mod setup;
mod stages;
mod visiting;
mod world;

use std::collections::BTreeMap;
use std::time::Instant;

use clap::Args;

use super::serve::wait_for_stop;
use super::{Failure, Outcome};

/// Show the whole way on simulated citizens: from the QR code to the main score, then keep serving
///
/// Everything happens in a fresh temporary directory, or in the empty database that DATABASE_URL names. Answers are
/// synthetic and marked so wherever they are shown.
#[derive(Args)]
pub struct Arguments {
    /// Port of the server that stays, 0 for a free one; without it 8080, or a free one where that is in use
    #[arg(long)]
    port: Option<u16>,
    /// End after printing instead of serving
    #[arg(long)]
    fast: bool,
    /// Print one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Fixes citizens, flags, exclusions, index and scorecards
    #[arg(long, default_value_t = 625)]
    seed: u64,
}

/// Port where people expect a server of this machine.
const PORT: u16 = 8080;

/// Seconds by step.
#[derive(Default)]
pub(super) struct Watch {
    pub seconds: BTreeMap<&'static str, f64>,
}

impl Watch {
    /// Runs a step, tells its progress and its time on stderr.
    pub fn step<T>(
        &mut self,
        name: &'static str,
        words: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        eprint!("{words} … ");
        let started = Instant::now();
        let done = work()?;
        let seconds = started.elapsed().as_secs_f64();
        eprintln!("{seconds:.1} s");
        self.seconds.insert(name, (seconds * 1000.0).round() / 1000.0);
        Ok(done)
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Outcome {
    let mut watch = Watch::default();
    let place = setup::Place::new(arguments.port)?;
    let installed =
        watch.step("setup", "Units, counters, accounts, form", || setup::install(&place))?;
    let prepared = watch.step("issue", "Dossiers, tickets and posters", || {
        setup::issue(&place, &installed, arguments.seed)
    })?;
    let visited = watch.step("collect", "Citizens answer through the pages", || {
        visiting::run(&place, &prepared)
    })?;
    let staged = stages::run(&place, &prepared, &mut watch)?;
    let standing =
        watch.step("serve", "A second round opens; the server that stays starts", || {
            stages::open_second(&place, &installed)
        })?;
    let read = watch.step("api", "The scoring system reads over the API", || {
        stages::read_over_api(&standing, &staged)
    })?;
    let report = report::Report {
        prepared: &prepared,
        visited: &visited,
        staged: &staged,
        standing: &standing,
        read: &read,
        seconds: &watch.seconds,
        place: &place,
    };
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.table());
    }
    if arguments.fast {
        return standing.stop();
    }
    use std::io::Write;
    let _ = std::io::stdout().flush();
    eprintln!("serving until stopped (Ctrl-C)");
    wait_for_stop()?;
    standing.stop()
}

//! `khaosat job`: work in the background of the servers.

use clap::{Subcommand, ValueEnum};

use super::desk::Shared;
use super::{Outcome, out};
use crate::clock::Millis;
use crate::round::{self, JobKind, NewWork};
use crate::store::job::Job;

/// Asks for work in the background, shows how far it is, stops it or tries it again
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat job ask compute 2018-kbang --as giang
  khaosat job list
  khaosat job cancel 12 --as giang
  khaosat job retry 12 --as giang

The servers do the work; whichever is free takes it, one at a time.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Asks for work on a round
    Ask {
        /// Which
        #[arg(value_enum)]
        kind: Kind,
        /// The round
        round: String,
    },
    /// Lists jobs, the newest first
    List {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1_000))]
        limit: i64,
    },
    /// Stops a job
    Cancel {
        /// Its number
        id: i64,
    },
    /// Tries a job that failed or was stopped again
    Retry {
        /// Its number
        id: i64,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Closes a round whose time has come
    Close,
    /// Computes flags
    Flag,
    /// Weighs and indexes
    Compute,
    /// Makes the bundle for anybody
    Bundle,
    /// Makes the bundle with the sealed records
    InspectorBundle,
}

impl From<Kind> for JobKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Close => Self::Close,
            Kind::Flag => Self::Flag,
            Kind::Compute => Self::Compute,
            Kind::Bundle => Self::Bundle,
            Kind::InspectorBundle => Self::InspectorBundle,
        }
    }
}

/// # Errors
/// For who may not, or a job that has ended.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Ask { kind, round } => {
            let (desk, actor) = args.shared.begin()?;
            let id = round::ask_work(&desk, &actor, round, NewWork::plain((*kind).into()))?;
            out::print(&format!("job {id}"))
        }
        Command::List { limit } => {
            let jobs = args.shared.open()?.store.jobs(None, *limit)?;
            out::print(&jobs.iter().map(line).collect::<String>())
        }
        Command::Cancel { id } => {
            let (desk, actor) = args.shared.begin()?;
            round::cancel_work(&desk, &actor, *id)?;
            out::print(&format!("job {id} is stopped at its next step"))
        }
        Command::Retry { id } => {
            let (desk, actor) = args.shared.begin()?;
            round::retry_work(&desk, &actor, *id)?;
            out::print(&format!("job {id} waits"))
        }
    }
}

fn line(job: &Job) -> String {
    let progress = match (job.step.as_str(), job.total) {
        ("", _) => String::new(),
        (step, total) => format!("  {step} {} of {total}", job.done),
    };
    let result = job.result.as_ref().map(|result| format!("  {result}")).unwrap_or_default();
    let error = job.last_error.as_ref().map(|error| format!("  {error}")).unwrap_or_default();
    let text = format!(
        "{}  {}  {} {}  {}  by {}{progress}{result}{error}",
        job.id,
        Millis(job.asked_at).vietnam_minute(),
        job.kind,
        job.subject,
        job.state(),
        job.asked_by
    );
    out::visible(&text) + "\n"
}

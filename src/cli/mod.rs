//! The command line: one file per command, each a `clap::Args` or `clap::Subcommand` and a `run`.
//!
//! Exit codes: 0 done, 1 refused or failed with one clear line (or the list of mistakes) on stderr, 2 usage. What was
//! done or asked for goes to stdout, progress and warnings to stderr.

mod audit;
mod backup;
mod client;
mod comment;
mod counter;
mod dedup;
mod demo;
mod desk;
mod dossier;
mod export;
mod failure;
mod file;
mod form;
mod imported;
mod job;
mod key;
mod label;
mod link;
mod mail;
mod margin;
mod out;
mod paper;
mod progress;
mod restore;
mod retention;
mod round;
mod serve;
mod service;
mod staff;
mod time;
mod unit;
mod user;
mod verify;
pub mod weigh;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::{Failure, Outcome};

/// Citizen satisfaction surveys at one-stop-shop counters, from the QR code to the published sub-index.
#[derive(Parser)]
#[command(name = "khaosat", version, propagate_version = true, after_help = THE_WAY)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const THE_WAY: &str = "\
The way of a round (every step can be run again; `khaosat help COMMAND` has examples):
  user add, unit import, counter import, service import      once
  round create, round open, dossier import, link ticket      issue
  round close, round dedup, round verdict, round seal        decide, then cut every tie to people
  round weigh, round index, round publish, verify            compute and publish

Configuration: khaosat.toml in the working directory or --config FILE, KHAOSAT_* and DATABASE_URL.
Exit: 0 done, 1 refused or failed, 2 wrong usage.";

#[derive(Subcommand)]
enum Command {
    /// Shows the whole way on simulated citizens: from the QR code to the main score
    Demo(demo::Arguments),
    /// Serves citizens, public results and the API until stopped
    Serve(serve::Arguments),
    /// Checks form files
    Form(form::Arguments),
    /// Adds people and their roles, lists them
    User(user::Args),
    /// Imports administrative units and their successors, lists them
    Unit(unit::Args),
    /// Adds, imports and lists the counters of units
    Counter(counter::Args),
    /// Adds, imports and lists the services handled at counters
    Service(service::Args),
    /// Runs a round: create, plan, open, close, dedup, verdict, seal, weigh, index, publish
    Round(round::Args),
    /// Takes the finished dossiers of a round from a file; those asked get a ticket
    Dossier(dossier::Args),
    /// Issues, prints and voids the QR-coded links of a round
    Link(link::Args),
    /// Keys in numbered paper forms: twice by two persons, differences by a third
    Paper(paper::Args),
    /// Shows how the outbox stands, and tries again what was given up
    Mail(mail::Args),
    /// Takes the known totals that a round's answers are weighted to
    Margin(margin::Args),
    /// Recomputes a published round, or checks a publication's file, and names every fault
    Verify(verify::Args),
    /// Writes the bundles from which others compute a publication again
    Export(export::Args),
    /// Weighs a case of files and estimates what its spec asks for
    Weigh(weigh::Weigh),
    /// Flags duplicates and stuffing in a file of responses
    Dedup(dedup::Arguments),
    /// Adds, lists and disables API clients
    Client(client::Args),
    /// Lists and rotates the keys that sign publications and access tokens
    Key(key::Args),
    /// Shows who changed what, when and why
    Audit(audit::Args),
    /// Takes the names of officials, which comments do not show
    Staff(staff::Args),
    /// Reads the comments of a sealed round, and sets the topics they are sorted by
    Comment(comment::Args),
    /// Asks for work in the background, shows how far it is, stops it or tries it again
    Job(job::Args),
    /// Shows what is about to be deleted, and holds a deletion
    Retention(retention::Args),
    /// Writes a consistent copy of the database, also while it is serving
    Backup(backup::Args),
    /// Puts a backup in the place of a missing database
    Restore(restore::Args),
}

impl Command {
    fn run(&self) -> Outcome {
        match self {
            Self::Demo(args) => demo::run(args),
            Self::Serve(args) => serve::run(args),
            Self::Form(args) => form::run(args),
            Self::Export(args) => export::run(args),
            Self::Weigh(args) => weigh::run(args),
            Self::User(args) => user::run(args),
            Self::Unit(args) => unit::run(args),
            Self::Counter(args) => counter::run(args),
            Self::Service(args) => service::run(args),
            Self::Round(args) => round::run(args),
            Self::Dossier(args) => dossier::run(args),
            Self::Link(args) => link::run(args),
            Self::Paper(args) => paper::run(args),
            Self::Mail(args) => mail::run(args),
            Self::Margin(args) => margin::run(args),
            Self::Verify(args) => verify::run(args),
            Self::Dedup(args) => dedup::run(args),
            Self::Client(args) => client::run(args),
            Self::Key(args) => key::run(args),
            Self::Audit(args) => audit::run(args),
            Self::Staff(args) => staff::run(args),
            Self::Comment(args) => comment::run(args),
            Self::Job(args) => job::run(args),
            Self::Retention(args) => retention::run(args),
            Self::Backup(args) => backup::run(args),
            Self::Restore(args) => restore::run(args),
        }
    }
}

/// Runs the command given by the process's arguments.
pub fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::complain(&failure.told());
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// What an administrator works with, where one example says more than the list of options.
    const GROUPS: [&str; 20] = [
        "staff",
        "comment",
        "job",
        "retention",
        "mail",
        "user",
        "unit",
        "counter",
        "service",
        "round",
        "dossier",
        "link",
        "paper",
        "margin",
        "verify",
        "client",
        "key",
        "audit",
        "backup",
        "restore",
    ];

    /// Every command under `of`, the commands of groups included, by its whole name.
    fn all(of: &clap::Command, name: &str, into: &mut Vec<(String, clap::Command)>) {
        for command in of.get_subcommands() {
            let name = format!("{name} {}", command.get_name());
            into.push((name.clone(), command.clone()));
            all(command, &name, into);
        }
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_every_option_says_what_it_does_and_every_group_has_an_example() {
        let mut commands = Vec::new();
        all(&Arguments::command(), "khaosat", &mut commands);
        assert!(commands.len() > 40, "{}", commands.len());
        for (name, command) in commands {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && about.len() <= 100, "{name}: {about:?}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name}: {}", argument.get_id());
            }
            if GROUPS.iter().any(|group| name == format!("khaosat {group}")) {
                let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(example.contains(&name), "{name} has no example: {example:?}");
            }
        }
    }
}

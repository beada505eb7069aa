//! The command line: one file per command, each a `clap::Args` and a `run`.
//!
//! Exit codes: 0 done, 1 refused or failed with one clear line on stderr, 2 usage.

mod form;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Citizen satisfaction surveys at one-stop-shop counters, from the QR code to the published sub-index.
#[derive(Parser)]
#[command(name = "khaosat", version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Form(form::Arguments),
}

/// Why a command did not do what was asked: one message for a person, with its causes.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    #[source]
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure told in one message, with nothing behind it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), cause: None }
    }

    /// A failure whose technical cause is printed behind the message.
    pub fn because(
        message: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { message: message.into(), cause: Some(cause.into()) }
    }
}

/// What every command returns.
pub type Outcome = Result<(), Failure>;

/// Runs the command given by the process's arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome: Outcome = match arguments.command {
        Command::Form(arguments) => form::run(arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let mut line = failure.to_string();
            let mut cause = failure.source();
            while let Some(error) = cause {
                line.push_str(": ");
                line.push_str(&error.to_string());
                cause = error.source();
            }
            eprintln!("khaosat: {line}");
            ExitCode::FAILURE
        }
    }
}

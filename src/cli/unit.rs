//! `khaosat unit`: administrative units and their successors.

mod import;
mod list;
mod successors;

use clap::Subcommand;

use super::Outcome;
use super::desk::Shared;

/// Imports administrative units and their successors, lists them
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat unit import --shipped districts-2018 --as binh
  khaosat unit import communes.csv --as binh               again: nothing new
  khaosat unit list --on 2018-12-31

A file of units has the columns code,name,kind,parent_code,valid_from,valid_to,aliases; one of successors
old_code,old_valid_to,new_code,new_valid_from,kind (whole or split). All rows are taken or none; wrong ones are named.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes units from a file, or some that come with khaosat
    Import(import::Args),
    /// Takes who took over from whom when units were merged or divided
    Successors(successors::Args),
    /// Lists the units of a day as a tree
    List(list::Args),
}

/// # Errors
/// Every wrong row of a file, or a refusal.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Import(import) => import::run(&args.shared, import),
        Command::Successors(successors) => successors::run(&args.shared, successors),
        Command::List(list) => list::run(&args.shared, list),
    }
}

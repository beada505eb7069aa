//! `khaosat round withdraw`: the code comes on stdin, so that neither the list of processes nor the shell's history has it.

use std::io::{BufRead, Read};

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, not sealed yet
    round: String,
}

/// More than any way of writing a code.
const LINE_BYTES_MAX: u64 = 200;

/// # Errors
/// For a receipt, an unknown code, an answer withdrawn before, or a sealed round.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .take(LINE_BYTES_MAX)
        .read_line(&mut typed)
        .map_err(|cause| Failure::because("no withdrawal code could be read from stdin", cause))?;
    if typed.trim().is_empty() {
        return Err(Failure::new("write the withdrawal code to stdin"));
    }
    round::withdraw(&desk, &actor, &args.round, typed.trim())?;
    out::print(&format!("one answer of round {} is withdrawn", args.round))
}

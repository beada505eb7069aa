//! `khaosat round sheet`.

use std::path::PathBuf;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, file, out};
use crate::round;

#[derive(clap::Args)]
pub struct Args {
    /// The round, published
    round: String,
    /// PDF to write; one of that name is replaced
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// # Errors
/// Before the first publication, or when the file cannot be written.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let bytes = round::sheet(&shared.open()?, &args.round)?;
    file::write_private(&args.out, &bytes)?;
    out::print(&format!("{}: {} bytes", args.out.display(), bytes.len()))
}

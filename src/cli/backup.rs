//! `khaosat backup`: a consistent copy of the database.

use std::path::PathBuf;

use super::desk::Shared;
use super::{Outcome, out};
use crate::store::backup;

/// Writes a consistent copy of the database, also while it is serving
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat backup khaosat-2018-12-15.backup

The keys are not in it, on purpose: keep keys_dir apart. A round that is sealed later stays sealed, since its linking key
is destroyed. PostgreSQL is backed up with its own pg_dump.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    /// New file for the copy
    file: PathBuf,
}

/// # Errors
/// When the file is there already, or the database is none of ours.
pub fn run(args: &Args) -> Outcome {
    // Not opened as a store: that would bring the tables to this binary's version, and a backup is taken before that.
    backup::backup(&args.shared.config()?.database_url, &args.file)?;
    let bytes = std::fs::metadata(&args.file).map_or(0, |meta| meta.len());
    out::print(&format!("{}: {bytes} bytes", args.file.display()))
}

//! `khaosat restore`: a backup becomes the database.

use std::path::PathBuf;

use super::desk::Shared;
use super::{Outcome, out};
use crate::store::backup;

/// Puts a backup in the place of a missing database
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat restore khaosat-2018-12-15.backup

The backup's integrity and version are checked first. A database that is there is never overwritten: move it away. The
keys in keys_dir have to be those of the backup's time; they are not in it.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    /// The backup
    file: PathBuf,
}

/// # Errors
/// When a database is there already, or the backup is damaged or newer than this binary.
pub fn run(args: &Args) -> Outcome {
    let path = backup::restore(&args.file, &args.shared.config()?.database_url)?;
    out::print(&format!("{} is restored from {}", path.display(), args.file.display()))
}

//! `khaosat export`: bundles that let others compute a publication again.

use std::path::PathBuf;

use clap::ValueEnum;

use super::desk::Shared;
use super::{Failure, Outcome, file, out};
use crate::round;

/// Writes what others need to compute a publication again
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat export 2018-kbang --format bundle --out public.json
  khaosat export 2018-kbang --format inspector-bundle --out records.json --as thanh-tra
  khaosat verify records.json                              computes everything again, needs no database")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    /// The round, published
    round: String,
    /// What to write
    #[arg(long, value_enum)]
    format: Format,
    /// File to write; one of that name is replaced
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Publications, signed heads of the ledger and public keys, for anybody
    Bundle,
    /// The sealed records with all other inputs, for inspectors; every reading is audited
    InspectorBundle,
}

/// # Errors
/// Before the first publication, or for who may not read the records.
pub fn run(args: &Args) -> Outcome {
    let bytes = match args.format {
        Format::Bundle => {
            let desk = args.shared.open()?;
            serde_json::to_vec_pretty(&round::public_bundle(&desk, &args.round)?)
        }
        Format::InspectorBundle => {
            let (desk, actor) = args.shared.begin()?;
            serde_json::to_vec_pretty(&round::inspector_bundle(&desk, &actor, &args.round)?)
        }
    };
    let bytes = bytes.map_err(|error| Failure::because("the bundle cannot be written", error))?;
    file::write_private(&args.out, &bytes)?;
    out::print(&format!("{}: {} bytes", args.out.display(), bytes.len()))
}

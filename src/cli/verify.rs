//! `khaosat verify`: a publication against its inputs, or its file against itself and its signature.

mod document;

use std::path::{Path, PathBuf};

use super::desk::Shared;
use super::{Failure, Outcome, out};
use crate::round;

/// Checks a round against the ledger and recomputes what it published, or checks a file; names every fault
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat verify 2018-kbang                                recomputes every figure from records and margins
  khaosat verify publication.json --jwks jwks.json         needs no database; reads publication.json.jws beside it

Public keys: `khaosat key list --jwks`, or /.well-known/jwks.json of the service.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    /// Code of a round, or a publication's file
    #[arg(value_name = "ROUND|FILE")]
    what: String,
    /// For a file: public keys to check its signature with
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// For a file: the digest it should have
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

/// # Errors
/// Every fault, each on a line of its own.
pub fn run(args: &Args) -> Outcome {
    let path = Path::new(&args.what);
    // The code of a round holds neither dot nor slash.
    if path.is_file() || args.what.contains(['.', '/']) {
        return document::run(path, args.jwks.as_deref(), args.digest.as_deref());
    }
    if args.jwks.is_some() || args.digest.is_some() {
        return Err(Failure::new(format!(
            "there is no file {}; --jwks and --digest are for files",
            args.what
        )));
    }
    let desk = args.shared.open()?;
    let verified = round::verify(&desk, &args.what)?;
    let title = match &verified.publication {
        Some(p) => format!("publication {} of round {}, {}", p.number, args.what, p.digest),
        None => format!("round {}, not published yet", args.what),
    };
    if verified.is_good() {
        return out::print(&format!("{title}\n{}", verified.told.join("\n")));
    }
    Err(faults(&title, &verified.faults))
}

/// What is wrong, a line each.
fn faults(title: &str, faults: &[String]) -> Failure {
    let list: String = faults.iter().map(|fault| format!("\n  {}", out::visible(fault))).collect();
    Failure::new(format!("{title} is not good:{list}"))
}

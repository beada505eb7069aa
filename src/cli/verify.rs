//! `khaosat verify`: a publication against its inputs, or its file against itself and its signature.

mod document;
mod heads;
mod ledger;

use std::path::{Path, PathBuf};

use super::desk::Shared;
use super::{Failure, Outcome, file, out};
use crate::round;

/// Checks a round against the ledger and recomputes what it published, or checks a file; names every fault
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat verify 2018-kbang                                recomputes every figure from records and margins
  khaosat verify publication.json --jwks jwks.json         needs no database; reads publication.json.jws beside it
  khaosat verify khaosat-receipt.json --jwks jwks.json --receipt CODE     that an answer is in; needs no database
  khaosat verify ledger --against khaosat-heads.json       the whole ledger against heads kept elsewhere
  khaosat verify ledger --against mail.eml --against https://toa-an.example.vn/heads.json
  khaosat verify ledger --against 1234:8f0c…               leaves and root as a printed result sheet shows them

Public keys: `khaosat key list --jwks`, or /.well-known/jwks.json of the service.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    /// Code of a round, the word ledger, or a file: a publication, the proof of a receipt, signed heads
    #[arg(value_name = "ROUND|FILE")]
    what: String,
    /// For the proof of a receipt: the receipt it should belong to
    #[arg(long, value_name = "CODE")]
    receipt: Option<String>,
    /// For heads and the ledger: heads kept elsewhere, to find out whether all show one history. A file (heads, bundle,
    /// answer of the API, mail saved as text, page), an address of one, or leaves and root of a printed sheet
    #[arg(long, value_name = "FILE|ADDRESS|SIZE:ROOT")]
    against: Vec<String>,
    /// For a file: public keys to check its signature with
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// For a file: the digest it should have
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

/// In place of a round: the ledger as a whole. No round is called so.
const LEDGER: &str = "ledger";

/// # Errors
/// Every fault, each on a line of its own.
pub fn run(args: &Args) -> Outcome {
    let path = Path::new(&args.what);
    // The code of a round holds neither dot nor slash.
    if path.is_file() || args.what.contains(['.', '/']) {
        let bytes = file::read(path, document::BYTES_MAX)?;
        if let Some(kind) = ledger::kind(&bytes) {
            let beside = ledger::Beside {
                jwks: args.jwks.as_deref(),
                receipt: args.receipt.as_deref(),
                against: &args.against,
            };
            return ledger::run(path, &bytes, kind, &beside);
        }
        return document::run(path, &bytes, args.jwks.as_deref(), args.digest.as_deref());
    }
    if args.what == LEDGER {
        return ledger::whole(&args.shared, &args.against);
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

//! Files of the ledger: the proof of a receipt, signed heads; and the ledger itself against heads kept elsewhere.

use std::path::{Path, PathBuf};

use super::document::keys;
use super::faults;
use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, out};
use crate::issue::code::{Code, CodeKind};
use crate::ledger::{self, Checked, HEADS, Heads, RECEIPT_PROOF, ReceiptProof};

/// A century of daily heads has some 20 MB.
const BYTES_MAX: usize = 64 << 20;

/// Which file of the ledger these bytes are, if any.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    #[derive(serde::Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    let typed: Typed = serde_json::from_slice(bytes).ok()?;
    [RECEIPT_PROOF, HEADS].into_iter().find(|known| *known == typed.kind)
}

/// What is given beside the file.
pub struct Beside<'a> {
    /// Public keys.
    pub jwks: Option<&'a Path>,
    /// The receipt, as its holder types it.
    pub receipt: Option<&'a str>,
    /// Heads from elsewhere.
    pub against: &'a [PathBuf],
}

fn read_heads(path: &Path) -> Result<(String, Heads), Failure> {
    let bytes = file::read(path, BYTES_MAX)?;
    let heads: Heads = serde_json::from_slice(&bytes).map_err(|cause| {
        Failure::because(format!("{} is no file of signed heads", path.display()), cause)
    })?;
    Ok((file::name(path), heads))
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<(String, Heads)>, Failure> {
    paths.iter().map(|path| read_heads(path)).collect()
}

/// Checks a file of the ledger.
///
/// # Errors
/// Every fault, each on a line of its own.
pub fn run(path: &Path, bytes: &[u8], kind: &str, beside: &Beside<'_>) -> Outcome {
    let keys = beside.jwks.map(keys).transpose()?;
    let checked = if kind == RECEIPT_PROOF {
        let proof: ReceiptProof = serde_json::from_slice(bytes).map_err(|cause| {
            Failure::because(format!("{} is no proof of a receipt", path.display()), cause)
        })?;
        let receipt = match beside.receipt {
            Some(typed) => Some(
                Code::parse_as(typed, CodeKind::Receipt)
                    .map_err(|cause| Failure::because("this is no receipt", cause))?
                    .compact(),
            ),
            None => None,
        };
        proof.check(keys.as_deref(), receipt.as_deref())?
    } else {
        let (_, heads) = read_heads(path)?;
        heads.check(keys.as_deref(), &read_all(beside.against)?)?
    };
    told(&file::name(path), &checked)
}

/// Walks over the whole ledger and compares it with heads kept elsewhere.
///
/// # Errors
/// Every fault, each on a line of its own.
pub fn whole(shared: &Shared, against: &[PathBuf]) -> Outcome {
    let others = read_all(against)?;
    let desk = shared.open()?;
    let mut leaves = 0_usize;
    let found = ledger::walk(&desk, |_| leaves += 1)?;
    let mut checked = ledger::against_ledger(&desk, &others)?;
    checked.faults.extend(found);
    checked.told.insert(0, format!("{leaves} leaves, every hash and every signed head: good"));
    told("the ledger", &checked)
}

fn told(title: &str, checked: &Checked) -> Outcome {
    if checked.faults.is_empty() {
        let told: Vec<String> = checked.told.iter().map(|line| out::visible(line)).collect();
        out::print(&told.join("\n"))
    } else {
        Err(faults(title, &checked.faults))
    }
}

//! Files of the ledger: the proof of a receipt, signed heads; and the ledger itself against heads kept elsewhere.

use std::path::Path;

use super::document::keys;
use super::{faults, heads};
use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, out};
use crate::issue::code::{Code, CodeKind};
use crate::ledger::{self, Checked, HEADS, Heads, RECEIPT_PROOF, ReceiptProof, Source};
use crate::publish::check;
use crate::round::{
    INSPECTORS, InspectorBundle, PUBLIC, PublicBundle, SignedPublication, public_faults,
};

/// Which file of the ledger these bytes are, if any.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    #[derive(serde::Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    let typed: Typed = serde_json::from_slice(bytes).ok()?;
    [RECEIPT_PROOF, HEADS, INSPECTORS, PUBLIC].into_iter().find(|known| *known == typed.kind)
}

/// What is given beside the file.
pub struct Beside<'a> {
    /// Public keys.
    pub jwks: Option<&'a Path>,
    /// The receipt, as its holder types it.
    pub receipt: Option<&'a str>,
    /// Heads from elsewhere.
    pub against: &'a [String],
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
    } else if kind == INSPECTORS {
        let bundle: InspectorBundle = serde_json::from_slice(bytes).map_err(|cause| {
            Failure::because(format!("{} is no bundle of an inspector", path.display()), cause)
        })?;
        let mut checked = Checked { told: Vec::new(), faults: bundle.check()? };
        if let Some(keys) = &keys {
            checked.faults.extend(bundle.seal.head.fault(keys)?);
            checked.faults.extend(publication_fault(&bundle.publication, keys));
        }
        checked.told.push(format!(
            "{} sealed records: as the ledger says; every figure computed again: the same",
            bundle.inputs.records.len()
        ));
        checked
    } else if kind == PUBLIC {
        let bundle: PublicBundle = serde_json::from_slice(bytes).map_err(|cause| {
            Failure::because(format!("{} is no public bundle", path.display()), cause)
        })?;
        public(&bundle, keys.as_deref(), &heads::read_all(beside.against)?)?
    } else {
        let all: Heads = serde_json::from_slice(bytes).map_err(|cause| {
            Failure::because(format!("{} is no file of signed heads", path.display()), cause)
        })?;
        all.check(keys.as_deref(), &heads::read_all(beside.against)?)?
    };
    told(&file::name(path), &checked)
}

/// Key id and its 32 public bytes.
type Key = (String, Vec<u8>);

fn publication_fault(publication: &SignedPublication, keys: &[Key]) -> Option<String> {
    let known = keys.iter().map(|(kid, key)| (kid.as_str(), key.as_slice()));
    let fault = check(&publication.signature, publication.bytes.as_bytes(), known).err()?;
    Some(format!("publication {}: {fault}", publication.digest))
}

fn public(
    bundle: &PublicBundle,
    keys: Option<&[Key]>,
    others: &[Source],
) -> Result<Checked, Failure> {
    let mut checked = bundle.heads.check(keys, others)?;
    for publication in &bundle.publications {
        let digest =
            data_encoding::HEXLOWER.encode(&crate::vault::sha256(publication.bytes.as_bytes()));
        if digest != publication.digest {
            checked
                .faults
                .push(format!("publication {} has the digest {digest}", publication.digest));
        }
        checked.faults.extend(keys.and_then(|keys| publication_fault(publication, keys)));
    }
    checked.faults.extend(public_faults(&bundle.documents()?));
    let roots: Vec<_> = bundle.heads.heads.iter().rev().map(|head| &head.statement).collect();
    for (proof, (old, new)) in bundle.growth.iter().zip(roots.iter().zip(roots.iter().skip(1))) {
        let holds = (proof.from, proof.to) == (old.size, new.size)
            && ledger::unhex(&old.root)
                .zip(ledger::unhex(&new.root))
                .is_some_and(|(old, new)| proof.holds(&old, &new));
        if !holds {
            checked.faults.push(format!(
                "the tree of {} leaves does not begin with that of {}",
                new.size, old.size
            ));
        }
    }
    if bundle.growth.len() + 1 < roots.len() {
        checked.faults.push("a proof between two heads is missing".to_owned());
    }
    checked.told.push(format!(
        "{} publications; each tree begins with the one before",
        bundle.publications.len()
    ));
    Ok(checked)
}

/// Walks over the whole ledger and compares it with heads kept elsewhere.
///
/// # Errors
/// Every fault, each on a line of its own.
pub fn whole(shared: &Shared, against: &[String]) -> Outcome {
    let others = heads::read_all(against)?;
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

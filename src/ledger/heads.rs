//! Signed heads as a file, and what two such files, or a file and the ledger itself, say of each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::head::{root_at, signed};
use super::promise::Checked;
use super::source::{Seen, Source};
use super::{LedgerError, SignedHead};
use crate::desk::Desk;

/// Names the file.
pub const HEADS: &str = "khaosat heads 1";
/// Heads of one file: a century of days.
pub const HEADS_MAX: i64 = 40_000;

/// All signed heads, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// Always `khaosat heads 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The heads.
    pub heads: Vec<SignedHead>,
}

/// The file of this ledger's newest heads, at most `limit`.
///
/// # Errors
/// [`LedgerError`].
pub fn heads(desk: &Desk, limit: i64) -> Result<Heads, LedgerError> {
    let heads =
        desk.store.heads(limit)?.into_iter().map(signed).collect::<Result<_, LedgerError>>()?;
    Ok(Heads { kind: HEADS.to_owned(), heads })
}

impl Heads {
    /// Checks signatures where keys are given, and the heads of this file and of others from elsewhere against each other:
    /// two different roots over as many leaves are a fork, which proves that the ledger was shown differently to two of us.
    ///
    /// # Errors
    /// As [`SignedHead::fault`].
    pub fn check(
        &self,
        keys: Option<&[(String, Vec<u8>)]>,
        others: &[Source],
    ) -> Result<Checked, LedgerError> {
        let mut checked = Checked::default();
        for head in &self.heads {
            if let Some(keys) = keys {
                checked.faults.extend(head.fault(keys)?);
            }
        }
        checked.told.push(format!(
            "{} heads{}",
            self.heads.len(),
            if keys.is_some() { ", every signature good" } else { "; signatures not checked" }
        ));
        let mut known = vec![Source::of("this file", self)];
        for other in others {
            let mut good = Source { name: other.name.clone(), heads: Vec::new() };
            for theirs in &other.heads {
                match (&theirs.signed, keys) {
                    (Some(signed), Some(keys)) => match signed.fault(keys)? {
                        Some(fault) => checked.faults.push(format!("{}: {fault}", other.name)),
                        None => good.heads.push(theirs.clone()),
                    },
                    _ => good.heads.push(theirs.clone()),
                }
            }
            let mut shared = 0_usize;
            for earlier in &known {
                for (ours, theirs) in same_size(earlier, &good) {
                    shared += 1;
                    if ours.root != theirs.root {
                        checked.faults.push(fork(theirs.size, &earlier.name, &good.name));
                    }
                }
            }
            checked
                .told
                .push(format!("{}: {shared} heads over as many leaves, compared", good.name));
            known.push(good);
        }
        Ok(checked)
    }
}

/// Heads of two sources over as many leaves.
fn same_size<'a>(
    ours: &'a Source,
    theirs: &'a Source,
) -> impl Iterator<Item = (&'a Seen, &'a Seen)> {
    let by_size: BTreeMap<u64, Vec<&Seen>> =
        ours.heads.iter().fold(BTreeMap::new(), |mut all, seen| {
            all.entry(seen.size).or_insert_with(Vec::new).push(seen);
            all
        });
    theirs.heads.iter().flat_map(move |seen| {
        let same = by_size.get(&seen.size).cloned().unwrap_or_default();
        same.into_iter().map(move |ours| (ours, seen))
    })
}

fn fork(size: u64, one: &str, other: &str) -> String {
    format!(
        "FORK: over {size} leaves the ledger shows one root in {one} and another in {other}; both cannot be its history"
    )
}

/// Compares heads from elsewhere with the ledger itself, whatever size they have.
///
/// # Errors
/// [`LedgerError`].
pub fn against_ledger(desk: &Desk, others: &[Source]) -> Result<Checked, LedgerError> {
    let mut checked = Checked::default();
    let size = desk.store.ledger_size()?;
    for Source { name, heads } in others {
        for head in heads {
            if head.size == 0 || head.size > size {
                checked.faults.push(format!(
                    "{name} has a head over {} leaves, the ledger only {size}: leaves were taken away",
                    head.size
                ));
            } else if data_encoding::HEXLOWER.encode(&root_at(&desk.store, head.size)?) != head.root
            {
                checked.faults.push(fork(head.size, "the ledger itself", name));
            }
        }
        checked.told.push(format!("{name}: {} heads, compared with the ledger", heads.len()));
    }
    Ok(checked)
}

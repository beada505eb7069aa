//! Signed heads as a file, and what two such files, or a file and the ledger itself, say of each other.

use serde::{Deserialize, Serialize};

use super::head::root_at;
use super::promise::Checked;
use super::{HeadStatement, LedgerError, SignedHead};
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
    let heads = desk
        .store
        .heads(limit)?
        .into_iter()
        .map(|head| {
            Ok(SignedHead {
                statement: HeadStatement::read(&head.statement)?,
                signature: head.signature,
            })
        })
        .collect::<Result<_, LedgerError>>()?;
    Ok(Heads { kind: HEADS.to_owned(), heads })
}

impl Heads {
    /// Checks signatures where keys are given, and the heads of this file against those of others from elsewhere: two
    /// different roots over as many leaves are a fork, which proves that the ledger was shown differently to two of us.
    ///
    /// # Errors
    /// As [`SignedHead::fault`].
    pub fn check(
        &self,
        keys: Option<&[(String, Vec<u8>)]>,
        others: &[(String, Self)],
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
        for (name, other) in others {
            let mut shared = 0_usize;
            for theirs in &other.heads {
                if let Some(keys) = keys
                    && let Some(fault) = theirs.fault(keys)?
                {
                    checked.faults.push(format!("{name}: {fault}"));
                    continue;
                }
                for ours in self.heads.iter().filter(|h| h.statement.size == theirs.statement.size)
                {
                    shared += 1;
                    if ours.statement.root != theirs.statement.root {
                        checked.faults.push(fork(name, ours.statement.size));
                    }
                }
            }
            checked.told.push(format!("{name}: {shared} heads over as many leaves, compared"));
        }
        Ok(checked)
    }
}

fn fork(name: &str, size: u64) -> String {
    format!(
        "FORK: over {size} leaves the ledger shows one root here and another in {name}; both cannot be its history"
    )
}

/// Compares heads from elsewhere with the ledger itself, whatever size they have.
///
/// # Errors
/// [`LedgerError`].
pub fn against_ledger(desk: &Desk, others: &[(String, Heads)]) -> Result<Checked, LedgerError> {
    let mut checked = Checked::default();
    let size = desk.store.ledger_size()?;
    for (name, other) in others {
        for head in &other.heads {
            let statement = &head.statement;
            if statement.size == 0 || statement.size > size {
                checked.faults.push(format!(
                    "{name} has a head over {} leaves, the ledger only {size}: leaves were taken away",
                    statement.size
                ));
            } else if data_encoding::HEXLOWER.encode(&root_at(&desk.store, statement.size)?)
                != statement.root
            {
                checked.faults.push(fork(name, statement.size));
            }
        }
        checked.told.push(format!("{name}: {} heads, compared with the ledger", other.heads.len()));
    }
    Ok(checked)
}

//! The proof that an entry of the audit trail is in the ledger, as a file that anybody can check.

use serde::Serialize;

use super::heads::heads;
use super::prove::inclusion;
use super::{Inclusion, LedgerError, SignedHead};
use crate::desk::Desk;
use crate::store::audit::Entry;

/// An entry, what its leaf is made of, and its place under a signed head.
#[derive(Debug, Serialize)]
pub struct EntryProof {
    /// The entry as recorded.
    pub entry: Recorded,
    /// Hex: what the leaf commits with.
    pub salt: Option<String>,
    /// Hex: what the leaf commits to.
    pub commitment: String,
    /// Hex: the leaf's hash in the tree (RFC 9162, 2.1.1).
    pub leaf: String,
    /// Its place and the way to the root.
    pub inclusion: Inclusion,
    /// The newest signed head, where it reaches over the entry.
    pub head: Option<SignedHead>,
}

/// An entry of the audit trail.
#[derive(Debug, Serialize)]
pub struct Recorded {
    /// Running number.
    pub seq: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Second person.
    pub witness: Option<String>,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Facts, as the JSON text that was recorded.
    pub detail: String,
}

/// The proof of one entry; `None` while it waits for its number, half a minute at most.
///
/// # Errors
/// Without database or keys.
pub fn entry_proof(desk: &Desk, entry: &Entry) -> Result<Option<EntryProof>, LedgerError> {
    let Some(stored) = desk.store.ledger_audit(entry.seq)? else { return Ok(None) };
    let head = heads(desk, 1)?.heads.into_iter().next();
    let number = stored.seq.unsigned_abs();
    let signed = head.filter(|head| head.statement.size > number);
    let size = match &signed {
        Some(head) => head.statement.size,
        None => desk.store.ledger_size()?,
    };
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    Ok(Some(EntryProof {
        salt: stored.leaf.salt.as_ref().map(|salt| hex(salt.as_slice())),
        commitment: hex(&stored.leaf.commitment),
        leaf: hex(&stored.hash),
        inclusion: inclusion(&desk.store, &stored, size)?,
        head: signed,
        entry: Recorded {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor.clone(),
            witness: entry.witness.clone(),
            action: entry.action.clone(),
            subject: entry.subject.clone(),
            detail: entry.detail.clone(),
        },
    }))
}

//! **Ledger**: everything accepted and everything decided becomes a leaf of one append-only Merkle tree (RFC 9162, 2.1).
//!
//! In: leaves that a transaction put into the queue beside what it wrote. Out: their place in the tree, signed heads, proofs
//! that anybody can check. A leaf tells nothing of what it records: it holds a salted hash, and the salt stays here.

mod answer;
mod armor;
mod entry;
mod head;
mod heads;
mod leaf;
pub mod merkle;
mod promise;
mod prove;
mod sequence;
mod source;
mod walk;
mod witness;

pub use answer::commit_answer;
pub use armor::{armored, unarmored};
pub use entry::{EntryProof, entry_proof};
pub use head::{HeadStatement, sign_head, sign_if_due, signed};
pub use heads::{HEADS, HEADS_MAX, Heads, against_ledger, heads};
pub use leaf::{leaf_bytes, leaf_hash, unhex};
pub use promise::{Checked, Promise, RECEIPT_PROOF, ReceiptProof, SignedHead, receipt_proof};
pub use prove::{ConsistencyProof, Inclusion, consistency, inclusion};
pub use sequence::{number_all, number_gently};
pub use source::{Seen, Source};
pub use walk::walk;
pub use witness::{Witnesses, is_web};

use crate::publish::PublishError;
use crate::store::StoreError;

/// Why the ledger could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A signing key.
    #[error(transparent)]
    Sign(#[from] PublishError),
    /// What was asked for is not in the tree.
    #[error("{0}")]
    Refused(String),
}

//! Proofs that a leaf is in a tree, and that a tree only grew.

use ct_merkle::{
    ConsistencyProof as Consistency, InclusionProof, RootHash, indices_for_consistency_proof,
    indices_for_inclusion_proof,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::LedgerError;
use super::merkle::{leaves_under, range};
use crate::store::Store;
use crate::store::StoreError;
use crate::store::ledger::{Hash, StoredLeaf};

/// Longest path of any tree; longer ones in files are refused.
const PATH_MAX: usize = 130;

/// Where a leaf is, and the hashes that lead from it to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inclusion {
    /// Place of the leaf, from 0.
    pub number: u64,
    /// Leaves of the tree.
    pub size: u64,
    /// Hashes, hex, from the leaf upwards (RFC 9162, 2.1.3).
    pub path: Vec<String>,
}

/// The hashes that lead from one root to a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// Leaves of the earlier tree.
    pub from: u64,
    /// Leaves of the later tree.
    pub to: u64,
    /// Hashes, hex (RFC 9162, 2.1.4).
    pub path: Vec<String>,
}

fn digests(store: &Store, indices: Vec<u64>, size: u64) -> Result<Vec<String>, StoreError> {
    indices
        .into_iter()
        .map(|index| {
            let (start, end) = leaves_under(index, size);
            let hash = range(start, end, &mut |at| store.ledger_node(at))?;
            Ok(data_encoding::HEXLOWER.encode(&hash))
        })
        .collect()
}

/// The proof that a leaf is among the first `size`.
///
/// # Errors
/// [`LedgerError::Refused`] when it is not.
pub fn inclusion(store: &Store, leaf: &StoredLeaf, size: u64) -> Result<Inclusion, LedgerError> {
    let number = leaf.seq.unsigned_abs();
    if number >= size {
        return Err(LedgerError::Refused(format!(
            "leaf {number} is not among the first {size} of the ledger"
        )));
    }
    let path = digests(store, indices_for_inclusion_proof(size, number), size)?;
    Ok(Inclusion { number, size, path })
}

/// The proof that the tree of `to` leaves begins with that of `from`.
///
/// # Errors
/// [`LedgerError::Refused`] for sizes that are none of this ledger.
pub fn consistency(store: &Store, from: u64, to: u64) -> Result<ConsistencyProof, LedgerError> {
    let size = store.ledger_size()?;
    if from == 0 || from > to || to > size {
        return Err(LedgerError::Refused(format!(
            "the ledger has {size} leaves; give two sizes from 1 to that, the smaller first"
        )));
    }
    let path = digests(store, indices_for_consistency_proof(from, to - from), to)?;
    Ok(ConsistencyProof { from, to, path })
}

fn raw(path: &[String]) -> Option<Vec<u8>> {
    if path.len() > PATH_MAX {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len() * 32);
    for hash in path {
        let hash = data_encoding::HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok()?;
        if hash.len() != 32 {
            return None;
        }
        bytes.extend(hash);
    }
    Some(bytes)
}

impl Inclusion {
    /// True when a leaf of these bytes stands at this place of the tree with this root.
    #[must_use]
    pub fn holds(&self, leaf: &[u8], root: &Hash) -> bool {
        let proof = raw(&self.path).and_then(|bytes| InclusionProof::try_from_bytes(bytes).ok());
        let root = RootHash::<Sha256>::new((*root).into(), self.size);
        // `ct-merkle` panics for a leaf outside the tree or an absurd size.
        self.number < self.size
            && self.size < 1 << 62
            && proof.is_some_and(|p| root.verify_inclusion(&leaf, self.number, &p).is_ok())
    }
}

impl ConsistencyProof {
    /// True when the tree with root `new` begins with the one with root `old`.
    #[must_use]
    pub fn holds(&self, old: &Hash, new: &Hash) -> bool {
        let proof = raw(&self.path).and_then(|bytes| Consistency::try_from_bytes(bytes).ok());
        let old = RootHash::<Sha256>::new((*old).into(), self.from);
        let new = RootHash::<Sha256>::new((*new).into(), self.to);
        (1..=self.to).contains(&self.from)
            && self.to < 1 << 62
            && proof.is_some_and(|p| new.verify_consistency(&old, &p).is_ok())
    }
}

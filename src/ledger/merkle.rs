//! The tree of RFC 9162, 2.1, over SHA-256, when only whole subtrees are kept. Pure.
//!
//! Which nodes a proof needs and whether a proof holds is decided by `ct-merkle`; this finds the nodes.

use sha2::{Digest, Sha256};

use crate::store::ledger::{Hash, NodeAt, whole_subtrees};

/// SHA-256(0x00 ‖ leaf).
#[must_use]
pub fn hash_leaf(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn hash_node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree that grows: its largest whole subtrees, as a stack.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    size: u64,
    subtrees: Vec<(NodeAt, Hash)>,
}

impl Growing {
    /// A tree of `size` leaves whose largest whole subtrees are `frontier`, left to right.
    #[must_use]
    pub fn new(size: u64, frontier: Vec<Hash>) -> Self {
        Self { size, subtrees: whole_subtrees(size).into_iter().zip(frontier).collect() }
    }

    /// Adds a leaf; the nodes above the leaves that became whole are given to `made`.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(NodeAt, Hash)) {
        let mut at = NodeAt { level: 0, pos: self.size };
        let mut hash = leaf;
        while let Some((left_at, left)) = self.subtrees.pop_if(|(top, _)| top.level == at.level) {
            hash = hash_node(&left, &hash);
            at = NodeAt { level: at.level + 1, pos: left_at.pos / 2 };
            made(at, hash);
        }
        self.subtrees.push((at, hash));
        self.size += 1;
    }

    /// The root; `None` of an empty tree, whose head is never signed.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        let mut right_to_left = self.subtrees.iter().rev().map(|(_, hash)| *hash);
        let last = right_to_left.next()?;
        Some(right_to_left.fold(last, |right, left| hash_node(&left, &right)))
    }
}

/// The root over leaf hashes.
#[must_use]
pub fn root(leaves: impl IntoIterator<Item = Hash>) -> Option<Hash> {
    let mut tree = Growing::default();
    for leaf in leaves {
        tree.push(leaf, |_, _| {});
    }
    tree.root()
}

/// The hash over the leaves `start..end` of a tree, where `end` is its size or the range a whole subtree; `whole` looks up
/// whole subtrees.
///
/// # Errors
/// What `whole` says.
pub fn range<E>(
    start: u64,
    end: u64,
    whole: &mut impl FnMut(NodeAt) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let mut parts = Vec::new();
    for at in whole_subtrees(end - start) {
        // A range begins at a multiple of the width of its first, largest part, so every part is a node of the tree.
        parts.push(whole(NodeAt { level: at.level, pos: at.pos + (start >> at.level) })?);
    }
    let mut right_to_left = parts.into_iter().rev();
    let last = right_to_left.next().unwrap_or_default();
    Ok(right_to_left.fold(last, |right, left| hash_node(&left, &right)))
}

/// The leaves under a node of a tree of `size` leaves, whose nodes are counted in order from left to right (leaf i is 2i).
#[must_use]
pub fn leaves_under(index: u64, size: u64) -> (u64, u64) {
    let level = index.trailing_ones();
    let start = (index >> (level + 1)) << level;
    (start, (start + (1 << level)).min(size))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use ct_merkle::{
        ConsistencyProof, InclusionProof, indices_for_consistency_proof,
        indices_for_inclusion_proof,
    };

    use super::*;

    #[test]
    fn roots_and_proofs_of_every_small_tree_are_those_of_ct_merkle() {
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut ours = Growing::default();
        let mut kept = BTreeMap::new();
        let mut roots = Vec::new();
        for n in 1..70_u64 {
            let leaf = vec![u8::try_from(n).unwrap(); 5];
            let hash = hash_leaf(&leaf);
            kept.insert(NodeAt { level: 0, pos: n - 1 }, hash);
            ours.push(hash, |at, hash| {
                kept.insert(at, hash);
            });
            theirs.push(leaf);
            assert_eq!(ours.root().unwrap().as_slice(), theirs.root().as_bytes().as_slice());
            roots.push(theirs.root());
            let mut whole = |at: NodeAt| kept.get(&at).copied().ok_or(at);
            let mut digest = |index: u64, size| {
                let (start, end) = leaves_under(index, size);
                range(start, end, &mut whole).unwrap().into()
            };
            for i in 0..n {
                let nodes: Vec<_> = indices_for_inclusion_proof(n, i)
                    .into_iter()
                    .map(|index| digest(index, n))
                    .collect();
                let proof = InclusionProof::<Sha256>::from_digests(&nodes);
                let leaf = theirs.get(usize::try_from(i).unwrap()).unwrap();
                theirs.root().verify_inclusion(leaf, i, &proof).unwrap();
            }
            for (old, old_root) in (1..).zip(&roots) {
                let nodes: Vec<_> = indices_for_consistency_proof(old, n - old)
                    .into_iter()
                    .map(|index| digest(index, n))
                    .collect();
                let proof = ConsistencyProof::<Sha256>::from_digests(&nodes);
                theirs.root().verify_consistency(old_root, &proof).unwrap();
            }
        }
    }

    #[test]
    fn a_tree_taken_up_again_grows_on_as_before() {
        let leaves: Vec<Hash> = (0..23_u8).map(|n| [n; 32]).collect();
        let mut whole = Growing::default();
        for (n, leaf) in leaves.iter().enumerate() {
            let frontier = whole.subtrees.iter().map(|(_, hash)| *hash).collect();
            let mut again = Growing::new(u64::try_from(n).unwrap(), frontier);
            whole.push(*leaf, |_, _| {});
            again.push(*leaf, |_, _| {});
            assert_eq!(whole.root(), again.root());
        }
        assert_eq!(root(leaves), whole.root());
    }
}

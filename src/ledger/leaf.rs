//! What of a leaf is hashed: six lines of text that anybody can write down again.

use super::merkle::hash_leaf;
use crate::store::ledger::{Hash, NewLeaf};

/// First line of every leaf.
const HEADER: &str = "khaosat leaf 1";

/// The bytes of a leaf: header, kind, round, day, SHA-256 of the receipt and commitment in hex, a line each; empty lines
/// where there is none.
#[must_use]
pub fn leaf_bytes(leaf: &NewLeaf, round: &str) -> Vec<u8> {
    let hex = |hash: &Hash| data_encoding::HEXLOWER.encode(hash);
    let receipt = leaf.receipt.as_ref().map(hex).unwrap_or_default();
    let (kind, day, commitment) = (leaf.kind, &leaf.day, hex(&leaf.commitment));
    format!("{HEADER}\n{kind}\n{round}\n{day}\n{receipt}\n{commitment}\n").into_bytes()
}

/// Reads a hash, or another value of as many bytes, as files carry it: hex in either case.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// The hash of a leaf in the tree.
#[must_use]
pub fn leaf_hash(leaf: &NewLeaf, round: &str) -> Hash {
    hash_leaf(&leaf_bytes(leaf, round))
}

//! Commitments: salted hashes that say nothing of what is recorded until it is shown together with its salt.

use sha2::{Digest, Sha256};

use super::Hash;
use crate::store::{Result, StoreError};

/// 16 random bytes.
pub type Salt = [u8; 16];

/// Draws a salt from the operating system.
///
/// # Errors
/// [`StoreError::Refused`] when the system gives no randomness.
pub fn new_salt() -> Result<Salt> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)
        .map_err(|_| StoreError::Refused("the operating system gave no randomness".to_owned()))?;
    Ok(salt)
}

/// SHA-256(label ‖ salt ‖ each part after its length in 8 bytes, big-endian): parts cannot run into each other.
#[must_use]
pub fn commitment(salt: &Salt, parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"khaosat commitment 1\n");
    hash.update(salt);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_salt_or_another_division_is_another_commitment() {
        let one = commitment(&[1; 16], &[b"ab", b"c"]);
        assert_ne!(one, commitment(&[2; 16], &[b"ab", b"c"]));
        assert_ne!(one, commitment(&[1; 16], &[b"a", b"bc"]));
        assert_ne!(one, commitment(&[1; 16], &[b"ab", b"c", b""]));
    }
}

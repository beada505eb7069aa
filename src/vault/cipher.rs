//! The few primitives everything here is made of: HMAC-SHA-256, SHA-256, XChaCha20-Poly1305, the system's randomness.

use std::cell::RefCell;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use secrecy::zeroize::{Zeroize, Zeroizing};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

use super::{Result, VaultError};

/// 32 secret bytes that do not print and are wiped when dropped.
pub type Secret = SecretBox<[u8; 32]>;

/// Bytes of the operating system's randomness.
///
/// # Errors
/// [`VaultError::Randomness`].
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(VaultError::Randomness)?;
    Ok(bytes)
}

/// Bytes that one call to the operating system brings.
const STOCK: usize = 1024;

/// What a thread has in stock of the operating system's randomness: an answer takes several small draws, whose calls were
/// a fortieth of the server's time. Whatever was handed out is wiped.
struct Stock {
    bytes: Zeroizing<[u8; STOCK]>,
    left: usize,
}

thread_local! {
    static STOCKED: RefCell<Stock> = RefCell::new(Stock { bytes: Zeroizing::new([0; STOCK]), left: 0 });
}

/// Fills a slice with the operating system's randomness.
///
/// # Errors
/// What the operating system says.
pub fn fill(wanted: &mut [u8]) -> std::result::Result<(), getrandom::Error> {
    STOCKED.with_borrow_mut(|stock| {
        if wanted.len() > stock.left {
            getrandom::fill(stock.bytes.as_mut_slice())?;
            stock.left = STOCK;
        }
        if let Some(rest) = stock.left.checked_sub(wanted.len())
            && let Some(drawn) = stock.bytes.get_mut(rest..stock.left)
        {
            wanted.copy_from_slice(drawn);
            drawn.zeroize();
            stock.left = rest;
            return Ok(());
        }
        // More than a stock holds comes without one.
        getrandom::fill(wanted)
    })
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA-256 under a key, to be fed.
fn keyed(key: &Secret) -> Hmac<Sha256> {
    // RFC 2104: a key shorter than the block is padded with zeros.
    let mut block = [0_u8; 64];
    for (slot, byte) in block.iter_mut().zip(key.expose_secret()) {
        *slot = *byte;
    }
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

/// HMAC-SHA-256 of a message as it is, for digests that others must be able to work out.
#[must_use]
pub fn mac(key: &Secret, message: &[u8]) -> [u8; 32] {
    let mut mac = keyed(key);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA-256 over a label and parts, each preceded by its length so that no two lists collide.
#[must_use]
pub fn mac32(key: &Secret, label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for part in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The first 16 bytes of [`mac32`]: for unique columns.
#[must_use]
pub fn mac16(key: &Secret, label: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut short = [0; 16];
    for (slot, byte) in short.iter_mut().zip(mac32(key, label, parts)) {
        *slot = byte;
    }
    short
}

/// A key derived for one purpose.
#[must_use]
pub fn derive(master: &Secret, purpose: &str) -> Secret {
    Secret::new(Box::new(mac32(master, purpose, &[])))
}

/// Random part of a nonce, stored before the ciphertext.
const NONCE_RANDOM: usize = 8;

/// 24-byte nonce: the row's id, then 8 random bytes. A row's id alone would not do: an answer that is sent again, or written
/// again after a failed transaction, has the same id and other facts.
fn nonce(id: &[u8; 16], random: &[u8; NONCE_RANDOM]) -> [u8; 24] {
    let mut nonce = [0; 24];
    for (slot, byte) in nonce.iter_mut().zip(id.iter().chain(random)) {
        *slot = *byte;
    }
    nonce
}

/// Encrypts a column of the row with that id: 8 random bytes, ciphertext, tag.
///
/// # Errors
/// [`VaultError::Randomness`]; [`VaultError::Signing`] if the library refuses, which it does for absurd lengths only.
pub fn seal(key: &Secret, id: &[u8; 16], column: &str, clear: &[u8]) -> Result<Vec<u8>> {
    let own = random::<NONCE_RANDOM>()?;
    let payload = Payload { msg: clear, aad: column.as_bytes() };
    let sealed = XChaCha20Poly1305::new(key.expose_secret().into())
        .encrypt(&nonce(id, &own).into(), payload)
        .map_err(|_| VaultError::Signing)?;
    Ok([own.as_slice(), &sealed].concat())
}

/// Decrypts what [`seal`] made; `None` when key, id or column differ or a byte was changed.
#[must_use]
pub fn open(key: &Secret, id: &[u8; 16], column: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (own, sealed) = sealed.split_first_chunk::<NONCE_RANDOM>()?;
    let payload = Payload { msg: sealed, aad: column.as_bytes() };
    XChaCha20Poly1305::new(key.expose_secret().into()).decrypt(&nonce(id, own).into(), payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Secret {
        Secret::new(Box::new([byte; 32]))
    }

    #[test]
    fn hmac_is_the_one_of_rfc_4231_test_case_2_in_shape() {
        // The label and lengths are ours, so the check is against an independent construction of the same message.
        let parts: [&[u8]; 2] = [b"a", b"bc"];
        let mut message = Vec::new();
        for part in [b"label".as_slice(), b"a", b"bc"] {
            message.extend((part.len() as u64).to_be_bytes());
            message.extend(part);
        }
        let mut inner: Vec<u8> = [7_u8; 32].iter().chain(&[0; 32]).map(|b| b ^ 0x36).collect();
        inner.extend(message);
        let mut outer: Vec<u8> = [7_u8; 32].iter().chain(&[0; 32]).map(|b| b ^ 0x5c).collect();
        outer.extend(sha256(&inner));
        assert_eq!(mac32(&key(7), "label", &parts), sha256(&outer));
    }

    #[test]
    fn nothing_random_is_handed_out_twice_or_kept() {
        let drawn: std::collections::BTreeSet<[u8; 24]> =
            (0..2_000).map(|_| random().unwrap()).collect();
        assert_eq!(drawn.len(), 2_000);
        let mut whole = [0; STOCK];
        fill(&mut whole).unwrap();
        let mut longer = [0; STOCK + 1];
        fill(&mut longer).unwrap();
        for bytes in [whole.as_slice(), &longer] {
            assert!(bytes.chunks_exact(16).all(|chunk| chunk != [0; 16]));
        }
        let _ = random::<16>().unwrap();
        STOCKED.with_borrow(|stock| {
            assert!(stock.bytes.iter().skip(stock.left).all(|byte| *byte == 0), "wiped");
        });
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(mac32(&key(1), "l", &[b"ab", b"c"]), mac32(&key(1), "l", &[b"a", b"bc"]));
    }

    #[test]
    fn only_the_same_key_row_and_column_open_a_value() {
        let sealed = seal(&key(1), &[9; 16], "tie", b"secret").unwrap();
        assert_eq!(open(&key(1), &[9; 16], "tie", &sealed).unwrap(), b"secret");
        assert!(open(&key(2), &[9; 16], "tie", &sealed).is_none());
        assert!(open(&key(1), &[8; 16], "tie", &sealed).is_none());
        assert!(open(&key(1), &[9; 16], "comment", &sealed).is_none());
    }
}

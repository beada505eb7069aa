//! The round's pair of keys for answers that wait on a phone: the page carries the public half, so whoever finds the phone
//! reads nothing; the private half hangs on the linking key and ends with it.
//!
//! ECDH on P-256, SHA-256 over the shared secret and the sender's public half, AES-256-GCM under that key, used once:
//! what browsers of the last ten years have in WebCrypto.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;

use super::cipher::{Secret, sha256};
use super::{Result, VaultError};

/// Opens what phones kept.
#[derive(Debug)]
pub struct OfflineKey {
    private: PrivateKey,
    public: String,
}

impl OfflineKey {
    /// The pair of a secret. A secret outside the curve's order, 1 in 2^32, is refused.
    pub(super) fn of(secret: &Secret) -> Result<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, secret.expose_secret())
            .map_err(|_| VaultError::Signing)?;
        let public = private.compute_public_key().map_err(|_| VaultError::Signing)?;
        Ok(Self { public: STANDARD.encode(public.as_ref()), private })
    }

    /// The public half as the page carries it: an uncompressed point, base64.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// What a phone locked: `half` is its public point, `locked` the box, both base64. `None` for anything else.
    #[must_use]
    pub fn unlock(&self, half: &str, locked: &str) -> Option<Vec<u8>> {
        let half = STANDARD.decode(half).ok()?;
        let mut bytes = STANDARD.decode(locked).ok()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &half);
        let key = agree(&self.private, theirs, (), |shared| {
            Ok(sha256(&[shared, half.as_slice()].concat()))
        })
        .ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).ok()?);
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        key.open_in_place(nonce, Aad::empty(), &mut bytes).ok().map(|clear| clear.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the script does it.
    fn locked(public: &str, clear: &[u8]) -> (String, String) {
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        let half = own.compute_public_key().unwrap();
        let round = STANDARD.decode(public).unwrap();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &round);
        let key = agree(&own, theirs, (), |shared| Ok(sha256(&[shared, half.as_ref()].concat())))
            .unwrap();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
        let mut bytes = clear.to_vec();
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes).unwrap();
        (STANDARD.encode(half.as_ref()), STANDARD.encode(bytes))
    }

    fn key(byte: u8) -> OfflineKey {
        OfflineKey::of(&Secret::new(Box::new([byte; 32]))).unwrap()
    }

    #[test]
    fn only_the_round_opens_what_a_phone_locked() {
        let (half, text) = locked(key(1).public(), b"q01=4");
        assert_eq!(key(1).unlock(&half, &text).as_deref(), Some(b"q01=4".as_slice()));
        assert_eq!(key(2).unlock(&half, &text), None);
        let (other, _) = locked(key(1).public(), b"q01=4");
        assert_eq!(key(1).unlock(&other, &text), None);
        for broken in ["", "AAAA", "!", &"A".repeat(88)] {
            assert_eq!(key(1).unlock(broken, &text), None);
            assert_eq!(key(1).unlock(&half, broken), None);
        }
        assert_eq!(key(1).public().len(), 88);
    }
}

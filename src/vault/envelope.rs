//! Envelopes for somebody outside: what is put in can be read by the holder of the private key alone, not by us.
//!
//! X25519 (RFC 7748) with a fresh key for every envelope, HMAC-SHA-256 to derive, XChaCha20-Poly1305.

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use aws_lc_rs::encoding::{AsBigEndian, Curve25519SeedBin};
use secrecy::SecretBox;

use super::cipher::{Secret, mac32, open, seal};
use super::{Result, VaultError};

/// Length of a public key, bytes; an envelope begins with one.
const KEY_BYTES: usize = 32;
/// Contents are filled up to a multiple of this, so that lengths tell little.
const BLOCK_BYTES: usize = 256;

/// The public key of the body that may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient([u8; KEY_BYTES]);

/// The private key of that body.
pub struct Reader {
    key: PrivateKey,
    public: Recipient,
}

fn shared(own: &PrivateKey, theirs: &Recipient, fresh: &[u8], to: &Recipient) -> Result<Secret> {
    let theirs = UnparsedPublicKey::new(&X25519, theirs.0);
    agree(own, theirs, VaultError::Signing, |secret| {
        let mut key = [0; KEY_BYTES];
        for (slot, byte) in key.iter_mut().zip(secret) {
            *slot = *byte;
        }
        let key = SecretBox::new(Box::new(key));
        Ok(SecretBox::new(Box::new(mac32(&key, "envelope", &[fresh, &to.0]))))
    })
}

fn public(key: &PrivateKey) -> Result<Recipient> {
    let public = key.compute_public_key().map_err(|_| VaultError::Signing)?;
    public.as_ref().try_into().map(Recipient).map_err(|_| VaultError::Signing)
}

impl Recipient {
    /// Reads 64 hex digits; `None` for anything else, and for a point with which no secret can be agreed.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
        let to = Self(bytes.try_into().ok()?);
        to.seal(&[0; 16], b"").ok()?;
        Some(to)
    }

    /// 64 lower-case hex digits.
    #[must_use]
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// Puts `clear` into an envelope that belongs to the row `id`.
    ///
    /// # Errors
    /// [`VaultError::Signing`].
    pub fn seal(&self, id: &[u8; 16], clear: &[u8]) -> Result<Vec<u8>> {
        let fresh = PrivateKey::generate(&X25519).map_err(|_| VaultError::Signing)?;
        let sender = public(&fresh)?;
        let key = shared(&fresh, self, &sender.0, self)?;
        let mut content = u32::try_from(clear.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
        content.extend(clear);
        content.resize(content.len().next_multiple_of(BLOCK_BYTES), 0);
        let mut envelope = sender.0.to_vec();
        envelope.extend(seal(&key, id, "callback.sheet", &content)?);
        Ok(envelope)
    }
}

impl Reader {
    /// A new key pair from the operating system's randomness.
    ///
    /// # Errors
    /// [`VaultError::Signing`].
    pub fn generate() -> Result<Self> {
        let key = PrivateKey::generate(&X25519).map_err(|_| VaultError::Signing)?;
        Ok(Self { public: public(&key)?, key })
    }

    /// Reads the 64 hex digits of [`Self::hex`].
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok()?;
        let key = PrivateKey::from_private_key(&X25519, &bytes).ok()?;
        Some(Self { public: public(&key).ok()?, key })
    }

    /// The private key as 64 hex digits, for its file.
    ///
    /// # Errors
    /// [`VaultError::Signing`].
    pub fn hex(&self) -> Result<SecretBox<String>> {
        let seed: Curve25519SeedBin<'_> =
            self.key.as_be_bytes().map_err(|_| VaultError::Signing)?;
        Ok(SecretBox::new(Box::new(data_encoding::HEXLOWER.encode(seed.as_ref()))))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> Recipient {
        self.public
    }

    /// What is in the envelope of the row `id`; `None` when it is another's or was altered.
    #[must_use]
    pub fn open(&self, id: &[u8; 16], envelope: &[u8]) -> Option<Vec<u8>> {
        let (sender, sealed) = envelope.split_first_chunk::<KEY_BYTES>()?;
        let key = shared(&self.key, &Recipient(*sender), sender, &self.public).ok()?;
        let content = open(&key, id, "callback.sheet", sealed)?;
        let (length, rest) = content.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest.get(..length).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_the_body_opens_its_envelope_and_only_for_its_row() {
        let body = Reader::generate().unwrap();
        let envelope = body.public().seal(&[1; 16], b"H21.01-261124-00001").unwrap();
        assert_eq!(body.open(&[1; 16], &envelope).unwrap(), b"H21.01-261124-00001");
        assert_eq!(body.open(&[2; 16], &envelope), None);
        assert_eq!(Reader::generate().unwrap().open(&[1; 16], &envelope), None);
        let mut altered = envelope.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(body.open(&[1; 16], &altered), None);
        assert_eq!(body.open(&[1; 16], &[]), None);
    }

    #[test]
    fn a_key_comes_back_from_its_file_and_lengths_tell_little() {
        let body = Reader::generate().unwrap();
        let again = Reader::parse(body.hex().unwrap().expose_secret()).unwrap();
        let to = Recipient::parse(&body.public().hex()).unwrap();
        let (short, long) =
            (to.seal(&[1; 16], b"1").unwrap(), to.seal(&[1; 16], &[7; 200]).unwrap());
        assert_eq!(short.len(), long.len());
        assert_eq!(again.open(&[1; 16], &short).unwrap(), b"1");
        assert!(Recipient::parse("00").is_none());
        // A point of small order agrees on nothing.
        assert!(Recipient::parse(&"0".repeat(64)).is_none());
    }

    /// Alice's keys of RFC 7748, section 6.1.
    #[test]
    fn the_curve_is_the_one_of_the_standard() {
        let alice =
            Reader::parse("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        assert_eq!(
            alice.unwrap().public().hex(),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
        );
    }
}

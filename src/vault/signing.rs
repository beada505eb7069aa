//! Ed25519 signing pairs (RFC 8032) for publications and access tokens; jsonwebtoken signs and verifies.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretSlice};

use super::cipher::sha256;
use super::{Result, VaultError};

/// A private key with its public half.
pub struct SigningPair {
    kid: String,
    public: [u8; 32],
    der: SecretSlice<u8>,
}

impl std::fmt::Debug for SigningPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningPair").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl SigningPair {
    pub(super) fn generate() -> Result<Self> {
        let pair = Ed25519KeyPair::generate().map_err(|_| VaultError::Signing)?;
        let der = pair.to_pkcs8v1().map_err(|_| VaultError::Signing)?;
        Self::from_der(der.as_ref())
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self> {
        let pair =
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| VaultError::Signing)?;
        let public: [u8; 32] =
            pair.public_key().as_ref().try_into().map_err(|_| VaultError::Signing)?;
        Ok(Self { kid: key_id(&public), public, der: der.to_vec().into() })
    }

    /// Key id: 16 hex digits of SHA-256 over the public key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Public half, 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    pub(super) fn private_der(&self) -> &[u8] {
        self.der.expose_secret()
    }

    /// The private half as jsonwebtoken wants it.
    #[must_use]
    pub fn encoding_key(&self) -> EncodingKey {
        EncodingKey::from_ed_der(self.der.expose_secret())
    }

    /// Signs `message`: base64url of the 64-byte signature.
    ///
    /// # Errors
    /// [`VaultError::Signing`].
    pub fn sign(&self, message: &[u8]) -> Result<String> {
        jsonwebtoken::crypto::sign(message, &self.encoding_key(), Algorithm::EdDSA)
            .map_err(|_| VaultError::Signing)
    }
}

fn key_id(public: &[u8; 32]) -> String {
    let digest = sha256(public);
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}

/// The public half as jsonwebtoken wants it.
#[must_use]
pub fn verifying_key(public: &[u8]) -> DecodingKey {
    DecodingKey::from_ed_der(public)
}

/// The public half as a JSON Web Key (RFC 8037).
#[must_use]
pub fn jwk(kid: &str, public: &[u8]) -> serde_json::Value {
    serde_json::json!({
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": kid,
        "x": URL_SAFE_NO_PAD.encode(public),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does() {
        let pair = SigningPair::generate().unwrap();
        let signature = pair.sign(b"message").unwrap();
        let key = verifying_key(&pair.public());
        let verify = |m: &[u8]| jsonwebtoken::crypto::verify(&signature, m, &key, Algorithm::EdDSA);
        assert!(verify(b"message").unwrap());
        assert!(!verify(b"massage").unwrap());
        let again = SigningPair::from_der(pair.private_der()).unwrap();
        assert_eq!(again.kid(), pair.kid());
    }
}

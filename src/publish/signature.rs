//! Detached JWS (RFC 7515, appendix F) over canonical bytes: `header..signature`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

use crate::vault::{SigningPair, VaultError, verifying_key};

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// Not `header..signature`.
    #[error("this is no detached JWS (header..signature)")]
    Shape,
    /// Another algorithm than EdDSA.
    #[error("the signature is not EdDSA")]
    Algorithm,
    /// Signed by a key that is not among those given.
    #[error("the key that signed is not among the known ones")]
    UnknownKey,
    /// The bytes are not the signed ones.
    #[error("the signature does not match: the bytes were altered, or another key signed them")]
    Mismatch,
}

/// Signs `bytes`.
///
/// # Errors
/// [`VaultError::Signing`].
pub fn sign(pair: &SigningPair, bytes: &[u8]) -> Result<String, VaultError> {
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, pair.kid());
    let header = URL_SAFE_NO_PAD.encode(header);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let signature = pair.sign(input.as_bytes())?;
    Ok(format!("{header}..{signature}"))
}

/// Checks a detached JWS over `bytes` against `keys` (kid, 32 public bytes); the kid that signed.
///
/// # Errors
/// [`SignatureFault`].
pub fn check<'k>(
    jws: &str,
    bytes: &[u8],
    keys: impl IntoIterator<Item = (&'k str, &'k [u8])>,
) -> Result<&'k str, SignatureFault> {
    let (header, signature) = jws.split_once("..").ok_or(SignatureFault::Shape)?;
    let decoded = URL_SAFE_NO_PAD.decode(header).map_err(|_| SignatureFault::Shape)?;
    let fields: serde_json::Value =
        serde_json::from_slice(&decoded).map_err(|_| SignatureFault::Shape)?;
    if fields.get("alg").and_then(|a| a.as_str()) != Some("EdDSA") {
        return Err(SignatureFault::Algorithm);
    }
    let kid = fields.get("kid").and_then(|k| k.as_str()).ok_or(SignatureFault::Shape)?;
    let (kid, public) =
        keys.into_iter().find(|(k, _)| *k == kid).ok_or(SignatureFault::UnknownKey)?;
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let good = jsonwebtoken::crypto::verify(
        signature,
        input.as_bytes(),
        &verifying_key(public),
        Algorithm::EdDSA,
    );
    if good.unwrap_or(false) { Ok(kid) } else { Err(SignatureFault::Mismatch) }
}

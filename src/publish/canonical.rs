//! Canonical JSON (RFC 8785) and its digest: the same document is the same bytes everywhere.

use serde::Serialize;

use super::PublishError;
use crate::vault::sha256;

/// Canonical bytes and their address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// RFC 8785.
    pub bytes: Vec<u8>,
    /// SHA-256, lower-case hex.
    pub digest: String,
}

/// The canonical bytes of a document.
///
/// # Errors
/// [`PublishError::Canonical`] for numbers JSON cannot hold.
pub fn canonical(document: &impl Serialize) -> Result<Canonical, PublishError> {
    let bytes = serde_json_canonicalizer::to_vec(document).map_err(PublishError::Canonical)?;
    let digest = data_encoding::HEXLOWER.encode(&sha256(&bytes));
    Ok(Canonical { bytes, digest })
}

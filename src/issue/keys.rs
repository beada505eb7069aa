//! The keys that decide who is asked: published by their digests at opening, so that nobody exchanges them later.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::IssueError;
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::id::RoundId;
use crate::store::round::Round;
use crate::vault::{Secret, VaultError, sha256};

/// Digests of the keys that decide who is asked; published at opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedDigests {
    /// SHA-256 of the 32-byte key of the asked rule, hex.
    pub key_sha256: String,
    /// SHA-256 of the 32-byte salt of the drawn lists, hex.
    pub salt_sha256: String,
}

/// Digests of the keys of a round, which are made where there are none yet.
///
/// # Errors
/// What the vault says.
pub fn digests(desk: &Desk, id: RoundId) -> Result<AskedDigests, VaultError> {
    let of = |key: &Secret| data_encoding::HEXLOWER.encode(&sha256(key.expose_secret()));
    Ok(AskedDigests {
        key_sha256: of(&desk.vault.asked_key(id)?),
        salt_sha256: of(&desk.vault.draw_salt(id)?),
    })
}

/// Checks that the keys here are those whose digests were published.
///
/// # Errors
/// [`IssueError::Refused`] when they are others: an exchanged key, or another server's `keys_dir`.
pub fn held(desk: &Desk, round: &Round) -> Result<(), IssueError> {
    let Some(published) = &round.asked_digests else { return Ok(()) };
    let published: AskedDigests = serde_json::from_str(published)
        .map_err(|_| StoreError::Corrupt { what: "digests of a round's keys" })?;
    if digests(desk, round.id)? == published {
        return Ok(());
    }
    Err(IssueError::Refused(format!(
        "the keys of round {} are not those whose digests were published at opening; keys_dir is another, or they were exchanged",
        round.code
    )))
}

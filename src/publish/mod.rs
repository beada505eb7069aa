//! **Publish**: canonical bytes (RFC 8785), addressed by their digest, signed (EdDSA, detached JWS); superseded, never
//! edited.

mod canonical;
mod signature;

pub use canonical::{Canonical, canonical};
pub use signature::{SignatureFault, check, sign};

use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::key::PublicKey;
use crate::vault::{SigningPair, VaultError};

/// Why a document could not be made, signed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A document that canonical JSON cannot hold.
    #[error("the document cannot be written as canonical JSON")]
    Canonical(#[source] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] SignatureFault),
}

/// What a signing key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Publications.
    Publication,
    /// Access tokens.
    Token,
}

impl Purpose {
    /// The word in the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Publication => "publication",
            Self::Token => "token",
        }
    }
}

/// The pair that signs for `purpose` now; the first one is made when there is none.
///
/// # Errors
/// When the key file is not here or cannot be made.
pub fn signing_pair(desk: &Desk, purpose: Purpose) -> Result<SigningPair, PublishError> {
    let current = desk
        .store
        .keys()?
        .into_iter()
        .find(|k| k.purpose == purpose.word() && k.retired_at.is_none());
    match current {
        Some(key) => Ok(desk.vault.signing_pair(&key.kid)?),
        None => match rotate(desk, &Actor::Service("keys"), purpose) {
            Ok(pair) => Ok(pair),
            // Another server made the first one at the same moment.
            Err(PublishError::Store(error)) if error.is_unique_violation() => {
                signing_pair(desk, purpose)
            }
            Err(error) => Err(error),
        },
    }
}

/// Makes a new pair and puts it in the place of the current one, which still verifies what it signed.
///
/// # Errors
/// When the key file cannot be made or the actor may not.
pub fn rotate(desk: &Desk, actor: &Actor, purpose: Purpose) -> Result<SigningPair, PublishError> {
    let pair = desk.vault.create_signing_pair()?;
    let at = desk.clock.now();
    let subject = format!("{} key", purpose.word());
    let act = Act::new(actor, Right::ManageKeys, at, "key.rotate", subject)
        .with(serde_json::json!({ "kid": pair.kid() }));
    let new = PublicKey {
        kid: pair.kid().to_owned(),
        purpose: purpose.word().to_owned(),
        public_key: pair.public().to_vec(),
        created_at: at.0,
        retired_at: None,
    };
    desk.store.rotate_key(&act, &new)?;
    Ok(pair)
}

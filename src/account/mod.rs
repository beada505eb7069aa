//! **Accounts** of machines: who may call the API, and the short-lived tokens they call it with.
//!
//! In: an administrator's wish for a client, a client's id and secret, a token. Out: a secret shown once, an
//! authenticated client, a signed token, who a token speaks for. Secrets are stored as digests only; what does not
//! verify is refused without saying which part was wrong.

pub mod client;
pub mod scope;
#[cfg(test)]
mod testing;
pub mod token;

use crate::publish::PublishError;
use crate::store::StoreError;
use crate::vault::VaultError;

/// Why an account could not be made or a token not be signed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// An id that could not stand in a header, a log line or a command.
    #[error(
        "{id:?} cannot be a client's id; use 1 to 64 lower-case letters, digits, dots and dashes"
    )]
    Id {
        /// The id as given.
        id: String,
    },
    /// A name that nobody could read in a list.
    #[error("the name of a client has between 1 and 120 characters in one line")]
    Name,
    /// An address that mail cannot be sent to.
    #[error("{contact:?} is no mail address")]
    Contact {
        /// The address as given.
        contact: String,
    },
    /// A client that may do nothing.
    #[error("a client needs at least one scope of: {}", scope::list())]
    NoScope,
    /// Reporting without units, or units without reporting.
    #[error(
        "the scope dossiers:write and the units whose dossiers are reported go together; name them with --unit"
    )]
    Units,
    /// A word that is no scope.
    #[error("{word:?} is no scope; there are: {}", scope::list())]
    UnknownScope {
        /// The word as given.
        word: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key or the system's randomness.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] PublishError),
}

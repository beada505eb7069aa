//! **Accounts** of machines and people: who may call the API, with which short-lived tokens, and who may sign in to the
//! console.
//!
//! In: an administrator's wish for a client, a client's id and secret, a token; a name, a password, a one-time password.
//! Out: a secret shown once, an authenticated client, a signed token, who a token speaks for; a session and its holder.
//! Secrets are stored as digests only; what does not verify is refused without saying which part was wrong.

pub mod client;
pub mod factor;
pub mod names;
pub mod one_time;
pub mod password;
mod recovery;
pub mod scope;
pub mod session;
pub mod sign_in;
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
    /// A password that is not taken.
    #[error(transparent)]
    Weak(#[from] password::WeakPassword),
    /// No second factor, or one that this server cannot read.
    #[error(
        "the account has no second factor that can be read here; let an administrator take it away and enrol again"
    )]
    NoFactor,
    /// There is one already, and only a password was given.
    #[error("the account has a second factor already; sign in with it to change it")]
    Enrolled,
    /// Too many tries within a quarter of an hour.
    #[error("too many tries; wait a quarter of an hour")]
    Wait,
    /// What it was about is over: a link that was used, an account that was closed.
    #[error("this works no more; ask for a new link")]
    Gone,
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

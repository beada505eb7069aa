//! Mail: tells people that something happened, at the end of the sentence issue → … → **publish**.
//!
//! What is to be told waits in the store's outbox as a reference and is rendered at sending. [`Outbox`] delivers it:
//! nothing is lost, nothing goes out again after a recorded 250, and a mail whose 250 may have been missed goes out
//! once more with the same Message-ID and is counted as perhaps twice. Without a mail server the outbox waits and says so.
//!
//! Bodies and headers are made from the store and `public_url` only; they load nothing and count nobody.

mod backoff;
mod failure;
mod message;
mod outbox;
mod post;
mod settings;
mod summary;
mod template;
mod transport;

pub use message::new_message_id;
pub use outbox::{Outbox, Pass};
pub use post::agent;
pub use settings::{Security, Settings};
pub use summary::{Summary, summary};
pub use transport::Transport;

/// Why mail cannot be set up or the outbox cannot be worked on. A mail that cannot be delivered is no error: its fate
/// is recorded in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A setting that cannot be used.
    #[error("{key}: {reason}")]
    Setting {
        /// The key in the table `mail`.
        key: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The file with the certificate of the mail server's authority.
    #[error("ca_file: {path} cannot be read")]
    Certificate {
        /// Which.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// TLS cannot be prepared.
    #[error("TLS to the mail server cannot be set up")]
    Tls {
        /// Why.
        #[source]
        cause: lettre::transport::smtp::Error,
    },
    /// The outbox cannot be read or written.
    #[error("the outbox cannot be read or written")]
    Store(#[from] crate::store::StoreError),
    /// A background thread is gone.
    #[error("the work on the outbox was broken off")]
    Broken,
}

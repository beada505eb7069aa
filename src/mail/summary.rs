//! How the outbox stands, for a person.

use std::fmt;

use super::MailError;
use crate::store::Store;
use crate::store::outbox::{Mail, MailCounts, MailState};

/// Troubles shown.
const TROUBLES: i64 = 10;

/// Counts by state, and the newest mails that are not sent and say why. `Display` names no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Counts.
    pub counts: MailCounts,
    /// Newest first, at most ten.
    pub troubles: Vec<Mail>,
}

/// Reads how the outbox stands.
///
/// # Errors
/// [`MailError::Store`].
pub fn summary(store: &Store) -> Result<Summary, MailError> {
    Ok(Summary { counts: store.mail_counts()?, troubles: store.mail_troubles(TROUBLES)? })
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MailCounts { queued, trying, sent, dead, dropped, perhaps_twice } = self.counts;
        writeln!(
            f,
            "queued {queued}, being tried {trying}, sent {sent}, given up {dead}, not wanted any more {dropped}, perhaps twice {perhaps_twice}"
        )?;
        for mail in &self.troubles {
            let next = match mail.state {
                MailState::Dead => "given up".to_owned(),
                MailState::Queued | MailState::Trying | MailState::Sent | MailState::Dropped => {
                    format!("next {}", mail.due_at.vietnam_minute())
                }
            };
            let error = mail.last_error.as_deref().unwrap_or_default();
            writeln!(
                f,
                "mail {} ({}), tries {}, {next}: {error}",
                mail.id, mail.kind, mail.attempts
            )?;
        }
        Ok(())
    }
}

//! What the mails say: one file per kind, rendered at sending from the reference in the outbox.

mod head;
mod invitation;
mod publication;
mod reset;

use askama::Template;

use crate::clock::Millis;
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::credential::PASSWORD_RESET;
use crate::store::outbox::{HEAD, INVITATION, Mail, PUBLICATION, REMINDER};

/// What a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML with everything escaped; loads nothing.
    pub html: String,
    /// Address that ends further mail by one POST.
    pub unsubscribe: Option<String>,
}

/// A letter and whom it goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Letter.
    pub letter: Letter,
    /// Address.
    pub recipient: String,
}

/// Why there is no letter.
#[derive(Debug)]
pub enum NoLetter {
    /// The store failed; nothing is wrong with the mail.
    Store(StoreError),
    /// What the mail is about is not there.
    Missing(String),
    /// Nobody wants it any more.
    Unwanted(String),
    /// Its time has not come.
    NotYet(Millis),
    /// A key is not in this server's directory; another's may be.
    Keys(String),
    /// This binary does not know the kind; a newer one put it there.
    Kind(String),
}

impl From<StoreError> for NoLetter {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Renders `mail`; addresses begin with the desk's `public_url`.
///
/// # Errors
/// [`NoLetter`].
pub fn render(desk: &Desk, mail: &Mail) -> Result<Addressed, NoLetter> {
    match (mail.kind.as_str(), mail.link_id) {
        (PUBLICATION, _) => {
            let letter = publication::letter(&desk.store, &mail.subject_ref, &desk.public_url)?;
            Ok(Addressed { letter, recipient: mail.recipient.clone() })
        }
        (PASSWORD_RESET, _) => reset::addressed(desk, mail),
        (HEAD, _) => {
            let letter = head::letter(&desk.store, &mail.subject_ref, &desk.public_url)?;
            Ok(Addressed { letter, recipient: mail.recipient.clone() })
        }
        (INVITATION, Some(link)) => invitation::addressed(desk, link, false),
        (REMINDER, Some(link)) => invitation::addressed(desk, link, true),
        (other, _) => {
            Err(NoLetter::Kind(format!("this khaosat knows no mail of the kind {other:?}")))
        }
    }
}

/// Fills a text and an HTML template.
fn fill(subject: String, text: &impl Template, html: &impl Template) -> Result<Letter, NoLetter> {
    let failed =
        |error: askama::Error| NoLetter::Missing(format!("the letter cannot be written: {error}"));
    Ok(Letter {
        subject,
        text: text.render().map_err(failed)?,
        html: html.render().map_err(failed)?,
        unsubscribe: None,
    })
}

/// `segment` as one segment of an address's path.
fn path_segment(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

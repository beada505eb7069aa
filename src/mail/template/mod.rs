//! What the mails say: one file per kind, rendered at sending from the reference in the outbox.

mod publication;

use askama::Template;

use crate::store::outbox::Mail;
use crate::store::{Store, StoreError};

/// What a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML with everything escaped; loads nothing.
    pub html: String,
}

/// Why there is no letter.
#[derive(Debug)]
pub enum NoLetter {
    /// The store failed; nothing is wrong with the mail.
    Store(StoreError),
    /// What the mail is about is not there.
    Missing(String),
    /// This binary does not know the kind; a newer one put it there.
    Kind(String),
}

impl From<StoreError> for NoLetter {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Renders `mail`; addresses begin with `public_url`.
///
/// # Errors
/// [`NoLetter`].
pub fn render(store: &Store, mail: &Mail, public_url: &str) -> Result<Letter, NoLetter> {
    match mail.kind.as_str() {
        "publication" => publication::letter(store, &mail.subject_ref, public_url),
        other => Err(NoLetter::Kind(format!("this khaosat knows no mail of the kind {other:?}"))),
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

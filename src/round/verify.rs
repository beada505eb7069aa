//! Recomputes a publication from its inputs and compares bytes.

use super::document::{Document, Heading, document};
use super::weigh::Sealed;
use super::{Desk, Result, index, refused};
use crate::publish::{canonical, check};
use crate::store::publication::Publication;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Digest of the publication.
    pub digest: String,
    /// Key that signed it.
    pub kid: String,
    /// Its number.
    pub number: i32,
    /// What does not agree; empty when everything does.
    pub faults: Vec<String>,
}

/// Checks the newest publication of a round: digest, signature, and every figure recomputed from records and margins.
///
/// # Errors
/// [`RoundError::Refused`] when nothing is published.
pub fn verify(desk: &Desk, code: &str) -> Result<Verified> {
    let sealed = Sealed::read(desk, code)?;
    let Some(publication) = desk.store.latest_publication(sealed.round.id)? else {
        return refused(format!("round {code} has no publication yet"));
    };
    let mut faults = check_bytes(desk, &publication)?;
    let parts = sealed.weigh()?;
    let figures = index::figures(&sealed, &parts)?;
    match serde_json::from_slice::<Document>(&publication.bytes) {
        Ok(published) => {
            let heading = Heading {
                number: publication.number,
                supersedes: publication.supersedes.clone(),
                correction: published.correction.clone(),
                published_at: published.published_at.clone(),
            };
            let again = document(desk, &sealed, figures, heading)?;
            if canonical(&again)?.bytes != publication.bytes {
                faults.extend(differences(&published, &again));
            }
        }
        Err(error) => faults.push(format!("the document cannot be read: {error}")),
    }
    Ok(Verified {
        digest: publication.digest,
        kid: publication.kid,
        number: publication.number,
        faults,
    })
}

fn check_bytes(desk: &Desk, publication: &Publication) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let value: serde_json::Value = match serde_json::from_slice(&publication.bytes) {
        Ok(value) => value,
        Err(error) => return Ok(vec![format!("the document is no JSON: {error}")]),
    };
    let again = canonical(&value)?;
    if again.bytes != publication.bytes {
        faults.push("the bytes are not canonical".to_owned());
    }
    if again.digest != publication.digest {
        faults.push(format!("the digest is {}, not {}", again.digest, publication.digest));
    }
    let keys = desk.store.keys()?;
    let known = keys.iter().map(|k| (k.kid.as_str(), k.public_key.as_slice()));
    if let Err(fault) = check(&publication.signature, &publication.bytes, known) {
        faults.push(fault.to_string());
    }
    Ok(faults)
}

/// Which parts differ, by name.
fn differences(published: &Document, again: &Document) -> Vec<String> {
    let parts: [(&str, bool); 7] = [
        ("the sealed records", published.inputs.records != again.inputs.records),
        ("the margins", published.inputs.margins != again.inputs.margins),
        ("the figures", published.figures != again.figures),
        ("the counts of links and answers", published.counts != again.counts),
        ("the outcome of sealing", published.outcome != again.outcome),
        (
            "the rules",
            published.rules != again.rules || published.rules_digest != again.rules_digest,
        ),
        ("the amendments", published.amendments != again.amendments),
    ];
    let mut named: Vec<String> = parts
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(what, _)| format!("{what} are not those that were published"))
        .collect();
    if named.is_empty() {
        named.push("the document differs in its heading".to_owned());
    }
    named
}

impl Verified {
    /// True when everything agrees.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

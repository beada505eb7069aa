//! Recomputes a publication from its inputs and compares bytes.

use super::check::{sealed_faults, unsealed_faults};
use super::document::{Document, Heading, document};
use super::sample::arrivals;
use super::weigh::{Sealed, weight_bytes};
use super::{Desk, Result, RoundError, audit, index};
use crate::publish::{canonical, check};
use crate::store::publication::Publication;
use crate::store::round::{Round, State};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The newest publication, where there is one.
    pub publication: Option<VerifiedPublication>,
    /// What was looked at and agrees, a sentence each.
    pub told: Vec<String>,
    /// What does not agree; empty when everything does.
    pub faults: Vec<String>,
}

/// The publication that was recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPublication {
    /// Its digest.
    pub digest: String,
    /// Key that signed it.
    pub kid: String,
    /// Its number.
    pub number: i32,
}

/// Checks a round as far as it has come: before sealing every row against its leaf; after it the records against the sealed
/// root; then the newest publication, with every figure recomputed from records and margins.
///
/// # Errors
/// What keeps the check from being made; whatever does not agree is told in [`Verified::faults`].
pub fn verify(desk: &Desk, code: &str) -> Result<Verified> {
    let round = desk.store.round(code)?;
    match round.state {
        State::Planned | State::Open | State::Closed | State::Flagged => {
            verify_unsealed(desk, &round)
        }
        _ => verify_sealed(desk, round),
    }
}

fn verify_unsealed(desk: &Desk, round: &Round) -> Result<Verified> {
    let mut verified = Verified { publication: None, told: Vec::new(), faults: Vec::new() };
    if round.state == State::Planned {
        verified.told.push("nothing is stored of a round that is not open yet".to_owned());
        return Ok(verified);
    }
    match arrivals(desk, round) {
        Ok(arrived) => {
            verified.faults = unsealed_faults(desk, round, &arrived)?;
            verified.told.push(format!(
                "{} answers, their verdicts, flags and the margins: each as its leaf in the ledger says",
                arrived.rows.len() + arrived.withdrawn.len()
            ));
        }
        // A row that cannot even be read was altered; the error names it.
        Err(RoundError::Refused(fault)) => verified.faults.push(fault),
        Err(RoundError::Answers(fault)) => verified.faults.push(fault.to_string()),
        Err(error) => return Err(error),
    }
    Ok(verified)
}

fn verify_sealed(desk: &Desk, round: Round) -> Result<Verified> {
    let records = desk.store.sealed_records(round.id)?;
    let mut faults = sealed_faults(desk, &round, &records)?;
    let mut told = vec![format!(
        "{} sealed records, the margins and every publication: as the ledger says",
        records.len()
    )];
    let sealed = Sealed::of(desk, round, records)?;
    let Some(publication) = desk.store.latest_publication(sealed.round.id)? else {
        return Ok(Verified { publication: None, told, faults });
    };
    faults.extend(check_bytes(desk, &publication)?);
    // A document that cannot be read is told below.
    if let Ok(all) = audit::documents(&desk.store.publications(sealed.round.id)?) {
        let audited = audit::of_documents(&sealed, &all)?;
        faults.extend(audited.faults);
        told.push(format!(
            "{} figures of {} publications: no difference tells of fewer than the threshold",
            audited.figures, audited.publications
        ));
    }
    let parts = sealed.weigh()?;
    if let Some(run) = desk.store.weight_run(sealed.round.id)?
        && run.weights != weight_bytes(sealed.records.len(), &parts)
    {
        faults.push("the stored weights are not those of the records and margins".to_owned());
    }
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
    told.push(format!("canonical form, digest and signature by key {}: good", publication.kid));
    told.push(
        "every figure recomputed from the sealed records and margins: the same bytes".to_owned(),
    );
    let publication = VerifiedPublication {
        digest: publication.digest,
        kid: publication.kid,
        number: publication.number,
    };
    Ok(Verified { publication: Some(publication), told, faults })
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

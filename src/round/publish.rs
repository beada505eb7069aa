//! The step from indexed to published: canonical, signed, told by mail; a correction takes the place of an earlier one.

use super::document::{Document, Heading, document};
use super::weigh::Sealed;
use super::{Desk, Result, RoundError, audit, refused};
use crate::ledger;
use crate::publish::{Canonical, PublishError, Purpose, canonical, sign, signing_pair};
use crate::store::actor::{Act, Actor, Right, Role};
use crate::store::ledger::HeadReason;
use crate::store::outbox::{Notice, PUBLICATION};
use crate::store::publication::Publication;
use crate::vault::random;

impl From<PublishError> for RoundError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Canonical(cause) => Self::Canonical(cause),
            PublishError::Store(cause) => Self::Store(cause),
            PublishError::Vault(cause) => Self::Vault(cause),
            PublishError::Signature(cause) => Self::Refused(cause.to_string()),
        }
    }
}

/// Publishes the figures of an indexed round by two publishers. The same figures again are the same publication.
///
/// # Errors
/// [`RoundError::Refused`] before indexing, for changed figures without a `correction` in words, or where a figure less
/// another one ever published would tell of a few.
pub fn publish(
    desk: &Desk,
    publisher: &Actor,
    second: &Actor,
    code: &str,
    correction: Option<&str>,
) -> Result<Publication> {
    let sealed = Sealed::read(desk, code)?;
    let Some(stored) = desk.store.figures(sealed.round.id)? else {
        return refused(format!("round {code} has no figures yet; run khaosat round index"));
    };
    let figures: super::Figures = serde_json::from_str(&stored).map_err(RoundError::Canonical)?;
    let latest = desk.store.latest_publication(sealed.round.id)?;
    if let Some(latest) = &latest {
        let old: Document = serde_json::from_slice(&latest.bytes).map_err(RoundError::Canonical)?;
        if old.figures == figures {
            return Ok(latest.clone());
        }
        if correction.is_none_or(|words| words.trim().chars().count() < 10) {
            return refused(
                "the figures differ from those published; say why with --correction (at least ten characters)",
            );
        }
    }
    let at = desk.clock.now();
    let heading = Heading {
        number: latest.as_ref().map_or(1, |p| p.number + 1),
        supersedes: latest.as_ref().map(|p| p.digest.clone()),
        correction: correction.filter(|_| latest.is_some()).map(|w| w.trim().to_owned()),
        published_at: at.rfc3339(),
    };
    let document = document(desk, &sealed, figures, heading)?;
    let earlier = audit::documents(&desk.store.publications(sealed.round.id)?)?;
    refuse_subtraction(&sealed, earlier, &document)?;
    let Canonical { bytes, digest } = canonical(&document)?;
    let pair = signing_pair(desk, Purpose::Publication)?;
    let new = Publication {
        signature: sign(&pair, &bytes)?,
        kid: pair.kid().to_owned(),
        round_id: sealed.round.id,
        number: document.number,
        published_at: at.0,
        supersedes: document.supersedes.clone(),
        digest,
        bytes,
    };
    let act = Act::new(publisher, Right::Publish, at, "round.publish", format!("round {code}"))
        .witnessed(second, Right::Publish)
        .with(serde_json::json!({ "digest": new.digest, "number": new.number }));
    desk.store.publish(&act, &new, &notices(desk)?)?;
    ledger::sign_head(desk, HeadReason::Publication, Some(sealed.round.id))?;
    Ok(new)
}

/// Refuses a document that, beside everything published before, would tell how a few people answered. What was published
/// already cannot be taken back, so a document is refused only for what it adds.
fn refuse_subtraction(sealed: &Sealed, earlier: Vec<Document>, new: &Document) -> Result<()> {
    let before = audit::of_documents(sealed, &earlier)?.faults;
    let mut all = earlier;
    all.push(new.clone());
    let mut added = audit::of_documents(sealed, &all)?.faults;
    added.retain(|fault| !before.contains(fault));
    let [first, rest @ ..] = added.as_slice() else { return Ok(()) };
    let more = if rest.is_empty() { String::new() } else { format!(" ({} more)", rest.len()) };
    refused(format!(
        "it is not published, for it would tell how a few people answered: {first}{more}"
    ))
}

/// A notice for every publisher and every API client's contact.
fn notices(desk: &Desk) -> Result<Vec<Notice>> {
    let mut addresses = desk.store.addresses_of(Role::Publisher)?;
    addresses.extend(desk.store.clients()?.into_iter().filter_map(|c| c.contact));
    addresses.sort_unstable();
    addresses.dedup();
    addresses
        .into_iter()
        .map(|recipient| {
            let message_id = crate::mail::new_message_id(random::<16>()?, &desk.public_url);
            Ok(Notice { kind: PUBLICATION, recipient, message_id })
        })
        .collect()
}

//! What came in, before sealing: responses with their ties opened. Only dedup, sealing and withdrawal look at it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, Result, RoundError};
use crate::form::{Answers, Form};
use crate::store::StoreError;
use crate::store::id::{LinkId, ResponseId};
use crate::store::link::Origin;
use crate::store::response::Stored;
use crate::store::round::Round;
use crate::vault::Tie;

/// One response with what ties it to where it came from.
pub(super) struct Arrived {
    pub id: ResponseId,
    pub answers: Answers,
    pub language: String,
    pub tie: Tie,
    pub origin: Origin,
}

/// All responses of a round that were not withdrawn, in order of arrival (then of answers, so that ids play no part).
pub(super) struct Arrivals {
    pub form: Form,
    pub rows: Vec<Arrived>,
    pub withdrawn: Vec<(ResponseId, Tie)>,
}

/// The parsed form of a round.
pub(super) fn form_of(desk: &Desk, round: &Round) -> Result<Form> {
    let stored = desk.store.form(round.form_id)?;
    Form::parse(&stored.source, &format!("form {} version {}", stored.code, stored.version))
        .map_err(|problems| RoundError::Form(problems.to_string()))
}

/// Reads and opens everything that is stored of a round.
pub(super) fn arrivals(desk: &Desk, round: &Round) -> Result<Arrivals> {
    let origins = desk.store.origins(round.id)?;
    open(desk, round, desk.store.responses(round.id)?, |_| Ok(origins))
}

/// The same of some responses.
pub(super) fn arrivals_of(desk: &Desk, round: &Round, ids: &[ResponseId]) -> Result<Arrivals> {
    open(desk, round, desk.store.responses_by_id(round.id, ids)?, |links| {
        Ok(desk.store.origins_of(round.id, links)?)
    })
}

fn open(
    desk: &Desk,
    round: &Round,
    stored: Vec<Stored>,
    origins: impl FnOnce(&BTreeSet<LinkId>) -> Result<BTreeMap<LinkId, Origin>>,
) -> Result<Arrivals> {
    let form = form_of(desk, round)?;
    let linking = desk.vault.linking_key(round.id)?;
    let altered = |id: ResponseId| {
        RoundError::Refused(format!(
            "response {} does not match what was received; the database was altered",
            id.hex()
        ))
    };
    let mut opened = Vec::with_capacity(stored.len());
    for one in stored {
        let tie = linking.open_tie(one.id, &one.tie).map_err(|_| altered(one.id))?;
        opened.push((one, tie));
    }
    let origins = origins(&opened.iter().map(|(_, tie)| tie.link).collect())?;
    let mut rows = Vec::new();
    let mut withdrawn = Vec::new();
    for (stored, tie) in opened {
        if stored.withdrawn {
            withdrawn.push((stored.id, tie));
            continue;
        }
        let origin = origins
            .get(&tie.link)
            .cloned()
            .ok_or(StoreError::Corrupt { what: "response's link" })?;
        let comment = stored
            .comment_enc
            .as_deref()
            .map(|sealed| linking.open_comment(stored.id, sealed).map_err(|_| altered(stored.id)));
        let comment = comment.transpose()?;
        let answers = form
            .decode_with_comment(&stored.answers, comment.as_deref())
            .map_err(|_| altered(stored.id))?;
        if linking.answers(&answers.canonical_bytes()) != tie.answers {
            return Err(altered(stored.id));
        }
        rows.push(Arrived { id: stored.id, answers, language: stored.language, tie, origin });
    }
    rows.sort_by(|a, b| {
        (a.tie.received, a.answers.codes(), a.answers.comment(), a.id).cmp(&(
            b.tie.received,
            b.answers.codes(),
            b.answers.comment(),
            b.id,
        ))
    });
    Ok(Arrivals { form, rows, withdrawn })
}

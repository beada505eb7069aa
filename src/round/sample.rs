//! What came in, before sealing: responses with their ties opened. Only dedup, sealing and withdrawal look at it.

use std::collections::BTreeMap;

use super::{Desk, Result, RoundError};
use crate::form::{Answers, Form};
use crate::store::StoreError;
use crate::store::id::{LinkId, ResponseId};
use crate::store::link::Origin;
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
    let form = form_of(desk, round)?;
    let linking = desk.vault.linking_key(round.id)?;
    let origins: BTreeMap<LinkId, Origin> = desk.store.origins(round.id)?;
    let mut rows = Vec::new();
    let mut withdrawn = Vec::new();
    for stored in desk.store.responses(round.id)? {
        let altered = || {
            super::refused(format!(
                "response {} does not match what was received; the database was altered",
                stored.id.hex()
            ))
        };
        let Ok(tie) = linking.open_tie(stored.id, &stored.tie) else { return altered() };
        if stored.withdrawn {
            withdrawn.push((stored.id, tie));
            continue;
        }
        let origin = origins
            .get(&tie.link)
            .cloned()
            .ok_or(StoreError::Corrupt { what: "response's link" })?;
        let comment = match &stored.comment_enc {
            Some(sealed) => match linking.open_comment(stored.id, sealed) {
                Ok(comment) => Some(comment),
                Err(_) => return altered(),
            },
            None => None,
        };
        let Ok(answers) = form.decode_with_comment(&stored.answers, comment.as_deref()) else {
            return altered();
        };
        if linking.answers(&answers.canonical_bytes()) != tie.answers {
            return altered();
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

//! Verdicts: a person's decision on flagged responses, with a reason; never on the person's own unit, by two where it
//! reaches far, and superseded by a later one until the round is sealed.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Rules;
use super::sample::{Arrived, arrivals_of};
use super::{Desk, Result, refused};
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::{CounterId, ResponseId, UnitId};
use crate::store::round::Round;
use crate::store::tally::What;
use crate::store::verdict::{Decision, Verdict};

/// Fewest characters of a reason.
pub const REASON_CHARS_MIN: usize = 10;
/// Most characters of a reason.
pub const REASON_CHARS_MAX: usize = 2_000;

/// Units an actor belongs to: on these he decides nothing.
pub(super) fn own_units(desk: &Desk, actor: &Actor) -> Result<BTreeSet<UnitId>> {
    let held: BTreeSet<UnitId> = match actor {
        Actor::Person { grants, .. } => {
            grants.iter().filter_map(|(_, unit)| unit.map(UnitId)).collect()
        }
        Actor::Client { units, .. } => units.iter().copied().map(UnitId).collect(),
        Actor::Service(_) => BTreeSet::new(),
    };
    let mut own = held.clone();
    let units = desk.store.units()?;
    // Children after parents however they are stored: at most as many passes as the tree is deep.
    loop {
        let before = own.len();
        own.extend(
            units
                .iter()
                .filter(|u| u.parent_id.is_some_and(|p| own.contains(&p)))
                .map(|u| u.id)
                .collect::<Vec<_>>(),
        );
        if own.len() == before {
            return Ok(own);
        }
    }
}

/// A reason that is long enough to be one, without spaces around.
pub(super) fn reason_of(words: &str) -> Result<&str> {
    let reason = words.trim();
    if (REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
        Ok(reason)
    } else {
        refused("give a reason of ten to two thousand characters; it is audited")
    }
}

/// The responses of a decision, checked: flagged, of this round, not of an own unit of any of `persons`.
pub(super) fn deciding(
    desk: &Desk,
    persons: &[&Actor],
    round: &Round,
    responses: &[ResponseId],
) -> Result<Vec<Arrived>> {
    let flagged: BTreeSet<ResponseId> =
        desk.store.flags_on(round.id, responses)?.into_iter().map(|f| f.response_id).collect();
    let rows = arrivals_of(desk, round, responses)?.rows;
    let found: BTreeSet<ResponseId> = rows.iter().map(|r| r.id).collect();
    if let Some(id) = responses.iter().find(|id| !flagged.contains(id) || !found.contains(id)) {
        return refused(format!("{} is no flagged response of round {}", id.hex(), round.code));
    }
    for person in persons {
        let own = own_units(desk, person)?;
        if let Some(row) = rows.iter().find(|row| own.contains(&row.origin.unit_id)) {
            return refused(format!(
                "{} belongs to the unit of response {}; nobody decides on his own unit",
                person.name(),
                row.id.hex()
            ));
        }
    }
    Ok(rows)
}

/// Why a decision needs two reviewers, if it does.
///
/// # Errors
/// What the database says.
pub(super) fn four_eyes(
    desk: &Desk,
    round: &Round,
    rows: &[Arrived],
    decision: Decision,
) -> Result<Option<String>> {
    let rules = Rules::read(&round.rules)?;
    let from = usize::try_from(rules.four_eyes_from).unwrap_or(usize::MAX);
    if rows.len() >= from {
        return Ok(Some(format!(
            "this decides on {} answers at once; from {from} on two reviewers decide",
            rows.len()
        )));
    }
    if decision != Decision::Exclude {
        return Ok(None);
    }
    let now: BTreeSet<ResponseId> = rows.iter().map(|row| row.id).collect();
    let before: Vec<ResponseId> = desk
        .store
        .verdicts(round.id)?
        .into_values()
        .filter(|v| v.decision == Decision::Exclude && !now.contains(&v.response_id))
        .map(|v| v.response_id)
        .collect();
    let mut out: BTreeMap<UnitId, i64> = BTreeMap::new();
    for row in rows {
        *out.entry(row.origin.unit_id).or_default() += 1;
    }
    for row in arrivals_of(desk, round, &before)?.rows {
        out.entry(row.origin.unit_id).and_modify(|n| *n += 1);
    }
    let units = desk.store.round_units(round.id)?;
    let ids: Vec<UnitId> = units.iter().map(|u| u.id).collect();
    let unit_of: BTreeMap<CounterId, UnitId> =
        desk.store.counters(&ids)?.into_iter().map(|c| (c.id, c.unit_id)).collect();
    let mut stored: BTreeMap<UnitId, i64> = BTreeMap::new();
    for ((counter, _, what), n) in desk.store.tallies(round.id)? {
        let sign = match what {
            What::Stored => 1,
            What::Withdrawn => -1,
            _ => continue,
        };
        if let Some(unit) = unit_of.get(&counter) {
            *stored.entry(*unit).or_default() += sign * n;
        }
    }
    let percent = i64::from(rules.four_eyes_percent);
    let far = out
        .iter()
        .find(|(unit, n)| **n * 100 > percent * stored.get(unit).copied().unwrap_or_default());
    Ok(far.map(|(unit, _)| {
        let code = units.iter().find(|u| u.id == *unit).map_or("?", |u| u.code.as_str());
        format!(
            "this leaves out more than {percent} % of the answers of unit {code}; two reviewers decide on that"
        )
    }))
}

/// Decides on the given responses; `second` is the other reviewer where the decision reaches far. [`Decision::Undone`] takes
/// back what was decided.
///
/// # Errors
/// [`super::RoundError::Refused`] for an unknown or unflagged response, a reason too short, a person's own unit, or a
/// decision that needs two.
pub fn decide(
    desk: &Desk,
    actor: &Actor,
    second: Option<&Actor>,
    code: &str,
    responses: &[ResponseId],
    decision: Decision,
    reason: &str,
) -> Result<()> {
    let round = desk.store.round(code)?;
    let reason = reason_of(reason)?;
    let responses: Vec<ResponseId> =
        responses.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let act = Act::new(
        actor,
        Right::DecideVerdicts,
        desk.clock.now(),
        "round.verdict",
        format!("round {code}"),
    )
    .with(serde_json::json!({
        "responses": responses.iter().map(|id| id.hex()).collect::<Vec<_>>(),
        "decision": decision.word(),
        "reason": reason,
    }));
    let act = match second {
        Some(second) => act.witnessed(second, Right::DecideVerdicts),
        None => act,
    };
    // Who is no reviewer learns nothing of what is stored.
    if !is_reviewer(actor) {
        desk.store.permits(&act)?;
    }
    let persons: Vec<&Actor> = std::iter::once(actor).chain(second).collect();
    let rows = deciding(desk, &persons, &round, &responses)?;
    if second.is_none()
        && let Some(why) = four_eyes(desk, &round, &rows, decision)?
    {
        return refused(format!("{why}; name the second with --with USER"));
    }
    let verdicts: Vec<Verdict> = responses
        .iter()
        .map(|id| Verdict {
            response_id: *id,
            decision,
            reason: reason.to_owned(),
            decided_by: actor.name().to_owned(),
            confirmed_by: second.map(|second| second.name().to_owned()),
        })
        .collect();
    Ok(desk.store.put_verdicts(&act, round.id, &verdicts)?)
}

fn is_reviewer(actor: &Actor) -> bool {
    let deciding = Right::DecideVerdicts.roles();
    matches!(actor, Actor::Person { grants, .. } if grants.iter().any(|(role, _)| deciding.contains(role)))
}

/// Responses flagged by `rule` at one of `severities`.
///
/// # Errors
/// What the database says.
pub fn flagged_by(
    desk: &Desk,
    code: &str,
    rule: &str,
    severities: &[&str],
) -> Result<Vec<ResponseId>> {
    let round = desk.store.round(code)?;
    let responses: BTreeSet<ResponseId> = desk
        .store
        .flags(round.id)?
        .into_iter()
        .filter(|f| f.rule == rule && severities.contains(&f.severity.as_str()))
        .map(|f| f.response_id)
        .collect();
    Ok(responses.into_iter().collect())
}

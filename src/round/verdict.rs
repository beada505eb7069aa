//! Verdicts: a person's decision on a flagged response, with a reason; never on the person's own unit.

use std::collections::{BTreeMap, BTreeSet};

use super::sample::{Arrived, arrivals};
use super::{Desk, Result, refused};
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::{ResponseId, UnitId};
use crate::store::verdict::{Decision, Verdict};

/// Units an actor belongs to: on these he decides nothing.
fn own_units(desk: &Desk, actor: &Actor) -> Result<BTreeSet<UnitId>> {
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

/// Decides on the given responses.
///
/// # Errors
/// [`super::RoundError::Refused`] for an unknown or unflagged response, an empty reason, or the person's own unit.
pub fn decide(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    responses: &[ResponseId],
    decision: Decision,
    reason: &str,
) -> Result<()> {
    let round = desk.store.round(code)?;
    if reason.trim().chars().count() < 10 {
        return refused("give a reason of at least ten characters; it is audited");
    }
    let flagged: BTreeSet<ResponseId> =
        desk.store.flags(round.id)?.into_iter().map(|f| f.response_id).collect();
    let arrived = arrivals(desk, &round)?;
    let by_id: BTreeMap<ResponseId, &Arrived> = arrived.rows.iter().map(|r| (r.id, r)).collect();
    let own = own_units(desk, actor)?;
    let mut verdicts = Vec::new();
    for id in responses {
        let Some(row) = by_id.get(id).filter(|_| flagged.contains(id)) else {
            return refused(format!("{} is no flagged response of round {code}", id.hex()));
        };
        if own.contains(&row.origin.unit_id) {
            return refused(format!(
                "{} belongs to the unit of response {}; nobody decides on his own unit",
                actor.name(),
                id.hex()
            ));
        }
        verdicts.push(Verdict {
            response_id: *id,
            decision,
            reason: reason.trim().to_owned(),
            decided_by: actor.name().to_owned(),
        });
    }
    let act = Act::new(
        actor,
        Right::DecideVerdicts,
        desk.clock.now(),
        "round.verdict",
        format!("round {code}"),
    )
    .with(serde_json::json!({
        "responses": verdicts.iter().map(|v| v.response_id.hex()).collect::<Vec<_>>(),
        "decision": decision.word(),
        "reason": reason.trim(),
    }));
    Ok(desk.store.put_verdicts(&act, round.id, &verdicts)?)
}

/// Decides on all responses flagged by `rule` at one of `severities`; the number decided.
///
/// # Errors
/// As [`decide`].
pub fn decide_flagged(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    rule: &str,
    severities: &[&str],
    decision: Decision,
    reason: &str,
) -> Result<usize> {
    let round = desk.store.round(code)?;
    let responses: BTreeSet<ResponseId> = desk
        .store
        .flags(round.id)?
        .into_iter()
        .filter(|f| f.rule == rule && severities.contains(&f.severity.as_str()))
        .map(|f| f.response_id)
        .collect();
    let responses: Vec<ResponseId> = responses.into_iter().collect();
    decide(desk, actor, code, &responses, decision, reason)?;
    Ok(responses.len())
}

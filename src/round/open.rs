//! Creating, opening, closing and extending a round.

use std::collections::BTreeMap;

use super::rules::{Plan, Rules, frozen_digest};
use super::{Desk, Result, RoundError, refused};
use crate::clock::Millis;
use crate::form::Form;
use crate::ledger;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::RoundId;
use crate::store::ledger::HeadReason;
use crate::store::margin::Margins;
use crate::store::round::{Change, NewRound, Round, State};

/// Creates a round from its plan, or replaces the plan of one that is not open yet. `form_source` is the text of the
/// form's file.
///
/// # Errors
/// [`RoundError::Form`] with every mistake of the form, [`RoundError::Store`] naming an unknown unit.
pub fn create(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    plan: &Plan,
    form_source: &str,
) -> Result<RoundId> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if code.is_empty() || code.len() > 64 || !code.chars().all(good) {
        return refused(format!(
            "{code:?} cannot be a round's code; use lower-case letters, digits and dashes, at most 64"
        ));
    }
    if RESERVED.contains(&code) {
        return refused(format!(
            "{code:?} cannot be a round's code; it means something else in addresses"
        ));
    }
    let form = Form::parse(form_source, &plan.form)
        .map_err(|problems| RoundError::Form(problems.to_string()))?;
    if let Some(fault) = plan.rules.asking.fault(&form) {
        return refused(format!("rules.asking: {fault}"));
    }
    let (opens_at, closes_at, grace_ms) =
        plan.times().map_err(|(key, reason)| RoundError::Refused(format!("{key}: {reason}")))?;
    let mut units = Vec::new();
    for code in &plan.rules.units {
        units.push(desk.store.unit_on(code, &plan.rules.units_on)?.id);
    }
    units.sort_unstable();
    units.dedup();
    let at = desk.clock.now();
    let subject = format!("form {} version {}", form.id, form.version);
    let act = Act::new(actor, Right::RunRound, at, "form.store", subject);
    let form_id = desk.store.put_form(
        &act,
        form.id.as_str(),
        i32::from(form.version),
        &form.digest().to_string(),
        form_source,
    )?;
    let rules = plan.rules.canonical()?;
    let act = Act::new(actor, Right::RunRound, at, "round.create", format!("round {code}")).with(
        serde_json::json!({ "units": plan.rules.units.len(), "form": form.digest().to_string() }),
    );
    let new =
        NewRound { code: code.to_owned(), form_id, opens_at, closes_at, grace_ms, rules, units };
    Ok(desk.store.put_round(&act, &new)?)
}

/// Opens a round: freezes form, times and rules under a digest and makes the linking key. Links may be issued before.
///
/// # Errors
/// [`RoundError::Refused`] after its closing time.
pub fn open(desk: &Desk, actor: &Actor, code: &str) -> Result<()> {
    let round = desk.store.round(code)?;
    if round.state == State::Open {
        return Ok(());
    }
    let at = desk.clock.now();
    if at >= round.closes_at {
        return refused(format!(
            "round {code} closes at {}, which is past; give it another closing time with round create",
            round.closes_at.vietnam_minute()
        ));
    }
    desk.vault.create_linking_key(round.id)?;
    let asked = crate::issue::keys::digests(desk, round.id)?;
    let form = desk.store.form(round.form_id)?;
    let digest =
        frozen_digest(&form.digest, round.opens_at, round.closes_at, round.grace_ms, &round.rules);
    let act = Act::new(actor, Right::RunRound, at, "round.open", format!("round {code}"))
        .with(serde_json::json!({ "rules_digest": digest, "asked": asked }));
    let asked = serde_json::to_string(&asked).map_err(RoundError::Canonical)?;
    let change =
        Change { rules_digest: Some(digest), asked_digests: Some(asked), ..Change::default() };
    Ok(desk.store.move_round(&act, round.id, &[State::Planned], State::Open, &change)?)
}

/// Words that stand in addresses and commands where a round's code might.
const RESERVED: [&str; 2] = ["ledger", "scorecards"];

/// Closes a round at or after its closing time; earlier only with a second person and a reason, which is published.
///
/// # Errors
/// [`RoundError::Refused`] too early without witness and reason.
pub fn close(desk: &Desk, actor: &Actor, code: &str, early: Option<(&Actor, &str)>) -> Result<()> {
    let round = desk.store.round(code)?;
    if round.state != State::Open {
        return if round.state == State::Planned {
            refused(format!("round {code} is not open yet"))
        } else {
            Ok(())
        };
    }
    let at = desk.clock.now();
    let mut act = Act::new(actor, Right::RunRound, at, "round.close", format!("round {code}"));
    let mut change = Change::default();
    if at < round.closes_at {
        let Some((witness, reason)) = early else {
            return refused(format!(
                "round {code} closes at {}; closing earlier needs a second person (--with USER) and --reason",
                round.closes_at.vietnam_minute()
            ));
        };
        act = act.witnessed(witness, Right::Confirm);
        change.closes_at = Some(at);
        change.amendments = Some(amend(&round, &act, reason, round.closes_at, at)?);
    }
    desk.store.move_round(&act, round.id, &[State::Open], State::Closed, &change)?;
    ledger::sign_head(desk, HeadReason::Closing, Some(round.id))?;
    Ok(())
}

/// Closes every open round whose time has come, as `serve` does by itself; how many.
///
/// # Errors
/// What the database says.
pub fn close_due(desk: &Desk) -> Result<usize> {
    let at = desk.clock.now();
    let mut closed = 0;
    for round in desk.store.rounds()? {
        if round.state == State::Open && at >= round.closes_at {
            close(desk, &Actor::Service("schedule"), &round.code, None)?;
            closed += 1;
        }
    }
    Ok(closed)
}

/// Moves the closing time of an open round with a second person and a reason, which is published.
///
/// # Errors
/// [`RoundError::Refused`] when it is not open or `to` is not later.
pub fn extend(
    desk: &Desk,
    actor: &Actor,
    witness: &Actor,
    code: &str,
    to: Millis,
    reason: &str,
) -> Result<()> {
    let round = desk.store.round(code)?;
    let at = desk.clock.now();
    if to <= round.closes_at || to <= at {
        return refused(format!(
            "the new closing time must be after {}",
            round.closes_at.max(at).vietnam_minute()
        ));
    }
    let act = Act::new(actor, Right::RunRound, at, "round.extend", format!("round {code}"))
        .witnessed(witness, Right::Confirm);
    let amendments = amend(&round, &act, reason, round.closes_at, to)?;
    let change = Change { closes_at: Some(to), amendments: Some(amendments), ..Change::default() };
    Ok(desk.store.move_round(&act, round.id, &[State::Open], State::Open, &change)?)
}

fn amend(round: &Round, act: &Act, reason: &str, from: Millis, to: Millis) -> Result<String> {
    if reason.trim().chars().count() < 10 {
        return refused(
            "give a reason of at least ten characters; it is printed in the publication",
        );
    }
    let mut list: Vec<serde_json::Value> =
        serde_json::from_str(&round.amendments).map_err(RoundError::Canonical)?;
    list.push(serde_json::json!({
        "what": act.action,
        "at": act.at.rfc3339(),
        "closes_at_was": from.rfc3339(),
        "closes_at": to.rfc3339(),
        "by": [act.actor.name(), act.witness.as_ref().map_or("", |(w, _)| w.name())],
        "reason": reason.trim(),
    }));
    serde_json::to_string(&list).map_err(RoundError::Canonical)
}

/// Makes the margins of a round from its dossiers: counts by unit, service, sex and age group.
///
/// A variable that the register leaves open for some dossiers gets no margin, since its totals would be wrong.
///
/// # Errors
/// [`RoundError::Refused`] without any dossier.
pub fn put_margins_from_dossiers(desk: &Desk, actor: &Actor, code: &str) -> Result<Margins> {
    let round = desk.store.round(code)?;
    let rules = Rules::read(&round.rules)?;
    let units: BTreeMap<_, _> =
        desk.store.round_units(round.id)?.into_iter().map(|u| (u.id, u.code)).collect();
    let mut margins = Margins::new();
    let mut open: Vec<&str> = Vec::new();
    for (cell, n) in desk.store.dossier_cells(round.id)? {
        let unit =
            units.get(&cell.unit).cloned().ok_or(StoreError::Corrupt { what: "dossier's unit" })?;
        let cells = [
            ("unit", Some(unit)),
            ("service", Some(cell.service)),
            ("sex", cell.sex),
            ("age_group", cell.age_group),
        ];
        for (variable, category) in cells {
            match category {
                Some(category) if rules.margins.iter().any(|m| m == variable) => {
                    *margins
                        .entry(variable.to_owned())
                        .or_default()
                        .entry(category)
                        .or_default() += n.finished;
                }
                Some(_) => {}
                None => open.push(variable),
            }
        }
    }
    for variable in open {
        margins.remove(variable);
    }
    if margins.is_empty() {
        return refused(format!("round {code} has no dossier yet; import them first"));
    }
    let act = Act::new(
        actor,
        Right::RunRound,
        desk.clock.now(),
        "margin.import",
        format!("round {code}"),
    )
    .with(serde_json::json!({ "variables": margins.keys().collect::<Vec<_>>() }));
    desk.store.put_margins(&act, round.id, &margins)?;
    Ok(margins)
}

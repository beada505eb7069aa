//! Sealing: writes per answer what weighing needs under a new random id in shuffled order, then cuts every tie.
//!
//! Restartable: killed before its one transaction ends, the round is unsealed and whole; killed after it, the ties are
//! erased and running the step again destroys the linking key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::unsealed_faults;
use super::gate::{self, GateTests};
use super::records::{RecordCount, record_counts, records_root};
use super::rules::{Policy, Rules};
use super::sample::{Arrived, arrivals};
use super::{Desk, Result, RoundError, refused};
use crate::clock::{DAY_MS, Millis};
use crate::form::Form;
use crate::ledger;
use crate::store::actor::{Act, Actor, Right};
use crate::store::flag::StoredFlag;
use crate::store::id::{CounterId, ResponseId, SealedId};
use crate::store::ledger::HeadReason;
use crate::store::round::{Round, State};
use crate::store::sealed::{Seal, SealedRecord};
use crate::store::verdict::{Decision, Verdict};
use crate::vault::random;

/// The counts that stay after sealing; published exactly (design §4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Responses stored, withdrawn ones included.
    pub stored: usize,
    /// Withdrawn by their givers.
    pub withdrawn: usize,
    /// Left out by verdict.
    pub excluded: usize,
    /// Responses with a flag of medium or high, by rule.
    pub flagged: BTreeMap<String, usize>,
    /// Of these left out by verdict, by rule.
    #[serde(default)]
    pub excluded_by_rule: BTreeMap<String, usize>,
    /// Verdicts by a person: kept.
    pub kept_by_person: usize,
    /// Verdicts by a person: left out.
    pub excluded_by_person: usize,
    /// Flagged `high` and decided by the policy fixed at opening.
    pub decided_by_policy: usize,
    /// Sealed before an inspector.
    pub witnessed: bool,
    /// When, RFC 3339.
    pub sealed_at: String,
    /// Where tickets and answers were looked at for gate-keeping, and what stood out.
    #[serde(default, skip_serializing_if = "GateTests::is_empty")]
    pub gate: GateTests,
    /// Root of the Merkle tree over the sealed records, hex; in the ledger.
    pub records: String,
    /// Sealed records by unit and kind; in the ledger.
    pub record_counts: Vec<RecordCount>,
}

/// Seals a flagged round. `inspector` witnesses; without one only once the deadline is past, which is published.
///
/// # Errors
/// [`RoundError::Refused`] while a `high` flag has no verdict and the deadline is not past.
pub fn seal(
    desk: &Desk,
    publisher: &Actor,
    inspector: Option<&Actor>,
    code: &str,
) -> Result<Outcome> {
    let round = desk.store.round(code)?;
    match round.state {
        State::Flagged => {}
        State::Planned | State::Open | State::Closed => {
            return refused(format!(
                "round {code} is {}; close it and compute its flags first",
                round.state
            ));
        }
        _ => {
            // Sealed already: the key may have survived a crash between the transaction and this line.
            finish(desk, &round)?;
            let outcome = round.outcome.as_deref().unwrap_or("{}");
            return serde_json::from_str(outcome).map_err(RoundError::Canonical);
        }
    }
    let at = desk.clock.now();
    let rules = Rules::read(&round.rules)?;
    let deadline = round.closes_at.plus(i64::from(rules.seal_within_days) * DAY_MS);
    let act = Act::new(publisher, Right::Seal, at, "round.seal", format!("round {code}"));
    let act = match inspector {
        Some(inspector) => act.witnessed(inspector, Right::WitnessSeal),
        None if at >= deadline => act,
        None => {
            return refused(format!(
                "sealing round {code} before {} needs an inspector as witness; name one with --with USER",
                deadline.vietnam_minute()
            ));
        }
    };
    let prepared = prepare(desk, &round, &rules, at, inspector.is_some(), at >= deadline)?;
    let outcome: Outcome =
        serde_json::from_str(&prepared.outcome).map_err(RoundError::Canonical)?;
    let act = act.with(serde_json::to_value(&outcome).map_err(RoundError::Canonical)?);
    desk.store.seal(&act, round.id, &prepared)?;
    finish(desk, &round)?;
    Ok(outcome)
}

/// Seals every closed round whose deadline has come, as `serve` does by itself, recorded as unwitnessed: flags are computed
/// where nobody did, and the policy fixed at opening gives the missing verdicts. How many; a round that cannot be sealed,
/// because it was tampered with, does not keep the others open.
///
/// # Errors
/// What the database says; the first refusal once all were tried.
pub fn seal_due(desk: &Desk) -> Result<usize> {
    let at = desk.clock.now();
    let service = Actor::Service("schedule");
    let (mut sealed, mut refusal) = (0, None);
    for round in desk.store.rounds()? {
        if !matches!(round.state, State::Closed | State::Flagged) {
            continue;
        }
        let days = i64::from(Rules::read(&round.rules)?.seal_within_days);
        if at < round.closes_at.plus(days * DAY_MS).max(round.closes_at.plus(round.grace_ms)) {
            continue;
        }
        let flagged = match round.state {
            State::Closed => super::flag(desk, &service, &round.code).map(drop),
            _ => Ok(()),
        };
        match flagged.and_then(|()| seal(desk, &service, None, &round.code)) {
            Ok(_) => sealed += 1,
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    refusal.map_or(Ok(sealed), Err)
}

/// Destroys the key, empties the write-ahead log and signs the ledger's head; doing it again is no error.
fn finish(desk: &Desk, round: &Round) -> Result<()> {
    desk.vault.destroy_linking_key(round.id)?;
    desk.store.checkpoint()?;
    ledger::sign_head(desk, HeadReason::Sealing, Some(round.id))?;
    Ok(())
}

fn prepare(
    desk: &Desk,
    round: &Round,
    rules: &Rules,
    at: Millis,
    witnessed: bool,
    overdue: bool,
) -> Result<Seal> {
    let arrived = arrivals(desk, round)?;
    if let [first, rest @ ..] = unsealed_faults(desk, round, &arrived)?.as_slice() {
        return refused(format!(
            "round {} is not sealed, for what is stored is not what the ledger says: {first}{}; khaosat verify {} names all",
            round.code,
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) },
            round.code
        ));
    }
    let flags = desk.store.flags(round.id)?;
    let verdicts = desk.store.verdicts(round.id)?;
    let missing = flags
        .iter()
        .filter(|f| f.severity == "high" && !verdicts.contains_key(&f.response_id))
        .map(|f| f.response_id)
        .collect::<std::collections::BTreeSet<_>>();
    if !missing.is_empty() && !overdue {
        return refused(format!(
            "{} responses flagged high have no verdict yet; see khaosat round verdict, or wait for the deadline's policy",
            missing.len()
        ));
    }
    let excluded = |id: ResponseId| match verdicts.get(&id) {
        Some(verdict) => verdict.decision == Decision::Exclude,
        None => missing.contains(&id) && rules.policy == Policy::ExcludeHigh,
    };

    let services: BTreeMap<_, _> =
        desk.store.services()?.into_iter().map(|s| (s.id, s.code)).collect();
    let strata = desk.store.strata(round.id)?;
    let labels = psu_labels(&arrived.rows)?;
    let mut records = Vec::with_capacity(arrived.rows.len());
    let mut comments = Vec::new();
    for row in &arrived.rows {
        let drawn = row.origin.kind.is_drawn();
        let stratum = row.origin.stratum.clone().filter(|_| drawn).unwrap_or_default();
        let (population, asked) = strata.get(&stratum).copied().filter(|_| drawn).unwrap_or((0, 1));
        let psu = labels
            .get(&(row.origin.counter_id, row.tie.received.vietnam_day_number()))
            .copied()
            .unwrap_or_default();
        records.push(SealedRecord {
            id: SealedId(random()?),
            unit_id: row.origin.unit_id,
            kind: row.origin.kind,
            service: row
                .origin
                .service_id
                .and_then(|id| services.get(&id).cloned())
                .unwrap_or_default(),
            sex: category(&arrived.form, row, "sex"),
            age_group: category(&arrived.form, row, "age_group"),
            stratum,
            population,
            drawn: asked.max(1),
            psu,
            excluded: excluded(row.id),
            answers: row.answers.codes().to_vec(),
        });
        if let Some(comment) = row.answers.comment() {
            comments.push((SealedId(random()?), row.origin.unit_id, comment.to_owned()));
        }
    }
    // Fresh random ids sorted: the order in which they are written says nothing of the order of arrival.
    records.sort_by_key(|r| r.id);
    comments.sort_by_key(|(id, _, _)| *id);

    let mut expected: Vec<ResponseId> = arrived.rows.iter().map(|r| r.id).collect();
    expected.extend(arrived.withdrawn.iter().map(|(id, _)| *id));
    let by_policy = if overdue { missing.len() } else { 0 };
    let outcome = Outcome {
        stored: expected.len(),
        withdrawn: arrived.withdrawn.len(),
        excluded: records.iter().filter(|r| r.excluded).count(),
        flagged: flagged(&flags, |_| true),
        excluded_by_rule: flagged(&flags, excluded),
        kept_by_person: count(&verdicts, Decision::Keep),
        excluded_by_person: count(&verdicts, Decision::Exclude),
        decided_by_policy: by_policy,
        witnessed,
        sealed_at: at.rfc3339(),
        gate: gate::at_sealing(desk, round, rules, &arrived, excluded)?,
        records: records_root(&records),
        record_counts: record_counts(&records),
    };
    let outcome = serde_json::to_string(&outcome).map_err(RoundError::Canonical)?;
    Ok(Seal { expected, records, comments, outcome })
}

fn count(verdicts: &BTreeMap<ResponseId, Verdict>, decision: Decision) -> usize {
    verdicts.values().filter(|v| v.decision == decision).count()
}

/// Responses by rule, at medium and up.
fn flagged(
    flags: &[StoredFlag],
    counts_in: impl Fn(ResponseId) -> bool,
) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for flag in flags.iter().filter(|f| f.severity != "low" && counts_in(f.response_id)) {
        *counts.entry(flag.rule.clone()).or_insert(0) += 1;
    }
    counts
}

/// The category of a margin that the answer states; empty = not stated.
fn category(form: &Form, row: &Arrived, variable: &str) -> String {
    let Some(margin) = form.margin(variable) else { return String::new() };
    let answer = row.answers.at(margin.column);
    answer.and_then(|a| margin.category(a)).map(ToString::to_string).unwrap_or_default()
}

/// A random label for every counter × day, so that the sealed records do not tell the day.
fn psu_labels(rows: &[Arrived]) -> Result<BTreeMap<(CounterId, i64), i32>> {
    let keys: std::collections::BTreeSet<(CounterId, i64)> =
        rows.iter().map(|r| (r.origin.counter_id, r.tie.received.vietnam_day_number())).collect();
    let mut shuffled = Vec::new();
    for key in keys {
        shuffled.push((random::<16>()?, key));
    }
    shuffled.sort_unstable();
    Ok((1..).zip(shuffled).map(|(label, (_, key))| (key, label)).collect())
}

//! The step from closed to flagged: every rule looks at what came in.

use std::collections::BTreeMap;

use super::sample::{Arrivals, arrivals};
use super::{Desk, Result, RoundError, refused};
use crate::dedup::{Batch, Columns, Kind as DedupKind, Settings, cases, run};
use crate::ledger::commit_answer;
use crate::store::actor::{Act, Actor, Right};
use crate::store::flag::StoredFlag;
use crate::store::round::State;
use crate::store::tally::Kind;
use crate::vault::sha256;

fn kind(of: Kind) -> DedupKind {
    match of {
        Kind::Poster => DedupKind::Poster,
        Kind::Ticket => DedupKind::Ticket,
        Kind::Invitation => DedupKind::Invitation,
        Kind::Kiosk => DedupKind::Kiosk,
        Kind::Paper | Kind::DrawnPaper => DedupKind::Paper,
    }
}

fn columns<'a>(from: &'a Arrivals, criteria: &[usize]) -> Columns<'a> {
    let mut languages: Vec<&str> = from.rows.iter().map(|r| r.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut links = BTreeMap::new();
    let mut c = Columns { languages, items_per_response: criteria.len(), ..Columns::default() };
    for row in &from.rows {
        let next = u32::try_from(links.len()).unwrap_or(u32::MAX);
        let link = *links.entry(row.tie.link).or_insert(next);
        c.ids.push(u128::from_be_bytes(row.id.0));
        c.units.push(row.origin.unit_id.0.unsigned_abs());
        c.counters.push(row.origin.counter_id.0.unsigned_abs());
        c.links.push(link);
        c.serials.push(
            row.origin.kind.is_single().then(|| u32::try_from(row.origin.serial).ok()).flatten(),
        );
        c.kinds.push(kind(row.origin.kind));
        c.submitted_at.push(row.tie.received.0);
        let duration = row.tie.opened.map(|at| row.tie.received.0 - at.0);
        c.durations_ms.push(duration.and_then(|ms| u32::try_from(ms).ok()));
        c.devices.push(row.tie.device);
        let language = c.languages.iter().position(|l| *l == row.language).unwrap_or_default();
        c.language_of.push(u16::try_from(language).unwrap_or_default());
        for column in criteria {
            c.items.push(row.answers.codes().get(*column).copied().unwrap_or_default());
        }
        c.comments.push(row.answers.comment());
    }
    c
}

/// SHA-256, in hex, of what the rules look at: the commitments of the answers in order of arrival.
fn looked_at(arrived: &Arrivals) -> String {
    let all: Vec<u8> = arrived
        .rows
        .iter()
        .flat_map(|r| commit_answer(r.id, &r.answers, &r.language, &r.tie))
        .collect();
    data_encoding::HEXLOWER.encode(&sha256(&all))
}

/// Computes all flags of a closed round after its grace and moves it to flagged; again replaces them.
///
/// # Errors
/// [`RoundError::Refused`] before the grace ends.
pub fn flag(desk: &Desk, actor: &Actor, code: &str) -> Result<Vec<StoredFlag>> {
    let round = desk.store.round(code)?;
    let at = desk.clock.now();
    if !matches!(round.state, State::Closed | State::Flagged) {
        return refused(format!(
            "round {code} is {}; flags are computed once it is closed",
            round.state
        ));
    }
    let ends = round.closes_at.plus(round.grace_ms);
    if at < ends {
        return refused(format!(
            "the grace of round {code} ends at {}; answers begun in time may still arrive",
            ends.vietnam_minute()
        ));
    }
    let arrived = arrivals(desk, &round)?;
    let criteria: Vec<usize> = arrived.form.criteria().map(|c| c.column).collect();
    let batch = Batch::new(columns(&arrived, &criteria))
        .map_err(|error| RoundError::Refused(format!("the answers cannot be compared: {error}")))?;
    let found = run(&batch, &Settings::default());
    let id_of = |row: usize| arrived.rows.get(row).map(|r| r.id);
    let flags: Vec<StoredFlag> = found
        .into_iter()
        .filter_map(|flag| {
            Some(StoredFlag {
                response_id: id_of(flag.row)?,
                rule: flag.rule.to_string(),
                severity: flag.severity.to_string(),
                score: flag.score,
                related_id: flag.related.and_then(id_of),
                explanation: flag.explanation,
            })
        })
        .collect();
    let act = Act::new(actor, Right::ComputeFlags, at, "round.flag", format!("round {code}"))
        .with(serde_json::json!({ "responses": arrived.rows.len(), "flags": flags.len() }));
    let beside: Vec<_> = flags.iter().map(|f| (f.response_id, f.related_id)).collect();
    desk.store.put_flags(&act, round.id, &looked_at(&arrived), &flags, &cases(&beside))?;
    Ok(flags)
}

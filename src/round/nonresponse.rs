//! Who did not answer, and what that could mean for an index.

use std::collections::BTreeMap;

use super::beside::{Beside, Outcomes, Representativity, Response};
use super::figures::{Figure, Group};
use super::frame::Part;
use super::weigh::Sealed;
use crate::form::Answer;
use crate::index::interval::overall_effect;
use crate::index::nonresponse::{
    self, DrawnCell, effective_n_under_defect, representativity, worst_case,
};
use crate::store::id::UnitId;
use crate::store::sealed::SealedRecord;
use crate::weigh::exact::twelve_digits;

/// Data-defect correlation at which indicative samples are told their worth (Meng 2018): a modest one.
const DEFECT: f64 = 0.05;
/// Share of the criteria from which an answer is complete (AAPOR).
const COMPLETE: f64 = 0.8;
/// Share from which it is partial.
const PARTIAL: f64 = 0.5;
/// Cells told as missing most.
const MISSING_MAX: usize = 5;

/// Puts response and its bounds beside the figures of a group. Called after suppression: what is made from answers
/// stands only beside what is shown.
pub(super) fn put(group: &mut Group, sealed: &Sealed, part: Part) {
    let id_of: BTreeMap<&str, UnitId> =
        sealed.units.iter().map(|u| (u.code.as_str(), u.id)).collect();
    let mut asked_of_all = 0;
    let mut dossiers_of_all = 0;
    let mut of_all: Vec<&SealedRecord> = Vec::new();
    for unit in &mut group.units {
        let Some(id) = id_of.get(unit.code.as_str()).copied() else { continue };
        let records: Vec<&SealedRecord> =
            sealed.records.iter().filter(|r| r.unit_id == id && part.holds(r)).collect();
        let (finished, drawn) = dossiers(sealed, id, &unit.code);
        let asked = if part == Part::Official { drawn } else { finished };
        fill(&mut unit.beside, &unit.figure, sealed, part, (finished, asked), &records);
        // The overall figure is about the units that could be weighed.
        if unit.figure.suppressed.is_none_or(|why| why == super::Reason::WouldReveal) {
            asked_of_all += asked;
            dossiers_of_all += finished;
            of_all.extend(records);
        }
    }
    let sums = (dossiers_of_all, asked_of_all);
    fill(&mut group.notes.overall, &group.overall, sealed, part, sums, &of_all);
    let words = if part == Part::Official { "design" } else { "model" };
    words.clone_into(&mut group.notes.precision);
    if part == Part::Official {
        group.notes.representativity = evenness(sealed);
    }
}

/// Finished and drawn dossiers of a unit. Without a register of dossiers the margin tells the finished ones.
fn dossiers(sealed: &Sealed, id: UnitId, code: &str) -> (i64, i64) {
    let own = sealed.dossiers.iter().filter(|((unit, _), _)| *unit == id);
    let (finished, drawn) = own.fold((0, 0), |sum, (_, n)| (sum.0 + n.finished, sum.1 + n.drawn));
    if finished > 0 {
        return (finished, drawn);
    }
    let total = sealed.margins.get("unit").and_then(|totals| totals.get(code));
    (total.copied().unwrap_or(0), 0)
}

fn fill(
    beside: &mut Beside,
    figure: &Figure,
    sealed: &Sealed,
    part: Part,
    (finished, asked): (i64, i64),
    records: &[&SealedRecord],
) {
    let n = i64::try_from(figure.n).unwrap_or(i64::MAX);
    let rate = (asked > 0).then(|| (n as f64 / asked as f64).min(1.0));
    beside.dossiers = finished;
    beside.response = Response {
        asked,
        rate: rate.map(twelve_digits),
        outcomes: (part == Part::Official && asked > 0).then(|| outcomes(sealed, records, asked)),
    };
    let Some(index) = figure.index else { return };
    beside.worst_case = rate.map(|rate| {
        let (low, high) = worst_case(index, rate);
        (twelve_digits(low), twelve_digits(high))
    });
    if part == Part::Indicative && finished > 0 {
        let population = u64::try_from(finished).unwrap_or(0);
        let worth = effective_n_under_defect(figure.n as u64, population, DEFECT);
        beside.effective_n_under_defect = Some(twelve_digits(worth));
    }
    beside.design_effect = match (figure.se, figure.effective_n) {
        (Some(se), Some(n)) if se > 0.0 => Some(twelve_digits(overall_effect(index, se, n))),
        _ => None,
    };
    let kept = || records.iter().filter(|r| !r.excluded);
    let (mut cells, mut nothing, mut no_opinion, mut prefer_not) = (0_u64, 0_u64, 0_u64, 0_u64);
    // An item that rotates is missing by design where it was not shown; it says nothing of who skipped it.
    let length = sealed.rules.asking.length;
    let everywhere =
        |c: &crate::form::Criterion<'_>| sealed.form.shown_probability(length, c) >= 1.0;
    for criterion in sealed.form.criteria().filter(everywhere) {
        for record in kept() {
            let code = record.answers.get(criterion.column).copied().unwrap_or(0);
            cells += 1;
            match Answer::from_code(code) {
                Some(Answer::NoOpinion) => no_opinion += 1,
                Some(Answer::PreferNot) => prefer_not += 1,
                Some(Answer::Option(_)) if criterion.coded.option(code).is_some() => {}
                _ => nothing += 1,
            }
        }
    }
    let share = |n: u64| (cells > 0).then(|| twelve_digits(n as f64 / cells as f64));
    beside.no_answer = share(nothing);
    beside.no_opinion = share(no_opinion);
    beside.prefer_not = share(prefer_not);
}

fn outcomes(sealed: &Sealed, records: &[&SealedRecord], asked: i64) -> Outcomes {
    let criteria: Vec<usize> = sealed.form.criteria().map(|c| c.column).collect();
    // Of a form that rotates, complete is complete of what was shown.
    let shown = sealed.form.shown_mean(sealed.rules.asking.length).max(1.0);
    let mut found = nonresponse::Outcomes::default();
    for record in records {
        let answered =
            criteria.iter().filter(|at| record.answers.get(**at).is_some_and(|code| *code != 0));
        let share = answered.count() as f64 / shown;
        match share {
            _ if record.excluded => found.not_answered += 1,
            share if share >= COMPLETE => found.complete += 1,
            share if share >= PARTIAL => found.partial += 1,
            _ => found.not_answered += 1,
        }
    }
    let known = found.complete + found.partial + found.not_answered;
    found.unknown = u64::try_from(asked).unwrap_or(0).saturating_sub(known);
    Outcomes {
        complete: found.complete,
        partial: found.partial,
        not_answered: found.not_answered,
        unknown: found.unknown,
        rr1: found.rr1().map(twelve_digits),
        rr2: found.rr2().map(twelve_digits),
    }
}

/// R-indicator over drawn dossiers by unit and service, as the register knows them of all.
fn evenness(sealed: &Sealed) -> Option<Representativity> {
    let mut answered: BTreeMap<(UnitId, &str), u64> = BTreeMap::new();
    for record in sealed.records.iter().filter(|r| r.kind.is_drawn()) {
        *answered.entry((record.unit_id, record.service.as_str())).or_default() += 1;
    }
    let cells: Vec<(UnitId, &str, DrawnCell)> = sealed
        .dossiers
        .iter()
        .map(|((unit, service), n)| {
            let cell = DrawnCell {
                population: n.finished as f64,
                drawn: u64::try_from(n.drawn).unwrap_or(0),
                answered: answered.get(&(*unit, service.as_str())).copied().unwrap_or(0),
            };
            (*unit, service.as_str(), cell)
        })
        .collect();
    let list: Vec<DrawnCell> = cells.iter().map(|(_, _, cell)| *cell).collect();
    let found = representativity(&list, sealed.rules.confidence)?;
    let code = |id: UnitId| {
        let unit = sealed.units.iter().find(|u| u.id == id);
        unit.map(|u| u.code.clone()).unwrap_or_default()
    };
    let missing = found.missing.iter().filter(|(_, value)| *value < 0.0).take(MISSING_MAX);
    Some(Representativity {
        r: twelve_digits(found.r),
        low: twelve_digits(found.interval.0),
        high: twelve_digits(found.interval.1),
        cv: twelve_digits(found.cv),
        cells: found.missing.len(),
        missing: missing
            .filter_map(|(at, value)| {
                let (unit, service, _) = cells.get(*at)?;
                Some((code(*unit), (*service).to_owned(), twelve_digits(*value)))
            })
            .collect(),
    })
}

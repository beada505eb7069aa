//! Who did not answer, and what that could mean for an index.

use std::collections::BTreeMap;

use super::beside::{Beside, MissingCell, Outcomes, Representativity, Response};
use super::figures::{Figure, Group};
use super::frame::Part;
use super::weigh::Sealed;
use crate::form::Answer;
use crate::index::interval::overall_effect;
use crate::index::nonresponse::{
    self, DrawnCell, effective_n_under_defect, representativity, worst_case,
};
use crate::store::dossier::{DossierCell, Dossiers};
use crate::store::id::UnitId;
use crate::store::sealed::SealedRecord;
use crate::weigh::exact::twelve_digits;

/// Data-defect correlation at which indicative samples are told their worth (Meng 2018): a modest one.
const DEFECT: f64 = 0.05;
/// Share of the criteria from which an answer is complete (AAPOR).
const COMPLETE: f64 = 0.8;
/// Share from which it is partial.
const PARTIAL: f64 = 0.5;
/// Drawn dossiers of a cell from which its propensity is an estimate worth the name.
const CELL_MIN: i64 = 5;
/// Share of the drawn dossiers that must lie in such cells for a variable to divide them further.
const IN_CELLS_MIN: f64 = 0.95;
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
    let own = sealed.dossiers.iter().filter(|(cell, _)| cell.unit == id);
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

/// A variable of the register that may divide the cells.
struct Variable {
    name: &'static str,
    tells: fn(&DossierCell) -> bool,
    forget: fn(&mut DossierCell),
}

/// In the order in which they are tried; unit and service, which the register knows of all, come before.
const VARIABLES: [Variable; 2] = [
    Variable { name: "sex", tells: |cell| cell.sex.is_some(), forget: |cell| cell.sex = None },
    Variable {
        name: "age_group",
        tells: |cell| cell.age_group.is_some(),
        forget: |cell| cell.age_group = None,
    },
];

/// Cells without the variables that are to be forgotten.
fn merged(dossiers: &Dossiers, forgotten: &[&Variable]) -> Dossiers {
    let mut cells = Dossiers::new();
    for (cell, n) in dossiers {
        let mut cell = cell.clone();
        forgotten.iter().for_each(|variable| (variable.forget)(&mut cell));
        let sum = cells.entry(cell).or_default();
        sum.finished += n.finished;
        sum.drawn += n.drawn;
        sum.answered += n.answered;
    }
    cells
}

/// Share of the drawn dossiers in the cells that `choose` takes.
fn share_of_drawn(cells: &Dossiers, choose: impl Fn(&DossierCell, i64) -> bool) -> f64 {
    let all: i64 = cells.values().map(|n| n.drawn).sum();
    let chosen = cells.iter().filter(|(cell, n)| choose(cell, n.drawn)).map(|(_, n)| n.drawn);
    chosen.sum::<i64>() as f64 / all.max(1) as f64
}

/// R-indicator over drawn dossiers by unit and service, as the register knows them of all, and by sex and age group
/// where it knows them of enough and the cells do not become too small for it.
fn evenness(sealed: &Sealed) -> Option<Representativity> {
    let mut forgotten: Vec<&Variable> = VARIABLES.iter().collect();
    let mut variables = vec!["unit".to_owned(), "service".to_owned()];
    for variable in &VARIABLES {
        let others = forgotten.iter().filter(|other| other.name != variable.name).copied();
        let others: Vec<&Variable> = others.collect();
        let with = merged(&sealed.dossiers, &others);
        let told = share_of_drawn(&with, |cell, _| (variable.tells)(cell));
        let in_cells = share_of_drawn(&with, |_, drawn| drawn >= CELL_MIN);
        if told >= 1.0 - sealed.rules.not_stated_max && in_cells >= IN_CELLS_MIN {
            forgotten = others;
            variables.push(variable.name.to_owned());
        }
    }
    let cells: Vec<(DossierCell, DrawnCell)> = merged(&sealed.dossiers, &forgotten)
        .into_iter()
        .map(|(cell, n)| {
            let drawn = DrawnCell {
                population: n.finished as f64,
                drawn: u64::try_from(n.drawn).unwrap_or(0),
                answered: u64::try_from(n.answered).unwrap_or(0),
            };
            (cell, drawn)
        })
        .collect();
    let list: Vec<DrawnCell> = cells.iter().map(|(_, cell)| *cell).collect();
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
        variables,
        cells: found.missing.len(),
        missing: missing
            .filter_map(|(at, value)| {
                let (cell, _) = cells.get(*at)?;
                Some(MissingCell {
                    unit: code(cell.unit),
                    service: cell.service.clone(),
                    sex: cell.sex.clone(),
                    age_group: cell.age_group.clone(),
                    value: twelve_digits(*value),
                })
            })
            .collect(),
    })
}

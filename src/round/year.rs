//! A year's index of every unit: from the publications of all its sealed rounds, so it tells nothing that they don't.

use std::collections::BTreeMap;

use serde::Serialize;

use super::document::Document;
use super::figures::{Figure, Group, UnitFigures};
use super::{Desk, Result, RoundError, refused};
use crate::form::Length;
use crate::index::each_of;
use crate::index::year::{RoundFigure, YearFigure, year_of};
use crate::store::StoreError;
use crate::store::id::UnitId;
use crate::store::round::State;
use crate::weigh::exact::twelve_digits;

/// A year's index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Year {
    /// The year in which the rounds closed.
    pub year: i16,
    /// Codes of its sealed rounds, all of them.
    pub rounds: Vec<String>,
    /// Level of the intervals.
    pub confidence: f64,
    /// Whether answers of any round are simulated.
    pub synthetic: bool,
    /// The official index by unit, in order of code.
    pub units: Vec<YearUnit>,
    /// The same of the kinds that nobody was drawn for; filled where the frozen rules of all rounds let it bring survey
    /// points.
    pub indicative: Vec<YearUnit>,
}

/// A unit's year.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct YearUnit {
    /// Official code.
    pub code: String,
    /// Name.
    pub unit: String,
    /// Rounds whose figure enters.
    pub rounds: Vec<String>,
    /// Rounds in which its figure is not shown; they cannot enter.
    pub hidden_in: Vec<String>,
    /// Respondents.
    pub n: usize,
    /// Dossier-weighted mean of the rounds' indexes.
    pub index: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<i64>,
    /// Ends of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Ends of the interval that holds jointly with those of all units.
    pub joint: Option<(f64, f64)>,
}

/// A round's publication, and whom the codes in it mean: codes get re-used.
struct Published {
    document: Document,
    units: BTreeMap<String, UnitId>,
}

/// Combines the figures of all sealed rounds that closed in `year`.
///
/// # Errors
/// [`RoundError::Refused`] without such a round, naming one that is not published yet, or rounds of different forms or
/// rules, which make no one index.
pub fn year(desk: &Desk, year: i16) -> Result<Year> {
    let mut rounds: Vec<Published> = Vec::new();
    for round in desk.store.rounds()? {
        let before =
            matches!(round.state, State::Planned | State::Open | State::Closed | State::Flagged);
        if before || round.closes_at.vietnam_day().year() != year {
            continue;
        }
        let Some(publication) = desk.store.latest_publication(round.id)? else {
            return refused(format!(
                "round {} is sealed but not published; a year's index is that of all its sealed rounds",
                round.code
            ));
        };
        let document: Document =
            serde_json::from_slice(&publication.bytes).map_err(RoundError::Canonical)?;
        // One tap is published apart and never enters an index.
        if document.rules.asking.length == Length::OneTap {
            continue;
        }
        let units = desk.store.round_units(round.id)?.into_iter().map(|u| (u.code, u.id));
        rounds.push(Published { document, units: units.collect() });
    }
    let Some(Published { document: first, .. }) = rounds.first() else {
        return refused(format!("no sealed round closed in {year}"));
    };
    let method = |d: &Document| (d.form.digest.clone(), d.rules.index_rule);
    let mut documents = rounds.iter().map(|round| &round.document);
    if let Some(other) = documents.clone().find(|d| method(d) != method(first)) {
        return refused(format!(
            "rounds {} and {} differ in form or index rule; they make no one index",
            first.round, other.round
        ));
    }
    let confidence = first.rules.confidence;
    let with_indicative = documents.clone().all(|d| d.rules.indicative_points);
    Ok(Year {
        year,
        rounds: documents.clone().map(|d| d.round.clone()).collect(),
        confidence,
        synthetic: documents.any(|d| d.rules.synthetic),
        units: combined(&rounds, |d| &d.figures.official, confidence)?,
        indicative: if with_indicative {
            combined(&rounds, |d| &d.figures.indicative, confidence)?
        } else {
            Vec::new()
        },
    })
}

/// The units of a group over all rounds.
fn combined(
    rounds: &[Published],
    group: impl Fn(&Document) -> &Group,
    confidence: f64,
) -> Result<Vec<YearUnit>> {
    let mut units: BTreeMap<UnitId, (YearUnit, Vec<RoundFigure>)> = BTreeMap::new();
    for Published { document, units: ids } in rounds {
        let group = group(document);
        let effect = group.effect().unwrap_or(1.0);
        for unit in &group.units {
            let id = ids.get(&unit.code).copied();
            let id = id.ok_or(StoreError::Corrupt { what: "published unit" })?;
            let (entry, figures) = units.entry(id).or_default();
            entry.code.clone_from(&unit.code);
            entry.unit.clone_from(&unit.unit);
            match figure_of(unit, effect) {
                Some(figure) => {
                    entry.rounds.push(document.round.clone());
                    figures.push(figure);
                }
                None => entry.hidden_in.push(document.round.clone()),
            }
        }
    }
    let joint = each_of(confidence, units.len());
    let rounded = |(low, high): (f64, f64)| (twelve_digits(low), twelve_digits(high));
    let mut list: Vec<YearUnit> = units
        .into_values()
        .map(|(mut unit, figures)| {
            if let Some(found) = year_of(&figures) {
                let YearFigure { index, se, df, n, .. } = found;
                let (low, high) = rounded(found.interval(confidence));
                unit.n = n;
                unit.df = Some(df);
                unit.index = Some(twelve_digits(index));
                unit.se = Some(twelve_digits(se));
                (unit.low, unit.high) = (Some(low), Some(high));
                unit.joint = Some(rounded(found.interval(joint)));
            }
            unit
        })
        .collect();
    list.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(list)
}

/// What a round's figure of a unit brings to the year; none where it is not shown.
fn figure_of(unit: &UnitFigures, overall_effect: f64) -> Option<RoundFigure> {
    let Figure { n, effective_n, index, se, df, .. } = unit.figure;
    let dossiers = unit.beside.dossiers;
    (dossiers > 0).then_some(RoundFigure {
        dossiers: dossiers as f64,
        index: index?,
        se: se?,
        df: df?,
        n,
        effective_n: effective_n?,
        overall_effect,
    })
}

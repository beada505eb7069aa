//! A year's index of every unit: from the publications of all its sealed rounds, so it tells nothing that they don't.

use std::collections::BTreeMap;

use serde::Serialize;

use super::document::Document;
use super::{Desk, Result, RoundError, refused};
use crate::form::Length;
use crate::index::year::{RoundFigure, year_of};
use crate::store::round::State;
use crate::weigh::exact::twelve_digits;

/// A year's official index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Year {
    /// The year in which the rounds closed.
    pub year: i16,
    /// Codes of its sealed rounds, all of them.
    pub rounds: Vec<String>,
    /// By unit, in order of code.
    pub units: Vec<YearUnit>,
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
}

/// Combines the official figures of all sealed rounds that closed in `year`.
///
/// # Errors
/// [`RoundError::Refused`] without such a round, naming one that is not published yet, or rounds of different forms or
/// rules, which make no one index.
pub fn year(desk: &Desk, year: i16) -> Result<Year> {
    let mut documents: Vec<Document> = Vec::new();
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
        if document.rules.asking.length != Length::OneTap {
            documents.push(document);
        }
    }
    let Some(first) = documents.first() else {
        return refused(format!("no sealed round closed in {year}"));
    };
    let method = |d: &Document| (d.form.digest.clone(), d.rules.index_rule);
    if let Some(other) = documents.iter().find(|d| method(d) != method(first)) {
        return refused(format!(
            "rounds {} and {} differ in form or index rule; they make no one index",
            first.round, other.round
        ));
    }
    let confidence = first.rules.confidence;
    let mut units: BTreeMap<String, (YearUnit, Vec<RoundFigure>)> = BTreeMap::new();
    for document in &documents {
        for unit in &document.figures.official.units {
            let (entry, figures) = units.entry(unit.code.clone()).or_insert_with(|| {
                let of = YearUnit {
                    code: unit.code.clone(),
                    unit: unit.unit.clone(),
                    ..YearUnit::default()
                };
                (of, Vec::new())
            });
            let figure = &unit.figure;
            match (figure.index, figure.se, figure.df, figure.effective_n) {
                (Some(index), Some(se), Some(df), Some(effective_n))
                    if unit.beside.dossiers > 0 =>
                {
                    entry.rounds.push(document.round.clone());
                    figures.push(RoundFigure {
                        dossiers: unit.beside.dossiers as f64,
                        index,
                        se,
                        df,
                        n: figure.n,
                        effective_n,
                    });
                }
                _ => entry.hidden_in.push(document.round.clone()),
            }
        }
    }
    let units = units.into_values().map(|(mut unit, figures)| {
        if let Some(found) = year_of(&figures, confidence) {
            unit.n = found.n;
            unit.df = Some(found.df);
            unit.index = Some(twelve_digits(found.index));
            unit.se = Some(twelve_digits(found.se));
            unit.low = Some(twelve_digits(found.low));
            unit.high = Some(twelve_digits(found.high));
        }
        unit
    });
    let units = units.collect();
    Ok(Year { year, rounds: documents.iter().map(|d| d.round.clone()).collect(), units })
}

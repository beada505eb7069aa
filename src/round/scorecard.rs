//! From a publication into the main score: survey points = maximum × sub-index.

use std::collections::BTreeMap;

use super::document::Document;
use super::figures::Figure;
use super::{Desk, Result, RoundError, refused};
use crate::form::Length;
use crate::index::each_of;
use crate::index::interval::korn_graubard;
use crate::index::scorecard::{
    Entry, Line, Marked, Measured, Points, Scheme, Share, Survey, compute,
};
use crate::store::actor::{Act, Actor, Right};

/// Key of the part that the sub-index feeds, as schemes name it.
const SURVEY_PART: &str = "survey";

/// Appraised points of the units: unit's code → part's key → points.
pub type Appraised = BTreeMap<String, BTreeMap<String, Marked<Points>>>;

/// Computes the scorecard of a scheme from appraised points and a round's latest publication, and stores it under
/// `series` of the scheme's year.
///
/// # Errors
/// [`RoundError::Refused`] without a publication, or naming the unit and part that does not fit the scheme.
pub fn score(
    desk: &Desk,
    actor: &Actor,
    round_code: &str,
    scheme: &Scheme,
    appraised: &Appraised,
    series: &str,
) -> Result<Vec<Line>> {
    let round = desk.store.round(round_code)?;
    let Some(publication) = desk.store.latest_publication(round.id)? else {
        return refused(format!(
            "round {round_code} has no publication yet; its index feeds nothing before it"
        ));
    };
    let document: Document =
        serde_json::from_slice(&publication.bytes).map_err(RoundError::Canonical)?;
    if document.rules.asking.length == Length::OneTap {
        return refused(format!(
            "round {round_code} asks for one tap; such answers are published apart and never enter an index or a scorecard"
        ));
    }
    let share =
        |value: f64| Share::of_f64(value).map_err(|error| RoundError::Refused(error.to_string()));
    let mut entries = Vec::new();
    for unit in &document.figures.official.units {
        let figure = points_from(&document, &unit.code, &unit.figure);
        let survey = match (figure.index, figure.low, figure.high) {
            (Some(index), Some(low), Some(high)) => Survey::Measured(Measured {
                index: share(index)?,
                low: share(low.min(index))?,
                high: share(high.max(index))?,
                joint: joint_of(&document, figure)
                    .map(|(l, h)| {
                        Ok::<_, RoundError>([
                            share(l.min(low.min(index)))?,
                            share(h.max(high.max(index)))?,
                        ])
                    })
                    .transpose()?,
                illustrative: document.rules.synthetic,
            }),
            _ => Survey::Suppressed,
        };
        entries.push(Entry {
            code: unit.code.clone(),
            unit: unit.unit.clone(),
            appraised: appraised.get(&unit.code).cloned().unwrap_or_default(),
            surveyed: BTreeMap::from([(SURVEY_PART.to_owned(), survey)]),
            own_maximum: BTreeMap::new(),
        });
    }
    let lines =
        compute(scheme, &entries).map_err(|error| RoundError::Refused(error.to_string()))?;
    store_lines(desk, actor, scheme.year().into(), series, scheme.source(), &lines)?;
    Ok(lines)
}

/// The interval of a figure that holds jointly with those of all units of its publication (Klein, Wright & Wieczorek
/// 2020), from what is published.
fn joint_of(document: &Document, figure: &Figure) -> Option<(f64, f64)> {
    let official = &document.figures.official;
    let point = figure.point(official.effect().unwrap_or(1.0))?;
    let joint = each_of(document.rules.confidence, official.units.len());
    Some(korn_graubard(&point, joint))
}

/// The figure that brings a unit its survey points: the official one. Only where the round's frozen rules say so may the
/// indicative one stand in for one that is not there.
fn points_from<'a>(document: &'a Document, code: &str, official: &'a Figure) -> &'a Figure {
    if official.index.is_some() || !document.rules.indicative_points {
        return official;
    }
    let other = document.figures.indicative.units.iter().find(|unit| unit.code == code);
    other.map_or(official, |unit| &unit.figure)
}

/// Stores lines as the scorecard of a year and series.
///
/// # Errors
/// What the database says.
pub fn store_lines(
    desk: &Desk,
    actor: &Actor,
    year: i32,
    series: &str,
    source: &str,
    lines: &[Line],
) -> Result<()> {
    let document =
        serde_json::json!({ "year": year, "series": series, "source": source, "lines": lines });
    let text = serde_json_canonicalizer::to_string(&document).map_err(RoundError::Canonical)?;
    let subject = format!("scorecard {year} {series}");
    let act = Act::new(actor, Right::EditScorecard, desk.clock.now(), "scorecard.put", subject);
    Ok(desk.store.put_scorecard(&act, year, series, &text)?)
}

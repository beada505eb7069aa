//! From a year's publications into the main score: survey points = maximum × sub-index.

use std::collections::BTreeMap;

use super::year::{Year, YearUnit, year};
use super::{Desk, Result, RoundError};
use crate::index::scorecard::{
    Entry, Line, Marked, Measured, Points, Scheme, Share, Survey, compute,
};
use crate::store::actor::{Act, Actor, Right};

/// Key of the part that the sub-index feeds, as schemes name it.
const SURVEY_PART: &str = "survey";

/// Appraised points of the units: unit's code → part's key → points.
pub type Appraised = BTreeMap<String, BTreeMap<String, Marked<Points>>>;

/// Computes the scorecard of a scheme from appraised points and the index of the scheme's year, that of all its sealed
/// rounds, and stores it under `series` of that year.
///
/// # Errors
/// [`RoundError::Refused`] without a year's index, or naming the unit and part that does not fit the scheme.
pub fn score(
    desk: &Desk,
    actor: &Actor,
    scheme: &Scheme,
    appraised: &Appraised,
    series: &str,
) -> Result<Vec<Line>> {
    let year = year(desk, scheme.year())?;
    let mut entries = Vec::new();
    for unit in &year.units {
        let survey = match measured(points_from(&year, unit), year.synthetic)? {
            Some(measured) => Survey::Measured(measured),
            None => Survey::Suppressed,
        };
        entries.push(Entry {
            code: unit.code.clone(),
            unit: unit.unit.clone(),
            appraised: appraised.get(&unit.code).cloned().unwrap_or_default(),
            surveyed: BTreeMap::from([(SURVEY_PART.to_owned(), survey)]),
            own_maximum: BTreeMap::new(),
        });
    }
    let lines = compute(scheme, &entries, year.confidence)
        .map_err(|error| RoundError::Refused(error.to_string()))?;
    store_lines(desk, actor, scheme.year().into(), series, scheme.source(), &lines)?;
    Ok(lines)
}

/// A unit's year as the scorecard takes it; none where it is not shown.
fn measured(unit: &YearUnit, illustrative: bool) -> Result<Option<Measured>> {
    let share =
        |value: f64| Share::of_f64(value).map_err(|error| RoundError::Refused(error.to_string()));
    let (Some(index), Some(low), Some(high), Some(joint)) =
        (unit.index, unit.low, unit.high, unit.joint)
    else {
        return Ok(None);
    };
    let (low, high) = (low.min(index), high.max(index));
    Ok(Some(Measured {
        index: share(index)?,
        low: share(low)?,
        high: share(high)?,
        joint: Some([share(joint.0.min(low))?, share(joint.1.max(high))?]),
        illustrative,
    }))
}

/// The year that brings a unit its survey points: the official one. Only where the frozen rules of all rounds say so may
/// the indicative one stand in for one that is not there.
fn points_from<'a>(year: &'a Year, official: &'a YearUnit) -> &'a YearUnit {
    if official.index.is_some() {
        return official;
    }
    let other = year.indicative.iter().find(|unit| unit.code == official.code);
    other.unwrap_or(official)
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

//! How many to ask in a round: sample sizes and what precision to expect of them, by unit.

use std::collections::BTreeMap;

use serde::Serialize;

use super::document::Document;
use super::{Desk, Result, RoundError, refused};
use crate::index::sample_size::{self, Stratum, neyman, proportional, yamane};
use crate::weigh::exact::twelve_digits;

/// What a round is planned for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Half-width of every unit's interval, e.g. 0.05.
    pub half_width: f64,
    /// Margin of Yamane's formula.
    pub yamane_margin: f64,
    /// Design effect expected.
    pub design_effect: f64,
    /// Share of those asked that answer.
    pub response: f64,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Answers to spread over the units; none: as many as the half-width wants together.
    pub total: Option<u64>,
    /// Fewest answers of a unit in an allocation.
    pub least: u64,
    /// Round whose latest publication tells how answers of each unit vary; none: p = 0.5 everywhere.
    pub spread_from: Option<String>,
    /// Dossiers expected by unit code; they stand in while the round has no totals by unit.
    pub dossiers: BTreeMap<String, u64>,
}

/// A plan of sample sizes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SamplePlan {
    /// Answers that are spread by the two allocations.
    pub total: u64,
    /// By unit, in order of code.
    pub units: Vec<PlanUnit>,
}

/// The sizes of one unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanUnit {
    /// Official code.
    pub code: String,
    /// Name.
    pub unit: String,
    /// Finished dossiers.
    pub dossiers: u64,
    /// Answers by Yamane's formula.
    pub yamane: u64,
    /// The half-width to expect of them: the formula knows neither design effect nor confidence.
    pub yamane_half_width: f64,
    /// Answers for the wanted half-width, at p = 0.5.
    pub wanted: u64,
    /// People to ask for them.
    pub ask: u64,
    /// Proportional allocation of the total, and the half-width to expect.
    pub proportional: u64,
    /// Half-width.
    pub proportional_half_width: f64,
    /// Neyman's allocation of the total, and the half-width to expect.
    pub neyman: u64,
    /// Half-width.
    pub neyman_half_width: f64,
}

/// Plans the sample of a round from its margin of dossiers by unit.
///
/// # Errors
/// [`RoundError::Refused`] without that margin, or for wishes that cannot be.
pub fn plan(desk: &Desk, code: &str, wish: &Wish) -> Result<SamplePlan> {
    let share = |x: f64| x > 0.0 && x <= 1.0;
    let possible = share(wish.half_width)
        && share(wish.yamane_margin)
        && share(wish.response)
        && (0.1..=100.0).contains(&wish.design_effect)
        && (0.5..=0.9999).contains(&wish.confidence);
    if !possible {
        return refused(
            "half-width, margin and response lie above 0 and up to 1, the design effect between 0.1 and 100, the \
             confidence between 0.5 and 0.9999",
        );
    }
    let round = desk.store.round(code)?;
    let margins = desk.store.margins(round.id)?;
    let totals: BTreeMap<&str, u64> = match margins.get("unit") {
        Some(totals) => {
            totals.iter().map(|(unit, n)| (unit.as_str(), u64::try_from(*n).unwrap_or(0))).collect()
        }
        None if wish.dossiers.is_empty() => {
            return refused(format!(
                "round {code} has no totals by unit; take them with khaosat margin import or from-dossiers"
            ));
        }
        None => wish.dossiers.iter().map(|(unit, n)| (unit.as_str(), *n)).collect(),
    };
    let spread = match &wish.spread_from {
        Some(code) => spread(desk, code)?,
        None => BTreeMap::new(),
    };
    let mut known: Vec<(String, String, u64, f64)> = Vec::new();
    for unit in desk.store.round_units(round.id)? {
        let dossiers = totals.get(unit.code.as_str()).copied().unwrap_or(0);
        let deviation = spread.get(&unit.code).copied().unwrap_or(0.5);
        known.push((unit.code, unit.name, dossiers, deviation));
    }
    known.sort_by(|a, b| a.0.cmp(&b.0));
    let of = |population: u64| sample_size::Plan {
        population,
        share: 0.5,
        design_effect: wish.design_effect,
        response: wish.response,
        confidence: wish.confidence,
    };
    let sizes: Vec<_> =
        known.iter().map(|(.., n, _)| of(*n).for_half_width(wish.half_width)).collect();
    let total = wish.total.unwrap_or_else(|| sizes.iter().map(|size| size.answers).sum());
    let populations: Vec<u64> = known.iter().map(|(.., n, _)| *n).collect();
    let strata: Vec<Stratum> = known
        .iter()
        .map(|(.., population, deviation)| Stratum {
            population: *population,
            deviation: *deviation,
        })
        .collect();
    let by_size = proportional(&populations, total, wish.least);
    let by_spread = neyman(&strata, total, wish.least);
    let units = known
        .into_iter()
        .zip(sizes)
        .zip(by_size.into_iter().zip(by_spread))
        .map(|(((code, unit, dossiers, _), size), (proportional, neyman))| {
            let width = |answers: u64| {
                let width = of(dossiers).half_width(answers);
                if width.is_finite() { twelve_digits(width.min(1.0)) } else { 1.0 }
            };
            let yamane = yamane(dossiers, wish.yamane_margin);
            PlanUnit {
                code,
                unit,
                dossiers,
                yamane,
                yamane_half_width: width(yamane),
                wanted: size.answers,
                ask: size.ask,
                proportional,
                proportional_half_width: width(proportional),
                neyman,
                neyman_half_width: width(neyman),
            }
        })
        .collect();
    Ok(SamplePlan { total, units })
}

/// Standard deviation of an answer by unit, √(p(1 − p)), from what a round published.
fn spread(desk: &Desk, code: &str) -> Result<BTreeMap<String, f64>> {
    let round = desk.store.round(code)?;
    let Some(publication) = desk.store.latest_publication(round.id)? else {
        return refused(format!(
            "round {code} has no publication to take the spread of answers from"
        ));
    };
    let document: Document =
        serde_json::from_slice(&publication.bytes).map_err(RoundError::Canonical)?;
    let units = document.figures.official.units.into_iter();
    Ok(units
        .filter_map(|unit| {
            let p = unit.figure.index?;
            // Nobody knows an answer of the next round for certain: at least the spread of one in fifty.
            Some((unit.code, (p * (1.0 - p)).max(0.02 * 0.98).sqrt()))
        })
        .collect())
}

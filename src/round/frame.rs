//! From sealed records to a sample: base weights, design and margins of one group of kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{LeftOut, MarginCategory, UsedMargin, Weighting};
use super::{Result, RoundError, Rules};
use crate::form::Form;
use crate::index::{Answers, Domains, Survey};
use crate::store::dossier::Dossiers;
use crate::store::id::UnitId;
use crate::store::margin::Margins;
use crate::store::sealed::SealedRecord;
use crate::store::tally::Kind;
use crate::store::unit::Unit;
use crate::weigh::collapse::{Collapsed, Rule, collapse};
use crate::weigh::exact::twelve_digits;
use crate::weigh::not_stated::{Stated, not_stated};
use crate::weigh::{
    Calibrated, Calibration, Design, Frame, Lonely, Margin, Options, Sample, calibrate, method,
};

/// Label of the category for answers that do not state a variable.
const NOT_STATED: &str = "not_stated";
/// Raking stops when no margin misses its total by more than this share of the population.
const TOLERANCE: f64 = 1e-12;
/// More cycles than any margins need that can be met.
const CYCLES_MAX: usize = 1_000;

/// Which kinds a group holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Official,
    Indicative,
}

impl Part {
    pub fn holds(self, record: &SealedRecord) -> bool {
        record.kind.is_drawn() == (self == Self::Official)
    }
}

/// A weighted group.
pub(super) struct Weighted {
    /// Positions of its responses in the sealed order.
    pub rows: Vec<usize>,
    pub frame: Frame,
    pub calibration: Calibration,
    pub calibrated: Calibrated,
    pub weighting: Weighting,
}

/// Units as domains of an estimate, each with its number.
pub(super) fn places(units: impl Iterator<Item = UnitId>) -> BTreeMap<UnitId, u32> {
    units.zip(0..).collect()
}

impl Weighted {
    /// The number of each response's unit. All units that take part must be among `places`.
    pub fn domains(&self, records: &[SealedRecord], places: &BTreeMap<UnitId, u32>) -> Vec<u32> {
        let units = self.rows.iter().map(|at| records.get(*at).map(|r| r.unit_id));
        units.map(|unit| unit.and_then(|u| places.get(&u)).copied().unwrap_or_default()).collect()
    }

    /// What estimates are made from, by domain: `codes` below `count`, one per response.
    pub fn survey<'a>(
        &'a self,
        answers: &'a Answers,
        codes: &'a [u32],
        count: usize,
    ) -> Survey<'a> {
        let count = u32::try_from(count).unwrap_or_default();
        Survey {
            frame: &self.frame,
            calibration: &self.calibration,
            calibrated: &self.calibrated,
            answers,
            domains: Some(Domains { codes, count }),
        }
    }
}

/// Everything weighing reads.
pub(super) struct Inputs<'a> {
    pub rules: &'a Rules,
    pub form: &'a Form,
    pub units: &'a [Unit],
    pub records: &'a [SealedRecord],
    pub margins: &'a Margins,
    pub dossiers: &'a Dossiers,
}

/// Answers of a unit below which it has no figure in a group.
pub(super) fn minimum(rules: &Rules, part: Part) -> usize {
    match part {
        Part::Official => rules.minimum_sample.max(rules.suppression_threshold) as usize,
        Part::Indicative => rules.suppression_threshold as usize,
    }
}

/// Which answers are weighed, and how: the official way, or a variant shown beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'a> {
    pub part: Part,
    /// Answers excluded by verdict too.
    pub with_excluded: bool,
    /// This kind of link alone.
    pub kind: Option<Kind>,
    /// With the round's trimming.
    pub trimmed: bool,
    /// These units alone.
    pub units: Option<&'a BTreeSet<UnitId>>,
}

impl Choice<'_> {
    /// What the rules of a round make the index of a group.
    pub fn of(part: Part) -> Self {
        Self { part, with_excluded: false, kind: None, trimmed: true, units: None }
    }

    fn holds(&self, record: &SealedRecord) -> bool {
        self.part.holds(record)
            && (self.with_excluded || !record.excluded)
            && self.kind.is_none_or(|kind| record.kind == kind)
            && self.units.is_none_or(|units| units.contains(&record.unit_id))
    }
}

/// Answers by unit.
pub(super) fn answers_by_unit(inputs: &Inputs<'_>, choice: &Choice<'_>) -> BTreeMap<UnitId, usize> {
    let mut counts = BTreeMap::new();
    for record in inputs.records.iter().filter(|r| choice.holds(r)) {
        *counts.entry(record.unit_id).or_insert(0) += 1;
    }
    counts
}

/// Weighs one group; `None` when no unit has enough answers.
///
/// Units with too few answers take no part: their share of every total goes with them.
pub(super) fn weigh_part(inputs: &Inputs<'_>, choice: &Choice<'_>) -> Result<Option<Weighted>> {
    let part = choice.part;
    let counts = answers_by_unit(inputs, choice);
    let enough = |id: UnitId| counts.get(&id).copied().unwrap_or(0) >= minimum(inputs.rules, part);
    let rows: Vec<usize> = (0..inputs.records.len())
        .filter(|at| {
            let record = inputs.records.get(*at);
            record.is_some_and(|r| choice.holds(r) && enough(r.unit_id))
        })
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let records: Vec<&SealedRecord> =
        rows.iter().filter_map(|at| inputs.records.get(*at)).collect();
    let base: Vec<f64> = records
        .iter()
        .map(|r| match part {
            Part::Official => r.population.max(1) as f64 / r.drawn.max(1) as f64,
            Part::Indicative => 1.0,
        })
        .collect();
    let sampled = match part {
        Part::Official => drawn_shares(inputs, choice),
        Part::Indicative => None,
    };
    let mut left_out = Vec::new();
    let mut margins = margins(inputs, &records, &base, &mut left_out);
    loop {
        let sample = Sample {
            base: base.clone(),
            design: design(&records, sampled.as_ref())?,
            margins: margins.iter().map(|used| used.margin.clone()).collect(),
        };
        let wanted = if margins.is_empty() { "none" } else { "rake" };
        let raking = method(wanted).ok_or_else(|| RoundError::Refused("no raking".to_owned()))?;
        let mut calibration = Calibration::by(raking);
        calibration.options =
            Options { tolerance: TOLERANCE, max_iterations: CYCLES_MAX, ..Options::default() };
        calibration.trim = inputs.rules.trim.filter(|_| choice.trimmed).map(Into::into);
        let done = Frame::new(sample).and_then(|frame| {
            let calibrated = calibrate(&frame, &calibration)?;
            Ok((frame, calibrated))
        });
        match done {
            Ok((frame, calibrated)) => {
                let weighting = weighting(&calibrated, margins, left_out, sampled.is_some());
                return Ok(Some(Weighted { rows, frame, calibration, calibrated, weighting }));
            }
            // Stated order: the last variable of the rules goes first.
            Err(error) => match margins.pop() {
                Some(Used { margin, .. }) => left_out.push(LeftOut {
                    variable: margin.name,
                    reason: format!("the totals cannot be met together: {error}"),
                }),
                None => return Err(RoundError::Weigh(error)),
            },
        }
    }
}

fn weighting(
    calibrated: &Calibrated,
    margins: Vec<Used>,
    left_out: Vec<LeftOut>,
    finite_population: bool,
) -> Weighting {
    let q = &calibrated.quality;
    let mut reached = q.reached.iter().map(|sum| twelve_digits(*sum));
    let mut category = |(label, total): (String, f64)| {
        let (total, reached) = (twelve_digits(total), reached.next().unwrap_or_default());
        let miss = twelve_digits((reached - total) / total);
        MarginCategory { category: label, total, reached, miss }
    };
    let margins = margins
        .into_iter()
        .map(|Used { margin, not_stated, joined }| UsedMargin {
            variable: margin.name,
            categories: margin.labels.into_iter().zip(margin.totals).map(&mut category).collect(),
            not_stated: twelve_digits(not_stated),
            joined,
        })
        .collect();
    Weighting {
        margins,
        left_out,
        iterations: q.iterations,
        worst_miss: twelve_digits(q.worst_miss),
        worst_category: q.worst_category.clone(),
        finite_population,
        sum: twelve_digits(q.sum),
        n: q.n,
        min: twelve_digits(q.min),
        max: twelve_digits(q.max),
        cv: twelve_digits(q.cv),
        trimmed_share: twelve_digits(q.trimmed_share),
        trim_bounds: calibrated.trim_bounds.map(|(l, u)| (twelve_digits(l), twelve_digits(u))),
        kish_deff: twelve_digits(q.kish_deff),
        effective_n: twelve_digits(q.effective_n),
    }
}

/// N ÷ n of each unit's drawn dossiers, the largest of its draw strata; `None` while anyone who was drawn in the round
/// did not answer, or answered and does not count: then no stratum is seen whole, whatever share of it was drawn.
fn drawn_shares(inputs: &Inputs<'_>, choice: &Choice<'_>) -> Option<BTreeMap<UnitId, f64>> {
    let mut silent: BTreeMap<UnitId, i64> = BTreeMap::new();
    for (cell, n) in inputs.dossiers {
        *silent.entry(cell.unit).or_default() += n.drawn;
    }
    let mut shares: BTreeMap<UnitId, f64> = BTreeMap::new();
    for record in inputs.records.iter().filter(|r| choice.holds(r)) {
        *silent.entry(record.unit_id).or_default() -= 1;
        let share = record.population as f64 / record.drawn.max(1) as f64;
        let known = shares.entry(record.unit_id).or_insert(1.0);
        *known = known.max(share);
    }
    silent.values().all(|n| *n == 0).then_some(shares)
}

/// Stratum = unit × kind, PSU = counter × day. A lonely PSU joins another kind of its unit in the same group.
///
/// `sampled`: [`drawn_shares`]; a stratum then has that many times its PSUs in the population.
fn design(
    records: &[&SealedRecord],
    sampled: Option<&BTreeMap<UnitId, f64>>,
) -> std::result::Result<Design, RoundError> {
    let mut psus: BTreeMap<(UnitId, &str), BTreeSet<i32>> = BTreeMap::new();
    for r in records {
        psus.entry((r.unit_id, r.kind.word())).or_default().insert(r.psu);
    }
    let mut codes: BTreeMap<(UnitId, &str), u32> = BTreeMap::new();
    for key in psus.keys() {
        let lonely = |k: &(UnitId, &str)| psus.get(k).is_some_and(|p| p.len() < 2);
        let kin: Vec<&(UnitId, &str)> = psus.keys().filter(|k| k.0 == key.0).collect();
        let host = if kin.iter().any(|k| lonely(k)) { kin.first().copied() } else { Some(key) };
        let next = u32::try_from(codes.len()).unwrap_or(u32::MAX);
        let code = host.and_then(|h| codes.get(h)).copied().unwrap_or(next);
        codes.insert(*key, code);
    }
    let strata: Vec<u32> = records
        .iter()
        .map(|r| codes.get(&(r.unit_id, r.kind.word())).copied().unwrap_or_default())
        .collect();
    let psu: Vec<u32> = records.iter().map(|r| r.psu.unsigned_abs()).collect();
    let population = sampled.map(|sampled| {
        let own: BTreeSet<(u32, u32)> = strata.iter().copied().zip(psu.iter().copied()).collect();
        let mut count: BTreeMap<u32, f64> = BTreeMap::new();
        for (stratum, _) in own {
            *count.entry(stratum).or_default() += 1.0;
        }
        let size = |(record, stratum): (&&SealedRecord, &u32)| {
            let share = sampled.get(&record.unit_id).copied().unwrap_or(1.0);
            count.get(stratum).copied().unwrap_or_default() * share
        };
        records.iter().zip(&strata).map(size).collect::<Vec<f64>>()
    });
    // What is lonely even so has its interval from the pooled design effect (see `index`), never from "certainty".
    Design::new(records.len(), Some(&strata), Some(&psu), population.as_deref(), Lonely::Adjust)
        .map_err(RoundError::Weigh)
}

/// A margin that can be used.
struct Used {
    margin: Margin,
    /// Base-weighted share of answers that do not state it.
    not_stated: f64,
    /// (category, what it was joined into).
    joined: Vec<(String, String)>,
}

/// The margins that can be used, in the order of the rules, each with its share of "not stated".
fn margins(
    inputs: &Inputs<'_>,
    records: &[&SealedRecord],
    base: &[f64],
    left_out: &mut Vec<LeftOut>,
) -> Vec<Used> {
    let unit_code: BTreeMap<UnitId, &str> =
        inputs.units.iter().map(|u| (u.id, u.code.as_str())).collect();
    let taking: BTreeSet<&str> =
        records.iter().filter_map(|r| unit_code.get(&r.unit_id).copied()).collect();
    // Share of the population that the units taking part make up.
    let part = inputs.margins.get("unit").map_or(1.0, |totals| {
        let all: i64 = totals.values().sum();
        let ours: i64 =
            totals.iter().filter(|(code, _)| taking.contains(code.as_str())).map(|(_, n)| n).sum();
        if all > 0 { ours as f64 / all as f64 } else { 1.0 }
    });
    let mut used = Vec::new();
    for variable in &inputs.rules.margins {
        let mut leave =
            |reason: String| left_out.push(LeftOut { variable: variable.clone(), reason });
        let Some(totals) = inputs.margins.get(variable) else {
            leave("there are no totals for it".to_owned());
            continue;
        };
        let (labels, totals): (Vec<String>, Vec<f64>) = ordered(inputs.form, variable, totals)
            .into_iter()
            .filter(|(label, n)| *n > 0 && (variable != "unit" || taking.contains(label.as_str())))
            .map(|(label, n)| {
                let n = n as f64;
                (label, if variable == "unit" { n } else { n * part })
            })
            .unzip();
        let value = |r: &SealedRecord| -> String {
            match variable.as_str() {
                "unit" => unit_code.get(&r.unit_id).copied().unwrap_or_default().to_owned(),
                "service" => r.service.clone(),
                "sex" => r.sex.clone(),
                _ => r.age_group.clone(),
            }
        };
        let mut codes: Vec<Option<u32>> = records
            .iter()
            .map(|r| {
                let value = value(r);
                labels.iter().position(|l| *l == value).and_then(|at| u32::try_from(at).ok())
            })
            .collect();
        let max = inputs.rules.not_stated_max;
        // Before joining: a variable that hardly anybody states has only small categories, which is not the reason.
        if let Stated::TooFew { share, .. } =
            not_stated(variable, &codes, &labels, &totals, base, NOT_STATED, max)
        {
            leave(format!("{:.1} % of the answers do not state it", share * 100.0));
            continue;
        }
        let is_ordered = inputs.form.margin(variable).is_some_and(|m| m.coded.ordered);
        let (labels, totals, joined) = if variable == "unit" {
            (labels, totals, Vec::new())
        } else {
            join(variable, labels, totals, &mut codes, is_ordered, inputs.rules.category_minimum)
        };
        if labels.len() < 2 {
            leave("its answers fall into one category".to_owned());
            continue;
        }
        let (margin, share) =
            match not_stated(variable, &codes, &labels, &totals, base, NOT_STATED, max) {
                Stated::All(margin) => (margin, 0.0),
                Stated::Most { margin, share } => (margin, share),
                Stated::TooFew { .. } => continue,
            };
        used.push(Used { margin, not_stated: share, joined });
    }
    used
}

/// Name of the category that small ones without an order are joined into.
const OTHER: &str = "other";

/// Joins small categories by the rule that goes with the variable: those with an order with the one beside them, the
/// others as [`OTHER`]. "Not stated" is nobody's neighbour: it comes in afterwards, with its own share as total.
fn join(
    variable: &str,
    labels: Vec<String>,
    totals: Vec<f64>,
    codes: &mut [Option<u32>],
    is_ordered: bool,
    least: u32,
) -> (Vec<String>, Vec<f64>, Vec<(String, String)>) {
    let nobody = u32::try_from(labels.len()).unwrap_or(u32::MAX);
    let margin = Margin {
        name: variable.to_owned(),
        codes: codes.iter().map(|code| code.unwrap_or(nobody)).collect(),
        labels,
        totals,
    };
    let rule = if is_ordered { Rule::Ordered } else { Rule::Nominal { other: OTHER.to_owned() } };
    let Collapsed { margin: joined, joined: report } = collapse(&margin, &rule, least);
    let Some(joined) = joined else { return (Vec::new(), Vec::new(), report) };
    for (code, new) in codes.iter_mut().zip(&joined.codes) {
        *code = code.map(|_| *new);
    }
    (joined.labels, joined.totals, report)
}

/// Categories in the order of the form's options where it knows them, then by name.
fn ordered(form: &Form, variable: &str, totals: &BTreeMap<String, i64>) -> Vec<(String, i64)> {
    let order: Vec<String> = form
        .margin(variable)
        .map(|m| m.categories().map(|(_, name)| name.to_string()).collect())
        .unwrap_or_default();
    let mut list: Vec<(String, i64)> = totals.iter().map(|(l, n)| (l.clone(), *n)).collect();
    list.sort_by_key(|(label, _)| {
        (order.iter().position(|o| o == label).unwrap_or(usize::MAX), label.clone())
    });
    list
}

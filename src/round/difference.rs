//! Differences of published figures: of two units of one round, or of the same units in two rounds.
//!
//! Only what is published is compared, so a difference tells nothing that its two figures don't; of a round's sealed
//! records nothing enters but how far the errors of two units go together.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::document::Document;
use super::figures::{Figure, Figures, Group};
use super::frame::{Part, Weighted, places};
use super::items::Items;
use super::weigh::Sealed;
use super::{Desk, Reason, Result, RoundError, Rules, refused};
use crate::index::difference::{ShareInterval, between_domains, of_shares};
use crate::index::{DfRule, Method, estimate};
use crate::store::id::UnitId;
use crate::store::round::Round;
use crate::store::tally::{Kind, What};
use crate::weigh::exact::twelve_digits;

/// Differences of two units or of two rounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differences {
    /// Code of the first unit or round.
    pub first: String,
    /// Code of the second.
    pub second: String,
    /// Level of the intervals.
    pub confidence: f64,
    /// Degrees of freedom below which two figures are not told apart.
    pub rank_df_min: i64,
    /// What could be compared.
    pub rows: Vec<DifferenceRow>,
    /// What could not, a sentence each.
    pub left_out: Vec<String>,
}

/// First minus second of one figure. Shares are 0..1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DifferenceRow {
    /// `official` or `indicative`.
    pub group: &'static str,
    /// The unit's code when rounds are compared; none for all units together.
    pub unit: Option<String>,
    /// The factor; none for all criteria.
    pub factor: Option<String>,
    /// The first figure.
    pub first: f64,
    /// The second.
    pub second: f64,
    /// First minus second.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether the interval leaves out 0; none where either figure has too few degrees of freedom for a rank.
    pub told_apart: Option<bool>,
}

const PARTS: [(Part, &str); 2] = [(Part::Official, "official"), (Part::Indicative, "indicative")];

fn group_of(figures: &Figures, part: Part) -> &Group {
    match part {
        Part::Official => &figures.official,
        Part::Indicative => &figures.indicative,
    }
}

fn published(desk: &Desk, round: &Round) -> Result<Document> {
    let Some(publication) = desk.store.latest_publication(round.id)? else {
        return refused(format!(
            "round {} has no publication yet; only what is published is compared",
            round.code
        ));
    };
    serde_json::from_slice(&publication.bytes).map_err(RoundError::Canonical)
}

/// Compares two units of a published round, by kind of group and by factor.
///
/// # Errors
/// [`RoundError::Refused`] without a publication, for an unknown unit or the same one twice, where the publication is not
/// that of the stored records, or where no figure of both is shown, with the reason.
pub fn compare_units(desk: &Desk, code: &str, first: &str, second: &str) -> Result<Differences> {
    if first == second {
        return refused(format!("{first} is one unit; name two"));
    }
    let sealed = Sealed::read(desk, code)?;
    let document = published(desk, &sealed.round)?;
    units_of(&sealed, &document, first, second)
}

pub(super) fn units_of(
    sealed: &Sealed,
    document: &Document,
    first: &str,
    second: &str,
) -> Result<Differences> {
    let inputs = &document.inputs;
    if inputs.records != sealed.records_digest() || inputs.margins != sealed.margins_digest() {
        return refused(format!(
            "the publication of round {0} is not that of its records and margins; see khaosat verify {0}",
            document.round
        ));
    }
    let id_of = |code: &str| match sealed.units.iter().find(|unit| unit.code == code) {
        Some(unit) => Ok(unit.id),
        None => refused(format!("{code} is no unit of round {}", document.round)),
    };
    let ids = (id_of(first)?, id_of(second)?);
    let [official, indicative] = sealed.weigh()?;
    let mut found = Differences::new(first, second, &document.rules);
    for ((part, name), weighted) in PARTS.iter().zip([official, indicative]) {
        let group = group_of(&document.figures, *part);
        let of = |code: &str| group.units.iter().find(|unit| unit.code == code);
        let (Some(left), Some(right), Some(weighted)) = (of(first), of(second), weighted) else {
            found.left_out.push(format!("{name}: there are no answers of these kinds"));
            continue;
        };
        let correlations = correlations(sealed, &weighted, ids)?;
        let factors = left.factors.iter().zip(&right.factors);
        let factors = factors.map(|(l, r)| (Some(l.factor.as_str()), &l.figure, &r.figure));
        let all = std::iter::once((None, &left.figure, &right.figure)).chain(factors);
        for (set, (factor, left, right)) in all.enumerate() {
            let correlation = correlations.get(set).copied().unwrap_or_default();
            found.add((name, None, factor), (left, right), correlation);
        }
    }
    found.or_refused()
}

/// How far the errors of two units go together, for all criteria and by factor: margins that both are weighted to tie
/// them to each other. 0 where either has no error of its own.
fn correlations(
    sealed: &Sealed,
    weighted: &Weighted,
    (first, second): (UnitId, UnitId),
) -> Result<Vec<f64>> {
    let records: Vec<_> = weighted.rows.iter().filter_map(|at| sealed.records.get(*at)).collect();
    let codes: Vec<&[u8]> = records.iter().map(|r| r.answers.as_slice()).collect();
    let places = places(records.iter().map(|r| r.unit_id).collect::<BTreeSet<_>>().into_iter());
    let Some(items) = Items::of(&sealed.rules, &sealed.form, &codes) else { return Ok(Vec::new()) };
    let (Some(first), Some(second)) = (places.get(&first), places.get(&second)) else {
        return Ok(Vec::new());
    };
    let domains = weighted.domains(&sealed.records, &places);
    let survey = weighted.survey(&items.answers, &domains, places.len());
    let (estimands, ends) = items.sets();
    let method = Method { df: DfRule::Domain, ..Method::default() };
    let failed = |error| RoundError::Refused(format!("the units cannot be compared: {error}"));
    let rows = estimate(&survey, &estimands, &method, &|_, _| ()).map_err(failed)?.rows;
    let se = |end: usize, domain: u32| {
        let row = rows.iter().find(|row| row.estimand == end && row.domain == Some(domain));
        row.map_or(0.0, |row| row.se)
    };
    ends.iter()
        .map(|end| {
            let pair = (*first, *second);
            let both = between_domains(&survey, &estimands, *end, pair, &method).map_err(failed)?;
            let (left, right) = (se(*end, *first), se(*end, *second));
            let covariance = |both: f64| (left * left + right * right - both * both) / 2.0;
            let found = both.map_or(0.0, |both| covariance(both.se) / (left * right));
            Ok(if found.is_finite() { found } else { 0.0 })
        })
        .collect()
}

/// Compares the figures that two published rounds have of the same units.
///
/// # Errors
/// [`RoundError::Refused`] without publications, for one round twice, for rounds of different forms or rules, naming
/// what differs, or where no figure is shown in both.
pub fn compare_rounds(desk: &Desk, first: &str, second: &str) -> Result<Differences> {
    if first == second {
        return refused(format!("{first} is one round; name two"));
    }
    let side = |code: &str| -> Result<Side> {
        let round = desk.store.round(code)?;
        let document = published(desk, &round)?;
        let units = desk.store.round_units(round.id)?.into_iter().map(|u| (u.id, u.code));
        Ok(Side { document, units: units.collect() })
    };
    rounds_of(&side(first)?, &side(second)?)
}

/// A publication and the codes of its units: codes get re-used, so units are the same by id.
pub(super) struct Side {
    pub document: Document,
    pub units: BTreeMap<UnitId, String>,
}

impl Side {
    fn group(&self, part: Part) -> &Group {
        group_of(&self.document.figures, part)
    }

    /// Kinds with answers; of one unit or of all.
    fn kinds(&self, part: Part, unit: Option<&str>) -> BTreeSet<Kind> {
        let drawn = part == Part::Official;
        let stored =
            |counts: &BTreeMap<What, i64>| counts.get(&What::Stored).is_some_and(|n| *n > 0);
        let counts = self.document.counts.iter();
        counts
            .filter(|c| c.kind.is_drawn() == drawn && unit.is_none_or(|unit| c.code == unit))
            .filter(|c| stored(&c.counts))
            .map(|c| c.kind)
            .collect()
    }

    /// Ids of the units that the total of a group is about.
    fn weighed(&self, part: Part) -> BTreeSet<UnitId> {
        let out = |code: &str| {
            let unit = self.group(part).units.iter().find(|unit| unit.code == code);
            let why = unit.and_then(|unit| unit.figure.suppressed);
            why.is_some_and(|why| why != Reason::WouldReveal)
        };
        self.units.iter().filter(|(_, code)| !out(code)).map(|(id, _)| *id).collect()
    }
}

pub(super) fn rounds_of(first: &Side, second: &Side) -> Result<Differences> {
    let (left, right) = (&first.document, &second.document);
    let differ = method_differs(left, right);
    if !differ.is_empty() {
        return refused(format!(
            "rounds {} and {} differ in {}; figures of different methods are not compared",
            left.round,
            right.round,
            differ.join(", ")
        ));
    }
    let mut found = Differences::new(&left.round, &right.round, &left.rules);
    for (part, name) in PARTS {
        let (ours, theirs) = (first.group(part), second.group(part));
        if first.kinds(part, None).is_empty() && second.kinds(part, None).is_empty() {
            continue;
        }
        if first.weighed(part) == second.weighed(part) {
            let kinds = (first.kinds(part, None), second.kinds(part, None));
            let factors = ours.factors.iter().zip(&theirs.factors);
            let factors = factors.map(|(l, r)| (Some(l.factor.as_str()), &l.figure, &r.figure));
            let all = std::iter::once((None, &ours.overall, &theirs.overall)).chain(factors);
            found.add_all((name, None), &kinds, all);
        } else {
            found.left_out.push(format!("{name}: the totals are about different units"));
        }
        for (id, code) in &first.units {
            let Some(other) = second.units.get(id) else {
                found.left_out.push(format!("{name}, unit {code}: it is not in {}", right.round));
                continue;
            };
            let l = ours.units.iter().find(|unit| unit.code == *code);
            let r = theirs.units.iter().find(|unit| unit.code == *other);
            let (Some(l), Some(r)) = (l, r) else { continue };
            let kinds = (first.kinds(part, Some(code)), second.kinds(part, Some(other)));
            let factors = l.factors.iter().zip(&r.factors);
            let factors = factors.map(|(l, r)| (Some(l.factor.as_str()), &l.figure, &r.figure));
            let all = std::iter::once((None, &l.figure, &r.figure)).chain(factors);
            found.add_all((name, Some(code)), &kinds, all);
        }
    }
    found.or_refused()
}

/// What of the method differs between two publications, in words.
fn method_differs(left: &Document, right: &Document) -> Vec<&'static str> {
    let (a, b) = (&left.rules, &right.rules);
    let parts = [
        ("their form", left.form.digest != right.form.digest),
        ("the rule of the index", a.index_rule != b.index_rule),
        ("the margins", a.margins != b.margins),
        ("how much may be not stated", a.not_stated_max != b.not_stated_max),
        ("the least answers of a category", a.category_minimum != b.category_minimum),
        ("trimming", a.trim != b.trim),
        ("the level of the intervals", a.confidence != b.confidence),
        ("that one is simulated", a.synthetic != b.synthetic),
    ];
    parts.iter().filter(|(_, differs)| *differs).map(|(what, _)| *what).collect()
}

impl Differences {
    fn new(first: &str, second: &str, rules: &Rules) -> Self {
        Self {
            first: first.to_owned(),
            second: second.to_owned(),
            confidence: rules.confidence,
            rank_df_min: i64::from(rules.rank_df_min),
            rows: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// The figures of two rounds, if they were made by the same kinds of links; rounds are independent samples.
    fn add_all<'a>(
        &mut self,
        (group, unit): (&'static str, Option<&str>),
        kinds: &(BTreeSet<Kind>, BTreeSet<Kind>),
        figures: impl Iterator<Item = (Option<&'a str>, &'a Figure, &'a Figure)>,
    ) {
        let (ours, theirs) = kinds;
        if ours != theirs {
            let words = |kinds: &BTreeSet<Kind>| {
                let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
                if words.is_empty() { "none".to_owned() } else { words.join(" and ") }
            };
            let whose = unit.map_or(String::new(), |unit| format!(", unit {unit}"));
            let (ours, theirs) = (words(ours), words(theirs));
            self.left_out
                .push(format!("{group}{whose}: kinds of links differ, {ours} against {theirs}"));
            return;
        }
        for (factor, left, right) in figures {
            self.add((group, unit, factor), (left, right), 0.0);
        }
    }

    fn add(
        &mut self,
        (group, unit, factor): (&'static str, Option<&str>, Option<&str>),
        (left, right): (&Figure, &Figure),
        correlation: f64,
    ) {
        let (Some(first), Some(second)) = (share(left), share(right)) else {
            let whose = unit.map_or(String::new(), |unit| format!(", unit {unit}"));
            let what = factor.map_or(String::new(), |factor| format!(", {factor}"));
            let hidden = if left.index.is_none() { &self.first } else { &self.second };
            self.left_out.push(format!("{group}{whose}{what}: not shown in {hidden}"));
            return;
        };
        let found = of_shares(&first, &second, correlation);
        let ranked = [left, right].iter().all(|f| f.df.is_some_and(|df| df >= self.rank_df_min));
        self.rows.push(DifferenceRow {
            group,
            unit: unit.map(str::to_owned),
            factor: factor.map(str::to_owned),
            first: first.estimate,
            second: second.estimate,
            difference: twelve_digits(found.estimate),
            se: twelve_digits(found.se),
            low: twelve_digits(found.low),
            high: twelve_digits(found.high),
            told_apart: ranked.then_some(found.low > 0.0 || found.high < 0.0),
        });
    }

    fn or_refused(self) -> Result<Self> {
        if self.rows.is_empty() {
            let (first, second) = (&self.first, &self.second);
            let why = self.left_out.join("; ");
            return refused(format!("{first} and {second} have no figure to compare: {why}"));
        }
        Ok(self)
    }
}

fn share(figure: &Figure) -> Option<ShareInterval> {
    Some(ShareInterval {
        estimate: figure.index?,
        se: figure.se?,
        low: figure.low?,
        high: figure.high?,
    })
}

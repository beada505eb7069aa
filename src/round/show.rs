//! Which figures are shown: none that, with the others, would be about fewer respondents than the threshold (design §4).
//!
//! The figures of units come first, then totals, then how often answers were excluded, then the variants, so that what
//! matters most is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::beside::{Exclusion, Variant};
use super::compare::Compared;
use super::figures::{FactorFigure, Figure, Figures, Group, Reason};
use super::frame::Part;
use super::items;
use super::weigh::Sealed;
use crate::index::exact_test::fisher;
use crate::index::suppress::{Counts, Decision, FigureKey, Threshold, plan};
use crate::store::id::UnitId;
use crate::store::tally::Kind;
use crate::weigh::exact::twelve_digits;

/// Respondents that no figure divides: unit, kind of link, excluded by verdict.
pub(super) type Who = (UnitId, Kind, bool);

/// "Changes by less than": one of these, so that it tells nothing beyond how few answers differ.
const STEPS: [f64; 7] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

const PARTS: [Part; 2] = [Part::Official, Part::Indicative];

/// Who answered.
pub(super) struct Respondents {
    /// With a valid answer to any criterion, and by factor.
    counts: BTreeMap<Who, (u64, Vec<u64>)>,
    factors: Vec<String>,
    /// (excluded, satisfied) → answers, by unit and part.
    satisfied: BTreeMap<(UnitId, bool), [[u64; 2]; 2]>,
}

impl Respondents {
    pub fn of(sealed: &Sealed) -> Self {
        let factors: Vec<String> = sealed.form.factors.iter().map(|f| f.name.to_string()).collect();
        let mut counts: BTreeMap<Who, (u64, Vec<u64>)> = BTreeMap::new();
        let mut satisfied: BTreeMap<(UnitId, bool), [[u64; 2]; 2]> = BTreeMap::new();
        for record in &sealed.records {
            let who = (record.unit_id, record.kind, record.excluded);
            let (any, by_factor) = counts.entry(who).or_insert_with(|| (0, vec![0; factors.len()]));
            let mut answered = vec![false; factors.len()];
            for criterion in sealed.form.criteria() {
                let code = record.answers.get(criterion.column).copied().unwrap_or(0);
                if criterion.coded.option(code).is_some()
                    && let Some(slot) = answered.get_mut(criterion.factor)
                {
                    *slot = true;
                }
            }
            *any += u64::from(answered.contains(&true));
            by_factor.iter_mut().zip(answered).for_each(|(n, yes)| *n += u64::from(yes));
            if let Some(share) = items::share_of(&sealed.rules, &sealed.form, &record.answers) {
                let table = satisfied.entry((record.unit_id, record.kind.is_drawn())).or_default();
                let [kept, excluded] = table;
                let row = if record.excluded { excluded } else { kept };
                let [yes, no] = row;
                *(if share >= 0.5 { yes } else { no }) += 1;
            }
        }
        Self { counts, factors, satisfied }
    }

    /// Respondents to the criteria of a set: 0 is all, then the factors in their order.
    pub fn n(&self, set: usize, groups: &BTreeSet<Who>) -> u64 {
        let counts = groups.iter().filter_map(|who| self.counts.get(who));
        counts
            .map(|(any, by_factor)| match set.checked_sub(1) {
                None => *any,
                Some(factor) => by_factor.get(factor).copied().unwrap_or(0),
            })
            .sum()
    }

    /// The factors of a set.
    pub fn items(&self, set: usize) -> &[String] {
        match set.checked_sub(1) {
            None => &self.factors,
            Some(factor) => self.factors.get(factor..=factor).unwrap_or_default(),
        }
    }

    pub fn groups(&self, part: Part, choose: impl Fn(&Who) -> bool) -> BTreeSet<Who> {
        let drawn = part == Part::Official;
        let all = self.counts.keys().filter(|who| who.1.is_drawn() == drawn);
        all.filter(|who| choose(who)).copied().collect()
    }

    /// Respondents to each factor.
    pub fn counts(&self) -> Counts<Who> {
        let mut counts = Counts::new();
        for (who, (_, by_factor)) in &self.counts {
            for (factor, n) in self.factors.iter().zip(by_factor) {
                counts.set(factor, *who, *n);
            }
        }
        counts
    }

    pub fn key(&self, items: &[String], groups: BTreeSet<Who>) -> FigureKey<Who> {
        FigureKey { items: items.iter().cloned().collect(), groups }
    }
}

/// What was asked to be shown, in the order of decision.
struct Asked<'a> {
    keys: Vec<FigureKey<Who>>,
    figures: Vec<&'a mut Figure>,
}

/// Hides what must not be shown of `figures`, and puts the variants and the rates of exclusion beside them.
pub(super) fn decide(
    figures: &mut Figures,
    sealed: &Sealed,
    respondents: &Respondents,
    compared: &[Vec<Compared>; 2],
) {
    let counts = respondents.counts();
    let id_of: BTreeMap<&str, UnitId> =
        sealed.units.iter().map(|u| (u.code.as_str(), u.id)).collect();
    let weighed: Vec<BTreeSet<UnitId>> = [&figures.official, &figures.indicative]
        .iter()
        .map(|group| {
            let shown = group.units.iter().filter(|u| u.figure.suppressed.is_none());
            shown.filter_map(|u| id_of.get(u.code.as_str()).copied()).collect()
        })
        .collect();
    let Figures { official, indicative } = figures;
    let mut asked = Asked { keys: Vec::new(), figures: Vec::new() };
    ask(&mut asked, [official, indicative], respondents, &weighed, &id_of);
    let Asked { mut keys, figures: slots } = asked;
    let first = keys.len();
    let mut extra: Vec<Extra<'_>> = Vec::new();
    for (part, weighed) in PARTS.iter().zip(&weighed) {
        let groups = respondents.groups(*part, |who| weighed.contains(&who.0) && who.2);
        keys.push(respondents.key(&respondents.factors, groups));
        extra.push(Extra::Exclusion(*part));
    }
    // All criteria first: they matter more than a factor.
    for set in 0..=respondents.factors.len() {
        for (part, variants) in PARTS.iter().zip(compared) {
            for variant in variants {
                let taking: BTreeSet<UnitId> = variant.units().collect();
                for unit in taking.iter().map(|unit| Some(*unit)).chain([None]) {
                    let groups = respondents.groups(*part, |who| {
                        unit.map_or_else(|| taking.contains(&who.0), |u| u == who.0)
                            && (variant.with_excluded || !who.2)
                            && variant.kind.is_none_or(|kind| kind == who.1)
                    });
                    let n = respondents.n(set, &groups);
                    keys.push(respondents.key(respondents.items(set), groups));
                    extra.push(Extra::Variant { part: *part, variant, set, unit, n });
                }
            }
        }
    }
    let threshold = NonZeroU64::new(u64::from(sealed.rules.suppression_threshold))
        .map_or_else(Threshold::default, Threshold::new);
    let decisions = plan(&keys, &counts, threshold);
    for (decision, figure) in decisions.iter().zip(slots) {
        hide(decision, figure);
    }
    for (decision, extra) in decisions.iter().skip(first).zip(extra) {
        let is_shown = *decision == Decision::Publish;
        match extra {
            Extra::Exclusion(part) => {
                let at = usize::from(part == Part::Indicative);
                let none = BTreeSet::new();
                let weighed = weighed.get(at).unwrap_or(&none);
                let group = figures.group_mut(part);
                group.notes.exclusion = exclusion(respondents, part, weighed, group, is_shown);
            }
            Extra::Variant { part, variant, set, unit, n } => {
                let Some(points) = variant.sets.get(set) else { continue };
                let Some(slot) = slot(figures.group_mut(part), set, unit, &id_of) else { continue };
                let value = match unit {
                    None => points.overall,
                    Some(id) => points.by_unit.get(&id).copied(),
                };
                put(slot, &variant.name, value, n, is_shown);
            }
        }
    }
    for group in [&mut figures.official, &mut figures.indicative] {
        unweighted(group);
    }
}

enum Extra<'a> {
    Exclusion(Part),
    Variant { part: Part, variant: &'a Compared, set: usize, unit: Option<UnitId>, n: u64 },
}

/// Asks for the figures of units, then for the totals.
fn ask<'a>(
    asked: &mut Asked<'a>,
    groups: [&'a mut Group; 2],
    respondents: &Respondents,
    weighed: &[BTreeSet<UnitId>],
    id_of: &BTreeMap<&str, UnitId>,
) {
    let factors = &respondents.factors;
    let mut totals = Vec::new();
    for ((part, group), weighed) in PARTS.iter().zip(groups).zip(weighed) {
        for unit in &mut group.units {
            let id = id_of.get(unit.code.as_str()).copied();
            let own = respondents.groups(*part, |who| Some(who.0) == id && !who.2);
            asked.keys.push(respondents.key(factors, own.clone()));
            asked.figures.push(&mut unit.figure);
            for factor in &mut unit.factors {
                let items = std::slice::from_ref(&factor.factor);
                asked.keys.push(respondents.key(items, own.clone()));
                asked.figures.push(&mut factor.figure);
            }
        }
        let all = respondents.groups(*part, |who| weighed.contains(&who.0) && !who.2);
        totals.push((respondents.key(factors, all.clone()), &mut group.overall));
        for factor in &mut group.factors {
            let items = std::slice::from_ref(&factor.factor);
            totals.push((respondents.key(items, all.clone()), &mut factor.figure));
        }
    }
    for (key, figure) in totals {
        asked.keys.push(key);
        asked.figures.push(figure);
    }
}

fn hide(decision: &Decision, figure: &mut Figure) {
    use crate::index::suppress::Reason::{NoAnswers, TooFew};
    if let Decision::Withhold(reason) = decision
        && figure.suppressed.is_none()
    {
        let few = matches!(reason, NoAnswers | TooFew { .. });
        let reason = if few { Reason::FewRespondents } else { Reason::WouldReveal };
        *figure = Figure { n: figure.n, suppressed: Some(reason), ..Figure::default() };
    }
}

/// The figure of a set of criteria, and the list of its variants: of a unit, or of all together.
fn slot<'a>(
    group: &'a mut Group,
    set: usize,
    unit: Option<UnitId>,
    id_of: &BTreeMap<&str, UnitId>,
) -> Option<(&'a Figure, &'a mut Vec<Variant>)> {
    let (figure, beside, factors) = match unit {
        None => (&group.overall, &mut group.notes.overall, &mut group.factors),
        Some(id) => {
            let found = group.units.iter_mut().find(|u| id_of.get(u.code.as_str()) == Some(&id))?;
            (&found.figure, &mut found.beside, &mut found.factors)
        }
    };
    match set.checked_sub(1) {
        None => Some((figure, &mut beside.variants)),
        Some(factor) => factors.get_mut(factor).map(|f| (&f.figure, &mut f.variants)),
    }
}

/// Puts a variant beside the index it is a variant of; nothing beside one that is hidden.
fn put(
    (figure, variants): (&Figure, &mut Vec<Variant>),
    name: &str,
    value: Option<f64>,
    n: u64,
    is_shown: bool,
) {
    let (Some(index), Some(value)) = (figure.index, value) else { return };
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let bound = || less_than(figure.n, n, (value - index).abs());
    variants.push(Variant {
        name: name.to_owned(),
        n,
        index: is_shown.then(|| twelve_digits(value)),
        differs_by_less_than: (!is_shown).then(bound),
    });
}

/// A bound that follows from how many answers differ: twice their share, since they may weigh more than others. Only
/// where even that is too little it goes one step further.
fn less_than(base: usize, variant: usize, change: f64) -> f64 {
    let differ = base.abs_diff(variant) as f64;
    let share = 2.0 * differ / base.max(variant).max(1) as f64;
    STEPS.into_iter().find(|step| *step >= share && *step > change).unwrap_or(1.0)
}

/// The index without weights: the same respondents, so it is shown where the index is.
fn unweighted(group: &mut Group) {
    let own = |figure: &Figure| {
        let index = figure.unweighted?;
        let name = "unweighted".to_owned();
        Some(Variant { name, n: figure.n, index: Some(index), differs_by_less_than: None })
    };
    let factors = |factors: &mut Vec<FactorFigure>| {
        for factor in factors {
            factor.variants.splice(0..0, own(&factor.figure));
        }
    };
    for unit in &mut group.units {
        unit.beside.variants.splice(0..0, own(&unit.figure));
        factors(&mut unit.factors);
    }
    group.notes.overall.variants.splice(0..0, own(&group.overall));
    factors(&mut group.factors);
}

/// Rates of exclusion in the units that are weighed; the test is left out with the rates.
fn exclusion(
    respondents: &Respondents,
    part: Part,
    weighed: &BTreeSet<UnitId>,
    group: &Group,
    is_shown: bool,
) -> Option<Exclusion> {
    group.overall.index?;
    let excluded = respondents.n(0, &respondents.groups(part, |w| weighed.contains(&w.0) && w.2));
    let mut sum = [[0; 2]; 2];
    for ((unit, drawn), table) in &respondents.satisfied {
        if *drawn == (part == Part::Official) && weighed.contains(unit) {
            for (row, add) in sum.iter_mut().zip(table) {
                row.iter_mut().zip(add).for_each(|(cell, n)| *cell += n);
            }
        }
    }
    let [[kept_satisfied, kept_not], [out_satisfied, out_not]] = sum;
    let rate = |out: u64, kept: u64| {
        (is_shown && out + kept > 0).then(|| twelve_digits(out as f64 / (out + kept) as f64))
    };
    Some(Exclusion {
        excluded,
        of_satisfied: rate(out_satisfied, kept_satisfied),
        of_dissatisfied: rate(out_not, kept_not),
        p: if is_shown {
            fisher([[out_satisfied, kept_satisfied], [out_not, kept_not]])
        } else {
            None
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_tells_how_many_answers_differ_and_no_more() {
        assert_eq!(less_than(100, 102, 0.001), 0.05);
        assert_eq!(less_than(1000, 1001, 0.0), 0.01);
        assert_eq!(less_than(1000, 1001, 0.015), 0.02, "never less than the truth");
        assert_eq!(less_than(10, 3, 0.3), 1.0);
    }
}

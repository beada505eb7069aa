//! The step from weighed to indexed: the sub-index per unit and factor, with its interval, rank interval and suppression.

use std::collections::BTreeMap;

use super::beside::{Beside, GroupNotes};
use super::compare::compare;
use super::figures::{FactorFigure, Figure, Figures, Group, Rank, Reason, UnitFigures};
use super::frame::{Choice, Part, Weighted, answers_by_unit, minimum, places};
use super::items::Items;
use super::show::Respondents;
use super::weigh::{Sealed, weights_of};
use super::{Desk, Result, RoundError, nonresponse, refused, show, small};
use crate::index::interval::{korn_graubard, overall_effect};
use crate::index::{DfRule, Estimate, IntervalKind, Method, Point, each_of, estimate, ranks};
use crate::store::actor::{Act, Actor, Right};
use crate::weigh::exact::twelve_digits;

/// Computes and stores the figures of a weighed round.
///
/// # Errors
/// [`RoundError::Refused`] before weighing, or when the stored weights are not those of the stored inputs.
pub fn index(desk: &Desk, actor: &Actor, code: &str) -> Result<Figures> {
    let sealed = Sealed::read(desk, code)?;
    let Some(run) = desk.store.weight_run(sealed.round.id)? else {
        return refused(format!("round {code} has no weights yet; run khaosat round weigh"));
    };
    let parts = sealed.weigh()?;
    let bytes: Vec<u8> =
        weights_of(sealed.records.len(), &parts).iter().flat_map(|w| w.to_le_bytes()).collect();
    if bytes != run.weights {
        return refused(format!(
            "the stored weights of round {code} are not those of its records and margins; run khaosat round weigh again"
        ));
    }
    let figures = figures(&sealed, &parts)?;
    let text = serde_json_canonicalizer::to_string(&figures).map_err(RoundError::Canonical)?;
    let act =
        Act::new(actor, Right::Compute, desk.clock.now(), "round.index", format!("round {code}"));
    desk.store.put_index_run(&act, sealed.round.id, run.id, &text)?;
    Ok(figures)
}

/// All figures of a sealed round, suppressed where they must be.
pub(super) fn figures(sealed: &Sealed, parts: &[Option<Weighted>; 2]) -> Result<Figures> {
    let [official, indicative] = parts;
    let mut figures = Figures {
        official: group(sealed, Part::Official, official.as_ref())?,
        indicative: group(sealed, Part::Indicative, indicative.as_ref())?,
    };
    let compared = |part, weighted: &Option<Weighted>| match weighted {
        Some(weighted) => compare(sealed, part, weighted),
        None => Ok(Vec::new()),
    };
    let compared = [compared(Part::Official, official)?, compared(Part::Indicative, indicative)?];
    show::decide(&mut figures, sealed, &Respondents::of(sealed), &compared);
    rank(&mut figures.official, sealed);
    for part in [Part::Official, Part::Indicative] {
        small::put(figures.group_mut(part), &sealed.rules);
        nonresponse::put(figures.group_mut(part), sealed, part);
    }
    Ok(figures)
}

fn group(sealed: &Sealed, part: Part, weighted: Option<&Weighted>) -> Result<Group> {
    let inputs = sealed.inputs();
    let counts = answers_by_unit(&inputs, &Choice::of(part));
    let too_few = |n: usize| {
        let threshold = sealed.rules.suppression_threshold as usize;
        let reason = if n < threshold { Reason::FewRespondents } else { Reason::BelowMinimum };
        Figure { n, suppressed: Some(reason), ..Figure::default() }
    };
    let hidden = |id| too_few(counts.get(id).copied().unwrap_or(0));
    let names: Vec<String> = sealed.form.factors.iter().map(|f| f.name.to_string()).collect();
    let blank = |figure: &Figure| -> Vec<FactorFigure> {
        names.iter().map(|factor| FactorFigure::of(factor, figure.clone())).collect()
    };
    let Some(weighted) = weighted else {
        let n = counts.values().sum();
        return Ok(Group {
            overall: too_few(n),
            factors: blank(&too_few(n)),
            units: sealed
                .units
                .iter()
                .map(|u| unit_figures(u, hidden(&u.id), blank(&hidden(&u.id))))
                .collect(),
            weighting: None,
            notes: GroupNotes::default(),
        });
    };

    let codes: Vec<&[u8]> = weighted
        .rows
        .iter()
        .filter_map(|at| sealed.records.get(*at))
        .map(|r| r.answers.as_slice())
        .collect();
    let Some(items) = Items::of(&sealed.rules, &sealed.form, &codes) else {
        return refused("the form sets no option percentages, which this round's rule needs");
    };
    let taking: Vec<_> = sealed
        .units
        .iter()
        .filter(|u| counts.get(&u.id).copied().unwrap_or(0) >= minimum(&sealed.rules, part))
        .collect();
    let place_of = places(taking.iter().map(|unit| unit.id));
    let domains = weighted.domains(&sealed.records, &place_of);
    let everybody: Vec<usize> = (0..domains.len()).collect();
    let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); taking.len()];
    for (row, domain) in domains.iter().enumerate() {
        if let Some(rows) = rows_of.get_mut(*domain as usize) {
            rows.push(row);
        }
    }

    let (estimands, ends) = items.sets();
    let survey = weighted.survey(&items.answers, &domains, taking.len());
    let method = Method {
        confidence: sealed.rules.confidence,
        df: DfRule::Domain,
        interval: IntervalKind::KornGraubard,
        replicates: None,
    };
    let found = estimate(&survey, &estimands, &method, &|_, _| ())
        .map_err(|error| RoundError::Refused(format!("the index cannot be estimated: {error}")))?;
    let by: BTreeMap<(usize, Option<u32>), &Estimate> =
        found.rows.iter().map(|e| ((e.estimand, e.domain), e)).collect();

    let figure = |set: usize, domain: Option<u32>| -> Figure {
        let end = ends.get(set).copied().unwrap_or_default();
        let (Some(one), Some(whole)) = (by.get(&(end, domain)), by.get(&(end, None))) else {
            return too_few(0);
        };
        let columns = items.columns(set);
        let rows = domain.and_then(|d| rows_of.get(d as usize)).unwrap_or(&everybody);
        let point = point(one, whole, found.df, items.scale());
        let (low, high) = korn_graubard(&point, sealed.rules.confidence);
        Figure {
            n: one.n,
            effective_n: Some(twelve_digits(one.effective_n)),
            unweighted: items.unweighted(&columns, rows).map(twelve_digits),
            index: Some(twelve_digits(point.estimate)),
            se: Some(twelve_digits(point.se)),
            low: Some(twelve_digits(low)),
            high: Some(twelve_digits(high)),
            df: Some(one.df),
            suppressed: None,
        }
    };
    let factors_of = |domain| -> Vec<FactorFigure> {
        (1..ends.len())
            .zip(&names)
            .map(|(set, factor)| FactorFigure::of(factor, figure(set, domain)))
            .collect()
    };
    let units = sealed
        .units
        .iter()
        .map(|u| match place_of.get(&u.id) {
            Some(domain) => unit_figures(u, figure(0, Some(*domain)), factors_of(Some(*domain))),
            None => unit_figures(u, hidden(&u.id), blank(&hidden(&u.id))),
        })
        .collect();
    Ok(Group {
        overall: figure(0, None),
        factors: factors_of(None),
        units,
        weighting: Some(weighted.weighting.clone()),
        notes: GroupNotes::default(),
    })
}

fn unit_figures(
    unit: &crate::store::unit::Unit,
    figure: Figure,
    factors: Vec<FactorFigure>,
) -> UnitFigures {
    UnitFigures {
        code: unit.code.clone(),
        unit: unit.name.clone(),
        figure,
        factors,
        rank: None,
        same_as: Vec::new(),
        beside: Beside::default(),
    }
}

/// The point an interval is made from, on the scale of the index. A unit of lonely PSUs only has no variance of its own:
/// it takes the whole sample's design effect and degrees of freedom.
fn point(one: &Estimate, whole: &Estimate, design_df: i64, scale: f64) -> Point {
    let estimate = one.estimate * scale;
    let whole_estimate = whole.estimate * scale;
    let effect = overall_effect(whole_estimate, whole.se * scale, whole.effective_n);
    let pooled = || (effect * estimate * (1.0 - estimate) / one.effective_n).max(0.0).sqrt();
    let lonely = one.df < 1;
    Point {
        estimate,
        se: if lonely { pooled() } else { one.se * scale },
        df: if lonely { design_df } else { one.df },
        n: one.n,
        effective_n: one.effective_n,
        overall_effect: effect,
    }
}

/// Ranks the units of the official group by joint intervals; a unit without a rank is neither surely better nor worse.
fn rank(group: &mut Group, sealed: &Sealed) {
    let df_min = i64::from(sealed.rules.rank_df_min);
    let effect = group.effect().unwrap_or(1.0);
    let (ranked, points): (Vec<usize>, Vec<Point>) = group
        .units
        .iter()
        .enumerate()
        .filter_map(|(at, unit)| Some((at, unit.figure.point(effect)?)))
        .filter(|(_, point)| point.df >= df_min)
        .unzip();
    let joint = each_of(sealed.rules.confidence, ranked.len());
    let estimates: Vec<f64> = points.iter().map(|point| point.estimate).collect();
    let intervals: Vec<(f64, f64)> =
        points.iter().map(|point| korn_graubard(point, joint)).collect();
    let of = group.units.len();
    let withheld = of - ranked.len();
    let found = ranks(&estimates, &intervals);
    for (place, at) in ranked.iter().enumerate() {
        let (Some(rank), Some(mine)) = (found.get(place), intervals.get(place)) else { continue };
        let same_as: Vec<String> = ranked
            .iter()
            .zip(&intervals)
            .filter(|(other, interval)| {
                *other != at && interval.0 <= mine.1 && mine.0 <= interval.1
            })
            .filter_map(|(other, _)| group.units.get(*other).map(|u| u.code.clone()))
            .collect();
        if let Some(unit) = group.units.get_mut(*at) {
            unit.rank =
                Some(Rank { rank: rank.rank, low: rank.low, high: rank.high + withheld, of });
            unit.same_as = same_as;
        }
    }
}

//! From weights and answers to estimates with standard errors and intervals, overall and by domain.

use rayon::prelude::*;

use crate::weigh::replicates::Scheme;
use crate::weigh::{Calibrated, Calibration, Frame};

use super::answers::Answers;
use super::domain::{Domains, Slots};
use super::error::IndexError;
use super::estimand::{Estimand, Kind, Lowered, Ratio, lower};
use super::features::Plan;
use super::interval::{self, DfRule, IntervalKind, Point};
use super::linearized::{Linearized, Parts};
use super::reach::{Reach, Reached};
use super::resampled::Resampling;
use super::sweep::{self, Weights};

/// A weighted sample with its answers.
#[derive(Clone, Copy)]
pub struct Survey<'a> {
    /// The sample.
    pub frame: &'a Frame,
    /// What was done to its base weights; replicates repeat it.
    pub calibration: &'a Calibration,
    /// The result.
    pub calibrated: &'a Calibrated,
    /// n answers per item.
    pub answers: &'a Answers,
    /// Domains, when every estimand is wanted for each of them too.
    pub domains: Option<Domains<'a>>,
}

/// How standard errors and intervals are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Method {
    /// Confidence of the intervals, e.g. 0.95.
    pub confidence: f64,
    /// Degrees of freedom.
    pub df: DfRule,
    /// Intervals of shares.
    pub interval: IntervalKind,
    /// `None`: linearized variance.
    pub replicates: Option<Scheme>,
}

impl Default for Method {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            df: DfRule::default(),
            interval: IntervalKind::default(),
            replicates: None,
        }
    }
}

/// One estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Index of the estimand.
    pub estimand: usize,
    /// Domain code; `None` overall.
    pub domain: Option<u32>,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its interval; NaN without degrees of freedom.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Degrees of freedom used.
    pub df: i64,
    /// Valid answers with a weight other than 0.
    pub n: usize,
    /// n Σw²/(Σw)² over them.
    pub kish_deff: f64,
    /// (Σw)²/Σw² over them.
    pub effective_n: f64,
    /// se² · effective_n / (p(1 − p)) of the same estimand over the whole sample (see [`interval::korn_graubard`]).
    pub overall_effect: f64,
    /// Replicates without a valid answer, left out of the variance.
    pub undefined_replicates: usize,
}

/// Estimates of a survey.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimates {
    /// PSUs − strata of the full design.
    pub df: i64,
    /// By estimand, overall first, then by domain; without those that have no valid answer.
    pub rows: Vec<Estimate>,
}

impl Survey<'_> {
    pub(super) fn check(&self, method: &Method) -> Result<(), IndexError> {
        let n = self.frame.len();
        if !(0.5..=0.9999).contains(&method.confidence) {
            return Err(IndexError::Confidence(method.confidence));
        }
        if let Some(domains) = self.domains {
            domains.check(n)?;
        }
        let coded = self.answers.coded.iter().map(Vec::len);
        let real = self.answers.real.iter().map(Vec::len);
        match coded.chain(real).enumerate().find(|&(_, found)| found != n) {
            Some((item, found)) => {
                Err(IndexError::Length { column: format!("item {item}"), expected: n, found })
            }
            None => Ok(()),
        }
    }
}

/// Numbers of sums kept at once: the estimands are worked off in groups that fit.
const SUMS_MAX: usize = 1 << 22;

/// Estimates everything asked for. `progress` is told how many replicates of how many are done.
///
/// ```
/// use khaosat::index::{Answers, Codes, Estimand, Kind, Method, Survey, estimate};
/// use khaosat::weigh::{Calibration, Design, Frame, Lonely, Sample, calibrate, method};
///
/// let design = Design::new(4, None, None, None, Lonely::Fail)?;
/// let frame = Frame::new(Sample { base: vec![1.0; 4], design, margins: vec![] })?;
/// let calibration = Calibration::by(method("none").ok_or("no such method")?);
/// let calibrated = calibrate(&frame, &calibration)?;
/// let answers = Answers::five_point(vec![vec![5, 4, 2, 0]]);
/// let categories = Codes::of(&[4, 5]);
/// let index = Estimand {
///     name: "satisfied".into(),
///     kind: Kind::Index { items: vec![0], categories, inverse_shown: None },
/// };
/// let survey = Survey {
///     frame: &frame, calibration: &calibration, calibrated: &calibrated, answers: &answers, domains: None,
/// };
/// let found = estimate(&survey, &[index], &Method::default(), &|_, _| ())?;
/// assert_eq!((found.rows[0].estimate, found.rows[0].n, found.df), (2.0 / 3.0, 3, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Errors
/// Estimands or domains that cannot be, and whatever replicates refuse.
pub fn estimate(
    survey: &Survey<'_>,
    estimands: &[Estimand],
    method: &Method,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Estimates, IndexError> {
    survey.check(method)?;
    let (ratios, lowered) = lower(estimands, survey.answers)?;
    let frame = survey.frame;
    let slots = Slots::of_psus(frame.len(), frame.design(), survey.domains);
    let mut df = None;
    let mut rows = Vec::new();
    for group in groups(&lowered, SUMS_MAX.max(frame.len()) / slots.len().max(1) / 2) {
        let members = lowered.get(group.clone()).unwrap_or_default();
        let kinds = estimands.get(group.clone()).unwrap_or_default();
        let part = Group { survey, method, slots: &slots, first: group.start, members, kinds };
        rows.extend(part.estimate(&ratios, &mut df, progress)?);
    }
    Ok(Estimates { df: df.unwrap_or_default(), rows })
}

/// Point estimates only, in one pass over the answers: (estimand, domain or overall, estimate), by estimand, overall
/// first; without those that have no valid answer. The same numbers as [`estimate`] gives.
/// # Errors
/// Estimands or domains that cannot be.
pub fn point_estimates(
    survey: &Survey<'_>,
    estimands: &[Estimand],
) -> Result<Vec<(usize, Option<u32>, f64)>, IndexError> {
    survey.check(&Method::default())?;
    let (ratios, lowered) = lower(estimands, survey.answers)?;
    let plan = Plan::new(ratios.iter().collect(), survey.answers);
    let weights = Weights::calibrated(survey.calibrated);
    let everywhere = Domains { codes: &vec![0; survey.frame.len()], count: 1 };
    let Domains { codes, count } = survey.domains.unwrap_or(everywhere);
    let by_domain = sweep::sweep(survey.answers, &plan, &weights, codes, count as usize);
    let overall = by_domain.coarser(1, |_| 0);
    let mut found = Vec::new();
    for (number, lowered) in lowered.iter().enumerate() {
        let wanted = survey.domains.map_or(0, |domains| domains.count);
        for domain in std::iter::once(None).chain((0..wanted).map(Some)) {
            let (table, key) = domain.map_or((&overall, 0), |key| (&by_domain, key as usize));
            let parts =
                Parts::of(lowered, |ratio| table.y(key, ratio), |ratio| table.x(key, ratio));
            found.extend(parts.map(|parts| (number, domain, parts.estimate)));
        }
    }
    Ok(found)
}

/// Runs of estimands that need at most `width` ratios together (or one estimand that needs more).
fn groups(lowered: &[Lowered], width: usize) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, one) in lowered.iter().enumerate() {
        let need = one.parts.len() + 1;
        if index > start && used + need > width {
            groups.push(start..index);
            (start, used) = (index, 0);
        }
        used += need;
    }
    groups.push(start..lowered.len());
    groups
}

/// Estimands worked off together.
struct Group<'a> {
    survey: &'a Survey<'a>,
    method: &'a Method,
    slots: &'a Slots,
    first: usize,
    members: &'a [Lowered],
    kinds: &'a [Estimand],
}

/// One estimate on its way.
struct Job {
    member: usize,
    domain: Option<u32>,
    parts: Parts,
    reached: Reached,
}

impl Group<'_> {
    fn estimate(
        &self,
        all_ratios: &[Ratio],
        df: &mut Option<i64>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<Estimate>, IndexError> {
        let (members, used) = renumbered(self.members);
        let ratios = used.iter().filter_map(|&ratio| all_ratios.get(ratio)).collect();
        let Survey { frame, calibrated, answers, domains, .. } = *self.survey;
        let plan = Plan::new(ratios, answers);
        let weights = &calibrated.weights;
        let ranged = Weights::calibrated(calibrated);
        let sums = sweep::sweep(answers, &plan, &ranged, &self.slots.of, self.slots.len());
        let reach = Reach::new(answers, &plan, weights, self.slots);
        let design_df = *df.get_or_insert_with(|| reach.design_df(self.slots, frame.design()));
        let count = self.slots.members.len();
        let by_domain = sums.coarser(count, |slot| self.slots.domain_of(slot));
        let overall = by_domain.coarser(1, |_| 0);
        let mut jobs = Vec::new();
        for (member, lowered) in members.iter().enumerate() {
            let wanted = domains.map_or(0, |domains| domains.count);
            for domain in std::iter::once(None).chain((0..wanted).map(Some)) {
                let (table, key) = domain.map_or((&overall, 0), |key| (&by_domain, key as usize));
                let reached = reach.of(lowered.reach, domain, self.slots, frame.design());
                let (y, x) = (|ratio| table.y(key, ratio), |ratio| table.x(key, ratio));
                if reached.n > 0
                    && let Some(parts) = Parts::of(lowered, y, x)
                {
                    jobs.push(Job { member, domain, parts, reached });
                }
            }
        }
        let (variances, undefined) = match self.method.replicates {
            None => {
                let linearized =
                    Linearized::new(frame, calibrated, answers, &plan, domains, self.slots, &sums)?;
                let variance = |job: &Job| linearized.variance(&job.parts, job.domain);
                (jobs.par_iter().map(variance).collect(), vec![0; jobs.len()])
            }
            Some(scheme) => {
                let Survey { calibration, .. } = *self.survey;
                let resampling =
                    Resampling { frame, calibration, calibrated, answers, domains, progress };
                let asked: Vec<_> = jobs
                    .iter()
                    .filter_map(|job| {
                        Some((members.get(job.member)?, job.domain, job.parts.estimate))
                    })
                    .collect();
                let found = resampling.variances(scheme, &plan, &asked)?;
                (found.variances, found.undefined)
            }
        };
        let mut rows = Vec::new();
        let mut overall_effect = 1.0;
        for ((job, variance), undefined) in jobs.iter().zip(variances).zip(undefined) {
            // Rounding may leave a little less than zero; what is not a number must not become zero.
            let se = if variance < 0.0 { 0.0 } else { variance.sqrt() };
            let Reached { n, df: domain_df, .. } = job.reached;
            let effective_n = job.reached.effective_n();
            if job.domain.is_none() {
                overall_effect = interval::overall_effect(job.parts.estimate, se, effective_n);
            }
            let df = match self.method.df {
                DfRule::Design => design_df,
                DfRule::Domain => domain_df,
            };
            let estimate = job.parts.estimate;
            let point = Point { estimate, se, df, n, effective_n, overall_effect };
            let kind = self.kinds.get(job.member).map(|estimand| &estimand.kind);
            let (low, high) =
                interval_of(kind, self.method.interval, &point, self.method.confidence);
            rows.push(Estimate {
                estimand: self.first + job.member,
                domain: job.domain,
                estimate,
                se,
                low,
                high,
                df,
                n,
                kish_deff: job.reached.kish_deff(),
                effective_n,
                overall_effect,
                undefined_replicates: undefined,
            });
        }
        Ok(rows)
    }
}

/// The interval of an estimate of some kind.
pub fn interval_of(
    kind: Option<&Kind>,
    interval: IntervalKind,
    point: &Point,
    confidence: f64,
) -> (f64, f64) {
    match (kind, interval) {
        (Some(kind), IntervalKind::KornGraubard) if kind.is_share() => {
            interval::korn_graubard(point, confidence)
        }
        (Some(Kind::Proportion { .. }), IntervalKind::T) => interval::logit(point, confidence),
        _ => interval::student(point, confidence),
    }
}

impl Estimate {
    /// The interval of this estimate at another confidence, e.g. for joint rank intervals.
    pub fn interval(&self, kind: &Kind, interval: IntervalKind, confidence: f64) -> (f64, f64) {
        let &Self { estimate, se, df, n, effective_n, overall_effect, .. } = self;
        let point = Point { estimate, se, df, n, effective_n, overall_effect };
        interval_of(Some(kind), interval, &point, confidence)
    }
}

/// The members with their ratios numbered among those they use, and these.
fn renumbered(members: &[Lowered]) -> (Vec<Lowered>, Vec<usize>) {
    let mut used: Vec<usize> = Vec::new();
    let mut number = |ratio: usize| match used.iter().position(|&known| known == ratio) {
        Some(known) => known,
        None => {
            used.push(ratio);
            used.len() - 1
        }
    };
    let renumbered = members
        .iter()
        .map(|one| Lowered {
            parts: one.parts.iter().map(|&(ratio, share)| (number(ratio), share)).collect(),
            reach: number(one.reach),
            total: one.total,
        })
        .collect();
    (renumbered, used)
}

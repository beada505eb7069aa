//! Differences, with their intervals: of two domains of one round, and of two rounds.

use crate::weigh::variance;

use super::domain::Slots;
use super::error::IndexError;
use super::estimand::{Estimand, lower};
use super::estimate::{Estimate, Method, Survey};
use super::features::Plan;
use super::interval::DfRule;
use super::linearized::{Linearized, Parts};
use super::quantile;
use super::reach::Reach;
use super::sweep::{self, Weights};

/// First minus second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The difference.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Lower end of its Student interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Difference {
    fn new(estimate: f64, variance: f64, df: f64, confidence: f64) -> Self {
        let se = variance.max(0.0).sqrt();
        let reach = if se == 0.0 && df > 0.0 {
            0.0
        } else {
            quantile::student_two_sided(confidence, df) * se
        };
        Self { estimate, se, df, low: estimate - reach, high: estimate + reach }
    }
}

/// Estimates `estimands[number]` in the first domain minus the same in the second, with the linearized variance of the
/// difference: calibration and PSUs that both share are accounted for. `None` when a domain has no valid answer.
/// # Errors
/// Estimands or domains that cannot be.
pub fn between_domains(
    survey: &Survey<'_>,
    estimands: &[Estimand],
    number: usize,
    (first, second): (u32, u32),
    method: &Method,
) -> Result<Option<Difference>, IndexError> {
    survey.check(method)?;
    let Survey { frame, calibrated, answers, domains, .. } = *survey;
    let (ratios, lowered) = lower(estimands, answers)?;
    let known = domains.map_or(0, |domains| domains.count);
    let Some(lowered) = lowered.get(number).filter(|_| first < known && second < known) else {
        return Err(IndexError::Estimand {
            name: format!("{number}"),
            problem: format!("there is no such estimand, or domain {first} or {second}"),
        });
    };
    let plan = Plan::new(ratios.iter().collect(), answers);
    let slots = Slots::of_psus(frame.len(), frame.design(), domains);
    let weights = Weights::calibrated(calibrated);
    let sums = sweep::sweep(answers, &plan, &weights, &slots.of, slots.len());
    let by_domain = sums.coarser(slots.members.len(), |slot| slots.domain_of(slot));
    let parts = |domain: u32| {
        let key = domain as usize;
        Parts::of(lowered, |ratio| by_domain.y(key, ratio), |ratio| by_domain.x(key, ratio))
    };
    let (Some(left), Some(right)) = (parts(first), parts(second)) else { return Ok(None) };
    let linearized = Linearized::new(frame, calibrated, answers, &plan, domains, &slots, &sums)?;
    let of_right = linearized.psu_totals(&right, Some(second));
    let u: Vec<f64> = linearized
        .psu_totals(&left, Some(first))
        .iter()
        .zip(of_right)
        .map(|(left, right)| left - right)
        .collect();
    let reach = Reach::new(answers, &plan, &calibrated.weights, &slots);
    let df = match method.df {
        DfRule::Design => reach.design_df(&slots, frame.design()),
        DfRule::Domain => {
            let of = |domain| reach.of(lowered.reach, Some(domain), &slots, frame.design()).df;
            of(first).min(of(second))
        }
    };
    let variance = variance::of_total(frame.design(), &u);
    let estimate = left.estimate - right.estimate;
    Ok(Some(Difference::new(estimate, variance, df as f64, method.confidence)))
}

/// The estimate of one round minus that of another: independent samples, so variances add; degrees of freedom after
/// Satterthwaite (1946).
pub fn between_rounds(first: &Estimate, second: &Estimate, confidence: f64) -> Difference {
    let (left, right) = (first.se * first.se, second.se * second.se);
    let spread = left * left / first.df as f64 + right * right / second.df as f64;
    let df = if spread > 0.0 {
        (left + right) * (left + right) / spread
    } else {
        first.df.min(second.df) as f64
    };
    Difference::new(first.estimate - second.estimate, left + right, df, confidence)
}

/// A published share with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareInterval {
    /// The share, 0 to 1.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A difference of shares, first minus second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareDifference {
    /// The difference.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its interval, at the level of the shares' own.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The difference of two shares from their intervals, squares of the distances added (Newcombe 1998; Zou & Donner 2008):
/// like the intervals it is made from it has a width even where everybody agrees, and stays within [−1, 1].
///
/// `correlation` of the two estimates: 0 for independent samples such as two rounds.
///
/// ```
/// use khaosat::index::difference::{ShareInterval, of_shares};
/// // Newcombe (1998), his example (a): 56/70 against 48/80, score intervals; 0.0524 to 0.3339.
/// let first = ShareInterval { estimate: 0.8, se: 0.0478, low: 0.6918, high: 0.8769 };
/// let second = ShareInterval { estimate: 0.6, se: 0.0548, low: 0.4905, high: 0.7004 };
/// let found = of_shares(&first, &second, 0.0);
/// assert!((found.low - 0.0524).abs() < 1e-3 && (found.high - 0.3339).abs() < 1e-3);
/// ```
#[must_use]
pub fn of_shares(
    first: &ShareInterval,
    second: &ShareInterval,
    correlation: f64,
) -> ShareDifference {
    let r = correlation.clamp(-1.0, 1.0);
    let added = |a: f64, b: f64| (a * a + b * b - 2.0 * r * a * b).max(0.0).sqrt();
    let estimate = first.estimate - second.estimate;
    let low = estimate - added(first.estimate - first.low, second.high - second.estimate);
    let high = estimate + added(first.high - first.estimate, second.estimate - second.low);
    ShareDifference {
        estimate,
        se: added(first.se, second.se),
        low: low.max(-1.0),
        high: high.min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::answers::{Answers, Codes};
    use super::super::domain::Domains;
    use super::super::estimand::Kind;
    use super::super::estimate::estimate;
    use super::*;
    use crate::weigh::{Calibration, Design, Frame, Lonely, Margin, Sample, calibrate, method};

    /// Two strata of four PSUs of three answers; `margin` rakes to the strata's populations.
    fn with<T>(
        margin: bool,
        domains: &[u32],
        work: impl FnOnce(&Survey<'_>, &[Estimand]) -> T,
    ) -> T {
        let strata: Vec<u32> = (0..24).map(|i| i / 12).collect();
        let psu: Vec<u32> = (0..24).map(|i| i / 3).collect();
        let answers: Vec<u8> =
            (0..24).map(|i| if (i * 7 + i / 5) % 3 == 0 { 2 } else { 5 }).collect();
        let design = Design::new(24, Some(&strata), Some(&psu), None, Lonely::Fail).unwrap();
        let unit = Margin {
            name: "unit".into(),
            labels: vec!["a".into(), "b".into()],
            codes: strata.clone(),
            totals: vec![300.0, 100.0],
        };
        let margins = if margin { vec![unit] } else { vec![] };
        let frame = Frame::new(Sample { base: vec![1.0; 24], design, margins }).unwrap();
        let calibration = Calibration::by(method(if margin { "rake" } else { "none" }).unwrap());
        let calibrated = calibrate(&frame, &calibration).unwrap();
        let answers = Answers::five_point(vec![answers]);
        let domains = Some(Domains { codes: domains, count: 2 });
        let survey = Survey {
            frame: &frame,
            calibration: &calibration,
            calibrated: &calibrated,
            answers: &answers,
            domains,
        };
        let categories = Codes::of(&[4, 5]);
        let kind = Kind::Index { items: vec![0], categories, inverse_shown: None };
        work(&survey, &[Estimand { name: "satisfied".into(), kind }])
    }

    #[test]
    fn the_variance_of_a_difference_of_strata_is_the_sum_of_theirs() {
        let strata: Vec<u32> = (0..24).map(|i| i / 12).collect();
        for margin in [false, true] {
            with(margin, &strata, |survey, estimands| {
                let method = Method { df: DfRule::Domain, ..Method::default() };
                let rows = estimate(survey, estimands, &method, &|_, _| ()).unwrap().rows;
                let of = |domain| rows.iter().find(|row| row.domain == Some(domain)).unwrap();
                let (a, b) = (of(0), of(1));
                let found =
                    between_domains(survey, estimands, 0, (0, 1), &method).unwrap().unwrap();
                assert!((found.estimate - (a.estimate - b.estimate)).abs() < 1e-12);
                assert!((found.se * found.se - a.se * a.se - b.se * b.se).abs() < 1e-12);
                assert_eq!(found.df, 3.0);
                // Independent samples, as two rounds are: the same variance.
                let apart = between_rounds(a, b, method.confidence);
                assert!((apart.se - found.se).abs() < 1e-12 && apart.df > 3.0);
                assert!(apart.low < apart.estimate && apart.estimate < apart.high);
            });
        }
    }

    #[test]
    fn the_difference_of_two_certain_shares_has_a_width_and_a_shared_error_narrows_it() {
        let all = ShareInterval { estimate: 1.0, se: 0.0, low: 0.9, high: 1.0 };
        let found = of_shares(&all, &all, 0.0);
        assert_eq!((found.estimate, found.se), (0.0, 0.0));
        assert!((found.low + 0.1).abs() < 1e-12 && (found.high - 0.1).abs() < 1e-12);
        let half = ShareInterval { estimate: 0.5, se: 0.1, low: 0.3, high: 0.7 };
        let (apart, together) = (of_shares(&half, &half, 0.0), of_shares(&half, &half, 0.5));
        assert!((apart.se - 0.02_f64.sqrt()).abs() < 1e-12 && (together.se - 0.1).abs() < 1e-12);
        assert!(together.low > apart.low && together.high < apart.high);
    }

    #[test]
    fn domains_that_share_psus_have_a_covariance() {
        let halves: Vec<u32> = (0..24).map(|i| i % 2).collect();
        with(false, &halves, |survey, estimands| {
            let method = Method::default();
            let rows = estimate(survey, estimands, &method, &|_, _| ()).unwrap().rows;
            let of = |domain| rows.iter().find(|row| row.domain == Some(domain)).unwrap().se;
            let found = between_domains(survey, estimands, 0, (0, 1), &method).unwrap().unwrap();
            let turned = between_domains(survey, estimands, 0, (1, 0), &method).unwrap().unwrap();
            assert!(
                (found.estimate + turned.estimate).abs() < 1e-12
                    && (found.se - turned.se).abs() < 1e-12
            );
            assert!((found.se * found.se - of(0) * of(0) - of(1) * of(1)).abs() > 1e-6);
            let same = between_domains(survey, estimands, 0, (0, 0), &method).unwrap().unwrap();
            assert_eq!((same.estimate, same.se), (0.0, 0.0));
            assert!(between_domains(survey, estimands, 0, (0, 2), &method).is_err());
        });
    }
}

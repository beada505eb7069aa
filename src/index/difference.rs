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
        let reach = if se == 0.0 { 0.0 } else { quantile::student_two_sided(confidence, df) * se };
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

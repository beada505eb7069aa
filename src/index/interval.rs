//! Confidence intervals.

use serde::Deserialize;

use super::quantile;

/// Which degrees of freedom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DfRule {
    /// PSUs − strata of the full design.
    #[default]
    Design,
    /// PSUs − strata that hold valid answers of the domain.
    Domain,
}

/// Which interval for shares (proportion, index, composite).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// Student t; for a proportion strictly between 0 and 1 on the logit scale.
    #[default]
    T,
    /// Korn & Graubard (1998) with a floor, so that no interval has width zero.
    KornGraubard,
}

/// An estimate as an interval needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom of the standard error.
    pub df: i64,
    /// Valid answers.
    pub n: usize,
    /// (Σw)²/Σw² over them.
    pub effective_n: f64,
    /// se² · effective_n / (p(1 − p)) of the same estimand over the whole sample; 1 where that is undefined.
    pub overall_effect: f64,
}

/// estimate ± t · se; (NaN, NaN) without degrees of freedom: a standard error of 0 from nothing to compare says
/// nothing.
pub fn student(point: &Point, confidence: f64) -> (f64, f64) {
    if point.df <= 0 {
        return (f64::NAN, f64::NAN);
    }
    if point.se == 0.0 {
        return (point.estimate, point.estimate);
    }
    let reach = quantile::student_two_sided(confidence, point.df as f64) * point.se;
    (point.estimate - reach, point.estimate + reach)
}

/// Student t on the logit scale; the plain one where a share is 0 or 1.
pub fn logit(point: &Point, confidence: f64) -> (f64, f64) {
    let p = point.estimate;
    if !(p > 0.0 && p < 1.0) || point.se == 0.0 {
        return student(point, confidence);
    }
    let t = quantile::student_two_sided(confidence, point.df as f64);
    let (center, reach) = (libm::log(p / (1.0 - p)), t * point.se / (p * (1.0 - p)));
    let share = |v: f64| 1.0 / (1.0 + libm::exp(-v));
    (share(center - reach), share(center + reach))
}

/// Clopper–Pearson at the answers that an ordinary sample would need for the same precision (Korn & Graubard 1998).
///
/// m = min(p(1 − p)/se², effective_n/D) · (t_{n−1}/t_df)², with D the overall effect. The first term is left out
/// where it is undefined. The second is the floor of ours: where everybody in a unit answers the same, se is 0 and
/// the first term says nothing; D carries over how much weighting and clustering cost in the whole sample. Without
/// degrees of freedom, or without a standard error (NaN), m is 0 and the interval all of [0, 1].
///
/// ```
/// use khaosat::index::interval::{Point, korn_graubard};
/// // 31 answers, all satisfied: not "100 % ± 0" but 88.8 … 100 %.
/// let all = Point { estimate: 1.0, se: 0.0, df: 30, n: 31, effective_n: 31.0, overall_effect: 1.0 };
/// let (low, high) = korn_graubard(&all, 0.95);
/// assert!((0.887..0.889).contains(&low) && high == 1.0);
/// ```
pub fn korn_graubard(point: &Point, confidence: f64) -> (f64, f64) {
    let p = point.estimate.clamp(0.0, 1.0);
    let spread = p * (1.0 - p);
    let floor = point.effective_n / point.overall_effect;
    let from_se = spread / (point.se * point.se);
    let mut m = if point.se > 0.0 && spread > 0.0 { from_se.min(floor) } else { floor };
    let t_df = quantile::student_two_sided(confidence, point.df as f64);
    let t_n = quantile::student_two_sided(confidence, point.n as f64 - 1.0);
    let ratio = t_n / t_df;
    m = if ratio.is_finite() { m * ratio * ratio } else { 0.0 };
    if !(m > 0.0 && m.is_finite()) || point.se.is_nan() {
        return (0.0, 1.0);
    }
    let tail = (1.0 - confidence) / 2.0;
    let hits = p * m;
    (quantile::beta(hits, m - hits + 1.0, tail), quantile::beta(hits + 1.0, m - hits, 1.0 - tail))
}

/// D of [`Point::overall_effect`].
pub fn overall_effect(estimate: f64, se: f64, effective_n: f64) -> f64 {
    let effect = se * se * effective_n / (estimate * (1.0 - estimate));
    if effect > 0.0 && effect.is_finite() { effect } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Point =
        Point { estimate: 1.0, se: 0.0, df: 30, n: 31, effective_n: 31.0, overall_effect: 1.0 };

    #[test]
    fn where_all_are_satisfied_the_interval_is_clopper_pearson_and_not_of_width_zero() {
        let (low, high) = korn_graubard(&POINT, 0.95);
        assert!((low - libm::pow(0.025, 1.0 / 31.0)).abs() < 1e-11);
        assert_eq!(high, 1.0);
    }

    #[test]
    fn without_degrees_of_freedom_nothing_is_known() {
        assert_eq!(korn_graubard(&Point { df: 0, ..POINT }, 0.95), (0.0, 1.0));
        assert_eq!(korn_graubard(&Point { n: 1, ..POINT }, 0.95), (0.0, 1.0));
        assert_eq!(korn_graubard(&Point { se: f64::NAN, ..POINT }, 0.95), (0.0, 1.0));
        for df in [0, -1] {
            for se in [0.0, 0.1] {
                for estimate in [0.5, 1.0] {
                    let point = Point { df, se, estimate, ..POINT };
                    for (low, high) in [student(&point, 0.95), logit(&point, 0.95)] {
                        assert!(low.is_nan() && high.is_nan(), "{point:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_logit_interval_stays_inside_and_a_plain_one_does_not() {
        let point = Point { estimate: 0.98, se: 0.02, ..POINT };
        assert!(student(&point, 0.95).1 > 1.0);
        let (low, high) = logit(&point, 0.95);
        assert!(0.0 < low && low < 0.98 && 0.98 < high && high < 1.0);
    }
}

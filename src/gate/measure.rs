//! A figure of one group with its variance, on a scale where the variance does not hang on the figure.

use crate::index::quantile;

/// A figure and its sampling variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// On its own scale.
    pub value: f64,
    /// Of that value, above 0.
    pub variance: f64,
}

/// `hits` of `all` as asin √((hits + 3/8)/(all + 3/4)), variance 1/(4 all + 2) (Anscombe 1948); `None` of nothing, or of
/// more hits than all.
#[must_use]
pub fn rate(hits: u64, all: u64) -> Option<Measure> {
    if all == 0 || hits > all {
        return None;
    }
    let share = (hits as f64 + 0.375) / (all as f64 + 0.75);
    // asin √p = atan √(p/(1 − p)), which libm gives alike everywhere.
    let value = libm::atan(libm::sqrt(share / (1.0 - share)));
    Some(Measure { value, variance: 1.0 / (4.0 * all as f64 + 2.0) })
}

/// The first rate less the second one of the same group.
#[must_use]
pub fn contrast(first: (u64, u64), second: (u64, u64)) -> Option<Measure> {
    let (first, second) = (rate(first.0, first.1)?, rate(second.0, second.1)?);
    Some(Measure { value: first.value - second.value, variance: first.variance + second.variance })
}

/// Mean of the logarithms of times (any unit, below 1 taken as 1), with the variance of that mean; `None` of fewer than two,
/// or where all are alike.
#[must_use]
pub fn mean_of_logs(times: &[f64]) -> Option<Measure> {
    let n = times.len() as f64;
    let logs: Vec<f64> = times.iter().map(|time| libm::log(time.max(1.0))).collect();
    let value = logs.iter().sum::<f64>() / n;
    let spread = logs.iter().map(|log| (log - value) * (log - value)).sum::<f64>();
    let variance = spread / (n - 1.0) / n;
    (variance > 0.0 && variance.is_finite()).then_some(Measure { value, variance })
}

/// The interval of Clopper & Pearson (1934) around `hits` of `all`, 95 %.
#[must_use]
pub fn share_interval(hits: u64, all: u64) -> Option<(f64, f64)> {
    let misses = all.checked_sub(hits).filter(|_| all > 0)? as f64;
    let hits = hits as f64;
    Some((quantile::beta(hits, misses + 1.0, 0.025), quantile::beta(hits + 1.0, misses, 0.975)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_is_an_eighth_of_the_circle() {
        let half = rate(50, 100).unwrap();
        assert!((half.value - std::f64::consts::FRAC_PI_4).abs() < 1e-15);
        assert!((half.variance - 1.0 / 402.0).abs() < 1e-18);
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(3, 2), None);
    }

    #[test]
    fn the_same_rate_twice_is_no_contrast() {
        assert!(contrast((30, 60), (50, 100)).unwrap().value.abs() < 1e-15);
        assert!(contrast((50, 60), (10, 60)).unwrap().value > 0.0);
    }

    #[test]
    fn times_are_compared_by_their_logarithms() {
        // By hand: logarithms 0, 1, 2; mean 1, variance of the mean 1/3.
        let e = std::f64::consts::E;
        let mean = mean_of_logs(&[1.0, e, e * e]).unwrap();
        assert!((mean.value - 1.0).abs() < 1e-12 && (mean.variance - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(mean_of_logs(&[5.0]), None);
        assert_eq!(mean_of_logs(&[5.0, 5.0]), None);
    }

    /// All 31 of 31: the lower end is 0.025^(1/31).
    #[test]
    fn an_interval_is_never_of_width_zero() {
        let (low, high) = share_interval(31, 31).unwrap();
        assert!((low - libm::pow(0.025, 1.0 / 31.0)).abs() < 1e-11);
        assert!((high - 1.0).abs() < f64::EPSILON);
        assert_eq!(share_interval(0, 0), None);
    }
}

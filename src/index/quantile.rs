//! Quantiles of Student's t and of the Beta distribution, to 12 significant digits.
//!
//! The distribution function is the incomplete beta function of `statrs`; its own inverses are approximations of a
//! few digits for some arguments, so the inverse is found here, by Newton steps inside a shrinking bracket.

use statrs::function::beta::beta_reg;
use statrs::function::erf::erf_inv;
use statrs::function::gamma::ln_gamma;

use crate::weigh::exact::twelve_digits;

const STEPS_MAX: usize = 200;

/// The value t with P(|T| ≤ t) = `confidence` for `df` degrees of freedom; NaN for `df` ≤ 0.
pub fn student_two_sided(confidence: f64, df: f64) -> f64 {
    if !(df > 0.0 && confidence > 0.0 && confidence < 1.0) {
        return f64::NAN;
    }
    if df > EXPANDED_FROM_DF {
        return twelve_digits(expanded(std::f64::consts::SQRT_2 * erf_inv(confidence), df));
    }
    // With y = t²/(df + t²), P(|T| ≤ t) = I_y(1/2, df/2).
    let y = inverse(0.5, df / 2.0, confidence);
    twelve_digits((df * y / (1.0 - y)).sqrt())
}

/// From here on the expansion in 1/df is exact to the last digit, while the gamma functions of the incomplete beta
/// function lose digits.
const EXPANDED_FROM_DF: f64 = 2e4;

/// Student's quantile from the normal one (Cornish & Fisher; Abramowitz & Stegun 1964, 26.7.5).
fn expanded(z: f64, df: f64) -> f64 {
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / df) / df) / df
}

/// The value x with P(X ≤ x) = `probability` for X ~ Beta(a, b); 0 for a = 0 and 1 for b = 0, the limits.
pub fn beta(a: f64, b: f64, probability: f64) -> f64 {
    if a.is_nan() || b.is_nan() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if a <= 0.0 || probability == 0.0 {
        return 0.0;
    }
    if b <= 0.0 || probability == 1.0 {
        return 1.0;
    }
    twelve_digits(inverse(a, b, probability))
}

/// x with I_x(a, b) = p, for a, b > 0 and 0 < p < 1.
fn inverse(a: f64, b: f64, p: f64) -> f64 {
    let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let (mut low, mut high) = (0.0f64, 1.0f64);
    let mut x = a / (a + b);
    for _ in 0..STEPS_MAX {
        let miss = beta_reg(a, b, x) - p;
        if miss > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp((a - 1.0) * libm::log(x) + (b - 1.0) * libm::log1p(-x) - ln_beta);
        let newton = x - miss / density;
        let next = if newton > low && newton < high { newton } else { middle(low, high) };
        if (next - x).abs() <= 4.0 * f64::EPSILON * x || next <= low && next >= high {
            return next;
        }
        x = next;
    }
    x
}

/// Halves a bracket; geometrically where it spans orders of magnitude, so that tiny quantiles keep their digits.
fn middle(low: f64, high: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let floor = low.max(TINY);
    if high / floor > 4.0 && high > TINY {
        (floor.sqrt()) * high.sqrt()
    } else {
        (low + high) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Roots of the incomplete beta function, found with 30 digits.
    #[test]
    fn quantiles_agree_with_published_tables() {
        for (confidence, df, expected) in [
            (0.95, 1.0, 12.706_204_736_2),
            (0.95, 2.0, 4.302_652_729_91),
            (0.60, 2.0, 1.060_660_171_78),
            (0.95, 10.0, 2.228_138_851_96),
            (0.99, 30.0, 2.749_995_653_57),
            (0.95, 19_999.0, 1.960_082_611_09),
            (0.95, 20_001.0, 1.960_082_599_227),
            (0.95, 687.0, 1.963_423_060_36),
            (0.95, 1e7, 1.959_964_221_77),
        ] {
            let found = student_two_sided(confidence, df);
            assert!((found / expected - 1.0).abs() < 1e-10, "{confidence} {df}: {found}");
        }
    }

    #[test]
    fn a_beta_quantile_is_where_its_closed_form_says() {
        // Beta(1, b): 1 − (1 − p)^(1/b); Beta(a, 1): p^(1/a).
        for (shape, p) in [(0.3, 0.025), (1.0, 0.5), (40.0, 0.975), (1e5, 0.025)] {
            let left = beta(1.0, shape, p);
            assert!((left / -libm::expm1(libm::log1p(-p) / shape) - 1.0).abs() < 1e-9, "{shape}");
            let right = beta(shape, 1.0, p);
            assert!((right / libm::pow(p, 1.0 / shape) - 1.0).abs() < 1e-9, "{shape}");
        }
    }

    #[test]
    fn quantiles_at_the_edge_are_limits_and_nonsense_is_not_a_number() {
        assert_eq!(beta(0.0, 5.0, 0.025), 0.0);
        assert_eq!(beta(5.0, 0.0, 0.975), 1.0);
        assert!(student_two_sided(0.95, 0.0).is_nan());
        assert!(beta(f64::NAN, 1.0, 0.5).is_nan());
    }

    #[test]
    fn a_quantile_inverts_its_distribution_from_tiny_to_huge() {
        for (a, b) in [(0.01, 3.0), (3.0, 0.01), (0.5, 0.5), (200.0, 3.0), (4e4, 6e4), (2e6, 3e6)] {
            for p in [0.0125, 0.025, 0.5, 0.975] {
                let x = beta(a, b, p);
                assert!(
                    (beta_reg(a, b, x) - p).abs() < 1e-7 || x == 0.0 || x == 1.0,
                    "{a} {b} {p}"
                );
            }
        }
    }
}

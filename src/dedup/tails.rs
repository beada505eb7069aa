//! Densities and tails of a few distributions, in natural logarithms so that nothing underflows.

/// Shape of the negative binomial of arrivals: crowds come in clumps.
const CLUMPING: f64 = 1.5;

/// Logarithm of the density of a normal distribution.
pub fn log_normal(value: f64, mean: f64, deviation: f64) -> f64 {
    let z = (value - mean) / deviation;
    -0.5 * z * z - libm::log(deviation) - 0.918_938_533_204_672_7
}

/// Logarithm of the lower tail of the standard normal distribution.
pub fn log_lower_tail(z: f64) -> f64 {
    if z > -30.0 {
        libm::log(0.5 * libm::erfc(-z / core::f64::consts::SQRT_2))
    } else {
        -0.5 * z * z - libm::log(-z) - 0.918_938_533_204_672_7
    }
}

/// Chernoff's exponent of seeing `hits` or more of `all` where a share `p` is usual; 0 when that is no excess.
pub fn log_excess(hits: f64, all: f64, p: f64) -> f64 {
    let q = hits / all;
    if q <= p {
        return 0.0;
    }
    let rest = if q < 1.0 { (1.0 - q) * libm::log((1.0 - q) / (1.0 - p)) } else { 0.0 };
    all * (q * libm::log(q / p) + rest)
}

/// Logarithm of the chance of `seen` or more arrivals where `mean` are expected and crowds clump (negative binomial).
pub fn log_clumped_tail(seen: f64, mean: f64) -> f64 {
    if seen <= mean {
        return 0.0;
    }
    let (log_p, log_q) =
        (libm::log(mean / (mean + CLUMPING)), libm::log(CLUMPING / (mean + CLUMPING)));
    let log_mass =
        libm::lgamma(seen + CLUMPING) - libm::lgamma(CLUMPING) - libm::lgamma(seen + 1.0)
            + CLUMPING * log_q
            + seen * log_p;
    // Beyond the mean the masses fall at least as fast as a geometric series with this ratio.
    let ratio = libm::exp(log_p) * (seen + CLUMPING) / (seen + 1.0);
    (log_mass - libm::log((1.0 - ratio).max(1e-3))).min(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_tables() {
        assert!((log_lower_tail(-1.959_964) - libm::log(0.025)).abs() < 1e-5);
        assert!((log_lower_tail(-30.1) + 457.3296).abs() < 0.1);
        assert!((log_excess(10.0, 10.0, 0.5) - 10.0 * core::f64::consts::LN_2).abs() < 1e-12);
        assert!(log_excess(4.0, 10.0, 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_clumped_crowd_is_less_surprising_than_a_regular_one() {
        // Poisson: P(X ≥ 10 | 2) = 4.65e-5.
        assert!(log_clumped_tail(10.0, 2.0) > libm::log(4.65e-5));
        assert!(log_clumped_tail(10.0, 2.0) < -3.0);
        assert!(log_clumped_tail(1.0, 2.0).abs() < 1e-12);
    }
}

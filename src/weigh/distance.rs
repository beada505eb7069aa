//! The distances of calibration (Deville & Särndal 1992): how far a weight may move, and what that costs.
//!
//! With u = x'λ, a weight becomes d·F(u). `integral` is ∫₀ᵘ F, whose weighted sum is the dual objective.

/// A distance, with its bounds on w/d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distance {
    /// F(u) = 1 + u, cut to the bounds.
    Linear {
        /// Smallest w/d; −∞ without bounds.
        lower: f64,
        /// Largest w/d; ∞ without bounds.
        upper: f64,
    },
    /// F(u) = exp(u), cut to the bounds; without bounds the distance of raking.
    Raking {
        /// Smallest w/d; 0 without bounds.
        lower: f64,
        /// Largest w/d; ∞ without bounds.
        upper: f64,
    },
    /// F between `lower` and `upper`, reaching neither; `lower` < 1 < `upper`.
    Logit {
        /// Smallest w/d.
        lower: f64,
        /// Largest w/d.
        upper: f64,
    },
}

/// exp beyond this is not a weight any more.
const EXPONENT_MAX: f64 = 600.0;

impl Distance {
    /// F(u) and F′(u).
    pub fn factor(self, u: f64) -> (f64, f64) {
        match self {
            Self::Linear { lower, upper } => cut(1.0 + u, 1.0, lower, upper),
            Self::Raking { lower, upper } => {
                let value = libm::exp(u.min(EXPONENT_MAX));
                cut(value, value, lower, upper)
            }
            Self::Logit { lower, upper } => {
                let share = logistic(logit_argument(u, lower, upper));
                let width = upper - lower;
                let slope = logit_scale(lower, upper);
                (lower + width * share, width * slope * share * (1.0 - share))
            }
        }
    }

    /// ∫₀ᵘ F.
    pub fn integral(self, u: f64) -> f64 {
        match self {
            Self::Linear { lower, upper } => {
                let edge = u.clamp(lower - 1.0, upper - 1.0);
                let beyond = if edge == u { 0.0 } else { (1.0 + edge) * (u - edge) };
                edge + edge * edge / 2.0 + beyond
            }
            Self::Raking { lower, upper } => {
                let edge = u.clamp(libm::log(lower), libm::log(upper)).min(EXPONENT_MAX);
                let beyond = if edge == u { 0.0 } else { libm::exp(edge) * (u - edge) };
                libm::expm1(edge) + beyond
            }
            Self::Logit { lower, upper } => {
                let softplus = |v: f64| {
                    if v > 0.0 { v + libm::log1p(libm::exp(-v)) } else { libm::log1p(libm::exp(v)) }
                };
                let at = |u: f64| softplus(logit_argument(u, lower, upper));
                lower * u + (upper - lower) / logit_scale(lower, upper) * (at(u) - at(0.0))
            }
        }
    }
}

fn cut(value: f64, slope: f64, lower: f64, upper: f64) -> (f64, f64) {
    if value <= lower {
        (lower, 0.0)
    } else if value >= upper {
        (upper, 0.0)
    } else {
        (value, slope)
    }
}

/// A = (U − L) / ((U − 1)(1 − L)).
fn logit_scale(lower: f64, upper: f64) -> f64 {
    (upper - lower) / ((upper - 1.0) * (1.0 - lower))
}

/// A·u + ln((1 − L)/(U − 1)): F = L + (U − L) · logistic of it.
fn logit_argument(u: f64, lower: f64, upper: f64) -> f64 {
    logit_scale(lower, upper) * u + libm::log((1.0 - lower) / (upper - 1.0))
}

fn logistic(v: f64) -> f64 {
    if v >= 0.0 {
        1.0 / (1.0 + libm::exp(-v))
    } else {
        let e = libm::exp(v);
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Distance; 5] = [
        Distance::Linear { lower: f64::NEG_INFINITY, upper: f64::INFINITY },
        Distance::Linear { lower: 0.4, upper: 2.5 },
        Distance::Raking { lower: 0.0, upper: f64::INFINITY },
        Distance::Raking { lower: 0.4, upper: 2.5 },
        Distance::Logit { lower: 0.4, upper: 2.5 },
    ];

    #[test]
    fn every_distance_leaves_a_weight_alone_at_zero() {
        for distance in ALL {
            let (factor, slope) = distance.factor(0.0);
            assert!((factor - 1.0).abs() < 1e-15 && (slope - 1.0).abs() < 1e-15, "{distance:?}");
            assert!(distance.integral(0.0).abs() < 1e-15);
        }
    }

    #[test]
    fn the_integral_has_the_factor_as_its_slope_and_that_has_its_own() {
        for distance in ALL {
            for u in [-2.0, -0.7, -0.1, 0.3, 0.8, 3.0] {
                let h = 1e-5;
                let rise = (distance.integral(u + h) - distance.integral(u - h)) / (2.0 * h);
                assert!((rise - distance.factor(u).0).abs() < 1e-8, "{distance:?} at {u}");
                let bend = (distance.factor(u + h).0 - distance.factor(u - h).0) / (2.0 * h);
                assert!((bend - distance.factor(u).1).abs() < 1e-8, "{distance:?} at {u}");
            }
        }
    }
}

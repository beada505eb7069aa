//! Trimming of calibrated weights: what lies outside the bounds is cut to them and the cut total shared equally
//! among those inside, again and again until none is outside (as R's `trimWeights`, strict).

use rayon::prelude::*;

use super::error::WeighError;
use super::exact;

/// Bounds, as multiples of the mean calibrated weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trim {
    /// Smallest weight kept, in mean weights.
    pub lower: f64,
    /// Largest weight kept, in mean weights.
    pub upper: f64,
}

/// Rounds of sharing at most; each round shares a smaller total.
const ROUNDS_MAX: usize = 2000;

impl Trim {
    /// The bounds in the unit of the weights: multiples of the mean of the weights that are not 0.
    pub fn absolute(self, weights: &[f64]) -> (f64, f64) {
        let weight = |index: usize| weights.get(index).copied().unwrap_or_default();
        let count = weights.iter().filter(|&&weight| weight != 0.0).count();
        let mean = exact::sum(weights.len(), weight) / count.max(1) as f64;
        (self.lower * mean, self.upper * mean)
    }

    /// Trims `weights` to absolute bounds from [`Trim::absolute`]; weights of 0 (no part of the sample) stay.
    /// # Errors
    /// [`WeighError::NobodyInside`]; bounds that can't be.
    pub fn apply(self, weights: &mut [f64], bounds: (f64, f64)) -> Result<(), WeighError> {
        let (lower, upper) = bounds;
        if !(self.lower >= 0.0 && self.lower <= 1.0 && self.upper >= 1.0 && self.upper.is_finite())
        {
            return Err(WeighError::Method {
                method: "trim",
                problem: format!(
                    "bounds {} … {} must be 0 ≤ lower ≤ 1 ≤ upper, in mean weights",
                    self.lower, self.upper
                ),
            });
        }
        let cut = |weight: f64| if weight == 0.0 { 0.0 } else { weight.clamp(lower, upper) };
        for _ in 0..ROUNDS_MAX {
            let outside = |weight: &f64| *weight != cut(*weight);
            let inside = |weight: &f64| *weight != 0.0 && !outside(weight);
            let outside_count = weights.par_iter().filter(|weight| outside(weight)).count();
            if outside_count == 0 {
                return Ok(());
            }
            let inside_count = weights.par_iter().filter(|weight| inside(weight)).count();
            if inside_count == 0 {
                return Err(WeighError::NobodyInside { lower: self.lower, upper: self.upper });
            }
            let spare = exact::sum(weights.len(), |index| {
                weights.get(index).map_or(0.0, |&weight| weight - cut(weight))
            });
            let share = spare / inside_count as f64;
            weights.par_iter_mut().for_each(|weight| {
                let kept = cut(*weight);
                *weight = if kept == *weight && kept != 0.0 { kept + share } else { kept };
            });
        }
        Err(WeighError::TooMuch(format!(
            "trimming to {} … {} mean weights does not come to rest; widen the bounds",
            self.lower, self.upper
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimmed_weights_keep_their_sum_and_lie_inside() {
        let mut weights = vec![1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 0.1, 0.0];
        let trim = Trim { lower: 0.3, upper: 3.0 };
        let (lower, upper) = trim.absolute(&weights);
        let before: f64 = weights.iter().sum();
        trim.apply(&mut weights, (lower, upper)).unwrap();
        assert!((weights.iter().sum::<f64>() - before).abs() < 1e-12);
        assert!(weights[..7].iter().all(|weight| (lower..=upper).contains(weight)));
        assert_eq!(weights[7], 0.0);
    }

    #[test]
    fn bounds_that_leave_nobody_inside_are_refused() {
        let mut weights = vec![1.0, 9.0];
        let trim = Trim { lower: 0.9, upper: 1.1 };
        let bounds = trim.absolute(&weights);
        let error = trim.apply(&mut weights, bounds).unwrap_err();
        assert_eq!(error, WeighError::NobodyInside { lower: 0.9, upper: 1.1 });
    }
}

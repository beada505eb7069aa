//! A counter whose forms are more alike than those of its kin.
//!
//! The share of even forms per counter is laid on a funnel with over-dispersion (Spiegelhalter 2005): counters differ for
//! good reasons, and the limits widen by as much as they do. A note on the counter, hung on its first even form; which value
//! the forms share plays no part.

#![expect(clippy::indexing_slicing, reason = "rows and counters of the study")]

use super::flag::{Flag, RuleName, Severity};
use super::study::Study;
use super::{Rule, Settings};

/// The rule.
pub struct UniformCounter;

/// Share of one value that makes a form even.
const EVEN: f64 = 0.9;
/// Forms of a counter and counters of a round needed for a funnel.
const FORMS_MIN: f64 = 20.0;
const COUNTERS_MIN: usize = 8;
/// Share of counters drawn in at each end before over-dispersion is estimated.
const WINSORISED: f64 = 0.1;
/// Limits in standard errors.
const LIMIT: f64 = 3.0;

impl Rule for UniformCounter {
    fn name(&self) -> RuleName {
        RuleName::UniformCounter
    }

    fn find(&self, study: &Study<'_>, _settings: &Settings) -> Vec<Flag> {
        let mut counters: Vec<(f64, f64, Option<u32>)> = vec![(0.0, 0.0, None); study.counters];
        for row in 0..study.rows {
            let shape = &study.shape[row];
            if shape.answered < 4 {
                continue;
            }
            let counter = &mut counters[study.counter[row] as usize];
            counter.0 += 1.0;
            if shape.evenness() >= EVEN {
                counter.1 += 1.0;
                counter.2.get_or_insert(row as u32);
            }
        }
        counters.retain(|counter| counter.0 >= FORMS_MIN);
        let forms: f64 = counters.iter().map(|counter| counter.0).sum();
        let even: f64 = counters.iter().map(|counter| counter.1).sum();
        let target = even / forms.max(1.0);
        if counters.len() < COUNTERS_MIN || target <= 0.0 || target >= 1.0 {
            return Vec::new();
        }
        let score = |n: f64, even: f64| (even / n - target) / (target * (1.0 - target) / n).sqrt();
        let dispersion =
            over_dispersion(counters.iter().map(|counter| score(counter.0, counter.1)).collect());
        counters
            .iter()
            .filter_map(|&(n, even, row)| {
                let beyond = score(n, even) / dispersion.sqrt();
                let row = row.filter(|_| beyond > LIMIT)?;
                Some(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: Severity::Low,
                    score: 0.5 * beyond * beyond,
                    related: None,
                    explanation: format!(
                        "The {n} forms of this counter are more alike than the differences between counters explain."
                    ),
                })
            })
            .collect()
    }
}

/// Mean square of the winsorised scores, at least 1 (Spiegelhalter 2005, multiplicative).
fn over_dispersion(mut scores: Vec<f64>) -> f64 {
    scores.sort_by(f64::total_cmp);
    let cut = (scores.len() as f64 * WINSORISED).ceil() as usize;
    let low = scores.get(cut).copied().unwrap_or(0.0);
    let high = scores.get(scores.len().saturating_sub(cut + 1)).copied().unwrap_or(0.0);
    let n = (scores.len() as f64).max(1.0);
    let squares: f64 =
        scores.iter().map(|z| z.clamp(low.min(high), high.max(low))).map(|z| z * z).sum();
    (squares / n).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_that_differ_widen_the_limits_and_one_outlier_does_not() {
        let calm: Vec<f64> = (0..20).map(|i| f64::from(i % 3) - 1.0).collect();
        assert!((over_dispersion(calm.clone()) - 1.0).abs() < 1e-12);
        let mut one = calm.clone();
        one[7] = 40.0;
        assert!(over_dispersion(one) < 1.2);
        assert!(over_dispersion(calm.iter().map(|z| z * 3.0).collect()) > 4.0);
    }
}

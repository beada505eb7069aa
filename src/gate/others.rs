//! One group against all others, who differ among themselves by more than chance.
//!
//! A plain test against the rest would call every honest difference between counters suspect. So the spread between the
//! others is estimated first (DerSimonian & Laird 1986), and the group is held against where a further group of their
//! kind would lie: their prediction distribution (Higgins, Thompson & Spiegelhalter 2009), Student's t with two degrees of
//! freedom fewer than others. The group itself has no part in the estimate, so it cannot hide behind its own strangeness.

use statrs::function::beta::beta_reg;

use super::Measure;
use crate::weigh::exact::twelve_digits;

/// Fewest others that say how much groups differ.
const OTHERS_MIN: usize = 4;

/// Two-sided p of the group at `at` against the others, and whether it lies above them; `None` with too few others.
#[must_use]
pub fn against_others(groups: &[Measure], at: usize) -> Option<(f64, bool)> {
    let group = groups.get(at)?;
    let others: Vec<Measure> =
        groups.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, other)| *other).collect();
    if others.len() < OTHERS_MIN {
        return None;
    }
    let between = between(&others);
    let (center, variance) = pooled(&others, between);
    let away = group.value - center;
    let t = away / libm::sqrt(group.variance + between + variance);
    let df = (others.len() - 2) as f64;
    // P(|T| > t) = I_{df/(df + t²)}(df/2, 1/2).
    let p = beta_reg(df / 2.0, 0.5, df / (df + t * t));
    Some((twelve_digits(p), away > 0.0))
}

/// Weighted mean and its variance, each group weighing 1/(variance + `between`).
fn pooled(groups: &[Measure], between: f64) -> (f64, f64) {
    let weights = groups.iter().map(|group| 1.0 / (group.variance + between));
    let sum: f64 = weights.clone().sum();
    let mean = weights.zip(groups).map(|(weight, group)| weight * group.value).sum::<f64>() / sum;
    (mean, 1.0 / sum)
}

/// Variance between groups beyond chance (DerSimonian & Laird 1986), ≥ 0.
fn between(groups: &[Measure]) -> f64 {
    let (mean, _) = pooled(groups, 0.0);
    let (mut sum, mut squares, mut spread) = (0.0, 0.0, 0.0);
    for group in groups {
        let weight = 1.0 / group.variance;
        sum += weight;
        squares += weight * weight;
        spread += weight * (group.value - mean) * (group.value - mean);
    }
    let df = groups.len() as f64 - 1.0;
    ((spread - df) / (sum - squares / sum)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirteen trials of the BCG vaccine (Colditz et al. 1994), log relative risks and variances as in the dataset
    /// `dat.bcg` of R's metafor, whose manual gives τ² = 0.3088 and −0.7141 for DerSimonian & Laird.
    #[test]
    fn the_spread_between_trials_is_the_published_one() {
        let trials = [
            (-0.8893, 0.3256),
            (-1.5854, 0.1946),
            (-1.3481, 0.4154),
            (-1.4416, 0.0200),
            (-0.2175, 0.0512),
            (-0.7861, 0.0069),
            (-1.6209, 0.2230),
            (0.0120, 0.0040),
            (-0.4694, 0.0564),
            (-1.3713, 0.0730),
            (-0.3394, 0.0124),
            (0.4459, 0.5325),
            (-0.0173, 0.0714),
        ]
        .map(|(value, variance)| Measure { value, variance });
        let spread = between(&trials);
        assert!((spread - 0.3088).abs() < 0.002, "{spread}");
        let (mean, variance) = pooled(&trials, spread);
        assert!((mean + 0.7141).abs() < 0.002, "{mean}");
        assert!((libm::sqrt(variance) - 0.1787).abs() < 0.001);
    }

    /// Others all alike: no spread between them, so t = away/√(variance + variance/k). Twelve others give ten degrees of
    /// freedom, of which 2.2281 is the two-sided 5 % point in every table.
    #[test]
    fn p_is_the_one_of_the_tables() {
        let mut groups = vec![Measure { value: 1.0, variance: 0.12 }; 13];
        groups[0].value = 1.0 + 2.228_138_851_96 * libm::sqrt(0.12 + 0.01);
        let (p, above) = against_others(&groups, 0).unwrap();
        assert!((p - 0.05).abs() < 1e-9 && above, "{p}");
    }

    #[test]
    fn too_few_others_say_nothing() {
        assert_eq!(against_others(&[Measure { value: 1.0, variance: 0.1 }; 4], 0), None);
        assert_eq!(against_others(&[], 0), None);
    }
}

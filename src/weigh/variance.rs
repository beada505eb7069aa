//! Variance of a total over the PSUs of a stratified design (Särndal, Swensson & Wretman 1992, with-replacement form
//! with finite-population factor): V = Σ_h (1 − n_h/N_h) · n_h/(n_h − 1) · Σ_i (u_hi − ū_h)².

use super::design::{Design, Lonely};
use super::exact::Grid;

/// The variance of Σ u for PSU totals `u` (one per PSU of the *full* design; a PSU without the domain counts 0).
///
/// Lonely strata follow the design's rule; under [`Lonely::Fail`] they make the result NaN (refused beforehand).
pub fn of_total(design: &Design, u: &[f64]) -> f64 {
    if !u.iter().all(|value| value.is_finite()) {
        return f64::NAN;
    }
    let strata = design.sampled().len();
    let means = stratum_sums(design, u, strata, |value, _| value);
    let mean = |stratum: usize| {
        let count = design.sampled().get(stratum).copied().unwrap_or_default();
        means.get(stratum).copied().unwrap_or_default() / f64::from(count.max(1))
    };
    let spread = stratum_sums(design, u, strata, |value, stratum| {
        let lonely = design.sampled().get(stratum) == Some(&1);
        let rest = if lonely { value } else { value - mean(stratum) };
        rest * rest
    });
    let mut variance = 0.0;
    for ((stratum, &spread), &count) in spread.iter().enumerate().zip(design.sampled()) {
        let unsampled = design.unsampled_share(stratum);
        variance += match (count, design.lonely()) {
            (0, _) => 0.0,
            (1, _) if unsampled <= 0.0 => 0.0,
            (1, Lonely::Certainty) => 0.0,
            (1, Lonely::Adjust) => unsampled * spread,
            (1, Lonely::Fail) => f64::NAN,
            (count, _) => unsampled * f64::from(count) / f64::from(count - 1) * spread,
        };
    }
    variance
}

/// Exact sums of `term(u, stratum)` by stratum.
fn stratum_sums(
    design: &Design,
    u: &[f64],
    strata: usize,
    term: impl Fn(f64, usize) -> f64,
) -> Vec<f64> {
    let terms = || u.iter().zip(design.strata()).map(|(&value, &h)| (term(value, h as usize), h));
    let bound = terms().fold(0.0, |bound: f64, (value, _)| bound.max(value.abs()));
    let grid = Grid::for_sum(bound, u.len());
    let mut sums = vec![0i128; strata];
    for (value, stratum) in terms() {
        if let Some(sum) = sums.get_mut(stratum as usize) {
            *sum += grid.whole(value);
        }
    }
    sums.into_iter().map(|sum| grid.value(sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_strata_give_the_textbook_variance() {
        let strata = [0, 0, 1, 1, 1];
        let design = Design::new(5, Some(&strata), None, None, Lonely::Fail).unwrap();
        let variance = of_total(&design, &[1.0, 3.0, 2.0, 4.0, 6.0]);
        assert_eq!(variance, 2.0 * 2.0 + 1.5 * 8.0);
    }

    #[test]
    fn a_finite_population_takes_its_share_off() {
        let design = Design::new(2, None, None, Some(&[4.0, 4.0]), Lonely::Fail).unwrap();
        assert_eq!(of_total(&design, &[1.0, 3.0]), 0.5 * 2.0 * 2.0);
    }

    #[test]
    fn a_lonely_psu_adds_nothing_its_square_or_makes_the_variance_unknown() {
        let strata = [0, 0, 1];
        let u = [1.0, 1.0, 5.0];
        let with =
            |lonely| of_total(&Design::new(3, Some(&strata), None, None, lonely).unwrap(), &u);
        assert_eq!(with(Lonely::Certainty), 0.0);
        assert_eq!(with(Lonely::Adjust), 25.0);
        assert!(with(Lonely::Fail).is_nan());
    }
}

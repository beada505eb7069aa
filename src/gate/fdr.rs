//! Many tests at once: which of them are discoveries, when a known share of those may be false.

/// How the tests hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// Independent tests (Benjamini & Hochberg 1995).
    BenjaminiHochberg,
    /// Tests of any dependence, as those that overlap (Benjamini & Yekutieli 2001): the bound divided by Σ 1/i.
    BenjaminiYekutieli,
}

/// Which of the `p` values are discoveries at a false discovery rate of `q`; same order. NaN is none.
#[must_use]
pub fn discoveries(p: &[f64], q: f64, procedure: Procedure) -> Vec<bool> {
    let m = p.len() as f64;
    let price = match procedure {
        Procedure::BenjaminiHochberg => 1.0,
        Procedure::BenjaminiYekutieli => (1..=p.len()).map(|i| 1.0 / i as f64).sum(),
    };
    let mut sorted: Vec<f64> = p.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let bound = (1..)
        .zip(&sorted)
        .filter(|(rank, p)| **p <= f64::from(*rank) * q / (m * price))
        .map(|(_, p)| *p)
        .last();
    p.iter().map(|p| bound.is_some_and(|bound| *p <= bound)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Benjamini & Hochberg (1995), section 3: fifteen tests, four discoveries at 5 %, where Bonferroni
    /// finds three.
    const THROMBOLYSIS: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0000,
    ];

    fn count(procedure: Procedure) -> usize {
        discoveries(&THROMBOLYSIS, 0.05, procedure).iter().filter(|found| **found).count()
    }

    #[test]
    fn the_published_example_has_its_four_discoveries() {
        assert_eq!(count(Procedure::BenjaminiHochberg), 4);
        // By hand: Σ 1/i to 15 is 3.3182, so 0.0019 ≤ 3 × 0.05/49.77 = 0.0030, but 0.0095 > 0.0040.
        assert_eq!(count(Procedure::BenjaminiYekutieli), 3);
    }

    #[test]
    fn order_plays_no_part_and_no_test_is_no_discovery() {
        let found = discoveries(&[0.9, 0.001, f64::NAN, 0.02], 0.05, Procedure::BenjaminiHochberg);
        assert_eq!(found, [false, true, false, true]);
        assert_eq!(discoveries(&[], 0.05, Procedure::BenjaminiHochberg), Vec::<bool>::new());
    }
}

//! Ranks and their joint confidence intervals (Klein, Wright & Wieczorek 2020, *J. R. Stat. Soc. C* 69(3), 589–606).

/// A domain's rank and the ranks that cannot be ruled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// 1 = highest estimate; ties share the smaller number.
    pub rank: usize,
    /// 1 + the number of those surely better.
    pub low: usize,
    /// k − the number of those surely worse.
    pub high: usize,
}

/// The confidence each of `k` intervals needs so that all hold together with `confidence`.
pub fn each_of(confidence: f64, k: usize) -> f64 {
    libm::pow(confidence, 1.0 / k.max(1) as f64)
}

/// Ranks `estimates` by joint intervals `(low, high)` of the same length, best first in value.
///
/// One is surely better than another when its whole interval lies above the other's. An interval that is not a
/// number rules nothing out.
pub fn ranks(estimates: &[f64], intervals: &[(f64, f64)]) -> Vec<Rank> {
    estimates
        .iter()
        .zip(intervals)
        .map(|(estimate, &(low, high))| {
            let better = intervals.iter().filter(|other| other.0 > high).count();
            let worse = intervals.iter().filter(|other| other.1 < low).count();
            let above = estimates.iter().filter(|other| *other > estimate).count();
            Rank { rank: 1 + above, low: 1 + better, high: estimates.len() - worse }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_whose_intervals_overlap_cannot_be_told_apart() {
        let found =
            ranks(&[0.9, 0.7, 0.69, 0.2], &[(0.85, 0.95), (0.6, 0.8), (0.5, 0.75), (0.1, 0.3)]);
        let rank = |rank, low, high| Rank { rank, low, high };
        assert_eq!(found, [rank(1, 1, 1), rank(2, 2, 3), rank(3, 2, 3), rank(4, 4, 4)]);
    }

    #[test]
    fn ties_share_the_smaller_number() {
        let found = ranks(&[0.5, 0.9, 0.5], &[(0.0, 1.0); 3]);
        assert_eq!(found.iter().map(|rank| rank.rank).collect::<Vec<_>>(), [2, 1, 2]);
    }

    #[test]
    fn an_unknown_interval_rules_nothing_out() {
        let found = ranks(&[0.9, 0.1], &[(f64::NAN, f64::NAN), (0.0, 0.2)]);
        assert_eq!((found[0].low, found[0].high), (1, 2));
        assert_eq!((found[1].low, found[1].high), (1, 2));
    }
}

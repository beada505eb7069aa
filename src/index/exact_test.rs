//! Fisher's exact test of a 2 × 2 table: are satisfied answers excluded as often as dissatisfied ones?

use statrs::function::gamma::ln_gamma;

use crate::weigh::exact::twelve_digits;

/// Tables at least as likely as observed are told from those below with this relative slack, as in R.
const SLACK: f64 = 1e-7;
/// Tables beyond this many are too large to be enumerated.
const TABLES_MAX: u64 = 50_000_000;

/// Two-sided p of the table [[a, b], [c, d]]: the probability, with margins fixed, of tables no more likely than this.
///
/// ```
/// // Of 40 satisfied answers 4 were excluded, of 40 dissatisfied ones 4: no sign of a bias.
/// assert_eq!(khaosat::index::exact_test::fisher([[4, 36], [4, 36]]), Some(1.0));
/// assert!(khaosat::index::exact_test::fisher([[1, 39], [15, 25]]).is_some_and(|p| p < 0.001));
/// ```
/// `None` for a table with an empty row or column (nothing to compare) or too large to enumerate.
pub fn fisher(table: [[u64; 2]; 2]) -> Option<f64> {
    let [[a, b], [c, d]] = table;
    let first = a.checked_add(b)?;
    let second = c.checked_add(d)?;
    let column = a.checked_add(c)?;
    let all = first.checked_add(second)?;
    if first == 0 || second == 0 || column == 0 || column == all || all > 1 << 50 {
        return None;
    }
    let (low, high) = (column.saturating_sub(second), column.min(first));
    if high - low > TABLES_MAX {
        return None;
    }
    let ln_choose = |n: u64, k: u64| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    // Probabilities by their ratios from the most likely table outwards; they are scaled to add to 1.
    let start = mode(first, column, all).clamp(low, high);
    let ratio = |x: u64| {
        // p(x + 1)/p(x)
        (first - x) as f64 * (column - x) as f64
            / ((x + 1) as f64 * (second + x + 1 - column) as f64)
    };
    let at = |x: u64| {
        libm::exp(
            ln_choose(first, x) + ln_choose(second, column - x)
                - ln_choose(first, start)
                - ln_choose(second, column - start),
        )
    };
    let observed = at(a) * (1.0 + SLACK);
    let (mut sum, mut tail) = (0.0, 0.0);
    let mut take = |p: f64| {
        sum += p;
        if p <= observed {
            tail += p;
        }
        p > 0.0
    };
    let mut p = 1.0;
    take(p);
    for x in start..high {
        p *= ratio(x);
        if !take(p) {
            break;
        }
    }
    p = 1.0;
    for x in (low..start).rev() {
        p /= ratio(x);
        if !take(p) {
            break;
        }
    }
    Some(twelve_digits((tail / sum).min(1.0)))
}

fn mode(first: u64, column: u64, all: u64) -> u64 {
    let (first, column, all) = (u128::from(first), u128::from(column), u128::from(all));
    ((first + 1) * (column + 1) / (all + 2)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tea tasting (Fisher 1935) and a table worked out by hand.
    #[test]
    fn the_lady_tasting_tea_gets_her_known_p() {
        assert!((fisher([[3, 1], [1, 3]]).unwrap() - 34.0 / 70.0).abs() < 1e-12);
        assert!((fisher([[4, 0], [0, 4]]).unwrap() - 2.0 / 70.0).abs() < 1e-12);
    }

    #[test]
    fn equal_rates_give_no_evidence_and_large_differences_much() {
        assert_eq!(fisher([[50, 950], [50, 950]]), Some(1.0));
        assert!(fisher([[90, 910], [10, 990]]).unwrap() < 1e-10);
        assert!(fisher([[2_000, 98_000], [2_100, 97_900]]).unwrap() > 0.05);
    }

    #[test]
    fn nothing_to_compare_gives_no_p() {
        assert_eq!(fisher([[0, 0], [1, 2]]), None);
        assert_eq!(fisher([[0, 5], [0, 5]]), None);
        assert_eq!(fisher([[u64::MAX, 1], [1, 1]]), None);
    }
}

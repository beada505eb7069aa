//! How many of the silent would have to be dissatisfied for a group to be no better than the others.

/// Of those never asked or not answering, the share that would have to be dissatisfied to make the group's satisfaction that
/// of the others: 1 and more cannot be, below 0 needs nobody. `satisfied` of `answered`; `silent`: dossiers without an
/// answer; `others`: the share satisfied elsewhere, 0..1. `None` where nobody is silent.
///
/// ```
/// use khaosat::gate::hidden_share;
/// // 45 of 50 answers satisfied, elsewhere 80 %: of 100 dossiers 20 would be dissatisfied, 5 are, 15 of 50 silent hide.
/// assert_eq!(hidden_share((45, 50), 50, 0.8), Some(0.3));
/// ```
#[must_use]
pub fn hidden_share((satisfied, answered): (u64, u64), silent: u64, others: f64) -> Option<f64> {
    let seen = answered.checked_sub(satisfied)? as f64;
    if silent == 0 {
        return None;
    }
    let expected = (1.0 - others) * (answered + silent) as f64;
    let share = (expected - seen) / silent as f64;
    Some((share * 1e9).round() / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_tells_what_is_possible() {
        // All 90 satisfied, 10 silent, elsewhere 80 %: 20 would be dissatisfied, more than are silent.
        assert!(hidden_share((90, 90), 10, 0.8).is_some_and(|share| share > 1.0));
        assert!(hidden_share((10, 50), 50, 0.8).is_some_and(|share| share < 0.0));
        assert_eq!(hidden_share((5, 5), 0, 0.8), None);
    }
}

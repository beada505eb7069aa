//! Ranks, and how far a survey's uncertainty lets them be believed.

use serde::Serialize;

use super::points::Points;

/// A result with the bounds that the survey leaves it, all rounded as published: who compares the published figures
/// must come to the same ranks. `low` ≤ `value` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub value: Points,
    pub low: Points,
    pub high: Points,
}

impl Standing {
    /// Whether this is better than `other` wherever in their bounds the two may lie.
    pub fn surely_above(&self, other: &Self) -> bool {
        self.low > other.high
    }
}

/// A place in a list, and the places between which it may lie ("1–3 of 17").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// 1 is best. Equal results share the smaller number, and the next is as far behind as if they did not.
    pub rank: usize,
    /// 1 + how many are surely better.
    pub low: usize,
    /// All, less those surely worse.
    pub high: usize,
    /// How many are ranked.
    pub of: usize,
}

/// Ranks all of `standings`, in their order. `low` ≤ `rank` ≤ `high` for each.
///
/// `withheld`: units whose result is not shown. They count among all, and are neither surely better nor surely worse
/// than anyone, so they stand in nobody's rank and lengthen every interval.
pub fn ranks(standings: &[Standing], withheld: usize) -> Vec<Rank> {
    let sorted = |pick: fn(&Standing) -> Points| {
        let mut values: Vec<Points> = standings.iter().map(pick).collect();
        values.sort_unstable();
        values
    };
    let (values, lows, highs) = (sorted(|s| s.value), sorted(|s| s.low), sorted(|s| s.high));
    let above = |sorted: &[Points], value: Points| {
        sorted.len() - sorted.partition_point(|other| *other <= value)
    };
    let known = standings.len();
    let of = known + withheld;
    let rank = |standing: &Standing| Rank {
        rank: 1 + above(&values, standing.value),
        low: 1 + above(&lows, standing.high),
        high: of - highs.partition_point(|other| *other < standing.low),
        of,
    };
    standings.iter().map(rank).collect()
}

/// Places of the others that `place` cannot be told apart from.
pub fn same_as(standings: &[Standing], place: usize) -> Vec<usize> {
    let Some(mine) = standings.get(place) else { return Vec::new() };
    let apart = |other: &Standing| other.surely_above(mine) || mine.surely_above(other);
    let others = standings.iter().enumerate().filter(|(at, other)| *at != place && !apart(other));
    others.map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(value: i64, margin: i64) -> Standing {
        let points = |units: i64| Points::of_units(units.max(0)).unwrap();
        Standing { value: points(value), low: points(value - margin), high: points(value + margin) }
    }

    fn shown(standings: &[Standing]) -> Vec<(usize, usize, usize)> {
        ranks(standings, 0).into_iter().map(|rank| (rank.rank, rank.low, rank.high)).collect()
    }

    #[test]
    fn equal_results_share_the_smaller_number_and_the_next_is_further_behind() {
        let list = [standing(80, 0), standing(90, 0), standing(80, 0), standing(70, 0)];
        assert_eq!(shown(&list), [(2, 2, 3), (1, 1, 1), (2, 2, 3), (4, 4, 4)]);
    }

    #[test]
    fn units_whose_bounds_meet_cannot_be_told_apart() {
        // 90 ± 5 and 80 ± 5 meet at 85; 60 ± 5 is surely below both.
        let list = [standing(90, 5), standing(80, 5), standing(60, 5)];
        assert_eq!(shown(&list), [(1, 1, 2), (2, 1, 2), (3, 3, 3)]);
        assert!(!list[0].surely_above(&list[1]) && list[1].surely_above(&list[2]));
    }

    #[test]
    fn a_withheld_unit_is_neither_surely_better_nor_surely_worse() {
        let list = [standing(90, 1), standing(80, 1)];
        let found = ranks(&list, 2);
        assert_eq!(found[0], Rank { rank: 1, low: 1, high: 3, of: 4 });
        assert_eq!(found[1], Rank { rank: 2, low: 2, high: 4, of: 4 });
        assert_eq!(same_as(&[standing(90, 5), standing(80, 5), standing(60, 5)], 0), [1]);
    }

    #[test]
    fn nobody_is_ranked_where_there_is_nobody() {
        assert_eq!(ranks(&[], 0), []);
        assert_eq!(ranks(&[standing(1, 9)], 0)[0], Rank { rank: 1, low: 1, high: 1, of: 1 });
    }

    proptest! {
        #[test]
        fn ranks_are_what_counting_gives(list in proptest::collection::vec((0_i64..60, 0_i64..12), 0..30)) {
            let list: Vec<Standing> = list.into_iter().map(|(value, margin)| standing(value, margin)).collect();
            for (mine, rank) in list.iter().zip(ranks(&list, 0)) {
                prop_assert_eq!(rank.rank, 1 + list.iter().filter(|other| other.value > mine.value).count());
                prop_assert_eq!(rank.low, 1 + list.iter().filter(|other| other.surely_above(mine)).count());
                prop_assert_eq!(rank.high, list.len() - list.iter().filter(|other| mine.surely_above(other)).count());
                prop_assert!(1 <= rank.low && rank.low <= rank.rank && rank.rank <= rank.high && rank.high <= rank.of);
            }
        }
    }
}

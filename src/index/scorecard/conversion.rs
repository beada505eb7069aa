//! From answers to points: the two rules of the field.

use super::points::{Exact, Points, Share};

/// Why answers give no points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    #[error("nobody answered")]
    NoAnswers,
    #[error("{counts} counts for {shares} options: give one each, at most 100")]
    Options { counts: usize, shares: usize },
    #[error("more than 10^12 answers to one option: check the counts")]
    TooMany,
}

/// Points of a question by option percentages: `maximum` × Σ nₖcₖ / Σ nₖ.
///
/// `counts`: how many chose each option; `shares`: what each option is worth of the maximum. The rule of Yên Bái's
/// scoring program, whose usual options are worth 100, 60, 20 and 0 %. Sum the results, then round.
///
/// # Errors
/// [`ConversionError`] when nobody answered or the lists do not fit.
pub fn option_points(
    maximum: Points,
    counts: &[u64],
    shares: &[Share],
) -> Result<Exact, ConversionError> {
    /// More answers than people on earth by far; keeps every product below within 128 bits.
    const COUNT_MAX: u64 = 1_000_000_000_000;

    if counts.len() != shares.len() || counts.len() > 100 {
        return Err(ConversionError::Options { counts: counts.len(), shares: shares.len() });
    }
    if counts.iter().any(|count| *count > COUNT_MAX) {
        return Err(ConversionError::TooMany);
    }
    let whole = counts.iter().map(|count| i128::from(*count)).sum();
    let parts =
        counts.iter().zip(shares).map(|(count, share)| i128::from(*count) * share.units()).sum();
    Exact::quotient(maximum, parts, whole).ok_or(ConversionError::NoAnswers)
}

/// The share of the two best of five levels; `levels` counts from "rất không hài lòng" to "rất hài lòng". `None` when
/// nobody answered.
pub fn top_two(levels: [u64; 5]) -> Option<Share> {
    let [_, _, _, satisfied, very_satisfied] = levels;
    let whole = levels.iter().try_fold(0_u64, |sum, level| sum.checked_add(*level))?;
    Share::of_counts(satisfied.checked_add(very_satisfied)?, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    fn shares(list: &[&str]) -> Vec<Share> {
        list.iter().map(|text| Share::parse(text).unwrap()).collect()
    }

    #[test]
    fn option_percentages_give_the_worked_1_60_of_2() {
        let usual = shares(&["1", "0.6", "0.2", "0"]);
        let got = option_points(points("2"), &[12, 6, 2, 0], &usual).unwrap();
        assert_eq!(got.round(2), points("1.60"));
        assert_eq!(got.round(4), points("1.6"));
    }

    #[test]
    fn top_two_gives_the_worked_85_percent_and_8_50_of_10() {
        let share = top_two([3, 7, 20, 120, 50]).unwrap();
        assert_eq!(share.percent(2), points("85"));
        assert_eq!(Exact::product(points("10"), share).round(2), points("8.50"));
        assert_eq!(top_two([0; 5]), None);
        assert_eq!(top_two([u64::MAX; 5]), None);
    }

    #[test]
    fn questions_are_summed_before_they_are_rounded() {
        // Two thirds of 1 point, twice: 1.33, not 0.67 + 0.67.
        let one = option_points(points("1"), &[2, 1], &shares(&["1", "0"])).unwrap();
        assert_eq!((one.round(2), (one + one).round(2)), (points("0.67"), points("1.33")));
    }

    #[test]
    fn groups_of_respondents_are_averaged_by_their_weights() {
        let (leaders, deputies) = (Exact::of(points("8")), Exact::of(points("5")));
        assert_eq!(
            Exact::weighted_mean(&[(leaders, 2), (deputies, 1)]).unwrap().round(2),
            points("7")
        );
        assert_eq!(Exact::weighted_mean(&[(leaders, 0)]), None);
    }

    #[test]
    fn no_answers_and_lists_that_do_not_fit_are_refused() {
        let two = shares(&["1", "0"]);
        assert_eq!(option_points(points("1"), &[0, 0], &two), Err(ConversionError::NoAnswers));
        assert_eq!(
            option_points(points("1"), &[1], &two),
            Err(ConversionError::Options { counts: 1, shares: 2 })
        );
        assert_eq!(option_points(points("1"), &[u64::MAX, 1], &two), Err(ConversionError::TooMany));
    }

    proptest! {
        #[test]
        fn points_lie_between_the_worst_and_the_best_option(
            counts in proptest::collection::vec(0_u64..1_000_000_000_000, 4), maximum in 1_i64..1_000_000_000,
        ) {
            let maximum = Points::of_units(maximum).unwrap();
            let usual = shares(&["1", "0.6", "0.2", "0"]);
            match option_points(maximum, &counts, &usual) {
                Ok(got) => prop_assert!(got.round(4) <= maximum && got >= Exact::default()),
                Err(error) => prop_assert_eq!((error, counts.iter().sum::<u64>()), (ConversionError::NoAnswers, 0)),
            }
        }
    }
}

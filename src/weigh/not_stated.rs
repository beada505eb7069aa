//! "Not stated" in a margin: answers without the demographic are never dropped.
//!
//! They form a category of their own. Its total is its base-weighted share of the sample × the population, and the
//! known totals are scaled to the rest. A variable with too many of them says too little to be used.

use super::exact;
use super::margin::Margin;

/// Above this share of "not stated" a variable is left out, unless a round says otherwise.
pub const SHARE_MAX: f64 = 0.20;

/// What became of a variable with answers that are not stated.
#[derive(Clone, Debug)]
pub enum Stated {
    /// Nobody left it out; the margin is as it was.
    All(Margin),
    /// A category was added; `share` of the base weights is not stated.
    Most {
        /// The margin with its category "not stated" at the end.
        margin: Margin,
        /// Base-weighted share, above 0 and at most the limit.
        share: f64,
    },
    /// Too few stated it; the variable is not used.
    TooFew {
        /// The variable's name.
        name: String,
        /// Base-weighted share, above the limit.
        share: f64,
    },
}

/// Gives a margin a category for responses that do not state it.
///
/// `codes`: per response, its category or `None`; `base`: n base weights; `label`: the name of the new category;
/// `share_max`: the largest share that keeps the variable. `labels` and `totals` are those of the stated categories.
/// Totals are spread anew so that all categories add to the same population as before.
pub fn not_stated(
    name: &str,
    codes: &[Option<u32>],
    labels: &[String],
    totals: &[f64],
    base: &[f64],
    label: &str,
    share_max: f64,
) -> Stated {
    let weight = |response: usize| base.get(response).copied().unwrap_or_default();
    let all = exact::sum(codes.len(), weight);
    let missing = exact::sum(codes.len(), |response| match codes.get(response) {
        Some(None) => weight(response),
        _ => 0.0,
    });
    let share = if all > 0.0 { missing / all } else { 0.0 };
    let mut margin = Margin {
        name: name.into(),
        labels: labels.to_vec(),
        codes: codes.iter().map(|code| code.unwrap_or(labels.len() as u32)).collect(),
        totals: totals.to_vec(),
    };
    if codes.iter().all(Option::is_some) {
        return Stated::All(margin);
    }
    if share > share_max || share >= 1.0 {
        return Stated::TooFew { name: name.into(), share };
    }
    let population =
        exact::sum(totals.len(), |index| totals.get(index).copied().unwrap_or_default());
    margin.totals.iter_mut().for_each(|total| *total *= 1.0 - share);
    margin.labels.push(label.into());
    margin.totals.push(share * population);
    Stated::Most { margin, share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(missing: usize) -> Stated {
        let codes: Vec<Option<u32>> =
            (0..100).map(|index| (index >= missing).then_some((index % 2) as u32)).collect();
        let labels = ["Nam".to_owned(), "Nữ".to_owned()];
        not_stated("sex", &codes, &labels, &[600.0, 400.0], &[2.0; 100], "không nêu", SHARE_MAX)
    }

    #[test]
    fn when_everybody_states_it_the_margin_is_as_it_was() {
        let Stated::All(margin) = with(0) else { panic!() };
        assert_eq!(margin.totals, [600.0, 400.0]);
    }

    #[test]
    fn fifteen_in_a_hundred_become_a_category_and_the_population_stays() {
        let Stated::Most { margin, share } = with(15) else { panic!() };
        assert_eq!(share, 0.15);
        assert_eq!(margin.labels.len(), 3);
        assert!((margin.totals[0] - 510.0).abs() < 1e-9);
        assert!((margin.totals[2] - 150.0).abs() < 1e-9);
        assert!((margin.totals.iter().sum::<f64>() - 1000.0).abs() < 1e-9);
        assert_eq!(margin.codes[0], 2);
    }

    #[test]
    fn when_nobody_or_too_few_state_it_the_variable_is_left_out() {
        for (missing, expected) in [(21, 0.21), (100, 1.0)] {
            let Stated::TooFew { share, .. } = with(missing) else { panic!() };
            assert_eq!(share, expected);
        }
    }
}

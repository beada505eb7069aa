//! What can be estimated, and how each estimand comes down to ratios of two weighted sums.

use super::answers::{Answers, Codes, Item};
use super::error::IndexError;

/// A quantity to estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimand {
    /// Its name, unique among those estimated together.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of estimand. w = weight; answers that are missing or not valid are left out unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Σwy / Σw over the answers.
    Mean(Item),
    /// Σwy; a missing answer counts 0.
    Total(Item),
    /// The weighted share of answers in `categories`.
    Proportion {
        /// Index into [`Answers::coded`].
        item: usize,
        /// The answers counted.
        categories: Codes,
    },
    /// The mean of `max` × the share of points the option earns (survey points of the scorecard).
    Points {
        /// Index into [`Answers::coded`].
        item: usize,
        /// Option → share of the points, as a fraction of `max`.
        shares: Vec<(u8, f64)>,
        /// Points for a share of 1.
        max: f64,
    },
    /// Σw·(answers in `categories`) / Σw·(valid answers) over the items: the satisfaction index (top-2 when the
    /// categories are the two best).
    Index {
        /// Indices into [`Answers::coded`].
        items: Vec<usize>,
        /// The answers counted.
        categories: Codes,
        /// Per item 1/π, when an item was shown only with probability π; `None`: all were shown to all.
        inverse_shown: Option<Vec<f64>>,
    },
    /// Σ a·R / Σ a over other estimands of kind index.
    Composite(Vec<(usize, f64)>),
}

impl Kind {
    /// May an interval of it be made from the Beta distribution?
    pub fn is_share(&self) -> bool {
        matches!(self, Self::Proportion { .. } | Self::Index { .. } | Self::Composite(_))
    }
}

/// Two quantities per response, y and x; an estimate is Σwy / Σwx or Σwy. x > 0 means a valid answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ratio {
    /// y = answers in `top`, x = valid answers, over the items.
    Count { items: Vec<usize>, top: Codes },
    /// y = the code of a valid answer, x = 1.
    Score(usize),
    /// y = the number, x = 1.
    Number(usize),
    /// y = value of the code, x = 1 for a valid answer.
    Valued { item: usize, values: Box<[f64; 256]> },
    /// As `Count`, each item counted with its own factor.
    Scaled { items: Vec<(usize, f64)>, top: Codes },
}

/// An estimand in terms of ratios.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lowered {
    /// Ratios by number, with their share in the estimate (Σ of shares is 1).
    pub parts: Vec<(usize, f64)>,
    /// The ratio whose x tells who answered.
    pub reach: usize,
    /// Σwy instead of Σwy / Σwx.
    pub total: bool,
}

/// Items one index may have: counts per response are kept in a byte.
const ITEMS_MAX: usize = 255;

/// Brings estimands down to ratios, each ratio once.
///
/// # Errors
/// Items that do not exist, empty lists, numbers out of range, composites of anything but indexes.
pub(super) fn lower(
    estimands: &[Estimand],
    answers: &Answers,
) -> Result<(Vec<Ratio>, Vec<Lowered>), IndexError> {
    let mut ratios: Vec<Ratio> = Vec::new();
    let mut number = |ratio: Ratio| match ratios.iter().position(|other| *other == ratio) {
        Some(known) => known,
        None => {
            ratios.push(ratio);
            ratios.len() - 1
        }
    };
    let mut lowered = Vec::new();
    for estimand in estimands {
        let bad = |problem: String| IndexError::Estimand { name: estimand.name.clone(), problem };
        check(estimand, estimands, answers).map_err(bad)?;
        let single = |ratio, total| Lowered { parts: vec![(ratio, 1.0)], reach: ratio, total };
        lowered.push(match &estimand.kind {
            Kind::Mean(item) => single(number(plain(*item)), false),
            Kind::Total(item) => single(number(plain(*item)), true),
            Kind::Composite(parts) => {
                let sum: f64 = parts.iter().map(|(_, weight)| weight).sum();
                let mut items = Vec::new();
                let mut shares = Vec::new();
                for &(part, weight) in parts {
                    if let Some(Estimand { kind, .. }) = estimands.get(part)
                        && let Kind::Index { items: own, .. } = kind
                    {
                        items.extend_from_slice(own);
                        shares.push((number(index_ratio(kind)), weight / sum));
                    }
                }
                items.sort_unstable();
                items.dedup();
                let reach = number(Ratio::Count { items, top: Codes::default() });
                Lowered { parts: shares, reach, total: false }
            }
            kind => single(number(index_ratio(kind)), false),
        });
    }
    Ok((ratios, lowered))
}

fn plain(item: Item) -> Ratio {
    match item {
        Item::Coded(column) => Ratio::Score(column),
        Item::Real(column) => Ratio::Number(column),
    }
}

fn index_ratio(kind: &Kind) -> Ratio {
    match kind {
        Kind::Proportion { item, categories } => {
            Ratio::Count { items: vec![*item], top: categories.clone() }
        }
        Kind::Points { item, shares, max } => {
            let mut values = Box::new([0.0; 256]);
            for &(code, share) in shares {
                if let Some(value) = values.get_mut(usize::from(code)) {
                    *value = share * max;
                }
            }
            Ratio::Valued { item: *item, values }
        }
        Kind::Index { items, categories, inverse_shown: Some(factors) } => Ratio::Scaled {
            items: items.iter().copied().zip(factors.iter().copied()).collect(),
            top: categories.clone(),
        },
        Kind::Index { items, categories, inverse_shown: None } => {
            Ratio::Count { items: items.clone(), top: categories.clone() }
        }
        Kind::Mean(item) | Kind::Total(item) => plain(*item),
        Kind::Composite(_) => Ratio::Count { items: Vec::new(), top: Codes::default() },
    }
}

fn check(estimand: &Estimand, all: &[Estimand], answers: &Answers) -> Result<(), String> {
    let coded = |item: &usize| {
        (*item < answers.coded.len()).then_some(()).ok_or(format!("there is no coded item {item}"))
    };
    match &estimand.kind {
        Kind::Mean(Item::Coded(item)) | Kind::Total(Item::Coded(item)) => coded(item),
        Kind::Mean(Item::Real(item)) | Kind::Total(Item::Real(item)) => (*item
            < answers.real.len())
        .then_some(())
        .ok_or(format!("there is no numeric item {item}")),
        Kind::Proportion { item, .. } => coded(item),
        Kind::Points { item, shares, max } => {
            coded(item)?;
            if !max.is_finite() || *max <= 0.0 || *max > 1e6 {
                return Err(format!("max {max} is not between 0 and 1,000,000"));
            }
            match shares.iter().find(|(_, share)| !(-1e3..=1e3).contains(share)) {
                Some((code, share)) => Err(format!("option {code} has share {share}; write 0 … 1")),
                None => Ok(()),
            }
        }
        Kind::Index { items, inverse_shown, .. } => {
            if items.is_empty() || items.len() > ITEMS_MAX {
                return Err(format!("{} items; an index takes 1 … {ITEMS_MAX}", items.len()));
            }
            items.iter().try_for_each(coded)?;
            let mut sorted = items.clone();
            sorted.sort_unstable();
            if sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
                return Err("an item is listed twice".into());
            }
            match inverse_shown {
                Some(factors)
                    if factors.len() != items.len()
                        || !factors.iter().all(|factor| (1.0..=1e6).contains(factor)) =>
                {
                    Err("each item needs one factor 1/π between 1 and 1,000,000".into())
                }
                _ => Ok(()),
            }
        }
        Kind::Composite(parts) => {
            let sum: f64 = parts.iter().map(|(_, weight)| weight).sum();
            if !(sum > 0.0 && sum.is_finite()) || parts.iter().any(|(_, weight)| *weight < 0.0) {
                return Err(
                    "its parts need weights of zero or more that add to more than zero".into()
                );
            }
            let is_index =
                |part: usize| matches!(all.get(part).map(|e| &e.kind), Some(Kind::Index { .. }));
            match parts.iter().find(|(part, _)| !is_index(*part)) {
                Some(_) => Err("its parts must be estimands of kind index".into()),
                None => Ok(()),
            }
        }
    }
}

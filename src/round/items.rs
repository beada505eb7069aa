//! From stored codes to the columns an index is estimated from, by the round's rule.

use super::Rules;
use super::rules::IndexRule;
use crate::form::{Coded, Form};
use crate::index::{Answers, Codes, Estimand, Kind};
use crate::weigh::exact;

/// The columns of a group and how an index is read from them.
///
/// Every criterion is recoded so that one set of codes means the same on all of them: under the top-2 rule 2 = satisfied
/// and 1 = not; under option percentages the k-th smallest percentage of the form is code k. 0 = no answer.
pub(super) struct Items {
    pub answers: Answers,
    /// Percentage (0..1) behind each code, from code 1.
    pub shares: Vec<f64>,
    /// Positions of the columns of each factor.
    pub factors: Vec<(String, Vec<usize>)>,
    /// 1/π per column: an item shown with probability π counts so often, in numerator and denominator.
    pub inverse_shown: Vec<f64>,
}

impl Items {
    /// Recodes `codes` (one row of stored codes per response).
    pub fn of(rules: &Rules, form: &Form, codes: &[&[u8]]) -> Option<Self> {
        let shares = match rules.index_rule {
            IndexRule::Top2 => vec![0.0, 1.0],
            IndexRule::OptionShares => option_shares(form)?,
        };
        let mut coded = Vec::new();
        let mut inverse_shown = Vec::new();
        let mut factors: Vec<(String, Vec<usize>)> =
            form.factors.iter().map(|f| (f.name.to_string(), Vec::new())).collect();
        for criterion in form.criteria() {
            let recode = |code: u8| -> u8 {
                if criterion.coded.option(code).is_none() {
                    return 0;
                }
                let share = earned(rules, criterion.coded, code).unwrap_or(0.0);
                let at = shares.iter().position(|s| *s == share);
                at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
            };
            let table: Vec<u8> = (0..=u8::MAX).map(recode).collect();
            if let Some((_, columns)) = factors.get_mut(criterion.factor) {
                columns.push(coded.len());
            }
            let cell = |row: &&[u8]| {
                let code = row.get(criterion.column).copied().unwrap_or(0);
                table.get(usize::from(code)).copied().unwrap_or(0)
            };
            coded.push(codes.iter().map(cell).collect::<Vec<u8>>());
            inverse_shown.push(1.0 / form.shown_probability(rules.asking.length, &criterion));
        }
        let valid: Vec<u8> = (1..=u8::try_from(shares.len()).ok()?).collect();
        let answers = Answers { coded, real: Vec::new(), valid: Codes::of(&valid) };
        Some(Self { answers, shares, factors, inverse_shown })
    }

    /// Positions of all columns.
    pub fn all(&self) -> Vec<usize> {
        (0..self.answers.coded.len()).collect()
    }

    /// Codes that earn more than nothing, each with its percentage.
    fn earning(&self) -> Vec<(u8, f64)> {
        (1..).zip(&self.shares).filter(|(_, s)| **s > 0.0).map(|(c, s)| (c, *s)).collect()
    }

    /// Positions of the columns of a set: 0 is all criteria, then the factors in the form's order.
    pub fn columns(&self, set: usize) -> Vec<usize> {
        match set.checked_sub(1) {
            None => self.all(),
            Some(factor) => self.factors.get(factor).map(|(_, c)| c.clone()).unwrap_or_default(),
        }
    }

    /// The estimands of the index over all criteria and of every factor's, and the place of each index among them.
    pub fn sets(&self) -> (Vec<Estimand>, Vec<usize>) {
        let names =
            std::iter::once("all").chain(self.factors.iter().map(|(name, _)| name.as_str()));
        let (mut estimands, mut ends) = (Vec::new(), Vec::new());
        for (set, name) in names.enumerate() {
            let first = estimands.len();
            estimands.extend(self.estimands(name, &self.columns(set), first));
            ends.push(estimands.len().saturating_sub(1));
        }
        (estimands, ends)
    }

    /// The estimands of one index over `items`: the shares of each earning code, then their weighted sum. The last one
    /// times [`Items::scale`] is the index.
    fn estimands(&self, name: &str, items: &[usize], first: usize) -> Vec<Estimand> {
        let earning = self.earning();
        let mut list: Vec<Estimand> = earning
            .iter()
            .map(|(code, _)| Estimand {
                name: format!("{name}:{code}"),
                kind: Kind::Index {
                    items: items.to_vec(),
                    categories: Codes::of(&[*code]),
                    inverse_shown: self.inverse_shown_of(items),
                },
            })
            .collect();
        if earning.len() > 1 {
            let parts = (first..).zip(&earning).map(|(at, (_, share))| (at, *share)).collect();
            list.push(Estimand { name: name.to_owned(), kind: Kind::Composite(parts) });
        }
        list
    }

    /// `None` where everybody is shown every item of `items`.
    fn inverse_shown_of(&self, items: &[usize]) -> Option<Vec<f64>> {
        let inverse: Vec<f64> = items
            .iter()
            .map(|item| self.inverse_shown.get(*item).copied().unwrap_or(1.0))
            .collect();
        inverse.iter().any(|factor| *factor != 1.0).then_some(inverse)
    }

    /// Σ of the percentages: a composite divides by it.
    pub fn scale(&self) -> f64 {
        let earning = self.earning();
        if earning.len() > 1 {
            earning.iter().map(|(_, share)| share).sum()
        } else {
            earning.first().map_or(1.0, |(_, s)| *s)
        }
    }

    /// (Σ w × what the valid answers earn, Σ w × valid answers) over `items` of the responses at `rows`, whose weights are
    /// `weights`: the ratio is the index. Exact sums; `None` without a valid answer.
    pub fn weighted(&self, items: &[usize], rows: &[usize], weights: &[f64]) -> Option<(f64, f64)> {
        let columns: Vec<(&[u8], f64)> = items
            .iter()
            .filter_map(|item| {
                let factor = self.inverse_shown.get(*item).copied().unwrap_or(1.0);
                Some((self.answers.coded.get(*item)?.as_slice(), factor))
            })
            .collect();
        let terms = rows.len() * columns.len();
        let term = |at: usize, of: &dyn Fn(f64) -> f64| {
            let (row, column) =
                (rows.get(at / columns.len().max(1)), columns.get(at % columns.len().max(1)));
            let found = row.zip(column).and_then(|(row, (codes, factor))| {
                let at = usize::from(*codes.get(*row)?).checked_sub(1)?;
                Some(weights.get(*row)? * factor * of(*self.shares.get(at)?))
            });
            found.unwrap_or(0.0)
        };
        let all = exact::sum(terms, |at| term(at, &|_| 1.0));
        (all > 0.0).then(|| (exact::sum(terms, |at| term(at, &|share| share)), all))
    }

    /// The index without weights over `items` of the responses at `rows`.
    pub fn unweighted(&self, items: &[usize], rows: &[usize]) -> Option<f64> {
        let (mut all, mut earned) = (0.0, 0.0);
        for item in items {
            let Some(column) = self.answers.coded.get(*item) else { continue };
            let mut counts = vec![0_u64; self.shares.len()];
            for code in rows.iter().filter_map(|row| column.get(*row)) {
                let at = usize::from(*code).checked_sub(1);
                if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
            let factor = self.inverse_shown.get(*item).copied().unwrap_or(1.0);
            all += factor * counts.iter().sum::<u64>() as f64;
            let own: f64 = counts.iter().zip(&self.shares).map(|(n, s)| *n as f64 * s).sum();
            earned += factor * own;
        }
        (all > 0.0).then(|| earned / all)
    }
}

/// What one option earns, 0..1; `None` under option percentages where the form gives it none.
fn earned(rules: &Rules, coded: &Coded, code: u8) -> Option<f64> {
    match rules.index_rule {
        IndexRule::Top2 => Some(f64::from(u8::from(coded.counts_as_top(code)))),
        IndexRule::OptionShares => coded.share(code).map(|share| share.fraction()),
    }
}

/// The mean of what one person's valid answers earn; `None` without any.
pub(super) fn share_of(rules: &Rules, form: &Form, codes: &[u8]) -> Option<f64> {
    let (mut n, mut sum) = (0_u32, 0.0);
    for criterion in form.criteria() {
        let code = codes.get(criterion.column).copied().unwrap_or(0);
        if criterion.coded.option(code).is_some() {
            n += 1;
            sum += earned(rules, criterion.coded, code)?;
        }
    }
    (n > 0).then(|| sum / f64::from(n))
}

/// The distinct percentages of all criteria, ascending; `None` when a criterion has none.
fn option_shares(form: &Form) -> Option<Vec<f64>> {
    let mut shares = Vec::new();
    for criterion in form.criteria() {
        shares.extend(criterion.coded.shares()?.into_iter().map(|(_, s)| s.fraction()));
    }
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    Some(shares)
}

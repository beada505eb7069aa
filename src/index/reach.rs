//! Who answered: numbers of answers, sums of their weights, and the PSUs and strata that hold them, by domain.

use crate::weigh::Design;
use crate::weigh::exact::Grid;
use crate::weigh::tally;

use super::answers::Answers;
use super::domain::Slots;
use super::features::{BLOCK, Features, Plan};

/// Answers with a weight other than 0, for one ratio in one domain.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Reached {
    /// Their number.
    pub n: usize,
    /// Σ w.
    pub weight: f64,
    /// Σ w².
    pub square: f64,
    /// PSUs − strata that hold them.
    pub df: i64,
}

impl Reached {
    /// (Σw)² / Σw² (Kish 1965).
    pub fn effective_n(&self) -> f64 {
        self.weight * self.weight / self.square
    }

    /// n Σw² / (Σw)².
    pub fn kish_deff(&self) -> f64 {
        self.n as f64 / self.effective_n()
    }
}

/// [`Reached`] of every ratio and domain.
pub(super) struct Reach {
    ratios: usize,
    grids: [Grid; 2],
    /// All responses with a weight, by domain: Σw, Σw².
    all: Vec<[i128; 2]>,
    /// Those of them without a valid answer: domain × ratio.
    silent: Vec<[i128; 2]>,
    /// Responses with a weight, by slot.
    slot_n: Vec<u32>,
    /// Those of them without a valid answer: slot × ratio.
    slot_silent: Vec<u32>,
}

impl Reach {
    /// Counts in one pass. Answers are the rule and silence the exception, so silence is what is counted.
    pub fn new(answers: &Answers, plan: &Plan<'_>, weights: &[f64], slots: &Slots) -> Self {
        let n = weights.len();
        let ratios = plan.len();
        let largest = weights.iter().fold(0.0, |bound: f64, weight| bound.max(weight.abs()));
        let grids = [Grid::for_sum(largest, n), Grid::for_sum(largest * largest, n)];
        let domains = slots.members.len();
        let empty = || {
            let reach = Self {
                ratios,
                grids,
                all: vec![[0; 2]; domains],
                silent: vec![[0; 2]; domains * ratios],
                slot_n: vec![0; slots.len()],
                slot_silent: vec![0; slots.len() * ratios],
            };
            (reach, Features::new(plan))
        };
        let add = |(reach, features): &mut (Self, Features), block: usize| {
            let (from, to) = (block * BLOCK, ((block + 1) * BLOCK).min(n));
            features.fill(plan, answers, from, to, true);
            reach.add(features, weights, slots, from, to);
        };
        let parts = tally::parts(n, slots.len() * ratios);
        let (reach, _) =
            tally::split(n.div_ceil(BLOCK), parts, empty, add, |(left, features), (right, _)| {
                (left.joined(right), features)
            });
        reach
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "slots, domains and ratios index tables made for them"
    )]
    fn add(&mut self, features: &Features, weights: &[f64], slots: &Slots, from: usize, to: usize) {
        let [grid, square_grid] = self.grids;
        let whole = |weight: f64| [grid.whole(weight), square_grid.whole(weight * weight)];
        let (weights, slot_of) = (&weights[from..to], &slots.of[from..to]);
        for (&weight, &slot) in weights.iter().zip(slot_of) {
            if weight != 0.0 {
                self.slot_n[slot as usize] += 1;
                add(&mut self.all[slots.domain_of(slot as usize)], whole(weight));
            }
        }
        for ratio in 0..self.ratios {
            let (_, x) = features.counts(ratio);
            if !x[..to - from].contains(&0) {
                continue;
            }
            for ((&x, &weight), &slot) in x.iter().zip(weights).zip(slot_of) {
                if x == 0 && weight != 0.0 {
                    self.slot_silent[slot as usize * self.ratios + ratio] += 1;
                    let domain = slots.domain_of(slot as usize);
                    add(&mut self.silent[domain * self.ratios + ratio], whole(weight));
                }
            }
        }
    }

    fn joined(mut self, other: Self) -> Self {
        self.all.iter_mut().zip(other.all).for_each(|(sum, part)| add(sum, part));
        self.silent.iter_mut().zip(other.silent).for_each(|(sum, part)| add(sum, part));
        self.slot_n.iter_mut().zip(other.slot_n).for_each(|(sum, part)| *sum += part);
        self.slot_silent.iter_mut().zip(other.slot_silent).for_each(|(sum, part)| *sum += part);
        self
    }

    /// What one ratio reached in one domain, or over all.
    pub fn of(&self, ratio: usize, domain: Option<u32>, slots: &Slots, design: &Design) -> Reached {
        let mut sums = [0i128; 2];
        for index in 0..self.all.len() {
            if domain.is_none_or(|domain| domain as usize == index)
                && let (Some(all), Some(silent)) =
                    (self.all.get(index), self.silent.get(index * self.ratios + ratio))
            {
                add(&mut sums, [all[0] - silent[0], all[1] - silent[1]]);
            }
        }
        let (mut n, mut psus, mut strata) = (0usize, 0i64, 0i64);
        let mut last_psu = None;
        let mut seen = vec![false; design.sampled().len()];
        for slot in slots.within(domain) {
            let all = self.slot_n.get(slot).copied().unwrap_or_default();
            let silent =
                self.slot_silent.get(slot * self.ratios + ratio).copied().unwrap_or_default();
            if all == silent {
                continue;
            }
            n += (all - silent) as usize;
            let psu = slots.part_of(slot);
            if last_psu == Some(psu) {
                continue; // slots ascend by PSU
            }
            last_psu = Some(psu);
            psus += 1;
            let stratum = design.strata().get(psu).copied().unwrap_or_default() as usize;
            if let Some(seen) = seen.get_mut(stratum)
                && !*seen
            {
                *seen = true;
                strata += 1;
            }
        }
        let [grid, square_grid] = self.grids;
        Reached {
            n,
            weight: grid.value(sums[0]),
            square: square_grid.value(sums[1]),
            df: psus - strata,
        }
    }

    /// PSUs − strata of the full design that hold a response with a weight.
    pub fn design_df(&self, slots: &Slots, design: &Design) -> i64 {
        let mut psus = vec![false; design.psus()];
        let mut strata = vec![false; design.sampled().len()];
        for (slot, &n) in self.slot_n.iter().enumerate() {
            let psu = slots.part_of(slot);
            if n > 0 {
                mark(&mut psus, psu);
                mark(&mut strata, design.strata().get(psu).copied().unwrap_or_default() as usize);
            }
        }
        let count = |marks: &[bool]| marks.iter().filter(|&&mark| mark).count() as i64;
        count(&psus) - count(&strata)
    }
}

fn mark(marks: &mut [bool], index: usize) {
    if let Some(mark) = marks.get_mut(index) {
        *mark = true;
    }
}

fn add(sum: &mut [i128; 2], part: [i128; 2]) {
    *sum = [sum[0] + part[0], sum[1] + part[1]];
}

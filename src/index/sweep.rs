//! The one pass over responses: weighted sums of y and x of every ratio by a key, exact whatever the order of rows
//! or the number of threads.
//!
//! Answers are read a block of responses at a time, column by column, so that the compiler tests many answers per
//! instruction. Weights become whole numbers on a grid; counts are small whole numbers; products and sums of whole
//! numbers are exact.

use rayon::prelude::*;

use crate::weigh::Calibrated;
use crate::weigh::exact::Grid;

use super::adders::{Adder, Column, Histogram, Narrow, Scratch, WEIGHT_BITS, Wide};
use super::answers::Answers;
use super::estimand::Ratio;
use super::features::{BLOCK, Features, Plan};

/// Σwy and Σwx of some ratios by key.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    ratios: usize,
    /// key × ratios × [y, x].
    table: Vec<[i128; 2]>,
    grids: Vec<[Grid; 2]>,
}

impl Sums {
    /// Σwy.
    pub fn y(&self, key: usize, ratio: usize) -> f64 {
        self.entry(key, ratio, 0)
    }

    /// Σwx.
    pub fn x(&self, key: usize, ratio: usize) -> f64 {
        self.entry(key, ratio, 1)
    }

    fn entry(&self, key: usize, ratio: usize, side: usize) -> f64 {
        let sum = self.table.get(key * self.ratios + ratio).and_then(|pair| pair.get(side));
        let grid = self.grids.get(ratio).and_then(|pair| pair.get(side));
        match (sum, grid) {
            (Some(&sum), Some(grid)) => grid.value(sum),
            _ => 0.0,
        }
    }

    /// The same sums by a coarser key.
    pub fn coarser(&self, keys: usize, key: impl Fn(usize) -> usize) -> Self {
        let mut table = vec![[0i128; 2]; keys * self.ratios];
        for (index, row) in self.table.chunks_exact(self.ratios.max(1)).enumerate() {
            let start = key(index) * self.ratios;
            for (sum, part) in table.iter_mut().skip(start).zip(row) {
                *sum = [sum[0] + part[0], sum[1] + part[1]];
            }
        }
        Self { ratios: self.ratios, table, grids: self.grids.clone() }
    }

    /// The whole sums of one key: per ratio y and x.
    pub fn row(&self, key: usize) -> impl Iterator<Item = i128> + '_ {
        self.table.iter().skip(key * self.ratios).take(self.ratios).flatten().copied()
    }

    /// The grids of [`Sums::row`].
    pub fn flat_grids(&self) -> Vec<Grid> {
        self.grids.iter().flatten().copied().collect()
    }
}

/// The weights of a sweep: a pure function of the response, with the least and largest magnitude other than 0.
pub(super) struct Weights<F: Fn(usize) -> f64 + Sync> {
    pub of: F,
    pub least: f64,
    pub largest: f64,
}

impl<F: Fn(usize) -> f64 + Sync> Weights<F> {
    /// Finds the range by asking for every weight.
    pub fn ranged(n: usize, of: F) -> Self {
        let widen = |(least, largest): (f64, f64), response: usize| {
            let magnitude = of(response).abs();
            let floor = if magnitude > 0.0 { magnitude } else { f64::INFINITY };
            (least.min(floor), largest.max(magnitude))
        };
        let (least, largest) = (0..n)
            .into_par_iter()
            .with_min_len(1 << 14)
            .fold(|| (f64::INFINITY, 0.0), widen)
            .reduce(|| (f64::INFINITY, 0.0), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        Self { of, least, largest }
    }
}

impl Weights<fn(usize) -> f64> {
    /// The final weights of a survey, whose range is known where all are positive.
    pub fn calibrated(calibrated: &Calibrated) -> Weights<impl Fn(usize) -> f64 + Sync + use<'_>> {
        let weights = &calibrated.weights;
        let of = |response: usize| weights.get(response).copied().unwrap_or_default();
        match calibrated.quality.min > 0.0 {
            true => Weights { of, least: calibrated.quality.min, largest: calibrated.quality.max },
            false => Weights::ranged(weights.len(), of),
        }
    }
}

/// Within this ratio of largest to least weight, 64-bit sums keep every weight to 2^−34 of itself or better; a sum of
/// many is far better still.
const NARROW_RANGE: f64 = 65_536.0;
/// Histograms up to this many numbers stay in the nearest caches.
const HISTOGRAM_MAX: usize = 8192;
/// Kinds of response (y, x) one ratio may have in a histogram: its number is a byte.
const KINDS_MAX: usize = 256;

/// Sums the ratios of `plan` over `n` responses by `key` (below `keys`).
pub(super) fn sweep<F: Fn(usize) -> f64 + Sync>(
    answers: &Answers,
    plan: &Plan<'_>,
    weights: &Weights<F>,
    key: &[u32],
    keys: usize,
) -> Sums {
    let n = key.len();
    if plan.has_reals() || weights.largest > NARROW_RANGE * weights.least {
        let grids = grids(answers, plan, weights, n);
        let table = run(plan, answers, weights, key, keys, &Wide { grids: &grids });
        return Sums { ratios: plan.len(), table, grids };
    }
    // One grid for both ways, so that they give the same numbers.
    let grid = Grid::with_bits(weights.largest, WEIGHT_BITS);
    let own = plan.own();
    let kinds = |ratio: &usize| (plan.count_of(*ratio) + 1) * (plan.count_of(*ratio) + 1);
    let small = own.iter().all(|ratio| kinds(ratio) <= KINDS_MAX)
        && keys * own.iter().map(kinds).sum::<usize>() <= HISTOGRAM_MAX;
    let mut table = if small {
        let mut first = 0;
        let columns = own
            .iter()
            .map(|&ratio| {
                first += kinds(&ratio);
                Column { ratio, steps: plan.count_of(ratio) + 1, first: first - kinds(&ratio) }
            })
            .collect();
        run(plan, answers, weights, key, keys, &Histogram { grid, columns, width: first, keys })
    } else {
        run(plan, answers, weights, key, keys, &Narrow { grid, own })
    };
    for row in table.chunks_exact_mut(plan.len().max(1)) {
        for (whole, parts) in plan.unions() {
            let part = |ratio: &usize| row.get(*ratio).copied().unwrap_or_default();
            let sum = parts
                .iter()
                .map(part)
                .fold([0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]]);
            if let Some(entry) = row.get_mut(*whole) {
                *entry = sum;
            }
        }
    }
    Sums { ratios: plan.len(), table, grids: vec![[grid, grid]; plan.len()] }
}

fn grids<F: Fn(usize) -> f64 + Sync>(
    answers: &Answers,
    plan: &Plan<'_>,
    weights: &Weights<F>,
    n: usize,
) -> Vec<[Grid; 2]> {
    let pair = |ratio: &&Ratio| {
        let (y, x) = magnitudes(answers, ratio);
        [Grid::for_sum(weights.largest * y, n), Grid::for_sum(weights.largest * x, n)]
    };
    plan.ratios().iter().map(pair).collect()
}

/// The largest |y| and x a ratio can have.
fn magnitudes(answers: &Answers, ratio: &Ratio) -> (f64, f64) {
    match ratio {
        Ratio::Count { items, .. } => (items.len().max(1) as f64, items.len().max(1) as f64),
        Ratio::Score(_) => (f64::from(answers.valid.largest().max(1)), 1.0),
        Ratio::Number(item) => {
            let column = answers.real.get(*item).map_or(&[][..], Vec::as_slice);
            let finite = column.iter().filter(|value| value.is_finite());
            (finite.fold(0.0, |bound: f64, value| bound.max(value.abs())), 1.0)
        }
        Ratio::Valued { values, .. } => {
            (values.iter().fold(0.0, |bound: f64, value| bound.max(value.abs())), 1.0)
        }
        Ratio::Scaled { items, .. } => {
            let sum: f64 = items.iter().map(|(_, factor)| factor).sum();
            (sum, sum)
        }
    }
}

fn run<F: Fn(usize) -> f64 + Sync>(
    plan: &Plan<'_>,
    answers: &Answers,
    weights: &Weights<F>,
    key: &[u32],
    keys: usize,
    adder: &impl Adder,
) -> Vec<[i128; 2]> {
    let n = key.len();
    let blocks = n.div_ceil(BLOCK);
    let size = keys * plan.len();
    struct Part {
        table: Vec<[i128; 2]>,
        features: Features,
        scratch: Scratch,
        weights: Vec<f64>,
    }
    let finish = |part: &mut Part| adder.finish(plan.len(), &mut part.table, &mut part.scratch);
    let mut part = crate::weigh::tally::split(
        blocks,
        crate::weigh::tally::parts(n, size),
        || Part {
            table: vec![[0; 2]; size],
            features: Features::new(plan),
            scratch: Scratch::default(),
            weights: vec![0.0; BLOCK],
        },
        |part, block| {
            let (from, to) = (block * BLOCK, ((block + 1) * BLOCK).min(n));
            part.features.fill(plan, answers, from, to, adder.needs_unions());
            for (weight, response) in part.weights.iter_mut().zip(from..to) {
                *weight = (weights.of)(response);
            }
            let used = part.weights.get(..to - from).unwrap_or_default();
            let key = key.get(from..to).unwrap_or_default();
            adder.add(&part.features, used, key, plan.len(), &mut part.table, &mut part.scratch);
        },
        |mut left, mut right| {
            finish(&mut left);
            finish(&mut right);
            for (sum, part) in left.table.iter_mut().zip(&right.table) {
                *sum = [sum[0] + part[0], sum[1] + part[1]];
            }
            left
        },
    );
    finish(&mut part);
    part.table
}

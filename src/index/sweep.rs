//! The one pass over responses: weighted sums of y and x of every ratio by a key, exact whatever the order of rows
//! or the number of threads.
//!
//! Answers are read a block of responses at a time, column by column, so that the compiler tests many answers per
//! instruction. Weights become whole numbers on a grid; counts are small whole numbers; products and sums of whole
//! numbers are exact.

use rayon::prelude::*;

use crate::weigh::Calibrated;
use crate::weigh::exact::Grid;

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

/// Within this ratio of largest to least weight, 64-bit products keep every weight to 2^−40 or better.
const NARROW_RANGE: f64 = 1024.0;
/// Tables up to this many numbers are summed in 64 bits per block and then carried over.
const SMALL_TABLE: usize = 2048;

/// Sums the ratios of `plan` over `n` responses by `key` (below `keys`).
pub(super) fn sweep<F: Fn(usize) -> f64 + Sync>(
    answers: &Answers,
    plan: &Plan<'_>,
    weights: &Weights<F>,
    key: &[u32],
    keys: usize,
) -> Sums {
    let n = key.len();
    let grids = grids(answers, plan, weights, n);
    let table = if plan.has_reals() || weights.largest > NARROW_RANGE * weights.least {
        run(plan, answers, weights, key, keys, &Wide { grids: &grids.pairs })
    } else {
        let small = keys * plan.len() * 2 <= SMALL_TABLE;
        let headroom = i32::from(plan.largest_count().max(1).ilog2() as u8) + 1;
        // One grid for both ways, so that they give the same numbers: room for a block of products in 64 bits.
        let bits = 62 - headroom - BLOCK.ilog2() as i32;
        let grid = Grid::with_bits(weights.largest, bits);
        let pairs = vec![[grid, grid]; plan.len()];
        let table = if small {
            run(plan, answers, weights, key, keys, &Blocked { grid })
        } else {
            run(plan, answers, weights, key, keys, &Narrow { grid })
        };
        return Sums { ratios: plan.len(), table, grids: pairs };
    };
    Sums { ratios: plan.len(), table, grids: grids.pairs }
}

struct Grids {
    pairs: Vec<[Grid; 2]>,
}

fn grids<F: Fn(usize) -> f64 + Sync>(
    answers: &Answers,
    plan: &Plan<'_>,
    weights: &Weights<F>,
    n: usize,
) -> Grids {
    let pair = |ratio: &&Ratio| {
        let (y, x) = magnitudes(answers, ratio);
        [Grid::for_sum(weights.largest * y, n), Grid::for_sum(weights.largest * x, n)]
    };
    Grids { pairs: plan.ratios().iter().map(pair).collect() }
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

/// A way to add one block into a table.
trait Adder: Sync {
    fn add(
        &self,
        features: &Features,
        weights: &[f64],
        key: &[u32],
        ratios: usize,
        table: &mut [[i128; 2]],
        scratch: &mut Scratch,
    );
}

#[derive(Default)]
struct Scratch {
    whole: Vec<i64>,
    blocks: Vec<[i64; 2]>,
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
    let part = crate::weigh::tally::split(
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
            part.features.fill(plan, answers, from, to);
            for (weight, response) in part.weights.iter_mut().zip(from..to) {
                *weight = (weights.of)(response);
            }
            let used = part.weights.get(..to - from).unwrap_or_default();
            let key = key.get(from..to).unwrap_or_default();
            adder.add(&part.features, used, key, plan.len(), &mut part.table, &mut part.scratch);
        },
        |mut left, right| {
            for (sum, part) in left.table.iter_mut().zip(&right.table) {
                *sum = [sum[0] + part[0], sum[1] + part[1]];
            }
            left
        },
    );
    part.table
}

/// Weights of any range and real-valued ratios: 128-bit grids.
struct Wide<'a> {
    grids: &'a [[Grid; 2]],
}

impl Adder for Wide<'_> {
    #[expect(
        clippy::indexing_slicing,
        reason = "keys lie below the table's length by construction of the key columns"
    )]
    fn add(
        &self,
        features: &Features,
        weights: &[f64],
        key: &[u32],
        ratios: usize,
        table: &mut [[i128; 2]],
        _: &mut Scratch,
    ) {
        for (ratio, [grid_y, grid_x]) in self.grids.iter().enumerate() {
            for (index, (&weight, &key)) in weights.iter().zip(key).enumerate() {
                let (y, x) = features.pair(ratio, index);
                let sum = &mut table[key as usize * ratios + ratio];
                sum[0] += grid_y.whole(weight * y);
                sum[1] += grid_x.whole(weight * x);
            }
        }
    }
}

/// Counts and weights of similar size: 64-bit products into 128-bit sums.
struct Narrow {
    grid: Grid,
}

impl Adder for Narrow {
    #[expect(
        clippy::indexing_slicing,
        reason = "keys lie below the table's length by construction of the key columns"
    )]
    fn add(
        &self,
        features: &Features,
        weights: &[f64],
        key: &[u32],
        ratios: usize,
        table: &mut [[i128; 2]],
        scratch: &mut Scratch,
    ) {
        whole(self.grid, weights, scratch);
        for ratio in 0..ratios {
            let (y, x) = features.counts(ratio);
            for (((&weight, &key), &y), &x) in scratch.whole.iter().zip(key).zip(y).zip(x) {
                let sum = &mut table[key as usize * ratios + ratio];
                sum[0] += i128::from(weight * i64::from(y));
                sum[1] += i128::from(weight * i64::from(x));
            }
        }
    }
}

/// The same for a short table: 64-bit sums per block.
struct Blocked {
    grid: Grid,
}

impl Adder for Blocked {
    #[expect(
        clippy::indexing_slicing,
        reason = "keys lie below the table's length by construction of the key columns"
    )]
    fn add(
        &self,
        features: &Features,
        weights: &[f64],
        key: &[u32],
        ratios: usize,
        table: &mut [[i128; 2]],
        scratch: &mut Scratch,
    ) {
        whole(self.grid, weights, scratch);
        scratch.blocks.clear();
        scratch.blocks.resize(table.len(), [0; 2]);
        for ratio in 0..ratios {
            let (y, x) = features.counts(ratio);
            for (((&weight, &key), &y), &x) in scratch.whole.iter().zip(key).zip(y).zip(x) {
                let sum = &mut scratch.blocks[key as usize * ratios + ratio];
                sum[0] += weight * i64::from(y);
                sum[1] += weight * i64::from(x);
            }
        }
        for (sum, part) in table.iter_mut().zip(&scratch.blocks) {
            *sum = [sum[0] + i128::from(part[0]), sum[1] + i128::from(part[1])];
        }
    }
}

fn whole(grid: Grid, weights: &[f64], scratch: &mut Scratch) {
    scratch.whole.clear();
    scratch.whole.extend(weights.iter().map(|&weight| grid.small_whole(weight)));
}

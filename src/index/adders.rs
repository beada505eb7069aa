//! Ways to add one block of responses into a table of sums: exact in every case, as fast as the weights allow.

use crate::weigh::exact::Grid;

use super::features::{BLOCK, Features};

/// Blocks whose sums are kept in 64 bits before they are carried over.
const CARRY_BLOCKS: usize = 8;
/// Bits of the largest weight, so that a sum of `CARRY_BLOCKS` blocks stays within an `i64`.
pub(super) const WEIGHT_BITS: i32 = 62 - (BLOCK.ilog2() + CARRY_BLOCKS.ilog2()) as i32;
/// A way to add one block into a table.
pub(super) trait Adder: Sync {
    fn add(
        &self,
        features: &Features,
        weights: &[f64],
        key: &[u32],
        ratios: usize,
        table: &mut [[i128; 2]],
        scratch: &mut Scratch,
    );

    /// Does it add ratios that are sums of others by themselves?
    fn needs_unions(&self) -> bool {
        false
    }

    /// Carries over what is kept aside.
    fn finish(&self, _ratios: usize, _table: &mut [[i128; 2]], _scratch: &mut Scratch) {}
}

#[derive(Default)]
pub(super) struct Scratch {
    whole: Vec<i64>,
    rows: Vec<u32>,
    kinds: [Vec<u8>; 2],
    histogram: Vec<i64>,
    blocks: usize,
}

/// Weights of any range and real-valued ratios: 128-bit grids.
pub(super) struct Wide<'a> {
    pub grids: &'a [[Grid; 2]],
}

impl Adder for Wide<'_> {
    fn needs_unions(&self) -> bool {
        true
    }

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
pub(super) struct Narrow {
    pub grid: Grid,
    pub own: Vec<usize>,
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
        for &ratio in &self.own {
            let (y, x) = features.counts(ratio);
            for (((&weight, &key), &y), &x) in scratch.whole.iter().zip(key).zip(y).zip(x) {
                let sum = &mut table[key as usize * ratios + ratio];
                sum[0] += i128::from(weight * i64::from(y));
                sum[1] += i128::from(weight * i64::from(x));
            }
        }
    }
}

/// The same for a short table: weights are summed by kind of response (y, x) without a multiplication, and the kinds
/// turned into sums every few blocks.
pub(super) struct Histogram {
    pub grid: Grid,
    pub columns: Vec<Column>,
    /// Kinds over all columns.
    pub width: usize,
    pub keys: usize,
}

pub(super) struct Column {
    pub ratio: usize,
    /// y and x lie below this.
    pub steps: usize,
    /// Where its kinds begin.
    pub first: usize,
}

impl Column {
    /// The kind of every response of a block.
    fn kinds(&self, features: &Features, kinds: &mut Vec<u8>) {
        let (y, x) = features.counts(self.ratio);
        let steps = self.steps as u8; // at most 16: its square is a byte's range
        kinds.resize(BLOCK, 0);
        for ((kind, &y), &x) in kinds.iter_mut().zip(y).zip(x) {
            *kind = y + x * steps;
        }
    }
}

impl Adder for Histogram {
    #[expect(
        clippy::indexing_slicing,
        reason = "keys lie below the table's length by construction of the key columns, kinds below the column's width"
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
        scratch.histogram.resize(self.keys * self.width, 0);
        scratch.rows.clear();
        scratch.rows.extend(key.iter().map(|key| key * self.width as u32));
        let Scratch { whole, rows, kinds: [first, second], histogram, .. } = scratch;
        // Two columns at a time: weight and row are read once for both.
        for columns in self.columns.chunks(2) {
            match columns {
                [one, two] => {
                    one.kinds(features, first);
                    two.kinds(features, second);
                    let kinds = first.iter().zip(second.iter());
                    for ((&weight, &row), (&a, &b)) in whole.iter().zip(rows.iter()).zip(kinds) {
                        histogram[row as usize + one.first + a as usize] += weight;
                        histogram[row as usize + two.first + b as usize] += weight;
                    }
                }
                [one] => {
                    one.kinds(features, first);
                    for ((&weight, &row), &a) in whole.iter().zip(rows.iter()).zip(first.iter()) {
                        histogram[row as usize + one.first + a as usize] += weight;
                    }
                }
                _ => {}
            }
        }
        scratch.blocks += 1;
        if scratch.blocks == CARRY_BLOCKS {
            self.finish(ratios, table, scratch);
        }
    }

    fn finish(&self, ratios: usize, table: &mut [[i128; 2]], scratch: &mut Scratch) {
        for (row, kinds) in table
            .chunks_exact_mut(ratios.max(1))
            .zip(scratch.histogram.chunks_exact(self.width.max(1)))
        {
            for column in &self.columns {
                let own = kinds.iter().skip(column.first).take(column.steps * column.steps);
                let mut sums = [0i128; 2];
                for (kind, &weight) in own.enumerate().filter(|(_, weight)| **weight != 0) {
                    sums[0] += i128::from(weight) * (kind % column.steps) as i128;
                    sums[1] += i128::from(weight) * (kind / column.steps) as i128;
                }
                if let Some(sum) = row.get_mut(column.ratio) {
                    *sum = [sum[0] + sums[0], sum[1] + sums[1]];
                }
            }
        }
        scratch.histogram.fill(0);
        scratch.blocks = 0;
    }
}

fn whole(grid: Grid, weights: &[f64], scratch: &mut Scratch) {
    scratch.whole.clear();
    scratch.whole.extend(weights.iter().map(|&weight| grid.small_whole(weight)));
}

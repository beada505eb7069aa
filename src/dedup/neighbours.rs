//! Finds forms that differ in a few items without comparing all with all.
//!
//! Items are dealt into seven blocks. Two forms with at most three changes agree in at least four blocks (pigeonhole), so
//! every such pair meets in one of the 35 tables keyed by four blocks. Each table is sorted, never more than a window of a
//! bucket compared: work grows like n log n. A bucket larger than the window holds common forms, which are no evidence.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over rows of the study")]

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::rarity::CHANGES_MAX;
use super::study::Study;

const BLOCKS: usize = 7;
const AGREEING: u32 = 4;
/// Neighbours in a bucket each form is compared with.
const WINDOW: usize = 48;

/// Hashes of the blocks of some rows of a study.
pub struct Blocks<'s, 'a> {
    study: &'s Study<'a>,
    rows: Vec<u32>,
    hashes: Vec<[u32; BLOCKS]>,
}

/// Forms by their changes from one.
#[derive(Clone, Copy, Default)]
pub struct Around {
    /// Of other homes.
    pub elsewhere: [u32; CHANGES_MAX + 1],
    /// Of the same home.
    pub at_home: [u32; CHANGES_MAX + 1],
}

/// Changes between two forms: 1 for a step or an answer left out, 2 for more than a step. `None` beyond the limit.
pub fn changes(a: &[u8], b: &[u8]) -> Option<usize> {
    let mut sum = 0;
    for (&x, &y) in a.iter().zip(b) {
        if x != y {
            sum += if x == 0 || y == 0 || x.abs_diff(y) == 1 { 1 } else { 2 };
            if sum > CHANGES_MAX {
                return None;
            }
        }
    }
    Some(sum)
}

impl<'s, 'a> Blocks<'s, 'a> {
    /// Hashes the blocks of `rows`.
    pub fn of(study: &'s Study<'a>, rows: Vec<u32>) -> Self {
        let hashes = rows
            .iter()
            .map(|&row| {
                let mut hashes = [0x811c_9dc5_u32; BLOCKS];
                for (item, &code) in study.answers(row as usize).iter().enumerate() {
                    let hash = &mut hashes[item % BLOCKS];
                    *hash = (*hash ^ u32::from(code)).wrapping_mul(0x0100_0193);
                }
                hashes
            })
            .collect();
        Self { study, rows, hashes }
    }

    /// All pairs of one unit with few changes that `keep` wants, as (earlier, later, changes), sorted.
    pub fn within_units(
        &self,
        keep: impl Fn(u32, u32, usize) -> bool + Sync,
    ) -> Vec<(u32, u32, u8)> {
        let found: Vec<Vec<(u32, u32, u8)>> = tables()
            .par_iter()
            .map(|&table| {
                let unit = |at: usize| u64::from(self.study.unit[self.rows[at] as usize]) + 1;
                let keyed = self.sorted(table, unit);
                let mut pairs = Vec::new();
                for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
                    for (i, &(_, a)) in bucket.iter().enumerate() {
                        for &(_, b) in bucket.iter().skip(i + 1).take(WINDOW) {
                            if let Some(changes) = self.first_met(table, a, b) {
                                let (x, y) = (self.rows[a as usize], self.rows[b as usize]);
                                if keep(x, y, changes) {
                                    pairs.push((x, y, changes as u8));
                                }
                            }
                        }
                    }
                }
                pairs
            })
            .collect();
        let mut pairs: Vec<_> = found.into_iter().flatten().collect();
        pairs.sort_unstable();
        pairs
    }

    /// For each row for which `asked` says so, by row: how many forms lie at 0, 1, … changes.
    pub fn around(&self, asked: &[bool]) -> BTreeMap<u32, Around> {
        let found: Vec<Vec<(u32, u8, bool)>> = tables()
            .par_iter()
            .map(|&table| {
                let mut met = Vec::new();
                let keyed = self.sharing_a_key(table, asked);
                for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
                    let stride = bucket.len().div_ceil(WINDOW * 8).max(1);
                    for &(_, a) in bucket {
                        let row = self.rows[a as usize];
                        if !asked[row as usize] {
                            continue;
                        }
                        let home = self.study.home[row as usize];
                        for &(_, b) in bucket.iter().step_by(stride) {
                            if a == b {
                                continue;
                            }
                            if let Some(changes) = self.first_met(table, a, b) {
                                let other = self.rows[b as usize] as usize;
                                met.push((row, changes as u8, self.study.home[other] == home));
                            }
                        }
                    }
                }
                met
            })
            .collect();
        let mut counts = BTreeMap::new();
        for (row, changes, at_home) in found.into_iter().flatten() {
            let around: &mut Around = counts.entry(row).or_default();
            let side = if at_home { &mut around.at_home } else { &mut around.elsewhere };
            side[usize::from(changes)] += 1;
        }
        counts
    }

    /// All rows by key, equal keys together, rows of one key in their order.
    fn sorted(&self, table: u8, salt: impl Fn(usize) -> u64) -> Vec<(u64, u32)> {
        let mut keyed: Vec<(u64, u32)> =
            (0..self.hashes.len()).map(|at| (self.key(table, at, salt(at)), at as u32)).collect();
        keyed.sort_unstable();
        keyed
    }

    /// The rows that share a key with one asked for, sorted like [`Self::sorted`]: the others need no sorting.
    fn sharing_a_key(&self, table: u8, asked: &[bool]) -> Vec<(u64, u32)> {
        let wanted: HashSet<u64> = (0..self.hashes.len())
            .filter(|&at| asked[self.rows[at] as usize])
            .map(|at| self.key(table, at, 0))
            .collect();
        let mut keyed: Vec<(u64, u32)> = (0..self.hashes.len())
            .map(|at| (self.key(table, at, 0), at as u32))
            .filter(|(key, _)| wanted.contains(key))
            .collect();
        keyed.sort_unstable();
        keyed
    }

    fn key(&self, table: u8, at: usize, salt: u64) -> u64 {
        let mut key = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for (block, &hash) in self.hashes[at].iter().enumerate() {
            if table >> block & 1 == 1 {
                key = (key.rotate_left(23) ^ u64::from(hash)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            }
        }
        key
    }

    /// Changes between two rows, if they are few and this table is the first where the two meet.
    fn first_met(&self, table: u8, a: u32, b: u32) -> Option<usize> {
        let (x, y) = (&self.hashes[a as usize], &self.hashes[b as usize]);
        let mut agreeing = 0_u8;
        for (block, (x, y)) in x.iter().zip(y).enumerate() {
            agreeing |= u8::from(x == y) << block;
        }
        // The lowest four agreeing blocks name the table that reports the pair.
        let mut lowest = agreeing;
        while lowest.count_ones() > AGREEING {
            lowest &= !(1 << (7 - lowest.leading_zeros()));
        }
        if lowest != table {
            return None;
        }
        let study = self.study;
        changes(
            study.answers(self.rows[a as usize] as usize),
            study.answers(self.rows[b as usize] as usize),
        )
    }
}

fn tables() -> Vec<u8> {
    (0_u8..1 << BLOCKS).filter(|table| table.count_ones() == AGREEING).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_five_tables_let_every_pair_with_three_changed_blocks_meet_once() {
        assert_eq!(tables().len(), 35);
        for changed in 0_u8..1 << BLOCKS {
            if changed.count_ones() <= 3 {
                let agreeing = !changed & ((1 << BLOCKS) - 1);
                assert!(tables().iter().any(|table| table & agreeing == *table));
            }
        }
    }

    #[test]
    fn a_step_is_one_change_and_a_leap_is_two() {
        assert_eq!(changes(&[5, 4, 3], &[5, 4, 3]), Some(0));
        assert_eq!(changes(&[5, 4, 3], &[4, 0, 3]), Some(2));
        assert_eq!(changes(&[5, 4, 3], &[2, 4, 3]), Some(2));
        assert_eq!(changes(&[5; 8], &[1; 8]), None);
    }
}

//! Distinct keys of responses and their numbers: joint margin cells, PSUs within strata, PSU × domain.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

/// Up to this many possible keys a bit for each is kept (2 MiB and half as much again); above, the keys are sorted.
const TABLE_KEYS: u64 = 1 << 24;

/// Responses numbered by key.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    /// n numbers below `keys.len()`, one per response.
    pub of: Vec<u32>,
    /// The distinct keys, ascending: key number → key.
    pub keys: Vec<u64>,
}

/// Numbers the distinct values of `key(0) … key(n − 1)` in ascending order.
///
/// `bound`: every key lies below it. n must be below 2^32.
pub fn number(n: usize, bound: u64, key: impl Fn(usize) -> u64 + Sync) -> Numbered {
    if bound <= TABLE_KEYS {
        let present = Present::of(n, bound, &key);
        let of = collect(n, |response| present.number(key(response)));
        return Numbered { of, keys: present.keys() };
    }
    let mut keys: Vec<u64> = (0..n).into_par_iter().with_min_len(1 << 14).map(&key).collect();
    keys.par_sort_unstable();
    keys.dedup();
    keys.shrink_to_fit();
    let of = collect(n, |response| keys.partition_point(|&other| other < key(response)) as u32);
    Numbered { of, keys }
}

/// A bit for every possible key, and how many are set before each word of them: a key's number is that count and the
/// bits below it in its word.
struct Present {
    words: Vec<u64>,
    before: Vec<u32>,
}

impl Present {
    fn of(n: usize, bound: u64, key: impl Fn(usize) -> u64 + Sync) -> Self {
        let words: Vec<AtomicU64> = (0..bound.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        (0..n).into_par_iter().with_min_len(1 << 14).for_each(|response| {
            let (word, bit) = place(key(response));
            if let Some(word) = words.get(word)
                && word.load(Ordering::Relaxed) & bit == 0
            {
                word.fetch_or(bit, Ordering::Relaxed);
            }
        });
        let words: Vec<u64> = words.into_iter().map(AtomicU64::into_inner).collect();
        let mut sum = 0;
        let count = |word: &u64| {
            sum += word.count_ones();
            sum - word.count_ones()
        };
        let before = words.iter().map(count).collect();
        Self { words, before }
    }

    #[inline]
    fn number(&self, key: u64) -> u32 {
        let (at, bit) = place(key);
        let (word, before) = (self.words.get(at), self.before.get(at));
        before.copied().unwrap_or_default()
            + (word.copied().unwrap_or_default() & (bit - 1)).count_ones()
    }

    fn keys(&self) -> Vec<u64> {
        let count = self.words.iter().map(|word| word.count_ones() as usize).sum();
        let mut keys = Vec::with_capacity(count);
        for (first, &word) in (0u64..).step_by(64).zip(&self.words) {
            let mut rest = word;
            while rest != 0 {
                keys.push(first + u64::from(rest.trailing_zeros()));
                rest &= rest - 1;
            }
        }
        keys
    }
}

/// The word of a key and its bit in it.
#[inline]
fn place(key: u64) -> (usize, u64) {
    ((key / 64) as usize, 1 << (key % 64))
}

/// `value(0) … value(n − 1)`, in order, computed on all threads.
pub fn collect<T: Send>(n: usize, value: impl Fn(usize) -> T + Sync) -> Vec<T> {
    (0..n).into_par_iter().with_min_len(1 << 14).map(&value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_sorted_way_number_alike() {
        let values = [7u64, 3, 7, 0, 63, 3, 64, 200];
        let small = number(values.len(), 201, |index| values[index]);
        let large = number(values.len(), u64::MAX, |index| values[index]);
        assert_eq!(small.of, [2, 1, 2, 0, 3, 1, 4, 5]);
        assert_eq!(small.of, large.of);
        assert_eq!(small.keys, [0, 3, 7, 63, 64, 200]);
        assert_eq!(small.keys, large.keys);
    }
}

//! Distinct keys of responses and their numbers: joint margin cells, PSUs within strata, PSU × domain.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

/// Up to this many possible keys a presence table is used; above, the keys are sorted.
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
        let present: Vec<AtomicBool> = (0..bound).map(|_| AtomicBool::new(false)).collect();
        (0..n).into_par_iter().with_min_len(1 << 14).for_each(|response| {
            if let Some(seen) = present.get(key(response) as usize)
                && !seen.load(Ordering::Relaxed)
            {
                seen.store(true, Ordering::Relaxed);
            }
        });
        let mut keys = Vec::new();
        let mut number_of = vec![0u32; present.len()];
        for ((value, seen), number) in (0u64..).zip(&present).zip(&mut number_of) {
            if seen.load(Ordering::Relaxed) {
                *number = keys.len() as u32;
                keys.push(value);
            }
        }
        let of = collect(n, |response| {
            number_of.get(key(response) as usize).copied().unwrap_or_default()
        });
        return Numbered { of, keys };
    }
    let mut keys: Vec<u64> = (0..n).into_par_iter().with_min_len(1 << 14).map(&key).collect();
    keys.par_sort_unstable();
    keys.dedup();
    keys.shrink_to_fit();
    let of = collect(n, |response| keys.partition_point(|&other| other < key(response)) as u32);
    Numbered { of, keys }
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
        let values = [7u64, 3, 7, 0, 9, 3];
        let small = number(values.len(), 10, |index| values[index]);
        let large = number(values.len(), u64::MAX, |index| values[index]);
        assert_eq!(small.of, [2, 1, 2, 0, 3, 1]);
        assert_eq!(small.of, large.of);
        assert_eq!(small.keys, [0, 3, 7, 9]);
        assert_eq!(small.keys, large.keys);
    }
}

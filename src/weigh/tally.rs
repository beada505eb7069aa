//! Exact sums by key: one pass over the responses, one grid, any number of threads.

use rayon::prelude::*;

use super::exact::Grid;

/// Sums by key on one grid.
#[derive(Clone, Debug)]
pub struct Tally {
    /// What one unit of `sums` is worth.
    pub grid: Grid,
    /// One sum per key.
    pub sums: Vec<i128>,
}

impl Tally {
    /// The sums as numbers.
    pub fn values(&self) -> Vec<f64> {
        self.sums.iter().map(|&sum| self.grid.value(sum)).collect()
    }

    /// These sums added up by a coarser key; `key(index)` below `keys`.
    pub fn coarser(&self, keys: usize, key: impl Fn(usize) -> usize) -> Self {
        let mut sums = vec![0i128; keys];
        for (index, part) in self.sums.iter().enumerate() {
            if let Some(sum) = sums.get_mut(key(index)) {
                *sum += part;
            }
        }
        Self { grid: self.grid, sums }
    }
}

/// Adds `value(response)` under `key(response)` for `n` responses; the same for every order of them.
///
/// `bound`: no value is larger in magnitude. Keys are below `keys`; a response with another key is left out.
pub fn by_key(
    n: usize,
    keys: usize,
    bound: f64,
    key: impl Fn(usize) -> u32 + Sync,
    value: impl Fn(usize) -> f64 + Sync,
) -> Tally {
    let grid = Grid::for_sum(bound, n);
    let sums = split(
        n,
        parts(n, keys),
        || vec![0i128; keys],
        |sums, response| {
            if let Some(sum) = sums.get_mut(key(response) as usize) {
                *sum += grid.whole(value(response));
            }
        },
        |mut left, right| {
            left.iter_mut().zip(right).for_each(|(sum, part)| *sum += part);
            left
        },
    );
    Tally { grid, sums }
}

/// How many tables a pass over `n` responses should be split into: one when a table would be as long as what it
/// sums up, or when there is little to do; else one per thread.
pub fn parts(n: usize, table: usize) -> usize {
    if table > n / 4 || n < 1 << 14 { 1 } else { rayon::current_num_threads() }
}

/// Folds 0 … `count` − 1 into `parts` tables and joins them. `join` must be associative and commutative, as integer
/// addition is.
pub fn split<T: Send>(
    count: usize,
    parts: usize,
    empty: impl Fn() -> T + Sync,
    add: impl Fn(&mut T, usize) + Sync,
    join: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    let run = |part: usize| {
        let mut table = empty();
        for index in (count * part / parts)..(count * (part + 1) / parts) {
            add(&mut table, index);
        }
        table
    };
    if parts <= 1 {
        return run(0);
    }
    (0..parts).into_par_iter().map(run).reduce_with(join).unwrap_or_else(&empty)
}

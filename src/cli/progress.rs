//! How far a long command is: on stderr, at most once a second, and not at all when it takes less.

use std::time::{Duration, Instant};

use super::out;

const EVERY: Duration = Duration::from_secs(1);

/// Counts what is done of a known number.
pub struct Progress {
    what: &'static str,
    total: usize,
    done: usize,
    told: Instant,
}

impl Progress {
    /// Begins with nothing done of `total`; `what` is plural.
    pub fn of(total: usize, what: &'static str) -> Self {
        Self { what, total, done: 0, told: Instant::now() }
    }

    /// So many more are done.
    pub fn add(&mut self, done: usize) {
        self.done += done;
        if self.told.elapsed() >= EVERY {
            out::complain(&format!("{} of {} {}", self.done, self.total, self.what));
            self.told = Instant::now();
        }
    }
}

//! Guessing at short codes is budgeted by address, per process. A poster's code has 40 random bits, so a guesser needs very
//! many tries; a ticket's has 63 and needs no budget.
//!
//! Only what leads nowhere is charged, so no number of honest people behind one address uses it up; and a code that has
//! led somewhere at an address always does, so no guesser locks out the commune whose network he sits in.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::issue::code::{Code, CodeKind};

/// Pots that addresses are spread over, so that no flood of addresses takes memory; two that meet in one share it.
const POTS: u64 = 65_536;
/// Codes that lead nowhere, at once: 300 people who each mistype a code twice.
const AT_ONCE: u32 = 600;
/// Codes known to work somewhere that are remembered.
const KNOWN_MAX: usize = 100_000;

/// What is left to whom.
pub struct Guesses {
    failures: DefaultKeyedRateLimiter<u64>,
    until: Mutex<HashMap<u64, Instant>>,
    known: Mutex<HashSet<u64>>,
    spread: RandomState,
    clock: DefaultClock,
}

impl Default for Guesses {
    fn default() -> Self {
        let at_once = NonZeroU32::new(AT_ONCE).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(NonZeroU32::MIN).allow_burst(at_once);
        Self {
            failures: DefaultKeyedRateLimiter::keyed(quota),
            until: Mutex::default(),
            known: Mutex::default(),
            spread: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }
}

/// The code as one that is budgeted.
fn budgeted(typed: &str) -> Option<String> {
    let code = Code::parse(typed).ok()?;
    (code.kind() == CodeKind::Poster).then(|| code.compact())
}

impl Guesses {
    /// One subscriber: an IPv6 network of 64 bits holds one.
    fn pot(&self, address: Option<IpAddr>) -> u64 {
        let network = address.map(|address| match address {
            IpAddr::V4(v4) => u64::from(u32::from(v4)),
            IpAddr::V6(v6) => (u128::from(v6) >> 64) as u64,
        });
        self.spread.hash_one(network) % POTS
    }

    fn pair(&self, pot: u64, code: &str) -> u64 {
        self.spread.hash_one((pot, code))
    }

    /// Whether a code may be looked up.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn may_try(&self, address: Option<IpAddr>, typed: &str) -> Result<(), u64> {
        let Some(code) = budgeted(typed) else { return Ok(()) };
        let pot = self.pot(address);
        let until = {
            let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
            until.get(&pot).copied()
        };
        let Some(left) = until.and_then(|until| until.checked_duration_since(Instant::now()))
        else {
            return Ok(());
        };
        let pair = self.pair(pot, &code);
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&pair) {
            return Ok(());
        }
        Err(left.as_secs() + 1)
    }

    /// Notes whether a code led somewhere.
    pub fn note(&self, address: Option<IpAddr>, typed: &str, led: bool) {
        let Some(code) = budgeted(typed) else { return };
        let pot = self.pot(address);
        if led {
            let pair = self.pair(pot, &code);
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
            known.insert(pair);
            return;
        }
        if let Err(early) = self.failures.check_key(&pot) {
            let wait = early.wait_time_from(self.clock.now());
            let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
            until.insert(pot, Instant::now() + wait);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(n: u8, kind: CodeKind) -> String {
        let mut byte = n;
        let drawn = Code::random(kind, &mut |bytes: &mut [u8]| {
            for slot in bytes {
                byte = byte.wrapping_mul(29).wrapping_add(7);
                *slot = byte;
            }
            Ok::<(), ()>(())
        });
        drawn.unwrap().to_string()
    }

    fn at(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([203, 0, 113, last]))
    }

    #[test]
    fn three_hundred_honest_people_behind_one_address_see_no_refusal() {
        let guesses = Guesses::default();
        let poster = code(1, CodeKind::Poster);
        for n in 0..300 {
            // Each opens, reloads and sends, and every third mistypes once before.
            if n % 3 == 0 {
                let wrong = code(2, CodeKind::Poster);
                assert_eq!(guesses.may_try(at(1), &wrong), Ok(()));
                guesses.note(at(1), &wrong, false);
            }
            for _ in 0..3 {
                assert_eq!(guesses.may_try(at(1), &poster), Ok(()));
                guesses.note(at(1), &poster, true);
            }
        }
    }

    #[test]
    fn a_guesser_is_stopped_and_stops_neither_his_commune_nor_tickets_nor_anyone_elsewhere() {
        let guesses = Guesses::default();
        let poster = code(1, CodeKind::Poster);
        guesses.note(at(1), &poster, true);
        let mut tries = 0;
        while guesses.may_try(at(1), &code(9, CodeKind::Poster)).is_ok() && tries < 10_000 {
            guesses.note(at(1), &code(9, CodeKind::Poster), false);
            tries += 1;
        }
        assert!((600..1_000).contains(&tries), "{tries}");
        assert_eq!(guesses.may_try(at(1), &poster), Ok(()));
        assert_eq!(guesses.may_try(at(1), &code(3, CodeKind::Ticket)), Ok(()));
        assert_eq!(guesses.may_try(at(2), &code(9, CodeKind::Poster)), Ok(()));
        assert_eq!(guesses.may_try(at(1), "no code at all"), Ok(()));
    }
}

//! When a mail that did not go out is tried again.

use sha2::{Digest, Sha256};

use crate::clock::{HOUR_MS, Millis};

/// Tries before a mail is given up: about 20 hours after the first.
pub const TRIES_MAX: i32 = 12;

/// Wait after the first try.
const FIRST_MS: i64 = 60_000;
/// Longest wait.
const LONGEST_MS: i64 = 6 * HOUR_MS;

/// When to try again after try number `attempt` (1 for the first) failed at `now`; `None` when that was the last.
///
/// One minute, doubling up to six hours, each with up to a quarter more, drawn from the Message-ID, so that many mails
/// that failed together do not come back together.
pub fn next_try(now: Millis, attempt: i32, message_id: &str) -> Option<Millis> {
    if attempt >= TRIES_MAX {
        return None;
    }
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or_default().min(16);
    let step = FIRST_MS << doublings;
    let digest =
        Sha256::new().chain_update(message_id).chain_update(attempt.to_be_bytes()).finalize();
    let draw = digest.first().copied().map_or(0, i64::from);
    Some(now.plus((step + step / 4 * draw / 255).min(LONGEST_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(message_id: &str) -> Vec<i64> {
        (1..TRIES_MAX).map(|attempt| next_try(Millis(0), attempt, message_id).unwrap().0).collect()
    }

    #[test]
    fn waits_double_from_a_minute_to_six_hours() {
        let waits = waits("<1@example.org>");
        assert!((60_000..=75_000).contains(&waits[0]), "{waits:?}");
        for (attempt, wait) in waits.iter().enumerate() {
            let step = 60_000 << attempt;
            assert!(
                *wait >= step.min(LONGEST_MS) && *wait <= (step + step / 4).min(LONGEST_MS),
                "{waits:?}"
            );
        }
        assert_eq!(waits.last(), Some(&LONGEST_MS));
    }

    #[test]
    fn the_twelfth_try_is_the_last() {
        assert!(next_try(Millis(0), 11, "a").is_some());
        assert_eq!(next_try(Millis(0), 12, "a"), None);
        assert_eq!(next_try(Millis(0), i32::MAX, "a"), None);
    }

    #[test]
    fn mails_that_failed_together_come_back_apart_and_each_at_a_fixed_time() {
        let first: std::collections::BTreeSet<i64> = (0..50)
            .map(|i| next_try(Millis(0), 1, &format!("<{i}@example.org>")).unwrap().0)
            .collect();
        assert!(first.len() > 25, "{first:?}");
        assert_eq!(waits("<1@example.org>"), waits("<1@example.org>"));
    }
}

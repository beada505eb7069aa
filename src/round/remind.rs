//! Reminders: at most two, to invitations that are not answered and whose address is still held.

use super::{Desk, Result, Rules};
use crate::clock::DAY_MS;
use crate::mail::new_message_id;
use crate::store::StoreError;
use crate::store::round::State;
use crate::vault::random;

/// Queues the reminders that are due in every open round, as `serve` does by itself; how many.
///
/// # Errors
/// What the database says.
pub fn remind_due(desk: &Desk) -> Result<usize> {
    let now = desk.clock.now();
    let mut queued = 0;
    for round in desk.store.rounds()? {
        if round.state != State::Open || now >= round.closes_at {
            continue;
        }
        let rules = Rules::read(&round.rules)?;
        for nth in 1..=rules.reminders.min(2) {
            let waited = i64::from(rules.reminder_days) * DAY_MS;
            let message_id = || {
                let random = random().map_err(|_| {
                    StoreError::Refused("the operating system gave no randomness".to_owned())
                })?;
                Ok(new_message_id(random, &desk.public_url))
            };
            queued +=
                desk.store.queue_reminders(round.id, nth, now.plus(-waited), now, message_id)?;
        }
    }
    Ok(queued)
}

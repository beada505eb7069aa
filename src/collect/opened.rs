//! Openings of survey pages: counted in memory by counter and hour and written now and then, so that GET writes nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{CollectError, Intake, Survey};
use crate::clock::Millis;
use crate::store::tally::{Count, What};

/// Counts not yet written.
#[derive(Default)]
pub struct Openings(Mutex<BTreeMap<Count, i64>>);

impl Intake {
    /// Counts one opening of a survey page.
    pub fn count_opening(&self, survey: &Survey, at: Millis) {
        let count = Count {
            round_id: survey.round().id,
            counter_id: survey.link().counter_id,
            kind: survey.link().kind,
            what: What::Opened,
            hour: at.hour(),
        };
        let mut waiting = self.opened.0.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting.entry(count).or_insert(0) += 1;
    }
}

/// Writes the openings counted since the last time. Counts that could not be written are kept for the next.
///
/// # Errors
/// When the database fails.
pub fn flush(intake: &Intake) -> Result<(), CollectError> {
    let counts = {
        let mut waiting = intake.opened.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    };
    if let Err(error) = intake.store.add_to_tallies(&counts) {
        let mut waiting = intake.opened.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (count, n) in counts {
            *waiting.entry(count).or_insert(0) += n;
        }
        return Err(error.into());
    }
    Ok(())
}

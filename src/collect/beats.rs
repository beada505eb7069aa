//! Tablets that say they are there: kept in memory and written now and then, by the minute, so that a word of a tablet costs
//! no write.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{CollectError, Intake};
use crate::clock::Millis;
use crate::store::id::LinkId;
use crate::store::kiosk::Beat;

/// Milliseconds of the minute to which moments are cut.
const MINUTE_MS: i64 = 60_000;

/// Words not yet written.
#[derive(Default)]
pub struct Beats(Mutex<BTreeMap<LinkId, Beat>>);

impl Intake {
    /// Takes note that a tablet is there and how many answers wait on it.
    pub fn note_beat(&self, link: LinkId, at: Millis, waiting: u16) {
        let at = Millis(at.0 - at.0.rem_euclid(MINUTE_MS));
        let mut heard = self.beats.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.insert(link, Beat { at, waiting });
    }
}

/// Writes what was heard since the last time. What could not be written is kept for the next.
///
/// # Errors
/// When the database fails.
pub fn flush(intake: &Intake) -> Result<(), CollectError> {
    let heard = {
        let mut heard = intake.beats.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *heard)
    };
    if let Err(error) = intake.store.note_beats(&heard) {
        let mut later = intake.beats.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (link, beat) in heard {
            later.entry(link).or_insert(beat);
        }
        return Err(error.into());
    }
    Ok(())
}

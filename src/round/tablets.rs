//! Tablets at counters as administrators see them: when each was heard last, what waits on it, and which are silent.

use serde::Serialize;

use super::{Desk, Result};
use crate::clock::Millis;
use crate::store::kiosk::Tablet;
use crate::store::link::LinkState;
use crate::store::round::{Round, State};

/// A tablet is heard every minute; after so long without a word something is wrong with it or with its network.
const SILENT_MS: i64 = 15 * 60 * 1000;

/// A tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TabletStatus {
    /// Code of its unit.
    pub unit: String,
    /// Code of its counter.
    pub counter: String,
    /// Running number at the counter.
    pub serial: i64,
    /// Whether its link takes answers.
    pub state: LinkState,
    /// When it was enrolled, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolled_at: Option<String>,
    /// When it was heard last, by the minute, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
    /// How many answers waited on it for the network then.
    pub waiting: i32,
    /// Enrolled, in use, and not heard for a quarter of an hour while the round is open.
    pub silent: bool,
}

/// The tablets of a round.
///
/// # Errors
/// What the database says.
pub fn tablets(desk: &Desk, round: &Round) -> Result<Vec<TabletStatus>> {
    let now = desk.clock.now();
    let open = round.state == State::Open;
    Ok(desk.store.tablets(round.id)?.into_iter().map(|tablet| told(tablet, open, now)).collect())
}

/// Whether a tablet that is in use was not heard for a quarter of an hour while its round is open.
#[must_use]
pub fn is_silent(tablet: &Tablet, open: bool, now: Millis) -> bool {
    let heard = tablet.seen_at.or(tablet.enrolled_at);
    let silent = heard.is_some_and(|at| at.plus(SILENT_MS) < now);
    silent && open && tablet.state == LinkState::Ready
}

fn told(tablet: Tablet, open: bool, now: Millis) -> TabletStatus {
    TabletStatus {
        silent: is_silent(&tablet, open, now),
        unit: tablet.unit,
        counter: tablet.counter,
        serial: tablet.serial,
        state: tablet.state,
        enrolled_at: tablet.enrolled_at.map(Millis::rfc3339),
        seen_at: tablet.seen_at.map(Millis::rfc3339),
        waiting: tablet.waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::id::CounterId;

    #[test]
    fn a_tablet_in_use_that_is_not_heard_is_silent_and_no_other() {
        let tablet = Tablet {
            unit: "625".into(),
            counter_id: CounterId(1),
            counter: "Q1".into(),
            serial: 1,
            state: LinkState::Ready,
            enrol_until: Millis(0),
            enrolled_at: Some(Millis(0)),
            seen_at: Some(Millis(60_000)),
            waiting: 3,
        };
        let silent = |tablet: &Tablet, open, now| told(tablet.clone(), open, Millis(now)).silent;
        assert!(!silent(&tablet, true, 60_000 + SILENT_MS));
        assert!(silent(&tablet, true, 60_001 + SILENT_MS));
        assert!(!silent(&tablet, false, i64::MAX), "the round is over");
        let never = Tablet { seen_at: None, ..tablet.clone() };
        assert!(silent(&never, true, SILENT_MS + 1), "enrolled and never heard");
        let waits = Tablet { enrolled_at: None, ..never };
        assert!(!silent(&waits, true, i64::MAX), "not enrolled yet");
        let void = Tablet { state: LinkState::Void, ..tablet };
        assert!(!silent(&void, true, i64::MAX));
    }
}

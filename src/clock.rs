//! The one clock: everything that needs the time takes a [`Clock`] or a [`Millis`] as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Columns, tokens and results carry this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// Vietnam's offset from UTC.
const VIETNAM: Offset = jiff::tz::offset(7);

/// Milliseconds of one hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds of one day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Millis {
    /// `self` moved by `ms` milliseconds, held at the ends of the range.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Whole hours since the epoch; the time bucket of tallies and response ids.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.0.div_euclid(HOUR_MS)
    }

    /// Whole seconds since the epoch, as tokens count them.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The calendar day in Vietnam (UTC+7 all year, no daylight saving since 1975).
    #[must_use]
    pub fn vietnam_day(self) -> Date {
        self.vietnam().date()
    }

    /// Days since 1970-01-01 in Vietnam's calendar.
    #[must_use]
    pub fn vietnam_day_number(self) -> i64 {
        self.plus(7 * HOUR_MS).0.div_euclid(DAY_MS)
    }

    /// `2026-11-24 09:05` in Vietnam's time, for people.
    #[must_use]
    pub fn vietnam_minute(self) -> String {
        self.vietnam().strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-24 09:05` in Vietnam's time, for people.
    #[must_use]
    pub fn vietnam_second(self) -> String {
        self.vietnam().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// RFC 3339 in UTC with milliseconds, for documents.
    #[must_use]
    pub fn rfc3339(self) -> String {
        format!("{:.3}", Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    fn vietnam(self) -> DateTime {
        VIETNAM.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// Reads RFC 3339 with an offset, or a Vietnamese local time `2026-11-24T09:00` (offset +07:00 understood).
    ///
    /// # Errors
    /// The parser's own sentence when it is neither.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Ok(Self(stamp.as_millisecond()));
        }
        let local: DateTime = text.parse()?;
        Ok(Self(VIETNAM.to_timestamp(local)?.as_millisecond()))
    }
}

/// Tells the time. `serve` runs on [`SystemClock`]; the demo's simulated round on [`ManualClock`].
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Millis;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Millis {
        Millis(Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is set: for simulated time and tests.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn at(start: Millis) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }

    /// Sets the time that all clones show.
    pub fn set(&self, now: Millis) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_read_as_vietnams() {
        let local = Millis::parse("2026-11-24T07:00").unwrap();
        let utc = Millis::parse("2026-11-24T00:00:00Z").unwrap();
        assert_eq!(local, utc);
        assert_eq!(utc.vietnam_minute(), "2026-11-24 07:00");
        assert_eq!(utc.rfc3339(), "2026-11-24T00:00:00.000Z");
    }

    #[test]
    fn the_day_turns_at_midnight_in_vietnam() {
        let before = Millis::parse("2026-11-24T16:59:59Z").unwrap();
        assert_eq!(before.vietnam_day().to_string(), "2026-11-24");
        assert_eq!(before.plus(1000).vietnam_day().to_string(), "2026-11-25");
        assert_eq!(before.plus(1000).vietnam_day_number(), before.vietnam_day_number() + 1);
    }
}

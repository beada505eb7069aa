//! The days on which a unit is, or was, in being.

use std::fmt;

use jiff::civil::{Date, date};

use super::UnitError;

/// From a first to a last day, both included. No first day: its beginning is not on record. No last day: still valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    from: Option<Date>,
    to: Option<Date>,
}

impl Period {
    /// A period of at least one day.
    ///
    /// # Errors
    /// [`UnitError::PeriodOrder`] when the last day lies before the first.
    pub fn new(from: Option<Date>, to: Option<Date>) -> Result<Self, UnitError> {
        match (from, to) {
            (Some(from), Some(to)) if to < from => Err(UnitError::PeriodOrder),
            _ => Ok(Self { from, to }),
        }
    }

    /// First day, or `None` when it is not on record.
    pub fn from(self) -> Option<Date> {
        self.from
    }

    /// Last day, or `None` when it has not ended.
    pub fn to(self) -> Option<Date> {
        self.to
    }

    pub fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether the two share at least one day.
    pub fn overlaps(self, other: Self) -> bool {
        let starts_in_time = |a: Self, b: Self| match (a.from, b.to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        starts_in_time(self, other) && starts_in_time(other, self)
    }

    /// Whether every day of `inner` is one of this period.
    pub fn covers(self, inner: Self) -> bool {
        // `None` as a beginning sorts before every date, as it should; as an end it has to be told.
        self.from <= inner.from
            && self.to.is_none_or(|to| inner.to.is_some_and(|inner| inner <= to))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (Some(from), Some(to)) => write!(f, "from {from} to {to}"),
            (Some(from), None) => write!(f, "from {from} on"),
            (None, Some(to)) => write!(f, "until {to}"),
            (None, None) => write!(f, "at all times"),
        }
    }
}

/// Reads `YYYY-MM-DD` between 1900 and 2199; empty is no date.
pub(super) fn read_date(text: &str) -> Result<Option<Date>, UnitError> {
    if text.is_empty() {
        return Ok(None);
    }
    // The parser takes more forms than we want in files ("20250701", times of day).
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = if shaped { text.parse::<Date>().ok() } else { None };
    day.filter(|day| (date(1900, 1, 1)..=date(2199, 12, 31)).contains(day))
        .map(Some)
        .ok_or(UnitError::Date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(from: Option<i16>, to: Option<i16>) -> Option<Period> {
        let day = |n: i16| date(2000, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
        Period::new(from.map(day), to.map(day)).ok()
    }

    #[test]
    fn the_last_day_still_belongs_to_the_old_unit() {
        let old = Period::new(None, Some(date(2025, 6, 30))).unwrap();
        let new = Period::new(Some(date(2025, 7, 1)), None).unwrap();
        assert!(old.contains(date(2025, 6, 30)) && !old.contains(date(2025, 7, 1)));
        assert!(new.contains(date(2025, 7, 1)) && !new.contains(date(2025, 6, 30)));
        assert!(!old.overlaps(new) && !new.overlaps(old));
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused() {
        assert_eq!(
            Period::new(Some(date(2025, 7, 1)), Some(date(2025, 6, 30))),
            Err(UnitError::PeriodOrder)
        );
        assert!(Period::new(Some(date(2025, 7, 1)), Some(date(2025, 7, 1))).is_ok());
    }

    #[test]
    fn only_year_month_day_is_read_as_a_date() {
        assert_eq!(read_date("2025-07-01"), Ok(Some(date(2025, 7, 1))));
        assert_eq!(read_date(""), Ok(None));
        for text in [
            "01/07/2025",
            "20250701",
            "2025-7-1",
            "2025-02-29",
            "1899-12-31",
            "2200-01-01",
            "2025-07-01T00:00",
        ] {
            assert_eq!(read_date(text), Err(UnitError::Date), "{text}");
        }
    }

    proptest! {
        #[test]
        fn overlap_and_cover_agree_with_counting_days(
            a in (proptest::option::of(0i16..12), proptest::option::of(0i16..12)),
            b in (proptest::option::of(0i16..12), proptest::option::of(0i16..12)),
        ) {
            let (Some(a), Some(b)) = (period(a.0, a.1), period(b.0, b.1)) else { return Ok(()) };
            let days: Vec<Date> = (-2i16..15)
                .map(|n| date(2000, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap())
                .collect();
            prop_assert_eq!(a.overlaps(b), days.iter().any(|d| a.contains(*d) && b.contains(*d)));
            prop_assert_eq!(a.covers(b), days.iter().all(|d| !b.contains(*d) || a.contains(*d)));
        }
    }
}

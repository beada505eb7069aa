//! Days and times as people type them.

use jiff::civil::Date;

use crate::clock::Millis;
use crate::desk::Desk;

/// Reads `2018-12-31`.
///
/// # Errors
/// Says how to write it.
pub fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day such as 2018-12-31".to_owned())
}

/// Reads RFC 3339 or Vietnamese local time.
///
/// # Errors
/// Says how to write it.
pub fn moment(text: &str) -> Result<Millis, String> {
    Millis::parse(text).map_err(|_| "write a time such as 2026-11-24T17:00 or RFC 3339".to_owned())
}

/// `day`, or today in Vietnam.
pub fn or_today(day: Option<Date>, desk: &Desk) -> Date {
    day.unwrap_or_else(|| desk.clock.now().vietnam_day())
}

//! Numbers and times as words of an explanation.

#![expect(clippy::indexing_slicing, reason = "rows of the study")]

use super::study::Study;

/// "1 answer", "3 answers".
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The time between two responses: "40 seconds", "12 minutes", "5 hours", "3 days".
pub fn apart(study: &Study<'_>, first: u32, second: u32) -> String {
    lasting((study.time[second as usize] - study.time[first as usize]).abs())
}

/// A time in milliseconds, rounded to what a person would say.
pub fn lasting(ms: i64) -> String {
    let seconds = (ms + 500) / 1_000;
    let (value, one, many) = match seconds {
        ..120 => (seconds, "second", "seconds"),
        120..7_200 => ((seconds + 30) / 60, "minute", "minutes"),
        7_200..172_800 => ((seconds + 1_800) / 3_600, "hour", "hours"),
        _ => ((seconds + 43_200) / 86_400, "day", "days"),
    };
    count(usize::try_from(value).unwrap_or(0), one, many)
}

/// How long a form took.
pub fn taken(study: &Study<'_>, row: u32) -> String {
    lasting((f64::from(study.seconds[row as usize]) * 1e3) as i64)
}

/// How long a form like this one usually takes.
pub fn usual(study: &Study<'_>, row: u32) -> String {
    let seconds = f64::from(study.seconds[row as usize]);
    let pace = study.pace.of(row as usize).unwrap_or(0.0);
    lasting((seconds * libm::exp(-pace) * 1e3) as i64)
}

//! Numbers, days and codes as people of a language write them: 1.234,5 and 24/11/2026; 1,234.5 and 24 November 2026.

use super::text::Lang;
use crate::clock::{HOUR_MS, Millis};

/// Shown where there is no number.
const NONE: &str = "–";

/// `value` with `digits` decimals, grouped by thousands; a dash when it is not finite.
pub fn decimal(lang: Lang, value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let plain = format!("{:.digits$}", value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (group, point) = match lang {
        Lang::Vi | Lang::Bdq | Lang::Jra => ('.', ','),
        Lang::En => (',', '.'),
    };
    let mut written = String::with_capacity(plain.len() + 4);
    // Minus zero is zero to a reader.
    if value < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        written.push('−');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(point);
        written.push_str(fraction);
    }
    written
}

/// A count, grouped by thousands.
pub fn count(lang: Lang, value: u64) -> String {
    let exact_up_to = 1_u64 << f64::MANTISSA_DIGITS;
    if value > exact_up_to { value.to_string() } else { decimal(lang, value as f64, 0) }
}

/// `share` (0 to 1) as a percentage with one decimal: `84,5%`.
pub fn percent(lang: Lang, share: f64) -> String {
    format!("{}%", decimal(lang, share * 100.0, 1))
}

/// A level of confidence: `95%`, `99,5%`.
pub fn level(lang: Lang, confidence: f64) -> String {
    let percent = confidence * 100.0;
    let whole = |digits: usize| {
        let scale = [1.0, 10.0].get(digits).copied().unwrap_or(100.0);
        (percent * scale - (percent * scale).round()).abs() < 1e-6
    };
    let digits = (0..2).find(|digits| whole(*digits)).unwrap_or(2);
    format!("{}%", decimal(lang, percent, digits))
}

/// An interval of shares as percentages: `81,2–87,8%`.
pub fn percent_range(lang: Lang, low: f64, high: f64) -> String {
    format!("{}–{}%", decimal(lang, low * 100.0, 1), decimal(lang, high * 100.0, 1))
}

/// A range of ranks: `1–3`, or `2` when it holds one.
pub fn rank_range(low: u32, high: u32) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// The calendar day in Vietnam.
pub fn day(lang: Lang, at: Millis) -> String {
    let date = at.vietnam_day();
    match lang {
        Lang::Vi | Lang::Bdq | Lang::Jra => date.strftime("%d/%m/%Y").to_string(),
        Lang::En => date.strftime("%-d %B %Y").to_string(),
    }
}

/// The minute and the day in Vietnam.
pub fn moment(lang: Lang, at: Millis) -> String {
    let minute = at.0.saturating_add(7 * HOUR_MS).div_euclid(60_000);
    let (hour, minute) = (minute.div_euclid(60).rem_euclid(24), minute.rem_euclid(60));
    match lang {
        Lang::Vi | Lang::Bdq | Lang::Jra => format!("{hour:02}:{minute:02} ngày {}", day(lang, at)),
        Lang::En => format!("{hour:02}:{minute:02} on {}", day(lang, at)),
    }
}

/// A code in groups of four, to be read aloud and copied by hand; marks between groups that it has already go. Where a
/// line is too narrow it breaks after every second group.
pub fn in_fours(code: &str) -> String {
    let mut written = String::with_capacity(code.len() + code.len() / 4);
    let letters = code.chars().filter(|letter| !matches!(letter, '-' | ' '));
    for (position, letter) in letters.enumerate() {
        if position > 0 && position % 4 == 0 {
            written.push(if position % 8 == 0 { ' ' } else { '\u{a0}' });
        }
        written.push(letter);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_decimals_are_marked_in_the_way_of_the_language() {
        for (value, digits, vi, en) in [
            (1234.5, 1, "1.234,5", "1,234.5"),
            (0.0, 1, "0,0", "0.0"),
            (-0.04, 1, "0,0", "0.0"),
            (-1_234_567.0, 0, "−1.234.567", "−1,234,567"),
            (999.96, 1, "1.000,0", "1,000.0"),
            (100.0, 0, "100", "100"),
            (78.19, 2, "78,19", "78.19"),
            (f64::NAN, 2, "–", "–"),
            (f64::NEG_INFINITY, 0, "–", "–"),
        ] {
            assert_eq!(decimal(Lang::Vi, value, digits), vi);
            assert_eq!(decimal(Lang::En, value, digits), en);
        }
        assert_eq!(count(Lang::Vi, 39_765), "39.765");
        assert_eq!(count(Lang::En, u64::MAX), "18446744073709551615");
        assert_eq!(percent(Lang::Vi, 0.845), "84,5%");
        assert_eq!(percent_range(Lang::En, 0.8124, 1.0), "81.2–100.0%");
        let levels = [0.95, 0.995, 0.9999, 0.5].map(|share| level(Lang::Vi, share));
        assert_eq!(levels, ["95%", "99,5%", "99,99%", "50%"]);
    }

    #[test]
    fn days_and_minutes_are_those_of_vietnam() {
        let late = Millis::parse("2026-11-23T18:05:59Z").unwrap();
        assert_eq!(day(Lang::Vi, late), "24/11/2026");
        assert_eq!(moment(Lang::Vi, late), "01:05 ngày 24/11/2026");
        assert_eq!(moment(Lang::En, late), "01:05 on 24 November 2026");
    }

    #[test]
    fn codes_are_read_in_groups_of_four() {
        assert_eq!(in_fours("ABCDEFGHJK"), "ABCD\u{a0}EFGH JK");
        assert_eq!(in_fours("AB-CDEF-GH"), "ABCD\u{a0}EFGH");
        assert_eq!(in_fours(""), "");
        assert_eq!(rank_range(1, 3), "1–3");
        assert_eq!(rank_range(2, 2), "2");
    }
}

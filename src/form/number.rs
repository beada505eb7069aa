//! The numbers a form sets: shares of a full mark, maxima of points, probabilities of being shown.
//!
//! Shares and points are decimal fractions of fixed size, so that equal forms have equal digests.

use std::fmt;

/// A number that a form cannot use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// Outside 0 to 100 %, or not finite.
    #[error("not a share; write a percentage from 0 to 100")]
    Share,
    /// Zero, negative, above the most, or not finite.
    #[error("not a number of points; write a number above 0 and at most 1000")]
    Points,
    /// Outside (0, 1], or not finite.
    #[error("not a probability; write a number above 0 and at most 1")]
    Probability,
    /// More decimals than are kept.
    #[error("too exact; at most {0} decimals are kept")]
    Decimals(u8),
}

/// A share of the full mark that an option earns, kept in hundredths of a percent: 0 to 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// # Errors
    /// [`NotANumber`] outside 0 ≤ `percent` ≤ 100 or with more than two decimals.
    pub fn from_percent(percent: f64) -> Result<Self, NotANumber> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(NotANumber::Share);
        }
        let hundredths = whole(percent, 100.0).ok_or(NotANumber::Decimals(2))?;
        u16::try_from(hundredths).map(Self).map_err(|_| NotANumber::Share)
    }

    /// The share as a fraction, 0 to 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// The share as a percentage without `%`, as a form file writes it: `60`, `33.33`.
impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(out, u32::from(self.0), 100)
    }
}

/// The most points a question can earn, kept in thousandths: above 0, at most 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(u32);

impl Points {
    /// # Errors
    /// [`NotANumber`] outside 0 < `points` ≤ 1000 or with more than three decimals.
    pub fn new(points: f64) -> Result<Self, NotANumber> {
        if !(points > 0.0 && points <= 1_000.0) {
            return Err(NotANumber::Points);
        }
        whole(points, 1_000.0).map(Self).ok_or(NotANumber::Decimals(3))
    }

    /// The points as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

/// The points as a decimal number: `2`, `0.125`.
impl fmt::Display for Points {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(out, self.0, 1_000)
    }
}

/// The probability with which an item is shown to a respondent: above 0, at most 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// Shown to everybody.
    pub const CERTAIN: Self = Self(1.0);

    /// # Errors
    /// [`NotANumber`] outside 0 < `value` ≤ 1.
    pub fn new(value: f64) -> Result<Self, NotANumber> {
        if value > 0.0 && value <= 1.0 { Ok(Self(value)) } else { Err(NotANumber::Probability) }
    }

    /// The probability as a number.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// The shortest decimal number that reads back as the same probability, always with a `.` or an exponent.
impl fmt::Display for Probability {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.0)
    }
}

/// `value` × `parts` where that is a whole number, up to the rounding of a decimal literal.
fn whole(value: f64, parts: f64) -> Option<u32> {
    let scaled = value * parts;
    let rounded = scaled.round();
    if (scaled - rounded).abs() > 1e-6 || !(0.0..=f64::from(u32::MAX)).contains(&rounded) {
        return None;
    }
    Some(rounded as u32)
}

fn write_decimal(out: &mut fmt::Formatter<'_>, value: u32, parts: u32) -> fmt::Result {
    let digits = if parts == 100 { 2 } else { 3 };
    let fraction = format!("{:0digits$}", value % parts);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        write!(out, "{}", value / parts)
    } else {
        write!(out, "{}.{fraction}", value / parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_keep_two_decimals_and_stay_within_the_full_mark() {
        for (percent, written) in [(0.0, "0"), (20.0, "20"), (33.33, "33.33"), (0.1, "0.1")] {
            let share = Share::from_percent(percent).unwrap();
            assert_eq!(share.to_string(), written);
            assert_eq!(share.fraction(), percent / 100.0);
        }
        for bad in [-0.01, 100.01, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::from_percent(bad), Err(NotANumber::Share));
        }
        assert_eq!(Share::from_percent(33.333), Err(NotANumber::Decimals(2)));
    }

    #[test]
    fn points_are_above_zero_and_keep_three_decimals() {
        for (points, written) in [(2.0, "2"), (0.125, "0.125"), (1.5, "1.5"), (1000.0, "1000")] {
            assert_eq!(Points::new(points).unwrap().to_string(), written);
        }
        for bad in [0.0, -1.0, 1000.5, f64::NAN] {
            assert_eq!(Points::new(bad), Err(NotANumber::Points));
        }
        assert_eq!(Points::new(0.0001), Err(NotANumber::Decimals(3)));
    }

    #[test]
    fn a_probability_of_zero_would_divide_by_zero_and_is_refused() {
        for bad in [0.0, -0.5, 1.000_001, f64::NAN] {
            assert_eq!(Probability::new(bad), Err(NotANumber::Probability));
        }
        assert_eq!(Probability::new(1.0).unwrap().to_string(), "1.0");
        assert_eq!(Probability::new(8.0 / 22.0).unwrap().to_string(), "0.36363636363636365");
    }
}

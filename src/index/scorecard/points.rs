//! Exact decimals: points in ten-thousandths, shares to twelve places, and what lies between until it is rounded.
//!
//! Binary fractions cannot hold 78.19; a band edge or a tie must not hang on that.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Not a number of points or a share; says what is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADecimal {
    #[error("write points between 0 and 100000 with at most 4 decimals, as in 78.19")]
    Points,
    #[error("write a share between 0 and 1 with at most 12 decimals, as in 0.85")]
    Share,
}

/// Points of a scorecard, or a percentage: 0 to 100,000 in steps of 0.0001.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(i64);

impl Points {
    /// Steps in one point.
    pub const SCALE: i64 = 10_000;
    pub const ZERO: Self = Self(0);
    const PLACES: usize = 4;
    const MAX: i64 = 100_000 * Self::SCALE;

    /// Reads `78.19`: digits, at most 4 behind a point.
    ///
    /// # Errors
    /// [`NotADecimal::Points`].
    pub fn parse(text: &str) -> Result<Self, NotADecimal> {
        let units = decimal(text, Self::PLACES).ok_or(NotADecimal::Points)?;
        i64::try_from(units).ok().and_then(Self::of_units).ok_or(NotADecimal::Points)
    }

    /// From ten-thousandths of a point; `None` outside 0 to 100,000 points.
    pub fn of_units(units: i64) -> Option<Self> {
        (0..=Self::MAX).contains(&units).then_some(Self(units))
    }

    /// In ten-thousandths of a point: the form of tables.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The nearest binary fraction, for documents whose numbers are such. `Points::parse` of its shortest form gives
    /// these points again.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }

    /// These points less `other`, not below zero.
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

impl fmt::Display for Points {
    /// With as many decimals as asked for (`{:.2}`), half-even, or as few as the value needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match f.precision() {
            Some(places @ 0..=3) => {
                let rounded = Exact::of(*self).round(u8::try_from(places).unwrap_or(0)).0;
                with_places(rounded, places)
            }
            Some(places) => format!(
                "{}{}",
                with_places(self.0, Self::PLACES),
                "0".repeat(places - Self::PLACES)
            ),
            None => {
                let text = with_places(self.0, Self::PLACES);
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
        };
        write!(f, "{text:>width$}", width = f.width().unwrap_or(0))
    }
}

/// Ten-thousandths with the first `places` of their 4 decimals.
fn with_places(units: i64, places: usize) -> String {
    let text = format!("{}.{:04}", units / Points::SCALE, units % Points::SCALE);
    let end = text.len() - Points::PLACES + places;
    text.get(..end).unwrap_or(&text).trim_end_matches('.').to_owned()
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Points({self})")
    }
}

/// A part of a whole, 0 to 1 in steps of 10⁻¹².
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(i64);

impl Share {
    const PLACES: usize = 12;
    /// Steps in the whole.
    const SCALE: i64 = 1_000_000_000_000;
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(Self::SCALE);

    /// Reads `0.85`: digits, at most 12 behind a point.
    ///
    /// # Errors
    /// [`NotADecimal::Share`].
    pub fn parse(text: &str) -> Result<Self, NotADecimal> {
        let units = decimal(text, Self::PLACES).ok_or(NotADecimal::Share)?;
        i64::try_from(units)
            .ok()
            .filter(|units| *units <= Self::SCALE)
            .map(Self)
            .ok_or(NotADecimal::Share)
    }

    /// The nearest share, half-even in the exact value of `value`; the same on every machine.
    ///
    /// # Errors
    /// [`NotADecimal::Share`] outside 0 to 1, NaN included.
    pub fn of_f64(value: f64) -> Result<Self, NotADecimal> {
        if (0.0..=1.0).contains(&value) {
            Self::parse(&format!("{value:.12}"))
        } else {
            Err(NotADecimal::Share)
        }
    }

    /// `part` of `whole`, half-even at the twelfth decimal; `None` when the whole is 0 or smaller than the part.
    pub fn of_counts(part: u64, whole: u64) -> Option<Self> {
        if whole == 0 || part > whole {
            return None;
        }
        let share = div_half_even(i128::from(part) * i128::from(Self::SCALE), i128::from(whole));
        i64::try_from(share).ok().map(Self)
    }

    /// The nearest binary fraction.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }

    /// As a percentage rounded half-even to `places` (0 to 4) decimals.
    pub fn percent(self, places: u8) -> Points {
        Exact(i128::from(self.0) * Exact::SCALE / i128::from(Self::SCALE) * 100).round(places)
    }

    pub(super) fn units(self) -> i128 {
        i128::from(self.0)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({})", self.to_f64())
    }
}

/// Points on the way, in steps of 10⁻¹⁶: sums and products of points and shares are exact, only quotients are rounded
/// (half-even, at the last of these places). Rounded once, at the end, by [`Self::round`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Exact(i128);

impl Exact {
    /// Steps in one point: those of points times those of shares.
    const SCALE: i128 = Points::SCALE as i128 * Share::SCALE as i128;

    pub fn of(points: Points) -> Self {
        Self(i128::from(points.0) * i128::from(Share::SCALE))
    }

    /// `points` × `share`.
    pub fn product(points: Points, share: Share) -> Self {
        Self(i128::from(points.0) * share.units())
    }

    /// `points` × `parts` / `whole`, the parts being in steps of a share; `None` when the whole is 0.
    pub(super) fn quotient(points: Points, parts: i128, whole: i128) -> Option<Self> {
        (whole > 0).then(|| Self(div_half_even(i128::from(points.0) * parts, whole)))
    }

    /// Rounds half-even to `places` (0 to 4) decimals. Beyond 100,000 points it stays there.
    pub fn round(self, places: u8) -> Points {
        let step = 10_i64.pow(4 - u32::from(places.min(4)));
        let steps = div_half_even(self.0, i128::from(step) * i128::from(Share::SCALE));
        let units = steps.saturating_mul(i128::from(step)).clamp(0, i128::from(Points::MAX));
        Points(i64::try_from(units).unwrap_or(Points::MAX))
    }

    /// This as a percentage of `maximum`, rounded half-even to `places` (0 to 4) decimals; `None` for a maximum of 0.
    pub fn percent_of(self, maximum: Points, places: u8) -> Option<Points> {
        if maximum == Points::ZERO {
            return None;
        }
        let step = 10_i64.pow(4 - u32::from(places.min(4)));
        let hundred = self.0.checked_mul(100 * i128::from(Points::SCALE / step))?;
        let steps = div_half_even(hundred, Self::of(maximum).0);
        Points::of_units(i64::try_from(steps).ok()?.checked_mul(step)?)
    }

    /// The mean of `values` by whole weights, half-even at the last place; `None` when the weights are all 0.
    pub fn weighted_mean(values: &[(Self, u32)]) -> Option<Self> {
        let weights: i128 = values.iter().map(|(_, weight)| i128::from(*weight)).sum();
        let sum: i128 = values.iter().map(|(value, weight)| value.0 * i128::from(*weight)).sum();
        (weights > 0).then(|| Self(div_half_even(sum, weights)))
    }
}

impl std::ops::Add for Exact {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::default(), std::ops::Add::add)
    }
}

/// `a` / `b` to the nearest whole number, a half to the even one. `b` > 0, `a` ≥ 0.
fn div_half_even(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a / b, a % b);
    match (rest.saturating_mul(2)).cmp(&b) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient % 2,
    }
}

/// Reads digits with at most `places` decimals, as a whole number of the last place. Zeros beyond `places` are let go.
fn decimal(text: &str, places: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 6 && digits(whole) && digits(fraction);
    let pointless = text.ends_with('.');
    let kept = fraction.trim_end_matches('0');
    if !fits || pointless || kept.len() > places {
        return None;
    }
    format!("{whole}{kept:0<places$}").parse().ok()
}

impl Serialize for Points {
    /// As a number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

impl<'de> Deserialize<'de> for Points {
    /// From a number or its text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&number(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Share {
    /// As a number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

impl<'de> Deserialize<'de> for Share {
    /// From a number or its text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&number(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A number in a file as the decimal it was written as: the shortest that reads as the same binary fraction.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Whole(i64),
        Fraction(f64),
        Text(String),
    }
    Ok(match Number::deserialize(deserializer)? {
        Number::Whole(number) => number.to_string(),
        Number::Fraction(number) => number.to_string(),
        Number::Text(text) => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    #[test]
    fn points_are_read_and_written_as_they_stand() {
        for text in ["0", "8.5", "78.19", "100", "61.4601", "100000"] {
            assert_eq!(points(text).to_string(), text);
        }
        assert_eq!(points("8.50000").to_string(), "8.5");
        for text in [
            "",
            ".",
            "5.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "8,5",
            "8.50001",
            "100000.0001",
            "1000000",
            "NaN",
            " 1",
        ] {
            assert_eq!(Points::parse(text), Err(NotADecimal::Points), "{text:?}");
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour_once() {
        for (text, two, none) in [
            ("0.125", "0.12", "0"),
            ("0.135", "0.14", "0"),
            ("0.5", "0.50", "0"),
            ("1.5", "1.50", "2"),
        ] {
            assert_eq!(format!("{:.2}", points(text)), two);
            assert_eq!(format!("{:.0}", points(text)), none);
        }
        // 0.4949… would round to 0.50 by way of 0.495, and to 0.49 at once.
        let exact = Exact::product(points("1"), Share::parse("0.494999999999").unwrap());
        assert_eq!(exact.round(2), points("0.49"));
        assert_eq!(format!("{:8.3}|{:.5}", points("2.5"), points("2.5")), "   2.500|2.50000");
    }

    #[test]
    fn shares_come_from_counts_and_binary_fractions() {
        assert_eq!(Share::of_counts(170, 200), Some(Share::parse("0.85").unwrap()));
        assert_eq!(Share::of_counts(1, 3), Some(Share::parse("0.333333333333").unwrap()));
        assert_eq!((Share::of_counts(0, 0), Share::of_counts(3, 2)), (None, None));
        assert_eq!(Share::of_f64(0.1 + 0.2), Ok(Share::parse("0.3").unwrap()));
        for value in [-0.1, 1.000_001, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::of_f64(value), Err(NotADecimal::Share));
        }
        assert_eq!(Share::of_counts(170, 200).unwrap().percent(2), points("85"));
    }

    #[test]
    fn percentages_are_of_the_own_maximum() {
        let percent = |got, of| Exact::of(points(got)).percent_of(points(of), 2);
        assert_eq!(percent("61.46", "70"), Some(points("87.80")));
        assert_eq!(percent("15", "18"), Some(points("83.33")));
        assert_eq!(percent("1", "0"), None);
    }

    #[test]
    fn numbers_in_files_keep_their_decimals() {
        let read: Vec<Points> = serde_json::from_str("[78.19, 8, \"61.4601\", 0.1]").unwrap();
        assert_eq!(read, [points("78.19"), points("8"), points("61.4601"), points("0.1")]);
        assert_eq!(serde_json::to_string(&read).unwrap(), "[78.19,8.0,61.4601,0.1]");
        for text in ["-1", "1e9", "\"x\"", "null", "0.00001"] {
            assert!(serde_json::from_str::<Points>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn points_survive_being_a_binary_fraction(units in 0_i64..=1_000_000_000) {
            let points = Points::of_units(units).unwrap();
            prop_assert_eq!(Points::parse(&points.to_f64().to_string()), Ok(points));
            prop_assert_eq!(Points::parse(&points.to_string()), Ok(points));
        }

        #[test]
        fn rounding_is_to_the_nearest_and_keeps_order(a in 0_i64..2_000_000, b in 0_i64..2_000_000, places in 0_u8..=4) {
            let round = |units| Exact::of(Points(units)).round(places).0;
            let step = 10_i64.pow(4 - u32::from(places));
            prop_assert!((round(a) - a).abs() * 2 <= step);
            prop_assert_eq!(round(a) % step, 0);
            prop_assert!(a > b || round(a) <= round(b));
        }
    }
}

//! The scorecard: where the sub-index enters the main score. The last station of **index**, before **publish**.
//!
//! A [`Scheme`] says what counts in a year: domains with their maxima, appraised or surveyed, bands, and what happens
//! without a survey. An [`Entry`] per unit gives appraised points and the sub-index with its interval; [`compute`] turns
//! them into [`Line`]s. A [`Record`] holds a result of the past as its decision tells it; it is shown, never recomputed.
//!
//! Whatever no source says is marked illustrative ([`Marked`]) and so is all that is worked out from it.
//!
//! Pure. Arithmetic is exact decimal; each published figure is rounded once, half-even, at the end. Bands and ranks go by
//! the published figures, so that a reader who compares those comes to the same.

mod compute;
mod conversion;
mod entry;
mod first_place;
mod points;
mod rank;
mod record;
mod scheme;

pub use compute::compute;
pub use conversion::{ConversionError, option_points, top_two};
pub use entry::{Entry, Measured, Survey};
pub use first_place::first_place_percent;
pub use points::{Exact, NotADecimal, Points, Share};
pub use rank::{Rank, Standing, ranks, same_as};
pub use record::{Record, RecordedPart, RecordedScore, RecordedUnit, Remark};
pub use scheme::{Part, Scheme, SchemeError, Source, WithoutSurvey};

use serde::{Deserialize, Serialize};

/// The scorecard of 2018 as far as its decision is known: Kbang's record. See the file for what is not.
pub const RECORD_2018: &str = include_str!("../data/scorecard_2018.toml");

/// A scheme for demonstrations in the shape of a district's: the maxima known of 2018, all else illustrative.
pub const ILLUSTRATIVE_SCHEME: &str = include_str!("../data/scheme_illustrative.toml");

/// A value, and whether it is only an illustration because no source says it.
///
/// In files `8.5` is a value with a source and `{ value = 8.5, illustrative = true }` one without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written<T>")]
pub struct Marked<T> {
    pub value: T,
    pub illustrative: bool,
}

impl<T> Marked<T> {
    /// A value that a source says.
    pub const fn said(value: T) -> Self {
        Self { value, illustrative: false }
    }

    /// A value that none says.
    pub const fn illustrative(value: T) -> Self {
        Self { value, illustrative: true }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written<T> {
    Marked(WrittenMark<T>),
    Plain(T),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMark<T> {
    value: T,
    #[serde(default)]
    illustrative: bool,
}

impl<T> From<Written<T>> for Marked<T> {
    fn from(written: Written<T>) -> Self {
        match written {
            Written::Marked(WrittenMark { value, illustrative }) => Self { value, illustrative },
            Written::Plain(value) => Self::said(value),
        }
    }
}

/// Why entries make no scorecard. All name the unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScorecardError {
    #[error("unit {unit}: it is there twice; keep one entry")]
    Twice { unit: String },
    #[error("unit {unit}: the scheme has no {kind} part {part:?}; its parts are {parts}")]
    NoSuchPart { unit: String, kind: &'static str, part: String, parts: String },
    #[error(
        "unit {unit}: {part} has no points; give some, or an own maximum of 0 if the unit does not have it"
    )]
    Missing { unit: String, part: String },
    #[error("unit {unit}: {part} has {points} points of at most {maximum}")]
    AboveMaximum { unit: String, part: String, points: Points, maximum: Points },
    #[error("unit {unit}: {part} has an own maximum of {own}, above the scheme's {maximum}")]
    OwnMaximum { unit: String, part: String, own: Points, maximum: Points },
    #[error("unit {unit}: the index of {part} does not lie within its interval")]
    Interval { unit: String, part: String },
    #[error("unit {unit}: its own maximum is 0, so there is nothing to rank; leave it out")]
    NothingToScore { unit: String },
}

/// A unit's row of a scorecard. What is withheld or not known is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Official code in the scorecard's year.
    pub code: String,
    pub unit: String,
    /// One for each part of the scheme or record, in its order.
    pub parts: Vec<PartLine>,
    /// Sum of the appraised parts, rounded.
    pub appraised: Option<Marked<Points>>,
    /// Sum of the surveyed parts, rounded; none without a survey, or where one is suppressed.
    pub survey: Option<Marked<Points>>,
    /// All points, rounded once; withheld where a surveyed part is suppressed, which it would reveal.
    pub total: Option<Marked<Points>>,
    /// The unit's own maximum.
    pub maximum: Option<Marked<Points>>,
    /// Total in percent of the own maximum, 0 to 100.
    pub percent: Option<Marked<Points>>,
    /// Percent at the bounds of the survey's interval.
    pub percent_low: Option<Marked<Points>>,
    pub percent_high: Option<Marked<Points>>,
    /// Percent at the bounds that hold jointly with those of all other units: ranks go by these.
    pub percent_joint: Option<(Marked<Points>, Marked<Points>)>,
    pub band: Option<Marked<String>>,
    /// The survey's interval reaches into another band than this one.
    pub straddles_band: bool,
    pub rank: Option<Marked<Rank>>,
    /// Codes of the units it cannot be told apart from.
    pub same_as: Vec<String>,
    /// In how many of a hundred simulated repetitions of the surveys it would be first, to whole per cent; none while
    /// a unit is withheld.
    pub first_place_percent: Option<Marked<u8>>,
    /// A fact of the past, shown as recorded.
    pub recorded: bool,
    /// Why the total is withheld.
    pub withheld: Option<&'static str>,
}

/// A unit's points in one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartLine {
    pub key: String,
    pub name: String,
    pub points: Option<Marked<Points>>,
    pub maximum: Option<Marked<Points>>,
    /// What a record says instead of points.
    pub remark: Option<Remark>,
}

#[cfg(test)]
mod tests;

//! What a unit brings to a scorecard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Marked, Points, Share};

/// A unit's appraised points and survey results, by the keys of the scheme's parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Official code in the scorecard's year.
    pub code: String,
    pub unit: String,
    #[serde(default)]
    pub appraised: BTreeMap<String, Marked<Points>>,
    /// A surveyed part that is not here had no survey.
    #[serde(default)]
    pub surveyed: BTreeMap<String, Survey>,
    /// Smaller maxima, where the unit lacks some task; 0 where it lacks the whole part.
    #[serde(default)]
    pub own_maximum: BTreeMap<String, Marked<Points>>,
}

/// The outcome of a survey for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Survey {
    Measured(Measured),
    /// Held, but not to be shown: too few answered. Neither is the total, from which it could be worked out.
    Suppressed,
}

/// A sub-index with its interval; `low` ≤ `index` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub index: Share,
    pub low: Share,
    pub high: Share,
    /// Ends of the interval that holds jointly with those of all other units; ranks go by it, and without it by the
    /// other.
    #[serde(default)]
    pub joint: Option<[Share; 2]>,
    /// From synthetic answers.
    #[serde(default)]
    pub illustrative: bool,
}

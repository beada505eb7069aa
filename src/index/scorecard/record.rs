//! Results of the past, as decisions tell them: facts, shown as recorded and never recomputed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::scheme::{SchemeFault, check_head, read};
use super::{Line, Marked, PartLine, Points, Rank, SchemeError};

/// A part of a recorded scorecard; the maximum where it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPart {
    pub key: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Marked<Points>>,
}

/// What is known of a unit's result in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedScore {
    Points(Marked<Points>),
    Remark(Remark),
}

/// What is said where no points are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// Less than full marks.
    BelowMaximum,
    /// "Còn thấp".
    Low,
    NotStated,
}

/// A unit's recorded result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedUnit {
    /// Official code in the record's year.
    pub code: String,
    pub unit: String,
    pub total: Marked<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<Marked<String>>,
    /// Rank, and of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    #[serde(default)]
    pub parts: BTreeMap<String, RecordedScore>,
}

/// A year's scorecard as far as it is known. Valid by construction: read by [`Self::from_toml`] or `serde`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File", into = "File")]
pub struct Record(File);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i16,
    source: String,
    parts: Vec<RecordedPart>,
    units: Vec<RecordedUnit>,
}

impl Record {
    /// Reads a record; `place` is how messages call it.
    ///
    /// # Errors
    /// [`SchemeError`] with line and column, or what does not fit together.
    pub fn from_toml(text: &str, place: &str) -> Result<Self, SchemeError> {
        read(text, place)
    }

    pub fn year(&self) -> i16 {
        self.0.year
    }

    /// Where the record stands.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    pub fn parts(&self) -> &[RecordedPart] {
        &self.0.parts
    }

    pub fn units(&self) -> &[RecordedUnit] {
        &self.0.units
    }

    /// The lines to show: what is recorded and nothing more.
    pub fn lines(&self) -> Vec<Line> {
        self.0.units.iter().map(|unit| self.line(unit)).collect()
    }

    fn line(&self, unit: &RecordedUnit) -> Line {
        let part = |part: &RecordedPart| {
            let score = unit.parts.get(&part.key).copied();
            PartLine {
                key: part.key.clone(),
                name: part.name.clone(),
                points: score.and_then(|score| match score {
                    RecordedScore::Points(points) => Some(points),
                    RecordedScore::Remark(_) => None,
                }),
                maximum: part.maximum,
                remark: score.and_then(|score| match score {
                    RecordedScore::Points(_) => None,
                    RecordedScore::Remark(remark) => Some(remark),
                }),
            }
        };
        let rank = unit
            .rank
            .zip(unit.of)
            .map(|(rank, of)| Marked::said(Rank { rank, low: rank, high: rank, of }));
        Line {
            code: unit.code.clone(),
            unit: unit.unit.clone(),
            parts: self.0.parts.iter().map(part).collect(),
            appraised: None,
            survey: None,
            total: Some(unit.total),
            maximum: None,
            percent: None,
            percent_low: None,
            percent_high: None,
            percent_joint: None,
            band: unit.band.clone(),
            straddles_band: false,
            rank,
            same_as: Vec::new(),
            first_place_percent: None,
            recorded: true,
            withheld: None,
        }
    }
}

impl TryFrom<File> for Record {
    type Error = SchemeFault;

    fn try_from(file: File) -> Result<Self, SchemeFault> {
        check_head(
            file.year,
            file.parts.iter().map(|part| (part.key.as_str(), part.name.as_str())),
        )?;
        let maxima: BTreeMap<&str, Option<Marked<Points>>> =
            file.parts.iter().map(|part| (part.key.as_str(), part.maximum)).collect();
        let mut codes = BTreeSet::new();
        for unit in &file.units {
            let name = || unit.code.clone();
            if !codes.insert(&unit.code) {
                return Err(SchemeFault::Unit { unit: name(), part: String::new() });
            }
            for (key, score) in &unit.parts {
                match (maxima.get(key.as_str()), score) {
                    (None, _) => return Err(SchemeFault::Unit { unit: name(), part: key.clone() }),
                    (Some(Some(maximum)), RecordedScore::Points(points))
                        if points.value > maximum.value =>
                    {
                        let (points, maximum) = (points.value, maximum.value);
                        return Err(SchemeFault::AboveMaximum {
                            unit: name(),
                            part: key.clone(),
                            points,
                            maximum,
                        });
                    }
                    _ => {}
                }
            }
            let (rank, of) = (unit.rank.unwrap_or(1), unit.of.unwrap_or(1));
            if !(1..=of).contains(&rank) || unit.rank.is_some() != unit.of.is_some() {
                return Err(SchemeFault::Rank { unit: name(), rank, of });
            }
        }
        Ok(Self(file))
    }
}

impl From<Record> for File {
    fn from(record: Record) -> Self {
        record.0
    }
}

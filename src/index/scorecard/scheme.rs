//! What counts in a scorecard, as data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Marked, Points};
use crate::index::band::Bands;

/// Why a text is no scheme or record.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    #[error("{place}: {bytes} bytes are too many for a scorecard, at most {max}", max = BYTES_MAX)]
    TooLong { place: String, bytes: usize },
    #[error("{place} cannot be read")]
    Toml {
        place: String,
        #[source]
        cause: Box<toml::de::Error>,
    },
}

/// What does not fit together in a scheme or record that reads well; told as the cause of [`SchemeError::Toml`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemeFault {
    #[error("year {year} is out of reach; write one from 2000 to 2199")]
    Year { year: i16 },
    #[error("{decimals} decimals; write 0 to 4")]
    Decimals { decimals: u8 },
    #[error("there are {count} parts; list 1 to 100")]
    Parts { count: usize },
    #[error("part {key:?}: write a key of its own, 1 to 40 of a-z, 0-9 and _")]
    Key { key: String },
    #[error("part {key:?}: write a name of 1 to 200 characters")]
    Name { key: String },
    #[error("part {key:?} has a maximum of 0; leave it out")]
    NoMaximum { key: String },
    #[error("unit {unit:?} is there twice or has no part {part:?}")]
    Unit { unit: String, part: String },
    #[error("unit {unit:?} is ranked {rank} of {of}; correct one")]
    Rank { unit: String, rank: usize, of: usize },
    #[error("unit {unit:?}, part {part:?}: {points} points of at most {maximum}")]
    AboveMaximum { unit: String, part: String, points: Points, maximum: Points },
}

const BYTES_MAX: usize = 1 << 20;

/// Reads a scheme or record from TOML, at most 1 MiB; `place` is how messages call it.
pub(super) fn read<T: serde::de::DeserializeOwned>(
    text: &str,
    place: &str,
) -> Result<T, SchemeError> {
    if text.len() > BYTES_MAX {
        return Err(SchemeError::TooLong { place: place.to_owned(), bytes: text.len() });
    }
    toml::from_str(text)
        .map_err(|cause| SchemeError::Toml { place: place.to_owned(), cause: Box::new(cause) })
}

/// Where a part's points come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Self-scored and appraised against papers.
    Appraised,
    /// Maximum × sub-index.
    Surveyed,
}

/// What a surveyed part is worth where no survey was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutSurvey {
    /// It leaves the unit's maximum: the rest is rescaled to 100 % (Hà Nội).
    Rescale,
    /// It stays in the maximum and brings no points.
    NoPoints,
}

/// A domain of the scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub key: String,
    pub name: String,
    pub source: Source,
    pub maximum: Marked<Points>,
}

/// What counts in a year, and how much. Valid by construction: read by [`Self::from_toml`] or `serde`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File", into = "File")]
pub struct Scheme(File);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i16,
    /// Where the rules stand, or what stands in for them.
    #[serde(default)]
    source: String,
    #[serde(default = "two")]
    decimals: u8,
    without_survey: WithoutSurvey,
    parts: Vec<Part>,
    bands: Option<Bands>,
}

const fn two() -> u8 {
    2
}

impl Scheme {
    /// Reads a scheme; `place` is how messages call it.
    ///
    /// # Errors
    /// [`SchemeError`] with line and column, or what does not fit together.
    pub fn from_toml(text: &str, place: &str) -> Result<Self, SchemeError> {
        read(text, place)
    }

    pub fn year(&self) -> i16 {
        self.0.year
    }

    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Decimals of published figures, 0 to 4.
    pub fn decimals(&self) -> u8 {
        self.0.decimals
    }

    pub fn without_survey(&self) -> WithoutSurvey {
        self.0.without_survey
    }

    pub fn parts(&self) -> &[Part] {
        &self.0.parts
    }

    pub fn bands(&self) -> Option<&Bands> {
        self.0.bands.as_ref()
    }
}

impl TryFrom<File> for Scheme {
    type Error = SchemeFault;

    fn try_from(file: File) -> Result<Self, SchemeFault> {
        check_head(
            file.year,
            file.parts.iter().map(|part| (part.key.as_str(), part.name.as_str())),
        )?;
        if file.decimals > 4 {
            return Err(SchemeFault::Decimals { decimals: file.decimals });
        }
        match file.parts.iter().find(|part| part.maximum.value == Points::ZERO) {
            Some(part) => Err(SchemeFault::NoMaximum { key: part.key.clone() }),
            None => Ok(Self(file)),
        }
    }
}

impl From<Scheme> for File {
    fn from(scheme: Scheme) -> Self {
        scheme.0
    }
}

/// What schemes and records have in common: a year, and parts with keys of their own and names.
pub(super) fn check_head<'a>(
    year: i16,
    parts: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), SchemeFault> {
    if !(2000..=2199).contains(&year) {
        return Err(SchemeFault::Year { year });
    }
    let mut keys = BTreeSet::new();
    for (key, name) in parts {
        let letters =
            key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !letters || !(1..=40).contains(&key.len()) || !keys.insert(key) {
            return Err(SchemeFault::Key { key: key.to_owned() });
        }
        if !(1..=200).contains(&name.chars().count()) {
            return Err(SchemeFault::Name { key: key.to_owned() });
        }
    }
    if (1..=100).contains(&keys.len()) {
        Ok(())
    } else {
        Err(SchemeFault::Parts { count: keys.len() })
    }
}

//! Bands: the words under which a scorecard's results are announced ("tốt", "khá"). They differ by province and year,
//! so they are data: a list from the top, each with its lower edge and whether the edge belongs to it.

use serde::{Deserialize, Serialize};

use super::scorecard::Points;

/// Why a list is not one of bands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BandError {
    #[error("there is no band: list at least one")]
    None,
    #[error("band {name:?} has no name of 1 to 60 characters of its own")]
    Name { name: String },
    #[error("band {name:?} has both `from` and `above`: keep one")]
    TwoEdges { name: String },
    #[error("band {name:?} has no lower edge but is not the last: write `from` or `above`")]
    NoEdge { name: String },
    #[error(
        "band {name:?} has a lower edge but is the last: leave it out, or results below would have no band"
    )]
    LastEdge { name: String },
    #[error(
        "band {name:?} lies at or above the one before it, so nothing would fall into it: list bands from the top"
    )]
    Order { name: String },
}

/// What the edges count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Points,
    /// Percent of the unit's own maximum.
    Percent,
}

/// A lower edge; what lies above the next band's edge and not above this one's belongs to a lower band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// Included.
    From(Points),
    /// Not included.
    Above(Points),
    /// Everything that is left.
    Rest,
}

impl Edge {
    fn admits(self, value: Points) -> bool {
        match self {
            Self::From(edge) => value >= edge,
            Self::Above(edge) => value > edge,
            Self::Rest => true,
        }
    }

    /// Sorts by where an edge lies; one that includes its value lies below one that does not.
    fn height(self) -> (Points, bool) {
        match self {
            Self::From(edge) => (edge, false),
            Self::Above(edge) => (edge, true),
            Self::Rest => (Points::ZERO, false),
        }
    }
}

/// Bands without gaps: every value falls into exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File", into = "File")]
pub struct Bands {
    measure: Measure,
    /// Whether they are only an illustration, for want of a source for this scorecard.
    illustrative: bool,
    source: String,
    list: Vec<(String, Edge)>,
}

impl Bands {
    /// The band of `value`, which is in this list's [`Measure`].
    pub fn of(&self, value: Points) -> &str {
        // The last has no edge, so there always is one.
        self.list.iter().find(|(_, edge)| edge.admits(value)).map_or("", |(name, _)| name)
    }

    pub fn measure(&self) -> Measure {
        self.measure
    }

    pub fn illustrative(&self) -> bool {
        self.illustrative
    }

    /// Where they come from; may be empty.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names, from the top.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|(name, _)| name.as_str())
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    measure: Measure,
    #[serde(default)]
    illustrative: bool,
    #[serde(default)]
    source: String,
    list: Vec<FileBand>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBand {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<Points>,
}

impl TryFrom<File> for Bands {
    type Error = BandError;

    fn try_from(file: File) -> Result<Self, BandError> {
        let last = file.list.len().checked_sub(1).ok_or(BandError::None)?;
        let mut list: Vec<(String, Edge)> = Vec::new();
        for (at, FileBand { name, from, above }) in file.list.into_iter().enumerate() {
            let length = name.chars().count();
            if !(1..=60).contains(&length) || list.iter().any(|(known, _)| *known == name) {
                return Err(BandError::Name { name });
            }
            let edge = match (from, above) {
                (Some(_), Some(_)) => return Err(BandError::TwoEdges { name }),
                (None, None) if at < last => return Err(BandError::NoEdge { name }),
                (None, None) => Edge::Rest,
                _ if at == last => return Err(BandError::LastEdge { name }),
                (Some(edge), None) => Edge::From(edge),
                (None, Some(edge)) => Edge::Above(edge),
            };
            let below = |(_, before): &(String, Edge)| {
                edge == Edge::Rest || edge.height() < before.height()
            };
            if !list.last().is_none_or(below) {
                return Err(BandError::Order { name });
            }
            list.push((name, edge));
        }
        Ok(Self {
            measure: file.measure,
            illustrative: file.illustrative,
            source: file.source,
            list,
        })
    }
}

impl From<Bands> for File {
    fn from(bands: Bands) -> Self {
        let band = |(name, edge): (String, Edge)| match edge {
            Edge::From(edge) => FileBand { name, from: Some(edge), above: None },
            Edge::Above(edge) => FileBand { name, from: None, above: Some(edge) },
            Edge::Rest => FileBand { name, from: None, above: None },
        };
        let Bands { measure, illustrative, source, list } = bands;
        Self { measure, illustrative, source, list: list.into_iter().map(band).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(list: &str) -> Result<Bands, String> {
        toml::from_str(&format!("measure = \"points\"\nlist = [{list}]"))
            .map_err(|error| error.to_string())
    }

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    #[test]
    fn a_value_on_an_edge_belongs_to_the_band_above_it() {
        // Quảng Trị 2017.
        let list =
            "{name='tốt',from=80},{name='khá',from=70},{name='trung bình',from=60},{name='thấp'}";
        let bands = bands(list).unwrap();
        for (value, band) in [
            ("80", "tốt"),
            ("79.9999", "khá"),
            ("78.19", "khá"),
            ("70", "khá"),
            ("60", "trung bình"),
            ("59.99", "thấp"),
        ] {
            assert_eq!(bands.of(points(value)), band, "{value}");
        }
        assert_eq!(bands.of(Points::ZERO), "thấp");
    }

    #[test]
    fn exactly_15_of_18_lands_where_the_data_says() {
        // The nine criteria of Decree 61/2018. A deployed program has "more than 15" above "12 to less than 15".
        let lower = "{name='Khá',from=9},{name='Trung bình',from=6},{name='Yếu'}";
        let from =
            bands(&format!("{{name='Xuất sắc',from=15}},{{name='Tốt',from=12}},{lower}")).unwrap();
        let above =
            bands(&format!("{{name='Xuất sắc',above=15}},{{name='Tốt',from=12}},{lower}")).unwrap();
        assert_eq!((from.of(points("15")), above.of(points("15"))), ("Xuất sắc", "Tốt"));
        for bands in [from, above] {
            assert_eq!(bands.of(points("15.0001")), "Xuất sắc");
            assert_eq!(bands.of(points("14.9999")), "Tốt");
        }
    }

    #[test]
    fn lists_with_gaps_or_empty_bands_are_refused() {
        for (list, wrong) in [
            ("", "at least one"),
            ("{name='a',from=10}", "is the last"),
            ("{name='a'},{name='b'}", "no lower edge"),
            ("{name='a',from=10,above=10},{name='b'}", "both"),
            ("{name='a',from=10},{name='b',from=10},{name='c'}", "list bands from the top"),
            ("{name='a',from=10},{name='b',above=10},{name='c'}", "list bands from the top"),
            ("{name='a',from=10},{name='a'}", "of its own"),
            ("{name='',from=10},{name='a'}", "of its own"),
            ("{name='a',to=10},{name='b'}", "unknown field"),
        ] {
            let told = bands(list).unwrap_err();
            assert!(told.contains(wrong), "{list}: {told}");
        }
        assert!(
            bands("{name='a',above=10},{name='b',from=10},{name='c'}").is_ok(),
            "exactly 10 has a band of its own"
        );
    }

    #[test]
    fn bands_are_written_as_they_are_read() {
        let read = bands("{name='a',above=15},{name='b',from=12.5},{name='c'}").unwrap();
        let text = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Bands>(&text).unwrap(), read);
    }
}

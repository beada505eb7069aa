//! What a unit is called by law, and where that puts it in the tree.

use std::fmt;

use super::{UnitError, search_key};

/// Where a unit stands. A unit hangs below one of a smaller level; an agency below any unit.
///
/// From 2025-07-01 communes hang below provinces: the district level ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Province,
    District,
    Commune,
    /// A department, centre or office; not a territory.
    Agency,
}

/// The kind of a unit, in the words of the law (Luật Tổ chức chính quyền địa phương).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    Province,
    CentralCity,
    RuralDistrict,
    UrbanDistrict,
    Town,
    ProvincialCity,
    Commune,
    Ward,
    Townlet,
    SpecialZone,
    Agency,
}

impl UnitKind {
    /// All kinds, from the top of the tree down.
    pub const ALL: [Self; 11] = [
        Self::Province,
        Self::CentralCity,
        Self::RuralDistrict,
        Self::UrbanDistrict,
        Self::Town,
        Self::ProvincialCity,
        Self::Commune,
        Self::Ward,
        Self::Townlet,
        Self::SpecialZone,
        Self::Agency,
    ];

    /// Reads a kind as [`Self::as_str`] writes it; marks, case and dashes do not matter (`thi-xa` is `thị xã`).
    ///
    /// # Errors
    /// [`UnitError::Kind`], which lists the kinds.
    pub fn new(text: &str) -> Result<Self, UnitError> {
        let key = search_key(text);
        Self::ALL.into_iter().find(|kind| search_key(kind.as_str()) == key).ok_or(UnitError::Kind)
    }

    /// The kind in Vietnamese, lower case; the form of files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "tỉnh",
            Self::CentralCity => "thành phố trực thuộc trung ương",
            Self::RuralDistrict => "huyện",
            Self::UrbanDistrict => "quận",
            Self::Town => "thị xã",
            Self::ProvincialCity => "thành phố",
            Self::Commune => "xã",
            Self::Ward => "phường",
            Self::Townlet => "thị trấn",
            Self::SpecialZone => "đặc khu",
            Self::Agency => "cơ quan",
        }
    }

    /// What is spoken before the name; nothing for an agency, whose name holds it.
    pub const fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Province => Some("Tỉnh"),
            Self::CentralCity | Self::ProvincialCity => Some("Thành phố"),
            Self::RuralDistrict => Some("Huyện"),
            Self::UrbanDistrict => Some("Quận"),
            Self::Town => Some("Thị xã"),
            Self::Commune => Some("Xã"),
            Self::Ward => Some("Phường"),
            Self::Townlet => Some("Thị trấn"),
            Self::SpecialZone => Some("Đặc khu"),
            Self::Agency => None,
        }
    }

    pub const fn level(self) -> Level {
        match self {
            Self::Province | Self::CentralCity => Level::Province,
            Self::RuralDistrict | Self::UrbanDistrict | Self::Town | Self::ProvincialCity => {
                Level::District
            }
            Self::Commune | Self::Ward | Self::Townlet | Self::SpecialZone => Level::Commune,
            Self::Agency => Level::Agency,
        }
    }

    /// Whether a unit of this kind may hang directly below one of kind `parent`.
    pub fn fits_below(self, parent: Self) -> bool {
        parent.level() < self.level() || (self, parent) == (Self::Agency, Self::Agency)
    }

    pub(super) fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_own_word_and_from_its_slug() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::new(kind.as_str()), Ok(kind));
            assert_eq!(UnitKind::new(&kind.as_str().to_uppercase()), Ok(kind));
        }
        assert_eq!(UnitKind::new("thi-xa"), Ok(UnitKind::Town));
        assert_eq!(UnitKind::new("thành-phố"), Ok(UnitKind::ProvincialCity));
        assert_eq!(UnitKind::new("làng"), Err(UnitError::Kind));
        assert_eq!(UnitKind::new(""), Err(UnitError::Kind));
    }

    #[test]
    fn a_commune_hangs_below_a_district_or_a_province_and_never_the_other_way() {
        assert!(UnitKind::Commune.fits_below(UnitKind::RuralDistrict));
        assert!(UnitKind::Ward.fits_below(UnitKind::Province));
        assert!(UnitKind::Agency.fits_below(UnitKind::Commune));
        assert!(UnitKind::Agency.fits_below(UnitKind::Agency));
        assert!(!UnitKind::RuralDistrict.fits_below(UnitKind::Commune));
        assert!(!UnitKind::Ward.fits_below(UnitKind::Commune));
        assert!(!UnitKind::Province.fits_below(UnitKind::Province));
        assert!(!UnitKind::Commune.fits_below(UnitKind::Agency));
    }
}

//! The official code of a unit.

use std::fmt;

use super::UnitError;

/// A code as an authority gave it: 2, 3 or 5 digits for provinces, districts and communes (General Statistics Office),
/// letters and dots for others. Compared as text, so `01` and `1` differ. It may be re-used: see [`super::UnitKey`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(String);

impl UnitCode {
    const BYTES_MAX: usize = 20;

    /// Reads a code: 1 to 20 of `A-Z 0-9 . -`, first a letter or digit.
    ///
    /// # Errors
    /// [`UnitError::Code`].
    pub fn new(text: &str) -> Result<Self, UnitError> {
        let allowed =
            |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.' || c == '-';
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && text.len() <= Self::BYTES_MAX && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnitError::Code)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitCode({})", self.0)
    }
}

impl std::str::FromStr for UnitCode {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_codes_are_read_and_leading_zeros_kept() {
        for text in ["01", "625", "23638", "H21", "H21.625-1"] {
            assert_eq!(UnitCode::new(text).unwrap().as_str(), text);
        }
        assert_ne!(UnitCode::new("01").unwrap(), UnitCode::new("1").unwrap());
    }

    #[test]
    fn anything_else_is_no_code() {
        for text in ["", " 625", "h21", "625;", "-1", "Gia Lai", "123456789012345678901", "６２５"]
        {
            assert_eq!(UnitCode::new(text), Err(UnitError::Code), "{text:?}");
        }
    }
}

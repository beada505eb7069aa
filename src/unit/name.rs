//! Names of units: one stored form, many spellings that find it.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::UnitError;
use crate::spelling::folded;

/// A name without its kind: "Kbang", not "Huyện Kbang". NFC, single spaces inside, none around.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitName(String);

impl UnitName {
    const CHARS_MAX: usize = 100;

    /// Reads a name of 1 to 100 characters and brings it to NFC with single spaces.
    ///
    /// # Errors
    /// [`UnitError::NameLength`]; [`UnitError::NameCharacter`] for `;` (it separates aliases), `"` and control characters.
    pub fn new(text: &str) -> Result<Self, UnitError> {
        // Before any work on it: the longest name has far fewer bytes than this in any normal form.
        if text.len() > Self::CHARS_MAX * 16 {
            return Err(UnitError::NameLength);
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
        if name.is_empty() || name.chars().count() > Self::CHARS_MAX {
            return Err(UnitError::NameLength);
        }
        if name.chars().any(|c| c.is_control() || c == ';' || c == '"') {
            return Err(UnitError::NameCharacter);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which a search finds this name.
    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitName({})", self.0)
    }
}

/// Folds a spelling so that those of one name meet: no marks, no case, đ as d, no spaces, apostrophes or dashes.
///
/// `Kbang`, `KBang`, `K'Bang` and `k bang` give `kbang`; `Đăk Đoa` gives `dakdoa`.
pub fn search_key(text: &str) -> String {
    folded(text)
        // The apostrophe of some typists (U+02BC) counts as a letter, like all modifiers of its block.
        .filter(|c| c.is_alphanumeric() && !('\u{2B0}'..='\u{2FF}').contains(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_kbang_finds_it() {
        for spelling in ["Kbang", "KBang", "K'Bang", "K’Bang", "K\u{2BC}Bang", "k-bang", " KBANG "]
        {
            assert_eq!(search_key(spelling), "kbang", "{spelling:?}");
        }
    }

    #[test]
    fn vietnamese_and_bahnar_marks_do_not_matter_in_a_search() {
        assert_eq!(search_key("Đăk Đoa"), search_key("dak doa"));
        assert_eq!(search_key("Chư Pưh"), "chupuh");
        assert_eq!(search_key("Bơ\u{306} ĕ ŏ ñ č"), "boeonc");
        assert_ne!(search_key("Ia Pa"), search_key("Ia Púch"));
    }

    #[test]
    fn a_name_is_stored_composed_and_trimmed() {
        let decomposed: String = "Đăk Hlơ".nfd().collect();
        assert_ne!(decomposed, "Đăk Hlơ");
        assert_eq!(
            UnitName::new(&format!("  {}  ", decomposed.replace(' ', "   "))).unwrap().as_str(),
            "Đăk Hlơ"
        );
    }

    #[test]
    fn empty_long_and_unprintable_names_are_refused() {
        assert_eq!(UnitName::new("  "), Err(UnitError::NameLength));
        assert_eq!(UnitName::new(&"a".repeat(101)), Err(UnitError::NameLength));
        assert_eq!(UnitName::new(&"a".repeat(1_000_000)), Err(UnitError::NameLength));
        assert_eq!(UnitName::new("Kbang; Krong"), Err(UnitError::NameCharacter));
        assert_eq!(UnitName::new("K\u{7}bang"), Err(UnitError::NameCharacter));
        assert!(UnitName::new(&"ở".repeat(100)).is_ok());
    }

    proptest! {
        #[test]
        fn the_search_key_is_the_same_for_any_normal_form_and_stable(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(&key, &search_key(&text.nfd().collect::<String>()));
            prop_assert_eq!(&key, &search_key(&text.nfc().collect::<String>()));
        }
    }
}

//! What people read in a form: one text in several languages, always in NFC.

use std::fmt;

/// A text that is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a language tag; write a tag in small letters such as \"vi\", \"en\", \"bdq\" (Bahnar) or \"jra\" (Jrai)"
)]
pub struct NotALanguage;

/// A language tag (BCP 47 in small letters): two or three letters, then at most two subtags, e.g. `vi`, `bdq`, `zh-hant`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(Box<str>);

impl Language {
    /// # Errors
    /// [`NotALanguage`] when `tag` does not match `[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}`.
    pub fn new(tag: &str) -> Result<Self, NotALanguage> {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let mut subtags = 0_u8;
        let subtags_fit = parts.all(|part| {
            subtags = subtags.saturating_add(1);
            (2..=8).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        let primary_fits =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        if primary_fits && subtags_fit && subtags <= 2 {
            Ok(Self(tag.into()))
        } else {
            Err(NotALanguage)
        }
    }

    /// The tag, as in HTML's `lang`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.0)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl AsRef<str> for Language {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// One text in the form's default language and perhaps in others; never empty, one line, NFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    default: (Language, String),
    others: Vec<(Language, String)>,
}

impl Text {
    /// The caller has checked both texts; `others` are in the order of the form's languages.
    pub(super) fn new(default: (Language, String), others: Vec<(Language, String)>) -> Self {
        Self { default, others }
    }

    /// The text in `language`, else in the default language.
    pub fn get(&self, language: &Language) -> &str {
        self.get_with_fallback_flag(language).0
    }

    /// The text in `language` and `false`; where it is not translated, the text in the default language and
    /// `true`, so that the page can mark it (`lang`, and that a translation is missing).
    pub fn get_with_fallback_flag(&self, language: &Language) -> (&str, bool) {
        if self.default.0 == *language {
            return (&self.default.1, false);
        }
        match self.others.iter().find(|(other, _)| other == language) {
            Some((_, text)) => (text, false),
            None => (&self.default.1, true),
        }
    }

    /// The text in the default language.
    pub fn in_default_language(&self) -> &str {
        &self.default.1
    }

    /// The text in every language it is written in, the default language first.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        std::iter::once(&self.default)
            .chain(&self.others)
            .map(|(language, text)| (language, text.as_str()))
    }
}

/// The first character that a text shown to people may not hold: controls, line and paragraph separators, and
/// the invisible marks that turn the direction of reading, which would let a text look like another.
pub(super) fn forbidden_character(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        Language::new(tag).unwrap()
    }

    #[test]
    fn language_tags_are_checked() {
        for good in ["vi", "en", "bdq", "jra", "zh-hant", "vi-latn-vn"] {
            assert!(Language::new(good).is_ok(), "{good}");
        }
        for bad in ["", "v", "VI", "vietnamese", "vi_VN", "vi-", "vi-a", "-vi", "v1", "vi-aa-bb-cc"]
        {
            assert!(Language::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_missing_translation_falls_back_to_the_default_language_and_says_so() {
        let text = Text::new((language("vi"), "Tốt".into()), vec![(language("en"), "Good".into())]);
        assert_eq!(text.get_with_fallback_flag(&language("vi")), ("Tốt", false));
        assert_eq!(text.get_with_fallback_flag(&language("en")), ("Good", false));
        assert_eq!(text.get_with_fallback_flag(&language("bdq")), ("Tốt", true));
        assert_eq!(text.get(&language("bdq")), "Tốt");
    }

    #[test]
    fn invisible_characters_are_found() {
        assert_eq!(forbidden_character("Hài lòng (ơ̆, ĕ)"), None);
        for bad in ['\0', '\n', '\t', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{feff}'] {
            assert_eq!(forbidden_character(&format!("a{bad}b")), Some(bad));
        }
    }
}

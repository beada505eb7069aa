//! The names in a form: of the form itself, and of its questions, factors, scales and options.
//!
//! A question's name is the HTML field, the column of the exports and the start of the input ids.

use std::fmt;

/// Most characters of a [`Name`] or [`FormId`].
const NAME_CHARS_MAX: usize = 32;

/// Fields the service itself puts into the page beside the questions: [`Form::check`](super::Form::check) passes
/// them over. Sorted.
pub const SERVICE_FIELDS: &[&str] = &[
    "action",
    "begun",
    "code",
    "consent",
    "csrf",
    "kiosk",
    "lang",
    "layout",
    "mode",
    "opened",
    "order",
    "page",
    "round",
    "step",
    "submission",
    "token",
];

/// Names a question cannot have beside [`SERVICE_FIELDS`]: columns that analysis and exports keep next to the
/// answers. Sorted.
pub const RESERVED_NAMES: &[&str] = &[
    "base_weight",
    "counter",
    "device",
    "dossier",
    "duration_ms",
    "fpc",
    "id",
    "kind",
    "language",
    "link",
    "link_id",
    "link_kind",
    "psu",
    "receipt",
    "service",
    "stratum",
    "submitted_at",
    "unit",
    "verdict",
    "weight",
];

/// Whether the service or the exports use `name` already.
pub(super) fn is_reserved(name: &str) -> bool {
    SERVICE_FIELDS.binary_search(&name).is_ok() || RESERVED_NAMES.binary_search(&name).is_ok()
}

/// A text that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a name; use 1 to 32 small letters, digits and `{separator}`, starting with a letter, e.g. `{example}`"
)]
pub struct NotAName {
    separator: char,
    example: &'static str,
}

/// The name of a question, factor, scale or option: `[a-z][a-z0-9_]{0,31}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// # Errors
    /// [`NotAName`] when `name` does not match `[a-z][a-z0-9_]{0,31}`.
    pub fn new(name: &str) -> Result<Self, NotAName> {
        if matches_pattern(name, '_') {
            Ok(Self(name.into()))
        } else {
            Err(NotAName { separator: '_', example: "age_group" })
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The identity of a form over its versions: `[a-z][a-z0-9-]{0,31}`, as in a file name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormId(Box<str>);

impl FormId {
    /// # Errors
    /// [`NotAName`] when `id` does not match `[a-z][a-z0-9-]{0,31}`.
    pub fn new(id: &str) -> Result<Self, NotAName> {
        if matches_pattern(id, '-') {
            Ok(Self(id.into()))
        } else {
            Err(NotAName { separator: '-', example: "one-stop-shop" })
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn matches_pattern(text: &str, separator: char) -> bool {
    text.len() <= NAME_CHARS_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator)
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FormId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.0)
    }
}

impl fmt::Display for FormId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl AsRef<str> for FormId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_small_letters_digits_and_underscores() {
        for good in ["q", "q01", "age_group", "a2345678901234567890123456789012"] {
            assert_eq!(Name::new(good).map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in
            ["", "1q", "_q", "Q01", "q-1", "q 1", "tuổi", "a23456789012345678901234567890123"]
        {
            assert!(Name::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_form_id_takes_hyphens_and_no_underscores() {
        assert!(FormId::new("one-stop-shop").is_ok());
        assert!(FormId::new("one_stop_shop").is_err());
    }

    #[test]
    fn the_lists_of_reserved_names_are_sorted_so_that_they_can_be_searched() {
        for list in [SERVICE_FIELDS, RESERVED_NAMES] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|name| is_reserved(name)));
        }
        assert!(!is_reserved("sex"));
    }
}

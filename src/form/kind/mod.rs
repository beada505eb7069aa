//! The types of questions, one file each: which keys it reads, what answers it takes, how it is written back.
//!
//! To add one: a file beside these with a `KIND`, a line in [`KINDS`], its keys in `survey-forms/README.md`.

pub mod choice;
pub mod comment;
pub mod helper;
pub mod scale;

use std::fmt;

use super::definition::{Question, Shape};
use super::read::{Fields, Reader};
use super::write::Canon;

/// Every question type, by the word a form file writes in `kind`.
pub static KINDS: &[&Kind] = &[&choice::KIND, &comment::KIND, &helper::KIND, &scale::KIND];

/// The keys that every question has, whatever its kind.
pub(super) const COMMON_KEYS: &[&str] = &["name", "kind", "text", "hint", "required"];

/// A question type.
pub struct Kind {
    /// The word in `kind = "…"`; also names its widget.
    pub name: &'static str,
    /// What its answers can be for.
    pub(super) belongs: Belongs,
    /// Its keys beside [`COMMON_KEYS`]: those that the reading of all questions shares (`factor`, `about`,
    /// `max_points`, `show_probability`) and its own.
    pub(super) keys: &'static [&'static str],
    /// Reads its own keys; `None` when a mistake was reported.
    pub(super) read: fn(&mut Reader<'_>, &mut Fields<'_>, Purpose) -> Option<Shape>,
    /// Writes its own keys in the canonical order.
    pub(super) write: fn(&Question, &mut Canon),
}

/// What the answers of a kind can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    /// A criterion: needs `factor`.
    Factor,
    /// A criterion with `factor`, or about the person with `about`.
    FactorOrPerson,
    /// Who helped.
    Helper,
    /// The comment.
    Comment,
}

/// What the answer to the question being read is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Criterion,
    Person,
    Helper,
    Comment,
    /// A mistake leaves it open; only mistakes that do not depend on it are worth reporting.
    Unclear,
}

/// The kind with this name.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name).copied()
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_name_and_names_are_unique() {
        for kind in KINDS {
            assert_eq!(find(kind.name), Some(*kind));
            assert_eq!(KINDS.iter().filter(|other| other.name == kind.name).count(), 1);
            assert!(kind.keys.iter().all(|key| !COMMON_KEYS.contains(key)));
        }
        assert_eq!(find("radio"), None);
    }
}

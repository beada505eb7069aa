//! Makes the most of a file that is not TOML: mends what breaks the rest of it, so that one forgotten bracket does
//! not hide the other mistakes.
//!
//! A file that parses is never touched. In one that does not, every mend keeps the number of lines and is reported
//! as a mistake at its line; what the parser then still finds is reported beside it.

use std::borrow::Cow;

use toml::de::{DeTable, Error};

use super::mend::Mender;
use crate::form::problem::printable_key;

/// Mistakes after which the parser loses the rest of the file.
const BREAKING: &[&str] = &[
    "key with no value",
    "unclosed table",
    "unclosed array",
    "unclosed inline table",
    "invalid multi-line",
    "cannot recurse",
    "recursion limit",
];

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// The line of byte `at`, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at).max(1)
    }

    /// The text of a line.
    pub(super) fn text<'s>(&self, source: &'s str, line: usize) -> &'s str {
        let start = self.0.get(line.saturating_sub(1)).copied().unwrap_or(source.len());
        let end = self.0.get(line).copied().unwrap_or(source.len());
        source.get(start..end).unwrap_or_default().trim_end()
    }
}

/// One mistake of syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxFault {
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) reason: String,
}

impl SyntaxFault {
    fn new(line: usize, text: &str, reason: impl Into<String>) -> Self {
        Self { line, key: key_of_line(text), reason: reason.into() }
    }

    /// What the parser says, with what to do about it.
    pub(super) fn of(error: &Error, line: usize, text: &str) -> Self {
        let message = error.message();
        let advice = [
            ("string values must be quoted", "put a text between double quotes, and write a number or true and false as they are"),
            ("duplicate key", "this stands in the same table already; remove one of the two, or begin another [[…]] above it"),
            ("invalid basic string", "a text is one line between two double quotes"),
            ("missing escaped value", "write \\\\ for a backslash"),
            ("missing comma", "put a comma between the two"),
            ("missing opening quote", "put a text between two double quotes"),
            ("invalid comment character", "remove the control character"),
            ("cannot recurse", "nested too deep; a form needs four levels"),
            ("recursion limit", "nested too deep; a form needs four levels"),
            ("invalid unquoted key", "a key is letters, digits, _ and -"),
        ]
        .into_iter()
        .find(|(start, _)| message.starts_with(start))
        .map_or("write one `key = value` a line, as in survey-forms/README.md", |(_, advice)| advice);
        Self::new(line, text, format!("not TOML, {message}; {advice}"))
    }
}

/// A text that can be read, and what had to be mended in it.
pub(super) struct Repaired<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) faults: Vec<SyntaxFault>,
    /// Lines that had to be left out.
    pub(super) lost: Vec<String>,
    /// From this line on even the mended text makes no sense; `usize::MAX` when all of it does.
    pub(super) readable_below: usize,
}

/// Mends `source` where it is broken.
pub(super) fn repair(source: &str) -> Repaired<'_> {
    let (_, errors) = DeTable::parse_recoverable(source);
    if errors.is_empty() {
        return Repaired {
            text: Cow::Borrowed(source),
            faults: Vec::new(),
            lost: Vec::new(),
            readable_below: usize::MAX,
        };
    }
    let mended = Mender::default().mend(source);
    let (_, errors) = DeTable::parse_recoverable(&mended.out);
    let breaks = |error: &&Error| BREAKING.iter().any(|start| error.message().starts_with(start));
    let lines = Lines::of(&mended.out);
    let line_of = |error: &Error| lines.line(error.span().map_or(0, |span| span.start));
    let readable_below = if errors.iter().any(|error| breaks(&error)) {
        // The first error shows where it began; the breaking one may only be noticed at the end of the file.
        errors.iter().map(line_of).min().map_or(usize::MAX, |line| line + 1)
    } else {
        usize::MAX
    };
    let as_written = Lines::of(source);
    let faults = mended
        .faults
        .into_iter()
        .map(|(line, reason)| SyntaxFault::new(line, as_written.text(source, line), reason));
    let faults = faults.collect();
    Repaired { text: Cow::Owned(mended.out), faults, lost: mended.lost, readable_below }
}

/// What a message about a line calls it: its key, or its table.
fn key_of_line(text: &str) -> String {
    let line = text.trim();
    let word: String = line
        .trim_start_matches('[')
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        .collect();
    if word.is_empty() {
        "syntax".to_owned()
    } else {
        word.split('.').map(printable_key).collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(source: &str) -> (String, Vec<(usize, String)>) {
        let repaired = repair(source);
        assert_eq!(repaired.text.lines().count(), source.lines().count());
        let faults = repaired.faults.into_iter().map(|fault| (fault.line, fault.reason)).collect();
        (repaired.text.into_owned(), faults)
    }

    #[test]
    fn what_parses_is_left_as_it_is() {
        for sound in [
            "",
            "a = [\n 1, # one ]\n\n 2,\n]\nb = { c = \"}\", d = '\"' }\n[t]\nx = \"\"\"[\n{\"\"\"\n",
            "a = {\n b = 1,\n c = [\n  [true],\n ],\n}\n",
        ] {
            let repaired = repair(sound);
            assert!(matches!(repaired.text, Cow::Borrowed(text) if text == sound), "{sound:?}");
            assert!(repaired.faults.is_empty());
        }
    }

    #[test]
    fn forgotten_brackets_are_closed_where_the_value_ended() {
        for (broken, whole, line) in [
            ("a = [1, 2\nb = 3\n", "a = [1, 2]\nb = 3\n", 1),
            ("a = [1, 2 # two\n\nb = 3\n", "a = [1, 2] # two\n\nb = 3\n", 1),
            ("a = [\n 1,\n 2,\n[t]\nb = 3", "a = [\n 1,\n 2],\n[t]\nb = 3", 3),
            ("a = { b = { c = 1 }\nd = 2\n", "a = { b = { c = 1 }}\nd = 2\n", 1),
            ("a = [\n { b = 1,\n { b = 2 },\n]\n", "a = [\n { b = 1},\n { b = 2 },\n]\n", 2),
            ("a = [\n { b = 1 },\n { b = 2,\n]\n", "a = [\n { b = 1 },\n { b = 2},\n]\n", 3),
            ("[t\na = 1\n", "[t]\na = 1\n", 1),
            ("[[t]\na = 1\n", "[[t]]\na = 1\n", 1),
            ("[t]]\na = 1\n", "[[t]]\na = 1\n", 1),
            ("a = [{ b = \"x }, 2]\nc = 1", "a = [{ b = \"x }, 2\"}]\nc = 1", 1),
            ("a = { b = \"x }\nc = 1", "a = { b = \"x\" }\nc = 1", 1),
        ] {
            let (text, faults) = mended(broken);
            assert_eq!(
                (text.as_str(), faults.first().map(|fault| fault.0)),
                (whole, Some(line)),
                "{broken:?}"
            );
        }
    }

    #[test]
    fn a_line_that_is_no_assignment_is_left_out_and_remembered() {
        let repaired = repair("a = 1\nname q01\nb = 2\n");
        assert_eq!(repaired.text, "a = 1\n\nb = 2\n");
        assert_eq!(repaired.lost, ["name q01"]);
        assert_eq!(repaired.readable_below, usize::MAX);
    }

    #[test]
    fn lines_count_from_one() {
        let lines = Lines::of("a\nbc\n");
        assert_eq!([0, 1, 2, 4, 5].map(|at| lines.line(at)), [1, 1, 2, 2, 3]);
        assert_eq!(lines.text("a\nbc\n", 2), "bc");
        assert_eq!(lines.text("a\nbc\n", 9), "");
    }
}

//! What is wrong with a form file: every mistake, each with file, line, key and what to do.

use std::collections::BTreeSet;
use std::fmt;

/// Most mistakes listed of one file; the rest is counted.
pub(super) const PROBLEMS_LISTED_MAX: usize = 1_000;

/// Most characters of a key or value repeated in a message.
const QUOTED_CHARS_MAX: usize = 60;

/// One mistake in a form file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as its reader named it.
    pub place: String,
    /// The line, from 1.
    pub line: usize,
    /// The key, with the tables around it: `question[q01].text.en`.
    pub key: String,
    /// What is wrong; what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}", self.place, self.line, self.key, self.reason)
    }
}

/// Every mistake of one form file, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_per_line(.first, .rest))]
pub struct Problems {
    first: Problem,
    rest: Vec<Problem>,
}

impl Problems {
    /// Sorts by line, drops repetitions, cuts a flood. `None` when there is no mistake.
    pub(super) fn of(mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort_by_key(|problem| problem.line);
        let mut told = BTreeSet::new();
        problems.retain(|problem| {
            told.insert((problem.line, problem.key.clone(), problem.reason.clone()))
        });
        if problems.len() > PROBLEMS_LISTED_MAX {
            let left_out = problems.len() - PROBLEMS_LISTED_MAX;
            problems.truncate(PROBLEMS_LISTED_MAX);
            if let Some(last) = problems.last() {
                let mut note = last.clone();
                note.key = "file".into();
                note.reason = format!("{left_out} more mistakes follow; correct these first");
                problems.push(note);
            }
        }
        let mut problems = problems.into_iter();
        problems.next().map(|first| Self { first, rest: problems.collect() })
    }

    /// One mistake that stops the reading.
    pub fn single(
        place: impl Into<String>,
        line: usize,
        key: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        let first = Problem { place: place.into(), line, key: key.into(), reason: reason.into() };
        Self { first, rest: Vec::new() }
    }

    /// The mistakes in the order of their lines.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// How many mistakes there are, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.rest.len() + 1
    }
}

fn one_per_line(first: &Problem, rest: &[Problem]) -> String {
    let mut lines = first.to_string();
    for problem in rest {
        lines.push('\n');
        lines.push_str(&problem.to_string());
    }
    lines
}

/// A value from a file as a message repeats it: in quotes, escaped, cut to a readable length.
pub(super) fn quoted(value: &str) -> String {
    let mut characters = value.chars();
    let mut start: String = characters.by_ref().take(QUOTED_CHARS_MAX).collect();
    if characters.next().is_some() {
        start.push('…');
    }
    format!("{start:?}")
}

/// A key from a file as a message repeats it: bare where TOML allows it bare, else quoted.
pub(super) fn printable_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.len() <= QUOTED_CHARS_MAX && key.chars().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: usize) -> Problem {
        Problem { place: "f.toml".into(), line, key: "k".into(), reason: "r".into() }
    }

    #[test]
    fn problems_are_printed_one_per_line_in_the_order_of_lines() {
        let problems = Problems::of(vec![problem(9), problem(2), problem(9)]).unwrap();
        assert_eq!(problems.to_string(), "f.toml:2: k: r\nf.toml:9: k: r");
        assert_eq!(problems.len(), 2);
    }

    #[test]
    fn a_flood_of_problems_is_cut_and_counted() {
        let problems = Problems::of((1..=1_500).map(problem).collect()).unwrap();
        assert_eq!(problems.len(), 1_001);
        let last = problems.iter().last().unwrap();
        assert_eq!(last.reason, "500 more mistakes follow; correct these first");
    }

    #[test]
    fn a_message_repeats_no_control_characters() {
        assert_eq!(printable_key("text"), "text");
        assert_eq!(printable_key("a\u{1b}[31m"), "\"a\\u{1b}[31m\"");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }
}

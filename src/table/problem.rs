//! What is wrong with a file, all of it at once.

use std::fmt;

/// One wrong place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column by its header; empty when the whole line is meant.
    pub column: &'static str,
    /// The value found there, cut to 40 characters.
    pub value: String,
    /// What is wrong with it and what to do.
    pub advice: String,
}

/// Why a file was not taken: nothing of it was. Displayed as the first 20 problems, one a line, and the count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    place: String,
    list: Vec<Problem>,
}

impl Problems {
    /// How many are written out in full.
    pub const SHOWN: usize = 20;

    /// All problems, by line.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.list.iter().take(Self::SHOWN).enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}", self.place, problem.line)?;
            if !problem.column.is_empty() {
                write!(f, ", {} {:?}", problem.column, problem.value)?;
            }
            write!(f, ": {}", problem.advice)?;
        }
        let more = self.list.len().saturating_sub(Self::SHOWN);
        if more > 0 {
            write!(f, "\n… and {more} more, {} in all; nothing was imported", self.list.len())?;
        }
        Ok(())
    }
}

/// Gathers problems while a file is read.
#[derive(Default)]
pub(crate) struct Collector {
    list: Vec<Problem>,
}

impl Collector {
    const VALUE_CHARS_MAX: usize = 40;

    pub fn add(&mut self, line: u64, column: &'static str, value: &str, advice: impl fmt::Display) {
        let mut shown: String = value.chars().take(Self::VALUE_CHARS_MAX).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        self.list.push(Problem { line, column, value: shown, advice: advice.to_string() });
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn add_line(&mut self, line: u64, advice: impl fmt::Display) {
        self.add(line, "", "", advice);
    }

    /// `value` when nothing was wrong, else everything that was, ordered by line.
    pub fn finish<T>(mut self, place: &str, value: T) -> Result<T, Problems> {
        if self.list.is_empty() {
            return Ok(value);
        }
        self.list.sort_by_key(|problem| problem.line);
        Err(Problems { place: place.to_owned(), list: self.list })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_problems_are_written_out_and_the_rest_counted() {
        let mut collector = Collector::default();
        for line in (2..=26).rev() {
            collector.add(line, "kind", "làng", "write one of: xã");
        }
        let text = collector.finish("u.csv", ()).unwrap_err().to_string();
        assert!(text.starts_with("u.csv:2, kind \"làng\": write one of: xã\nu.csv:3,"), "{text}");
        assert!(text.ends_with("u.csv:21, kind \"làng\": write one of: xã\n… and 5 more, 25 in all; nothing was imported"));
    }

    #[test]
    fn a_long_value_is_cut_and_controls_are_escaped() {
        let mut collector = Collector::default();
        collector.add(2, "name", &format!("\u{1b}{}", "x".repeat(500)), "shorten it");
        let text = collector.finish("u.csv", ()).unwrap_err().to_string();
        assert!(text.contains("\\u{1b}") && text.len() < 100, "{text}");
    }
}

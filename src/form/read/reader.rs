//! The reader of one form file: where lines are, what has been declared so far, what was found wrong.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::de::{DeArray, DeValue, Error};

use super::examples::example;
use super::fields::{Fields, Need};
use super::suggest;
use super::syntax::{Lines, Repaired, SyntaxFault};
use super::type_name;
use crate::form::definition::Scale;
use crate::form::name::Name;
use crate::form::number::NotANumber;
use crate::form::problem::{PROBLEMS_LISTED_MAX, Problem, printable_key, quoted};
use crate::form::text::Language;

/// Collects what is wrong with a form while it is read.
pub(in crate::form) struct Reader<'p> {
    place: &'p str,
    lines: Lines,
    problems: Vec<Problem>,
    /// Lines whose syntax is wrong: what else is wrong there follows from it.
    broken_lines: BTreeSet<usize>,
    /// What stood on lines that could not be read at all.
    lost: Vec<String>,
    /// Full names of keys that a misspelt one was meant to be: not missing, only misspelt.
    misspelt: Vec<String>,
    /// From this line on the file could not be made sense of.
    readable_below: usize,
    /// Once `languages` was read without a mistake; the first is the default.
    pub(super) languages: Option<Vec<Language>>,
    /// Declared factors in order, with where their names stand; `None` for one without a valid name.
    pub(super) factors: Vec<(usize, Option<Name>)>,
    /// Declared scales, with where they stand; `None` for one with mistakes.
    pub(super) scales: Vec<(usize, String, Option<Scale>)>,
}

impl<'p> Reader<'p> {
    pub(super) fn new(place: &'p str, repaired: &Repaired<'_>, errors: &[Error]) -> Self {
        let lines = Lines::of(&repaired.text);
        let mut reader = Self {
            place,
            problems: Vec::new(),
            broken_lines: BTreeSet::new(),
            lost: repaired.lost.clone(),
            misspelt: Vec::new(),
            readable_below: repaired.readable_below,
            languages: None,
            factors: Vec::new(),
            scales: Vec::new(),
            lines,
        };
        for fault in &repaired.faults {
            reader.report_syntax(fault);
        }
        let line_of =
            |lines: &Lines, error: &Error| lines.line(error.span().map_or(0, |span| span.start));
        let repeated = errors.iter().filter(|error| error.message() == "duplicate key");
        let repeated: BTreeSet<usize> =
            repeated.map(|error| line_of(&reader.lines, error)).collect();
        let headless = headless_tables(&reader.lines, &repaired.text, &repeated);
        for error in errors {
            let line = line_of(&reader.lines, error);
            if line < reader.readable_below && !headless.contains(&line) {
                let text = reader.lines.text(&repaired.text, line);
                reader.report_syntax(&SyntaxFault::of(error, line, text));
            }
        }
        reader.broken_lines.extend(headless);
        reader
    }

    /// One mistake of syntax a line: the parser's next ones there follow from the first.
    fn report_syntax(&mut self, fault: &SyntaxFault) {
        if !self.broken_lines.insert(fault.line) {
            return;
        }
        self.problems.push(Problem {
            place: self.place.to_owned(),
            line: fault.line,
            key: fault.key.clone(),
            reason: fault.reason.clone(),
        });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Reports a mistake at byte `at`.
    pub(in crate::form) fn report(
        &mut self,
        at: usize,
        key: impl Into<String>,
        reason: impl Into<String>,
    ) {
        let line = self.line(at);
        if self.broken_lines.contains(&line) || line >= self.readable_below {
            return;
        }
        self.problems.push(Problem {
            place: self.place.to_owned(),
            line,
            key: key.into(),
            reason: reason.into(),
        });
    }

    /// Reports that something named `word` is not there, unless it is there misspelt or may have stood where the
    /// syntax is wrong.
    pub(super) fn report_absence(
        &mut self,
        at: usize,
        word: &str,
        key: impl Into<String>,
        reason: impl Into<String>,
    ) {
        let key = key.into();
        let unreadable = self.readable_below != usize::MAX;
        let lost = self.lost.iter().any(|line| line.contains(word));
        if !unreadable && !lost && !self.misspelt.contains(&key) {
            self.report(at, key, reason);
        }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.line(at)
    }

    /// Reports the keys of `fields` that are missing or unknown. A misspelt required key is reported once.
    pub(super) fn finish(&mut self, fields: Fields<'_>) {
        for (at, key) in fields.unknown() {
            // Past the list's end nobody reads a suggestion.
            let near = (self.problems.len() < PROBLEMS_LISTED_MAX)
                .then(|| suggest::nearest(key, fields.asked().iter().copied()))
                .flatten();
            let reason = match near {
                Some(near) => {
                    self.misspelt.push(fields.key(near));
                    format!("unknown key, did you mean \"{near}\"? Rename or remove it")
                }
                None => {
                    let known: Vec<&str> = fields.asked().to_vec();
                    format!("unknown key; remove it, or use one of: {}", known.join(", "))
                }
            };
            self.report(at, fields.key(key), reason);
        }
        for key in &fields.missing {
            let reason = format!("missing; add {}", example(key));
            self.report_absence(fields.at, key, fields.key(key), reason);
        }
    }

    fn wrong_type(
        &mut self,
        at: usize,
        path: String,
        key: &str,
        value: &DeValue<'_>,
        wanted: &str,
    ) {
        let reason = format!("is {}, must be {wanted}; write {}", type_name(value), example(key));
        self.report(at, path, reason);
    }

    /// A text in quotes, as it stands.
    pub(in crate::form) fn string<'t>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        need: Need,
    ) -> Option<(usize, &'t str)> {
        let (at, value) = fields.take(key, need)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type(at, fields.key(key), key, value, "a text in quotes");
        }
        text.map(|text| (at, text))
    }

    pub(super) fn name(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        need: Need,
    ) -> Option<(usize, Name)> {
        let (at, text) = self.string(fields, key, need)?;
        match Name::new(text) {
            Ok(name) => Some((at, name)),
            Err(error) => {
                self.report(at, fields.key(key), format!("{} is {error}", quoted(text)));
                None
            }
        }
    }

    pub(in crate::form) fn boolean(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
    ) -> Option<bool> {
        let (at, value) = fields.take(key, Need::Optional)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong_type(at, fields.key(key), key, value, "true or false, without quotes");
        }
        flag
    }

    pub(in crate::form) fn integer(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        need: Need,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let (at, value) = fields.take(key, need)?;
        self.integer_value(at, fields.key(key), key, value, range)
    }

    pub(super) fn integer_value(
        &mut self,
        at: usize,
        path: String,
        key: &str,
        value: &DeValue<'_>,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let DeValue::Integer(literal) = value else {
            self.wrong_type(at, path, key, value, "a whole number without quotes");
            return None;
        };
        let number = i64::from_str_radix(literal.as_str(), literal.radix()).ok();
        let inside = number.filter(|number| range.contains(number));
        if inside.is_none() {
            let reason = format!(
                "{} is outside {} to {}; write a whole number in between",
                printable_key(literal.as_str()),
                range.start(),
                range.end()
            );
            self.report(at, path, reason);
        }
        inside
    }

    /// A number, whole or decimal, brought into its type by `into`.
    pub(super) fn number<T>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        into: fn(f64) -> Result<T, NotANumber>,
    ) -> Option<T> {
        let (at, value) = fields.take(key, Need::Optional)?;
        let number = match value {
            DeValue::Integer(literal) => i64::from_str_radix(literal.as_str(), literal.radix())
                .ok()
                .map(|whole| whole as f64),
            DeValue::Float(literal) => literal.as_str().parse().ok(),
            _ => {
                self.wrong_type(at, fields.key(key), key, value, "a number without quotes");
                return None;
            }
        };
        match into(number.unwrap_or(f64::NAN)) {
            Ok(number) => Some(number),
            Err(error) => {
                let literal = number.map_or("this number".to_owned(), |number| number.to_string());
                self.report(at, fields.key(key), format!("{literal} is {error}"));
                None
            }
        }
    }

    pub(super) fn array<'t>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        need: Need,
    ) -> Option<(usize, &'t DeArray<'t>)> {
        let (at, value) = fields.take(key, need)?;
        let list = value.as_array();
        if list.is_none() {
            self.wrong_type(at, fields.key(key), key, value, "a list in [ ]");
        }
        list.map(|list| (at, list))
    }

    pub(super) fn table<'t>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        need: Need,
    ) -> Option<Fields<'t>> {
        let (at, value) = fields.take(key, need)?;
        match value.as_table() {
            Some(table) => Some(Fields::new(table, fields.key(key), at)),
            None => {
                self.wrong_type(at, fields.key(key), key, value, "a table");
                None
            }
        }
    }

    /// A list of tables: `[[key]]`, or `key = [{ … }]`. Their names in messages count from 1.
    pub(super) fn tables<'t>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        need: Need,
    ) -> Option<Vec<Fields<'t>>> {
        let (at, value) = fields.take(key, need)?;
        let Some(list) = value.as_array() else {
            let reason = match value {
                DeValue::Table(_) => {
                    format!("is one table, must be a list of tables; write {}", example(key))
                }
                other => format!(
                    "is {}, must be a list of tables; write {}",
                    type_name(other),
                    example(key)
                ),
            };
            self.report(at, fields.key(key), reason);
            return None;
        };
        let mut tables = Vec::with_capacity(list.len());
        for (i, element) in list.iter().enumerate() {
            let (at, path) = (element.span().start, format!("{}[{}]", fields.key(key), i + 1));
            match element.get_ref() {
                DeValue::Table(table) => tables.push(Fields::new(table, path, at)),
                other => self.wrong_type(at, path, key, other, "a table"),
            }
        }
        Some(tables)
    }

    pub(super) fn declare_factor(&mut self, at: usize, name: &Name) {
        let earlier = self.factors.iter().find(|(_, known)| known.as_ref() == Some(name));
        if let Some(line) = earlier.map(|(at, _)| self.line(*at)) {
            let reason = format!(
                "the factor \"{name}\" stands in line {line} already; give this one another name"
            );
            self.report(at, format!("factor[{name}].name"), reason);
        }
        self.factors.push((at, Some(name.clone())));
    }

    pub(super) fn declare_nameless_factor(&mut self, at: usize) {
        self.factors.push((at, None));
    }
}

/// Without its header the keys of a table repeat those of the table above. Where several keys of one paragraph do,
/// the first is told, and the rest of the paragraph, the lines given here, follows from it.
fn headless_tables(lines: &Lines, text: &str, repeated: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut follow = BTreeSet::new();
    for &first in repeated {
        if follow.contains(&first) {
            continue;
        }
        let paragraph = (first + 1..).take_while(|line| {
            let line = lines.text(text, *line);
            !line.trim().is_empty() && !line.starts_with('[')
        });
        let rest: Vec<usize> = paragraph.collect();
        if rest.iter().any(|line| repeated.contains(line)) {
            follow.extend(rest);
        }
    }
    follow
}

//! Names of officials, from the staff list of an authority.
//!
//! A name is found in full, or from its second or a later word on; the given name alone behind a title (`chị Hoa`) or as a
//! capital within a sentence (`gặp Hoa ở quầy`), as long as no other capital follows it as in a place's name.

use std::collections::BTreeMap;

use super::mask::{Hidden, Span};
use crate::spelling::{Word, words};

/// What stands before a person's name. Looked up with its marks, or without any.
const TITLES: [&str; 29] = [
    "anh",
    "chị",
    "cô",
    "chú",
    "bác",
    "ông",
    "bà",
    "em",
    "cháu",
    "thầy",
    "dì",
    "cậu",
    "mợ",
    "thím",
    "bạn",
    "sếp",
    "tên",
    "cán bộ",
    "nhân viên",
    "công chức",
    "đồng chí",
    "đ/c",
    "đc",
    "cb",
    "nv",
    "mr",
    "ms",
    "mrs",
    "a",
];

/// Names that are hidden.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    names: Vec<Vec<Word>>,
    /// Names by their last word, folded.
    by_last: BTreeMap<String, Vec<usize>>,
    titles: Vec<Vec<Word>>,
}

impl Staff {
    /// The list of these names, family name first.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<Vec<Word>> =
            names.into_iter().map(words).filter(|name| !name.is_empty()).collect();
        let mut by_last: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            if let Some(last) = name.last() {
                by_last.entry(last.folded.clone()).or_default().push(at);
            }
        }
        Self { names, by_last, titles: TITLES.into_iter().map(words).collect() }
    }

    /// Where names of the list stand in a comment.
    pub(super) fn find(&self, comment: &str) -> Vec<Span> {
        let said = words(comment);
        let mut spans = Vec::new();
        for (at, word) in said.iter().enumerate() {
            let ending = self.by_last.get(&word.folded).into_iter().flatten();
            let found = ending
                .filter_map(|name| self.names.get(*name))
                .filter_map(|name| self.length(comment, &said, at, name))
                .max();
            let first = found.and_then(|length| said.get(at + 1 - length));
            spans.extend(first.map(|first| Span {
                start: first.start,
                end: word.end,
                what: Hidden::Official,
            }));
        }
        spans
    }

    /// How many words up to the one at `at` are of this name.
    fn length(&self, comment: &str, said: &[Word], at: usize, name: &[Word]) -> Option<usize> {
        let heard = said.get(..=at)?;
        let matching =
            heard.iter().rev().zip(name.iter().rev()).take_while(|(a, b)| a.says(b)).count();
        match matching {
            0 => None,
            1 => (self.is_addressed(heard) || is_proper(comment, said, at)).then_some(1),
            more => Some(more),
        }
    }

    /// A title stands before the last word.
    fn is_addressed(&self, heard: &[Word]) -> bool {
        let before = heard.get(..heard.len().saturating_sub(1)).unwrap_or_default();
        self.titles.iter().any(|title| {
            let from = before.len().checked_sub(title.len());
            from.and_then(|from| before.get(from..))
                .is_some_and(|words| words.iter().zip(title).all(|(word, title)| word.says(title)))
        })
    }
}

/// A capital within a sentence that is no part of a longer name.
fn is_proper(comment: &str, said: &[Word], at: usize) -> bool {
    let (Some(word), Some(before)) = (said.get(at), at.checked_sub(1).and_then(|at| said.get(at)))
    else {
        return false;
    };
    let between = comment.get(before.end..word.start).unwrap_or_default();
    let within = between.chars().all(|c| c == ' ' || c == '\u{A0}');
    let followed = said.get(at + 1).is_some_and(|next| {
        let gap = comment.get(word.end..next.start).unwrap_or_default();
        next.capital && gap.chars().all(char::is_whitespace)
    });
    word.capital && within && !before.capital && !followed
}

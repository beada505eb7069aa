//! Searching comments with or without marks.

use crate::spelling::{Word, words};

/// Most words of a search.
const WORDS_MAX: usize = 12;

/// What is searched for: every word must begin one of the comment's.
#[derive(Clone, Debug, Default)]
pub struct Search {
    words: Vec<Word>,
}

impl Search {
    /// Reads what was typed; words beyond the twelfth are left out.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self { words: words(typed).into_iter().take(WORDS_MAX).collect() }
    }

    /// True when nothing is searched for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// True when the comment has all the words; typed without marks they find any, with marks the same or none.
    #[must_use]
    pub fn finds(&self, comment: &str) -> bool {
        let said = words(comment);
        self.words.iter().all(|wanted| said.iter().any(|word| begins(word, wanted)))
    }
}

fn begins(word: &Word, wanted: &Word) -> bool {
    if word.folded == wanted.folded {
        return word.says(wanted) || wanted.says(word);
    }
    word.folded.starts_with(&wanted.folded)
        && (word.marks.is_empty() || wanted.marks.chars().all(|mark| word.marks.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_marks_finds_every_spelling_and_one_with_marks_its_own() {
        let finds = |typed: &str, comment: &str| Search::new(typed).finds(comment);
        assert!(finds("cho doi", "Tôi phải CHỜ rất lâu, đợi cả buổi"));
        assert!(finds("chờ", "toi cho lau qua") && finds("chờ", "chờ lâu"));
        assert!(!finds("chờ", "chợ xa"));
        assert!(finds("boeonc", "Bơ\u{306}ĕŏñč") && finds("H'Bia", "gặp HBia"));
        assert!(finds("đất", "Đất đai") && !finds("lâu quá", "lâu"));
        assert!(Search::new(" .,").is_empty() && finds("", "x"));
    }
}

//! Vietnamese and Bahnar spellings made comparable: marks, case and đ aside, or as far as a writer put them.
//!
//! One way of folding for everything that compares words: names of units, comments in dedup, masking and searching.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters of a text without marks, lower case, đ as d; what is no letter stays as it is.
pub fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // Stroke letters do not decompose.
        .map(|c| if is_stroke_d(c) { 'd' } else { c })
}

fn is_stroke_d(c: char) -> bool {
    matches!(c, 'đ' | 'ð')
}

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its letters without marks, lower case, without the apostrophes inside.
    pub folded: String,
    /// The marks on them, sorted, so that `hoà` and `hòa` have the same; the stroke of đ is one.
    pub marks: String,
    /// First byte in the text.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// It begins with a capital.
    pub capital: bool,
}

/// The stroke of đ, as a combining mark.
const STROKE: char = '\u{335}';

impl Word {
    /// True when this may be `other`, typed with its marks or without any.
    #[must_use]
    pub fn says(&self, other: &Self) -> bool {
        self.folded == other.folded && (self.marks.is_empty() || self.marks == other.marks)
    }
}

/// An apostrophe as keyboards make it, or a mark that is the same after composition: within a name such as `H'Bia` it is
/// no end of the word.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | '\u{1FEF}' | '\u{1FFD}' | '\u{374}')
        || ('\u{2B0}'..='\u{2FF}').contains(&c)
}

/// The words of a text with their places, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let end = at + c.len_utf8();
        let is_letter = c.is_alphanumeric() && !is_apostrophe(c);
        let mut goes_on = || rest.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        match &mut word {
            Some(open) if is_combining_mark(c) => {
                open.marks.extend(std::iter::once(c).nfd());
                open.end = end;
            }
            Some(_) if is_apostrophe(c) && goes_on() => {}
            _ if is_letter => {
                let open = word.get_or_insert_with(|| Word {
                    folded: String::new(),
                    marks: String::new(),
                    start: at,
                    end,
                    capital: c.is_uppercase(),
                });
                add(open, c);
                open.end = end;
            }
            _ => words.extend(word.take()),
        }
    }
    words.extend(word);
    for word in &mut words {
        let mut marks: Vec<char> = word.marks.chars().collect();
        marks.sort_unstable();
        word.marks = marks.into_iter().collect();
    }
    words
}

fn add(word: &mut Word, c: char) {
    for part in std::iter::once(c).nfd() {
        if is_combining_mark(part) {
            word.marks.push(part);
            continue;
        }
        for lower in part.to_lowercase().filter(|c| !is_combining_mark(*c)) {
            if is_stroke_d(lower) {
                word.marks.push(STROKE);
                word.folded.push('d');
            } else {
                word.folded.push(lower);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Word {
        let [word] = words(text).try_into().unwrap();
        word
    }

    #[test]
    fn a_word_is_found_with_its_marks_or_without_any() {
        assert!(one("chờ").says(&one("CHỜ")) && one("cho").says(&one("chờ")));
        assert!(!one("chớ").says(&one("chờ")) && !one("chờ").says(&one("cho")));
        assert!(one("hoà").says(&one("hòa")), "old and new place of the tone");
        assert!(one("doi").says(&one("đợi")) && !one("dợi").says(&one("đợi")));
        assert!(one("H’Bia").says(&one("hbia")) && one("HʼBia").says(&one("H'Bia")));
    }

    #[test]
    fn words_know_their_place() {
        let text = "Cán bộ H'Bia (quầy 3) rất tốt.";
        let found: Vec<&str> = words(text).iter().map(|w| &text[w.start..w.end]).collect();
        assert_eq!(found, ["Cán", "bộ", "H'Bia", "quầy", "3", "rất", "tốt"]);
    }

    proptest! {
        #[test]
        fn places_are_those_of_letters_and_any_normal_form_folds_alike(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert!(text.get(word.start..word.end).is_some_and(|w| !w.is_empty()));
            }
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfd().collect();
            let plain = |t: &str| words(t).into_iter().map(|w| (w.folded, w.marks)).collect::<Vec<_>>();
            prop_assert_eq!(plain(&composed), plain(&decomposed));
        }
    }
}

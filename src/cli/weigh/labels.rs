//! A column of labels as codes: NFC and NFD spellings of a label are the same label.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A label in NFC.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Labels met so far, and the codes of the responses.
#[derive(Debug, Default)]
pub struct LabelColumn {
    /// The column's name.
    pub name: String,
    /// One code per response: an index into `labels` until [`LabelColumn::sort`] has ordered them.
    pub codes: Vec<u32>,
    /// Labels in NFC, and the response that used each first.
    pub labels: Vec<(String, u32)>,
    known: HashMap<Box<[u8]>, u32>,
}

impl LabelColumn {
    /// An empty column.
    pub fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Adds the next response's label, which must be UTF-8.
    pub fn push(&mut self, label: &[u8]) {
        let code = match self.known.get(label) {
            Some(&code) => code,
            None => self.learn(label),
        };
        self.codes.push(code);
    }

    fn learn(&mut self, label: &[u8]) -> u32 {
        let text = String::from_utf8_lossy(label);
        let normal = nfc(&text);
        let code = match self.known.get(normal.as_bytes()) {
            Some(&code) => code,
            None => {
                let code = self.labels.len() as u32;
                self.labels.push((normal.clone().into_owned(), self.codes.len() as u32));
                self.known.insert(normal.as_bytes().into(), code);
                code
            }
        };
        self.known.insert(label.into(), code);
        code
    }

    /// Orders the labels by their text, so that codes don't depend on the order of responses.
    pub fn sort(&mut self) {
        self.known = HashMap::new();
        let mut order: Vec<u32> = (0..self.labels.len() as u32).collect();
        let label = |code: &u32| self.labels.get(*code as usize).map(|(label, _)| label.as_str());
        order.sort_unstable_by(|left, right| label(left).cmp(&label(right)));
        let mut place = vec![0u32; order.len()];
        for (new, &old) in (0u32..).zip(&order) {
            if let Some(entry) = place.get_mut(old as usize) {
                *entry = new;
            }
        }
        for code in &mut self.codes {
            *code = place.get(*code as usize).copied().unwrap_or_default();
        }
        self.labels.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_a_label_are_one_and_codes_follow_the_alphabet() {
        let mut column = LabelColumn::new("unit".into());
        let composed = "Chư Sê";
        let decomposed: String = composed.nfd().collect();
        for label in ["Kbang", composed, &decomposed, "Ayun"] {
            column.push(label.as_bytes());
        }
        column.sort();
        assert_eq!(column.codes, [2, 1, 1, 0]);
        assert_eq!(column.labels[1], (composed.to_owned(), 1));
    }
}

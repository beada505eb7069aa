//! Number plates: `81A-123.45`, `81B1 12345`, `81-B1 123.45`, as Circular 58/2020/TT-BCA has them, in any spacing.

use super::mask::{Hidden, Span};

/// Plates in a comment.
pub(super) fn find(comment: &str) -> Vec<Span> {
    let chars: Vec<(usize, char)> = comment.char_indices().collect();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let behind_word = at > 0 && chars.get(at - 1).is_some_and(|(_, c)| c.is_alphanumeric());
        match plate(chars.get(at..).unwrap_or_default()).filter(|_| !behind_word) {
            Some(length) => {
                let start = chars.get(at).map_or(0, |(start, _)| *start);
                let end = chars.get(at + length).map_or(comment.len(), |(end, _)| *end);
                spans.push(Span { start, end, what: Hidden::Plate });
                at += length;
            }
            None => at += 1,
        }
    }
    spans
}

/// Reads a text from its beginning.
struct Reader<'a> {
    rest: &'a [(usize, char)],
    read: usize,
}

impl Reader<'_> {
    fn next(&self) -> Option<char> {
        self.rest.get(self.read).map(|(_, c)| *c)
    }

    /// Takes up to `most` characters of a kind; how many.
    fn take(&mut self, most: usize, kind: impl Fn(char) -> bool) -> usize {
        let from = self.read;
        while self.read - from < most && self.next().is_some_and(&kind) {
            self.read += 1;
        }
        self.read - from
    }

    fn gap(&mut self) {
        self.take(2, |c| matches!(c, ' ' | '-' | '.' | '\u{A0}' | '–'));
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Letters of a series; no I, O, Q, W and none with marks but Đ.
fn is_series(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'Đ' | 'đ')
}

/// How many characters from the beginning are a plate.
fn plate(text: &[(usize, char)]) -> Option<usize> {
    let mut reader = Reader { rest: text, read: 0 };
    if reader.take(2, is_digit) != 2 || text.first().is_some_and(|(_, c)| *c == '0') {
        return None;
    }
    reader.gap();
    let from = reader.read;
    if reader.take(2, is_series) == 0 {
        return None;
    }
    let series: Vec<char> =
        text.get(from..reader.read).unwrap_or_default().iter().map(|(_, c)| *c).collect();
    // `81-B1 123.45` has the digit of its series apart from the five behind; `81B12345` does not tell.
    let joined = reader.read;
    let own = reader.take(1, is_digit);
    let gap_from = reader.read;
    reader.gap();
    let digits = if own == 1 && reader.read > gap_from {
        number(&mut reader)
    } else {
        reader.read = joined;
        reader.gap();
        number(&mut reader)
    }?;
    // "9h30", "50k 2000": a unit behind a number and another number.
    let unit = matches!(series.as_slice(), ['h' | 'k' | 'g' | 'm' | 'p' | 't' | 'l']);
    (digits == 5 || (digits == 6 && own == 1) || !unit).then_some(reader.read)
}

/// Four or five digits, a dot before the last two or none; six where the digit of the series is among them.
fn number(reader: &mut Reader<'_>) -> Option<usize> {
    let mut digits = reader.take(6, is_digit);
    if digits == 3 || digits == 4 {
        let before = reader.read;
        let dot = reader.take(1, |c| matches!(c, '.' | ' ' | '-'));
        let behind = if dot == 1 { reader.take(2, is_digit) } else { 0 };
        if behind == 2 {
            digits += 2;
        } else {
            reader.read = before;
        }
    }
    let ended = reader.next().is_none_or(|c| !c.is_alphanumeric());
    ((4..=6).contains(&digits) && ended).then_some(digits)
}

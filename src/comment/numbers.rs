//! Long numbers: telephones, identity cards, dossiers; in digits with anything between them, or spelled in words.

use unicode_normalization::char::decompose_compatible;

use super::mask::{Hidden, Span};
use crate::spelling::{Word, words};

/// Fewest digits that may be a person's number.
const DIGITS_MIN: usize = 9;
/// Most separators between two digits of one number.
const GAP_MAX: usize = 3;
/// What follows a sum of money.
const MONEY: [&str; 10] = ["d", "dong", "vnd", "k", "nghin", "ngan", "trieu", "ty", "usd", "m2"];

/// One character of a number.
#[derive(Clone, Copy, Debug)]
enum Glyph {
    Digit(char),
    /// The letter O where a zero may be meant.
    Round,
    Gap,
    /// Nothing to see.
    Nothing,
    Other,
}

fn digit_of(c: char) -> Option<char> {
    let mut plain = None;
    let mut count = 0;
    decompose_compatible(c, |part| {
        count += 1;
        plain = Some(part);
    });
    plain.filter(|part| count == 1 && part.is_ascii_digit())
}

fn glyph(c: char) -> Glyph {
    match c {
        'o' | 'O' => Glyph::Round,
        ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '.' | ',' | '-' | '_' | '(' | ')' | '·'
        | '*' => Glyph::Gap,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Glyph::Gap,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => Glyph::Nothing,
        c => digit_of(c).map_or(Glyph::Other, Glyph::Digit),
    }
}

/// A run of digits under way.
#[derive(Default)]
struct Run {
    start: usize,
    end: usize,
    digits: String,
    gap: usize,
    grouped: bool,
}

/// Numbers in a comment that may be a person's.
pub(super) fn find(comment: &str) -> Vec<Span> {
    let mut spans = dossiers(comment);
    spans.extend(in_digits(comment));
    spans.extend(in_words(comment));
    spans
}

fn in_digits(comment: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut run: Option<Run> = None;
    let mut before = None;
    let mut rest = comment.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let end = at + c.len_utf8();
        let next = rest.peek().map(|(_, next)| glyph(*next));
        let near_digit = matches!(next, Some(Glyph::Digit(_) | Glyph::Round));
        let digit = match glyph(c) {
            Glyph::Digit(d) => Some(d),
            // Within a number, or where one begins.
            Glyph::Round if run.as_ref().is_some_and(|run| run.gap == 0) && near_digit => Some('0'),
            Glyph::Round if run.is_none() && matches!(next, Some(Glyph::Digit(_))) => {
                before.is_none_or(|b: char| !b.is_alphanumeric()).then_some('0')
            }
            _ => None,
        };
        match (digit, glyph(c)) {
            (Some(d), _) => {
                let open = run.get_or_insert_with(|| Run { start: at, ..Run::default() });
                open.grouped |= open.gap > 0;
                open.gap = 0;
                open.digits.push(d);
                open.end = end;
            }
            (None, Glyph::Nothing) => {}
            (None, Glyph::Gap) if run.as_ref().is_some_and(|run| run.gap < GAP_MAX) => {
                if let Some(open) = &mut run {
                    open.gap += 1;
                }
            }
            _ => spans.extend(run.take().and_then(|run| number(comment, &run))),
        }
        before = Some(c);
    }
    spans.extend(run.and_then(|run| number(comment, &run)));
    spans
}

fn number(comment: &str, run: &Run) -> Option<Span> {
    let length = run.digits.len();
    if length < DIGITS_MIN || (is_sum(run) && is_money(comment, run)) {
        return None;
    }
    let plus = comment.get(..run.start).is_some_and(|before| before.ends_with('+'));
    let abroad = run.digits.starts_with("84") && (11..=12).contains(&length);
    let phone = plus || abroad || (run.digits.starts_with('0') && (10..=11).contains(&length));
    Some(Span {
        start: run.start - usize::from(plus),
        end: run.end,
        what: if phone { Hidden::Phone } else { Hidden::Identity },
    })
}

/// A sum does not begin with zero.
fn is_sum(run: &Run) -> bool {
    !run.digits.starts_with('0')
}

fn is_money(comment: &str, run: &Run) -> bool {
    let behind = comment.get(run.end..).unwrap_or_default().trim_start();
    let behind: String = behind.chars().take(8).collect();
    words(&behind)
        .first()
        .is_some_and(|word| word.start == 0 && MONEY.contains(&word.folded.as_str()))
}

/// What a number word stands for.
fn spoken(word: &Word) -> Option<usize> {
    let said = match word.folded.as_str() {
        "khong" | "mot" | "hai" | "ba" | "bon" | "nam" | "lam" | "sau" | "bay" | "tam" | "chin"
        | "tu" | "linh" => 1,
        digits if digits.chars().all(|c| digit_of(c).is_some()) => digits.chars().count(),
        _ => return None,
    };
    Some(said)
}

/// Numbers spelled digit by digit.
fn in_words(comment: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut run: Option<(usize, usize, usize, bool)> = None;
    let mut close = |run: Option<(usize, usize, usize, bool)>| {
        if let Some((start, end, digits, worded)) = run
            && worded
            && digits >= DIGITS_MIN
        {
            spans.push(Span { start, end, what: Hidden::Phone });
        }
    };
    for word in words(comment) {
        let near = |end: usize| {
            let between = comment.get(end..word.start).unwrap_or_default();
            between.chars().all(|c| matches!(glyph(c), Glyph::Gap | Glyph::Nothing))
        };
        let Some(digits) = spoken(&word) else {
            close(run.take());
            continue;
        };
        let worded = !word.folded.chars().all(|c| c.is_numeric());
        run = match run.take() {
            Some((start, end, so_far, any)) if near(end) => {
                Some((start, word.end, so_far + digits, any || worded))
            }
            other => {
                close(other);
                Some((word.start, word.end, digits, worded))
            }
        };
    }
    close(run);
    spans
}

/// Dossier numbers: `H21.625-0001`, `000.00.12.H21-181124-0001`.
fn dossiers(comment: &str) -> Vec<Span> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut spans = Vec::new();
    let mut start = None;
    for (at, c) in comment.char_indices().chain(std::iter::once((comment.len(), ' '))) {
        match (start, part(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                let token = comment.get(from..at).unwrap_or_default();
                let token = token.trim_end_matches(['.', '-', '_']);
                if is_dossier(token) {
                    spans.push(Span {
                        start: from,
                        end: from + token.len(),
                        what: Hidden::Dossier,
                    });
                }
            }
            _ => {}
        }
    }
    spans
}

fn is_dossier(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let mut parts = token.split(['.', '-', '_']);
    let office = parts.by_ref().any(|part| {
        part.strip_prefix(['H', 'h'])
            .is_some_and(|code| code.len() >= 2 && code.chars().all(|c| c.is_ascii_digit()))
    });
    office
        && digits >= 6
        && parts.next().is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
}

//! E-mail addresses, also where the sign in their middle is written out.

use super::mask::{Hidden, Span};
use crate::spelling::words;

/// Mail services that people name without their `.com`.
const SERVICES: [&str; 6] = ["gmail", "yahoo", "outlook", "hotmail", "icloud", "gov"];

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Addresses in a comment.
pub(super) fn find(comment: &str) -> Vec<Span> {
    let mut spans: Vec<Span> =
        signs(comment).into_iter().filter_map(|(from, to)| around(comment, from, to)).collect();
    spans.sort();
    spans
}

/// Where the sign or its stand-in is, as bytes from and to.
fn signs(comment: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = comment
        .char_indices()
        .filter(|(_, c)| matches!(c, '@' | '＠' | '﹫'))
        .map(|(at, c)| (at, at + c.len_utf8()))
        .collect();
    let said = words(comment);
    for (at, word) in said.iter().enumerate() {
        let bracket = |byte: usize| comment.get(byte..).and_then(|rest| rest.chars().next());
        let before = word.start.checked_sub(1).and_then(bracket);
        let behind = bracket(word.end);
        match (word.folded.as_str(), before, behind) {
            ("at", Some('('), Some(')')) | ("at", Some('['), Some(']')) => {
                found.push((word.start - 1, word.end + 1));
            }
            ("cong", _, _) => {
                if let Some(a) =
                    at.checked_sub(1).and_then(|at| said.get(at)).filter(|a| a.folded == "a")
                {
                    found.push((a.start, word.end));
                }
            }
            _ => {}
        }
    }
    found
}

/// The address around a sign, if there is one.
fn around(comment: &str, from: usize, to: usize) -> Option<Span> {
    let before = comment.get(..from)?.trim_end_matches([' ', '\u{A0}']);
    let local = before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let start = before.len() - local;
    let behind = comment.get(to..)?;
    let end = to + domain(behind)?;
    (local > 0).then_some(Span { start, end, what: Hidden::Mail })
}

/// Bytes of the domain at the beginning of a text: labels with dots, spaces beside the dots allowed.
fn domain(text: &str) -> Option<usize> {
    let mut at = text.len() - text.trim_start_matches([' ', '\u{A0}']).len();
    let label = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '-')
            .map(char::len_utf8)
            .sum::<usize>()
    };
    let first = label(at);
    if first == 0 {
        return None;
    }
    let named = text.get(at..at + first).unwrap_or_default().to_lowercase();
    at += first;
    let mut labels = 1;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        let Some(behind) = rest.get(spaces..).and_then(|r| r.strip_prefix('.')) else { break };
        let more = behind.len() - behind.trim_start_matches(' ').len();
        // A full stop and the next sentence are no domain; an address spaced out has the space before its dot, too.
        if more > 0 && spaces == 0 {
            break;
        }
        let next = label(at + spaces + 1 + more);
        if next == 0 {
            break;
        }
        at += spaces + 1 + more + next;
        labels += 1;
    }
    (labels > 1 || SERVICES.contains(&named.as_str())).then_some(at)
}

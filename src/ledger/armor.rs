//! A signed head as lines of a letter: any mail program keeps them as they are, and `khaosat verify` reads them back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::SignedHead;
use crate::publish::{PublishError, canonical};

const BEGIN: &str = "-----BEGIN KHAOSAT HEAD-----";
const END: &str = "-----END KHAOSAT HEAD-----";
/// Letters of a line: short enough that quoted-printable never breaks one.
const LINE: usize = 64;
/// Heads of one file.
const HEADS_MAX: usize = 100_000;

/// The head between two marks, in lines of base64url.
///
/// # Errors
/// Text that canonical JSON cannot hold, which a head has not.
pub fn armored(head: &SignedHead) -> Result<String, PublishError> {
    let code = URL_SAFE_NO_PAD.encode(canonical(head)?.bytes);
    let mut text = format!("{BEGIN}\n");
    for (at, letter) in code.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str(&format!("\n{END}"));
    Ok(text)
}

/// Every head in the text of a mail or of many, each once, whatever stands around them; a damaged one is told by its place.
#[must_use]
pub fn unarmored(text: &str) -> Vec<Result<SignedHead, String>> {
    let mut found: Vec<Result<SignedHead, String>> = Vec::new();
    for (place, part) in (1..).zip(text.split(BEGIN).skip(1).take(HEADS_MAX)) {
        let head = part.split_once(END).and_then(|(inside, _)| {
            let quoted = |sign: char| sign.is_whitespace() || sign == '>';
            let code: String = inside.chars().filter(|sign| !quoted(*sign)).collect();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(code).ok()?).ok()
        });
        let head = head.ok_or_else(|| format!("head {place} in it is damaged"));
        if !found.contains(&head) {
            found.push(head);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::HeadStatement;
    use super::*;

    #[test]
    fn a_head_comes_back_from_a_letter_however_it_is_quoted_and_a_damaged_one_is_told() {
        let head = SignedHead {
            statement: HeadStatement {
                kind: "khaosat tree head 1".to_owned(),
                log: "https://khaosat.example".to_owned(),
                size: 7,
                root: "ab".repeat(32),
                at: "2026-11-24T00:00:00Z".to_owned(),
                reason: "daily".to_owned(),
            },
            signature: "e30..c2ln".to_owned(),
        };
        let text = armored(&head).unwrap();
        assert!(text.lines().all(|line| line.len() <= LINE));
        let quoted = format!("Kính gửi\n> {}\nhết", text.replace('\n', "\r\n> "));
        assert_eq!(unarmored(&format!("{text}\n{quoted}")), [Ok(head)]);
        let damaged = text.replacen("BEGIN KHAOSAT HEAD-----\n", "BEGIN KHAOSAT HEAD-----\nx", 1);
        assert!(unarmored(&damaged)[0].as_ref().is_err_and(|told| told.contains("damaged")));
        assert!(unarmored("Kính gửi").is_empty());
    }
}

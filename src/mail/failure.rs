//! What a failed try means for the mail, and how it is told.

use std::error::Error;

use lettre::transport::smtp::Error as SmtpError;

/// Why a try failed, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server refuses this mail for good.
    Refused(Reason),
    /// The server puts this mail off.
    Later(Reason),
    /// The server cannot be reached, is not safe, or does not want us: nothing went out, and other mails would fare alike.
    Server(Reason),
    /// The message was handed over and no answer came: it may have arrived.
    Unknown(Reason),
}

impl Failure {
    /// The sentence for the outbox about a mail to `recipient`, without the address, which the row holds already.
    pub fn sentence(&self, recipient: &str) -> String {
        let (Self::Refused(reason)
        | Self::Later(reason)
        | Self::Server(reason)
        | Self::Unknown(reason)) = self;
        let said = without(&reason.0, recipient, "(the address)");
        match self {
            Self::Unknown(_) => format!("{said}; it may have arrived"),
            Self::Refused(_) | Self::Later(_) | Self::Server(_) => said,
        }
    }
}

/// One line for a person: no control characters, no credentials, bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

/// Longest reason, in letters.
const LETTERS_MAX: usize = 300;

impl Reason {
    /// Our own words.
    pub fn plain(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// Words of another program, cleaned.
    pub fn said(words: &str) -> Self {
        Self::cleaned(words, &[])
    }

    /// An error of the connection, or the server's sentence with its code; `secrets` are struck out.
    pub fn of(error: &SmtpError, secrets: &[&str]) -> Self {
        let said = match (code_of(error), error.source()) {
            (Some(code), Some(sentence)) => format!("{code} {sentence}"),
            (Some(code), None) => code.to_string(),
            (None, _) => format!("no answer from the mail server: {error}"),
        };
        Self::cleaned(&said, secrets)
    }

    fn cleaned(said: &str, secrets: &[&str]) -> Self {
        let mut line: String =
            said.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        for secret in secrets {
            line = without(&line, secret, "(struck out)");
        }
        Self(line.trim().chars().take(LETTERS_MAX).collect())
    }
}

/// `text` with every `part` replaced, whatever its case.
fn without(text: &str, part: &str, replacement: &str) -> String {
    if part.is_empty() {
        return text.to_owned();
    }
    let (lower, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(&part) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(replacement);
        from = at + found.len();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// The reply's code, when the server gave one.
pub fn code_of(error: &SmtpError) -> Option<u16> {
    error.status().map(u16::from)
}

/// True for codes that speak of our sign-in or protection (RFC 4954, RFC 3207), not of the mail.
pub fn auth_code(code: u16) -> bool {
    matches!(code, 432 | 454 | 530 | 534 | 535 | 538)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_addresses_are_struck_out_of_what_the_server_says() {
        let said = "535 5.7.8 hunter2 for Robot@example.org\r\nis wrong";
        let reason = Reason::cleaned(said, &["hunter2", "robot"]);
        assert_eq!(reason.0, "535 5.7.8 (struck out) for (struck out)@example.org  is wrong");
        let refused = Failure::Refused(Reason::plain("550 5.1.1 <Nobody@Example.org> unknown"));
        assert_eq!(refused.sentence("nobody@example.org"), "550 5.1.1 <(the address)> unknown");
    }

    #[test]
    fn a_long_sentence_is_cut_between_letters() {
        let reason = Reason::cleaned(&"ộ".repeat(1000), &[]);
        assert_eq!(reason.0.chars().count(), LETTERS_MAX);
    }

    #[test]
    fn words_that_strike_out_keep_the_rest() {
        assert_eq!(without("ÀaÀaÀ", "a", "-"), "À-À-À");
        assert_eq!(without("abc", "", "-"), "abc");
        assert_eq!(without("İab", "AB", "-"), "İ-");
    }
}

//! What one person answered: one byte per coded question in the order of the form, and perhaps a comment.

use super::definition::{Form, Question};
use super::name::Name;

/// The code of a question without an answer.
pub(super) const NO_ANSWER: u8 = 0;
/// The highest code of an option.
pub(super) const OPTION_CODE_MAX: u8 = 250;
/// The code of "no opinion".
pub(super) const NO_OPINION: u8 = 254;
/// The code of "prefer not to say".
pub(super) const PREFER_NOT: u8 = 255;
/// What the page posts for [`NO_OPINION`].
pub(super) const NO_OPINION_VALUE: &str = "no_opinion";
/// What the page posts for [`PREFER_NOT`].
pub(super) const PREFER_NOT_VALUE: &str = "prefer_not";

/// One answer to a coded question, as the byte it is stored in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Nothing was picked: byte 0.
    None,
    /// The option with this code: byte 1 to 250.
    Option(u8),
    /// "No opinion": byte 254.
    NoOpinion,
    /// "Prefer not to say": byte 255.
    PreferNot,
}

impl Answer {
    /// The meaning of a stored byte; `None` for 251 to 253, which mean nothing.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            NO_ANSWER => Some(Self::None),
            NO_OPINION => Some(Self::NoOpinion),
            PREFER_NOT => Some(Self::PreferNot),
            1..=OPTION_CODE_MAX => Some(Self::Option(code)),
            _ => None,
        }
    }

    /// The byte.
    pub fn code(self) -> u8 {
        match self {
            Self::None => NO_ANSWER,
            Self::Option(code) => code,
            Self::NoOpinion => NO_OPINION,
            Self::PreferNot => PREFER_NOT,
        }
    }

    /// What the page posts for it: `4`, `no_opinion`, `prefer_not`, or nothing.
    pub fn value(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Option(code) => code.to_string(),
            Self::NoOpinion => NO_OPINION_VALUE.to_owned(),
            Self::PreferNot => PREFER_NOT_VALUE.to_owned(),
        }
    }

    /// The byte for a posted value, before it is known whether the question offers it.
    pub(super) fn code_of_value(value: &str) -> Option<u8> {
        match value {
            "" => Some(NO_ANSWER),
            NO_OPINION_VALUE => Some(NO_OPINION),
            PREFER_NOT_VALUE => Some(PREFER_NOT),
            digits => {
                let plain = digits.len() <= 3
                    && !digits.starts_with('0')
                    && digits.bytes().all(|b| b.is_ascii_digit());
                let code = if plain { digits.parse().ok()? } else { return None };
                (1..=OPTION_CODE_MAX).contains(&code).then_some(code)
            }
        }
    }
}

/// Checked answers to one form. Compact: a byte per coded question; the comment is kept apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Answers {
    pub(super) codes: Box<[u8]>,
    pub(super) comment: Option<Box<str>>,
}

/// Says how much was answered, never what: answers must not reach a log.
impl std::fmt::Debug for Answers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let answered = self.codes.iter().filter(|&&code| code != NO_ANSWER).count();
        write!(
            out,
            "Answers({answered} of {} answered, comment: {})",
            self.codes.len(),
            self.comment.is_some()
        )
    }
}

impl Answers {
    /// One byte per coded question, in the order of the form: 0 = no answer, 1 to 250 = option, 254 = no
    /// opinion, 255 = prefer not to say.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// The comment: NFC, trimmed, lines ended by `\n`; never empty.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// Takes the comment away, for those who may not see it.
    pub fn without_comment(self) -> Self {
        Self { comment: None, ..self }
    }

    /// The answer in `column` of the coded questions.
    pub fn at(&self, column: usize) -> Option<Answer> {
        self.codes.get(column).copied().and_then(Answer::from_code)
    }

    /// Feeds codes and comment to `sink` (a digest) so that two answers give the same bytes only if they are the
    /// same: number of codes, codes, whether there is a comment, its length, its UTF-8. Numbers are 4 bytes,
    /// little-endian.
    pub fn feed_canonical(&self, mut sink: impl FnMut(&[u8])) {
        sink(&length(self.codes.len()));
        sink(&self.codes);
        match &self.comment {
            None => sink(&[0]),
            Some(comment) => {
                sink(&[1]);
                sink(&length(comment.len()));
                sink(comment.as_bytes());
            }
        }
    }

    /// The bytes of [`Answers::feed_canonical`] in one piece.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let comment_bytes = self.comment.as_ref().map_or(0, |comment| comment.len());
        let mut bytes = Vec::with_capacity(self.codes.len() + comment_bytes + 9);
        self.feed_canonical(|part| bytes.extend_from_slice(part));
        bytes
    }
}

fn length(bytes: usize) -> [u8; 4] {
    // A form has at most 200 questions and a comment at most 2000 characters.
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// Stored bytes that cannot be answers to this form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Another number of bytes than coded questions.
    #[error(
        "stored answers have {got} codes, the form has {expected} coded questions; they belong to another form or version"
    )]
    Length {
        /// Coded questions of the form.
        expected: usize,
        /// Bytes stored.
        got: usize,
    },
    /// A code that the question does not offer.
    #[error(
        "question `{question}` has no option with the stored code {code}; the answers belong to another form or version"
    )]
    Code {
        /// The question.
        question: Name,
        /// The stored byte.
        code: u8,
    },
    /// A comment where the form has none, or one it would have refused.
    #[error(
        "the stored comment is not one this form accepts; the answers belong to another form or version"
    )]
    Comment,
}

impl Form {
    /// Checks stored codes without copying them.
    /// # Errors
    /// [`DecodeError`] when the number of bytes or one of the codes does not fit the form.
    pub fn validate_codes(&self, codes: &[u8]) -> Result<(), DecodeError> {
        let expected = self.coded_len();
        if codes.len() != expected {
            return Err(DecodeError::Length { expected, got: codes.len() });
        }
        for (&code, (question, column)) in codes.iter().zip(self.coded_questions_with_lookup()) {
            if !column.allows(code) {
                return Err(DecodeError::Code { question: question.name.clone(), code });
            }
        }
        Ok(())
    }

    /// Reads stored codes back.
    /// # Errors
    /// [`DecodeError`] as for [`Form::validate_codes`].
    pub fn decode(&self, codes: &[u8]) -> Result<Answers, DecodeError> {
        self.validate_codes(codes)?;
        Ok(Answers { codes: codes.into(), comment: None })
    }

    /// Reads stored codes and the comment kept apart from them.
    /// # Errors
    /// [`DecodeError`] as for [`Form::validate_codes`], and [`DecodeError::Comment`] for a comment that
    /// [`Form::check`] would not have let through as it is.
    pub fn decode_with_comment(
        &self,
        codes: &[u8],
        comment: Option<&str>,
    ) -> Result<Answers, DecodeError> {
        let mut answers = self.decode(codes)?;
        if let Some(stored) = comment {
            let chars_max = self.comment_chars_max().ok_or(DecodeError::Comment)?;
            match super::check::clean_comment(stored, chars_max) {
                Ok(Some(clean)) if *clean == *stored => answers.comment = Some(clean),
                _ => return Err(DecodeError::Comment),
            }
        }
        Ok(answers)
    }

    /// The answer to the coded question `name`; `None` when the form has no such coded question.
    pub fn answer(&self, answers: &Answers, name: &str) -> Option<Answer> {
        answers.at(self.column(name)?)
    }

    /// The answers by question, in the order of the form, coded questions only.
    pub fn answered<'a>(
        &'a self,
        answers: &'a Answers,
    ) -> impl Iterator<Item = (&'a Question, Answer)> {
        self.coded_questions()
            .zip(answers.codes.iter())
            .filter_map(|(question, &code)| Some((question, Answer::from_code(code)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    #[test]
    fn the_value_on_the_page_and_the_stored_byte_mean_the_same() {
        for code in 0..=u8::MAX {
            match Answer::from_code(code) {
                Some(answer) => {
                    assert_eq!(answer.code(), code);
                    assert_eq!(Answer::code_of_value(&answer.value()), Some(code));
                }
                None => assert!((251..=253).contains(&code)),
            }
        }
        for bad in ["0", "00", "04", "+4", "4 ", " 4", "251", "255", "1000", "٤", "4.0", "x", "-1"]
        {
            assert_eq!(Answer::code_of_value(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn stored_bytes_of_another_length_or_with_a_foreign_code_are_refused() {
        let form = shipped::one_stop_shop().unwrap();
        let mut codes = vec![0_u8; form.coded_len()];
        codes[3] = 5;
        assert_eq!(form.decode(&codes).unwrap().codes(), codes);
        assert_eq!(form.answer(&form.decode(&codes).unwrap(), "q04"), Some(Answer::Option(5)));
        for foreign in [6, 200, 251, 253] {
            codes[3] = foreign;
            let refused = form.decode(&codes).unwrap_err();
            assert!(
                matches!(&refused, DecodeError::Code { question, code } if question.as_str() == "q04" && *code == foreign)
            );
        }
        codes.pop();
        assert!(matches!(form.decode(&codes), Err(DecodeError::Length { .. })));
    }

    #[test]
    fn a_stored_comment_must_be_one_the_form_would_have_stored() {
        let form = shipped::one_stop_shop().unwrap();
        let codes = vec![0_u8; form.coded_len()];
        let stored = form.decode_with_comment(&codes, Some("Chờ lâu")).unwrap();
        assert_eq!(stored.comment(), Some("Chờ lâu"));
        assert_eq!(stored.without_comment().comment(), None);
        for bad in ["", " đầu", "a\u{7}", "e\u{302}"] {
            assert_eq!(form.decode_with_comment(&codes, Some(bad)), Err(DecodeError::Comment));
        }
    }

    #[test]
    fn different_answers_have_different_canonical_bytes() {
        let answers = |codes: &[u8], comment: Option<&str>| Answers {
            codes: codes.into(),
            comment: comment.map(Into::into),
        };
        let all = [
            answers(&[], None),
            answers(&[0], None),
            answers(&[1], None),
            answers(&[1, 0], None),
            answers(&[1], Some("a")),
            answers(&[1], Some("ab")),
            answers(&[], Some("\u{1}")),
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                assert_eq!(a.canonical_bytes() == b.canonical_bytes(), i == j);
            }
        }
    }

    #[test]
    fn printing_answers_for_a_log_tells_nothing_of_them() {
        let answers = Answers { codes: [4, 0].into(), comment: Some("bí mật".into()) };
        assert_eq!(format!("{answers:?}"), "Answers(1 of 2 answered, comment: true)");
    }
}

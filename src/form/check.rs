//! Checks what a citizen sent against the form, field by field: the gate of **collect**.
//!
//! It runs for every post: a field that comes in the order of the page is found by one comparison, any other by
//! binary search; nothing is allocated but the answers themselves and, where there are any, the problems.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::answers::{Answer, Answers, NO_ANSWER};
use super::definition::{Form, Question, Role, Shape};
use super::name::{Name, SERVICE_FIELDS};
use super::read::QUESTIONS_MAX;

/// Most fields of one post that are looked at; a page of the largest form posts fewer.
pub const CHECKED_FIELDS_MAX: usize = 512;

/// Most bytes of raw text for one character of a comment: four code points of four bytes can compose to one.
const RAW_BYTES_PER_CHAR: usize = 16;

/// Most characters of an unknown field's name that a problem repeats.
const FIELD_NAME_CHARS_MAX: usize = 64;

/// What is wrong with one field of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerProblem {
    /// The name of the question, or of the unknown field (cut to 64 characters).
    pub question: String,
    /// The id of the input to which the error summary links.
    pub input_id: String,
    /// What is wrong.
    pub fault: AnswerFault,
}

/// Why an answer was not taken. Repeats nothing that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// No question and no field of the service has this name.
    #[error("unknown field")]
    UnknownField,
    /// The post holds more fields than any page of ours.
    #[error("more than {CHECKED_FIELDS_MAX} fields")]
    TooManyFields,
    /// The same question twice in one post.
    #[error("answered twice")]
    SentTwice,
    /// Not one of the options of the question.
    #[error("not one of the options")]
    NotAnOption,
    /// The comment is too long.
    #[error("{chars} characters, at most {chars_max} are kept")]
    CommentTooLong {
        /// Characters sent, after NFC.
        chars: usize,
        /// Characters allowed.
        chars_max: usize,
    },
    /// The comment holds a control character other than a line break or a tab.
    #[error("a control character")]
    ControlCharacter,
    /// The question must be answered.
    #[error("an answer is required")]
    Required,
    /// None of the criteria is answered, so there is nothing to count.
    #[error("no criterion is answered")]
    NothingAnswered,
}

/// What [`Form::check`] looks up, built once per form.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// Sorted by name, with the question's position.
    by_name: Box<[(Name, usize)]>,
    /// By position of the question.
    pub(super) entries: Box<[Entry]>,
    pub(super) coded_len: usize,
}

/// How the answer to one question is checked and where it goes.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// One byte at `column`.
    Coded { column: usize, allowed: AllowedCodes, required: bool, criterion: bool },
    /// The comment.
    Text { chars_max: usize, required: bool },
}

/// The set of bytes a question's answer may be, "no answer" among them.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllowedCodes([u64; 4]);

impl AllowedCodes {
    fn of(codes: impl Iterator<Item = u8>) -> Self {
        let mut words = [0_u64; 4];
        for code in codes.chain([NO_ANSWER]) {
            if let Some(word) = words.get_mut(usize::from(code >> 6)) {
                *word |= 1 << (code & 63);
            }
        }
        Self(words)
    }

    pub(super) fn allows(self, code: u8) -> bool {
        self.0.get(usize::from(code >> 6)).is_some_and(|word| word >> (code & 63) & 1 == 1)
    }
}

impl Lookup {
    pub(super) fn of(questions: &[Question]) -> Self {
        let mut coded_len = 0;
        let entries = questions
            .iter()
            .map(|question| match &question.shape {
                Shape::Text { chars_max } => {
                    Entry::Text { chars_max: usize::from(*chars_max), required: question.required }
                }
                Shape::Coded(coded) => {
                    let column = coded_len;
                    coded_len += 1;
                    Entry::Coded {
                        column,
                        allowed: AllowedCodes::of(coded.codes()),
                        required: question.required,
                        criterion: matches!(question.role, Role::Criterion { .. }),
                    }
                }
            })
            .collect();
        let mut by_name: Vec<(Name, usize)> = questions
            .iter()
            .enumerate()
            .map(|(position, question)| (question.name.clone(), position))
            .collect();
        by_name.sort();
        Self { by_name: by_name.into(), entries, coded_len }
    }

    /// The position of the question `name`.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        let found = self.by_name.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.by_name.get(found).map(|(_, position)| *position)
    }
}

/// Which questions a post has named so far; questions have positions below 256.
#[derive(Default)]
struct Seen([u64; 4]);

const _: () = assert!(QUESTIONS_MAX <= 256, "a position must fit into the bits of Seen");

impl Seen {
    /// Notes `position`; whether it was noted before.
    fn again(&mut self, position: usize) -> bool {
        let bit = 1_u64 << (position & 63);
        match self.0.get_mut(position >> 6) {
            Some(word) => {
                let before = *word & bit != 0;
                *word |= bit;
                before
            }
            None => false,
        }
    }
}

impl Form {
    /// Checks a post, its fields decoded but otherwise as sent, and gives the answers in their stored shape.
    ///
    /// An empty value is no answer. The comment is brought to NFC, its line ends to `\n`, and trimmed. Fields named
    /// in [`SERVICE_FIELDS`] are passed over. Personal answers are checked here; whether the person consented to
    /// give them (field `consent`) is decided where the page is handled.
    /// # Errors
    /// Every problem of the post, those of unknown fields first, then in the order of the form; never an empty list.
    pub fn check<N: AsRef<str>, V: AsRef<str>>(
        &self,
        fields: &[(N, V)],
    ) -> Result<Answers, Vec<AnswerProblem>> {
        let mut codes = vec![NO_ANSWER; self.lookup.coded_len].into_boxed_slice();
        let mut comment = None;
        let mut criterion_answered = false;
        let mut seen = Seen::default();
        let mut faults = Faults::default();
        let mut expected = 0;

        if fields.len() > CHECKED_FIELDS_MAX {
            faults.unknown.push((String::new(), AnswerFault::TooManyFields));
        }
        for (name, value) in fields.iter().take(CHECKED_FIELDS_MAX) {
            let Some(position) = self.position_near(expected, name.as_ref()) else {
                faults.note_unknown(name.as_ref());
                continue;
            };
            expected = position + 1;
            if seen.again(position) {
                faults.note(position, AnswerFault::SentTwice);
                continue;
            }
            match self.lookup.entries.get(position) {
                Some(Entry::Coded { column, allowed, criterion, .. }) => {
                    match Answer::code_of_value(value.as_ref()) {
                        Some(code) if allowed.allows(code) => {
                            if let Some(stored) = codes.get_mut(*column) {
                                *stored = code;
                            }
                            criterion_answered |= *criterion && code != NO_ANSWER;
                        }
                        _ => faults.note(position, AnswerFault::NotAnOption),
                    }
                }
                Some(Entry::Text { chars_max, .. }) => {
                    match clean_comment(value.as_ref(), *chars_max) {
                        Ok(clean) => comment = clean,
                        Err(fault) => faults.note(position, fault),
                    }
                }
                None => {}
            }
        }
        self.note_required(&codes, comment.is_some(), &mut faults);
        if !criterion_answered
            && !faults.any_of_criteria(self)
            && let Some(first) = self.criteria().next()
        {
            faults.note(first.position, AnswerFault::NothingAnswered);
        }
        if faults.is_empty() {
            Ok(Answers { codes, comment })
        } else {
            Err(faults.into_problems(self))
        }
    }

    /// The position of the question `name`: `expected` in most posts, as browsers send fields in page order.
    fn position_near(&self, expected: usize, name: &str) -> Option<usize> {
        if self.questions.get(expected).is_some_and(|question| question.name.as_str() == name) {
            return Some(expected);
        }
        self.lookup.position(name)
    }

    fn note_required(&self, codes: &[u8], commented: bool, faults: &mut Faults) {
        for (position, entry) in self.lookup.entries.iter().enumerate() {
            let missing = match entry {
                Entry::Coded { column, required, .. } => {
                    *required && codes.get(*column) == Some(&NO_ANSWER)
                }
                Entry::Text { required, .. } => *required && !commented,
            };
            if missing {
                faults.note(position, AnswerFault::Required);
            }
        }
    }
}

/// What was found so far: unknown fields by name, faults by position of the question, one each.
#[derive(Default)]
struct Faults {
    unknown: Vec<(String, AnswerFault)>,
    known: Vec<(usize, AnswerFault)>,
}

impl Faults {
    fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.known.is_empty()
    }

    fn note_unknown(&mut self, name: &str) {
        if SERVICE_FIELDS.binary_search(&name).is_err() {
            let name: String = name.chars().take(FIELD_NAME_CHARS_MAX).collect();
            self.unknown.push((name, AnswerFault::UnknownField));
        }
    }

    /// The first fault of a question stands: a second would only repeat it.
    fn note(&mut self, position: usize, fault: AnswerFault) {
        if self.known.iter().all(|(noted, _)| *noted != position) {
            self.known.push((position, fault));
        }
    }

    fn any_of_criteria(&self, form: &Form) -> bool {
        self.known.iter().any(|(position, _)| {
            form.questions
                .get(*position)
                .is_some_and(|question| matches!(question.role, Role::Criterion { .. }))
        })
    }

    fn into_problems(mut self, form: &Form) -> Vec<AnswerProblem> {
        self.known.sort_by_key(|(position, _)| *position);
        let first_input = form.questions.first().map(Question::first_input_id).unwrap_or_default();
        let unknown = self.unknown.into_iter().map(|(question, fault)| AnswerProblem {
            question,
            input_id: first_input.clone(),
            fault,
        });
        let known = self.known.into_iter().filter_map(|(position, fault)| {
            let question = form.questions.get(position)?;
            Some(AnswerProblem {
                question: question.name.to_string(),
                input_id: question.first_input_id(),
                fault,
            })
        });
        unknown.chain(known).collect()
    }
}

/// A comment as it is stored: line ends `\n`, NFC, trimmed; `None` when nothing is left.
pub(super) fn clean_comment(raw: &str, chars_max: usize) -> Result<Option<Box<str>>, AnswerFault> {
    if raw.is_empty() {
        return Ok(None);
    }
    let raw_max = chars_max.saturating_mul(RAW_BYTES_PER_CHAR);
    if raw.trim().len() > raw_max {
        return Err(AnswerFault::CommentTooLong { chars: raw.chars().count(), chars_max });
    }
    // Browsers end the lines of a text area with CR LF, whatever the person typed.
    let lines = if raw.contains('\r') {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    };
    if lines.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(AnswerFault::ControlCharacter);
    }
    let trimmed = lines.trim();
    let clean: Box<str> =
        if is_nfc(trimmed) { trimmed.into() } else { trimmed.nfc().collect::<String>().into() };
    let chars = clean.chars().count();
    if chars > chars_max {
        return Err(AnswerFault::CommentTooLong { chars, chars_max });
    }
    Ok((!clean.is_empty()).then_some(clean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    fn form() -> Form {
        shipped::one_stop_shop().unwrap()
    }

    fn problems(fields: &[(&str, &str)]) -> Vec<(String, String, AnswerFault)> {
        let problems = form().check(fields).unwrap_err();
        problems.into_iter().map(|p| (p.question, p.input_id, p.fault)).collect()
    }

    fn one(
        question: &str,
        input_id: &str,
        fault: AnswerFault,
    ) -> Vec<(String, String, AnswerFault)> {
        vec![(question.to_owned(), input_id.to_owned(), fault)]
    }

    #[test]
    fn answers_come_out_in_the_order_of_the_form_whatever_the_order_of_the_post() {
        let form = form();
        let in_order: Vec<(String, &str)> =
            (1..=22).map(|i| (format!("q{i:02}"), ["1", "5", "no_opinion"][i % 3])).collect();
        let mut shuffled = in_order.clone();
        shuffled.reverse();
        shuffled.rotate_left(7);
        shuffled.push(("sex".into(), "prefer_not"));
        let answers = form.check(&in_order).unwrap();
        assert_eq!(&answers.codes()[..3], [5, 254, 1]);
        let others = form.check(&shuffled).unwrap();
        assert_eq!(others.codes()[..22], answers.codes()[..22]);
        assert_eq!(form.answer(&others, "sex"), Some(Answer::PreferNot));
        assert_eq!(form.answer(&answers, "sex"), Some(Answer::None));
    }

    #[test]
    fn every_option_of_every_question_is_taken_and_every_other_code_is_not() {
        let form = form();
        for question in form.coded_questions() {
            for code in 1..=u8::MAX {
                let Some(answer) = Answer::from_code(code) else { continue };
                let mut fields = vec![(question.name.to_string(), answer.value())];
                if question.name.as_str() != "q01" {
                    fields.push(("q01".into(), "3".into()));
                }
                let offered = question.coded().unwrap().codes().any(|known| known == code);
                let checked = form.check(&fields);
                assert_eq!(checked.is_ok(), offered, "{} = {code}", question.name);
                if let Ok(answers) = checked {
                    assert_eq!(form.answer(&answers, question.name.as_str()), Some(answer));
                    assert_eq!(form.decode(answers.codes()).unwrap(), answers);
                }
            }
        }
    }

    #[test]
    fn fields_of_the_service_are_passed_over_and_others_refused() {
        let service: Vec<(&str, &str)> =
            SERVICE_FIELDS.iter().map(|name| (*name, "x")).chain([("q05", "2")]).collect();
        assert!(form().check(&service).is_ok());
        assert_eq!(
            problems(&[("q23", "1"), ("q05", "2")]),
            one("q23", "q01_1", AnswerFault::UnknownField)
        );
        let long = "x".repeat(1_000);
        let cut = problems(&[(long.as_str(), "1"), ("q05", "2")]);
        assert_eq!(cut[0].0.len(), FIELD_NAME_CHARS_MAX);
    }

    #[test]
    fn a_question_sent_twice_is_refused_even_with_the_same_answer() {
        assert_eq!(
            problems(&[("q05", "2"), ("q05", "2")]),
            one("q05", "q05_1", AnswerFault::SentTwice)
        );
        assert_eq!(
            problems(&[("q05", "2"), ("q05", "")]),
            one("q05", "q05_1", AnswerFault::SentTwice)
        );
    }

    #[test]
    fn a_form_without_any_criterion_is_refused_with_a_link_to_the_first() {
        let nothing = one("q01", "q01_1", AnswerFault::NothingAnswered);
        assert_eq!(problems(&[]), nothing);
        assert_eq!(problems(&[("q01", ""), ("sex", "1"), ("comment", "Cảm ơn")]), nothing);
        assert!(form().check(&[("q22", "no_opinion")]).is_ok(), "having no opinion is an answer");
        let wrong = problems(&[("q07", "9")]);
        assert_eq!(wrong, one("q07", "q07_1", AnswerFault::NotAnOption));
    }

    #[test]
    fn all_problems_of_a_post_are_told_at_once_in_the_order_of_the_page() {
        let found = problems(&[
            ("comment", "\u{7}"),
            ("zz", "1"),
            ("q09", "7"),
            ("q02", "x"),
            ("q02", "x"),
        ]);
        let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["zz", "q02", "q09", "comment"]);
    }

    #[test]
    fn a_comment_is_counted_after_composition_and_kept_trimmed() {
        let form = form();
        let decomposed = "e\u{302}\u{323}".repeat(1_000); // ệ, three code points each
        let answers = form.check(&[("q01", "1"), ("comment", decomposed.as_str())]).unwrap();
        assert_eq!(answers.comment().map(|text| text.chars().count()), Some(1_000));
        let too_long = "ệ".repeat(1_001);
        assert_eq!(
            problems(&[("q01", "1"), ("comment", too_long.as_str())]),
            one(
                "comment",
                "comment",
                AnswerFault::CommentTooLong { chars: 1_001, chars_max: 1_000 }
            )
        );
        let answers = form.check(&[("q01", "1"), ("comment", "  chờ\r\nlâu\t!\r ")]).unwrap();
        assert_eq!(answers.comment(), Some("chờ\nlâu\t!"));
        assert_eq!(form.check(&[("q01", "1"), ("comment", " \r\n ")]).unwrap().comment(), None);
        for control in ["a\0b", "a\u{1b}b", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(
                problems(&[("q01", "1"), ("comment", control)]),
                one("comment", "comment", AnswerFault::ControlCharacter)
            );
        }
        let flood = "x".repeat(1_000_000);
        assert!(matches!(
            problems(&[("q01", "1"), ("comment", &flood)])[0].2,
            AnswerFault::CommentTooLong { .. }
        ));
    }

    #[test]
    fn a_required_question_without_an_answer_is_refused() {
        let source = shipped::ONE_STOP_SHOP
            .replace("name = \"q03\"", "required = true\nname = \"q03\"")
            .replace("name = \"comment\"", "required = true\nname = \"comment\"");
        let form = Form::parse(&source, "f.toml").unwrap();
        let problems = form.check(&[("q01", "4"), ("q03", ""), ("comment", " ")]).unwrap_err();
        let faults: Vec<_> = problems.iter().map(|p| (p.question.as_str(), p.fault)).collect();
        assert_eq!(faults, [("q03", AnswerFault::Required), ("comment", AnswerFault::Required)]);
        assert!(form.check(&[("q03", "4"), ("comment", "ổn")]).is_ok());
    }

    #[test]
    fn a_post_of_thousands_of_fields_is_cut_short() {
        let flood: Vec<(String, &str)> = (0..100_000).map(|i| (format!("x{i}"), "1")).collect();
        let problems = form().check(&flood).unwrap_err();
        assert_eq!(problems.len(), CHECKED_FIELDS_MAX + 2);
        assert_eq!(problems[0].fault, AnswerFault::TooManyFields);
    }
}

//! What is wrong with a post, in words a person can act on.

use super::view::Item;
use crate::form::{AnswerFault, AnswerProblem, Question};
use crate::web::text::{Arg, Lang, key};

/// One line of the error summary.
pub(super) struct Line {
    /// The id of the input it leads to.
    pub anchor: String,
    pub text: String,
}

/// The lines of the error summary, in the order of the problems, none twice.
pub(super) fn summary<'i, 'a: 'i>(
    lang: Lang,
    problems: &[AnswerProblem],
    items: impl Iterator<Item = &'i Item<'a>> + Clone,
) -> Vec<Line> {
    let first = items.clone().next().map_or_else(String::new, |item| item.anchor().to_owned());
    let mut lines: Vec<Line> = Vec::new();
    for problem in problems {
        let at = items.clone().find(|item| item.name == problem.question);
        let line = match (at, of_form(lang, problem.fault)) {
            (_, Some(text)) => Line { anchor: first.clone(), text },
            (Some(item), None) => {
                let fault = item.fault.as_deref().unwrap_or_default();
                let args = [("question", Arg::Text(&item.label())), ("fault", Arg::Text(fault))];
                Line { anchor: item.anchor().to_owned(), text: lang.tell(key::ERROR_LINE, &args) }
            }
            (None, None) => {
                Line { anchor: first.clone(), text: lang.say(key::FAULT_PAGE).into_owned() }
            }
        };
        if lines.iter().all(|known| known.text != line.text) {
            lines.push(line);
        }
    }
    lines
}

/// The words for a fault of one question; `None` where the fault is not the question's.
pub(super) fn of_item(lang: Lang, fault: AnswerFault, question: &Question) -> Option<String> {
    let words = match fault {
        AnswerFault::Required if question.coded().is_none() => lang.say(key::FAULT_WRITE),
        AnswerFault::Required => lang.say(key::FAULT_REQUIRED),
        AnswerFault::NotAnOption | AnswerFault::SentTwice => lang.say(key::FAULT_AGAIN),
        AnswerFault::ControlCharacter => lang.say(key::FAULT_ODD),
        AnswerFault::CommentTooLong { chars, chars_max } => {
            let args = [("chars", count(chars)), ("max", count(chars_max))];
            lang.tell(key::FAULT_LONG, &args).into()
        }
        AnswerFault::NothingAnswered | AnswerFault::UnknownField | AnswerFault::TooManyFields => {
            return None;
        }
    };
    Some(words.into_owned())
}

/// The words for a fault of the whole post; `None` where it is one question's.
fn of_form(lang: Lang, fault: AnswerFault) -> Option<String> {
    match fault {
        AnswerFault::NothingAnswered => Some(lang.say(key::FAULT_NOTHING).into_owned()),
        AnswerFault::UnknownField | AnswerFault::TooManyFields => {
            Some(lang.say(key::FAULT_PAGE).into_owned())
        }
        _ => None,
    }
}

fn count(count: usize) -> Arg<'static> {
    Arg::Count(u64::try_from(count).unwrap_or(u64::MAX))
}

//! Turns a form into what the templates of the survey show, in one language and with what was filled in.

use std::borrow::Cow;

use super::LevelOrder;
use super::fault;
use super::filled::Filled;
use crate::form::{
    Answer, AnswerOption, AnswerProblem, Coded, Form, Language, Question, Role, Shape, Shown, Text,
};
use crate::web::page::shell::printable;
use crate::web::recordings::{Recordings, SILENCE};
use crate::web::text::{Arg, Lang, key};

/// Faces are drawn for scales of two to this many levels.
const FACES: usize = 5;

/// How the form is looked at.
pub(super) struct View<'a> {
    lang: Lang,
    language: Option<Language>,
    order: LevelOrder,
    shown: &'a Shown,
    filled: Filled<'a>,
    problems: &'a [AnswerProblem],
    recorded: &'a Recordings,
}

/// What can be heard.
pub(super) struct Hear {
    pub address: String,
    /// What the button is called.
    pub label: String,
}

/// A text, and its language where that is not the page's.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub text: &'a str,
    fallback: Option<&'a str>,
}

impl Words<'_> {
    /// The attribute of the element around a text that is not translated; empty else. A language tag holds only
    /// letters, digits and hyphens, so it needs no escaping.
    pub fn lang(&self) -> String {
        self.fallback.map_or_else(String::new, |tag| format!(" lang=\"{tag}\""))
    }
}

/// A factor with its criteria.
pub(super) struct Factor<'a> {
    pub heading: Words<'a>,
    pub items: Vec<Item<'a>>,
}

/// One question.
pub(super) struct Item<'a> {
    /// The kind's name: which widget shows it.
    pub widget: &'static str,
    pub name: &'a str,
    /// Criteria are numbered, as on the paper form.
    pub number: Option<usize>,
    pub text: Words<'a>,
    pub hint: Option<Words<'a>>,
    /// The question as it was spoken.
    pub hear: Option<Hear>,
    /// The answers that rate or tell something.
    pub choices: Vec<Choice<'a>>,
    /// "No opinion", "prefer not to say": set apart from them.
    pub aside: Vec<Choice<'a>>,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// The free text so far.
    pub written: Cow<'a, str>,
    pub chars_max: u16,
    /// The only question there is: its answers send the form.
    pub sends: bool,
}

/// One row to pick.
pub(super) struct Choice<'a> {
    pub id: String,
    pub value: String,
    pub text: Words<'a>,
    /// 1 (mouth down) to 5 (mouth up).
    pub face: Option<usize>,
    pub picked: bool,
    /// The answer as it was spoken.
    pub hear: Option<Hear>,
}

impl Item<'_> {
    /// Whether it is answered, or wrong.
    pub fn is_touched(&self) -> bool {
        self.fault.is_some()
            || !self.written.is_empty()
            || self.choices.iter().chain(&self.aside).any(|choice| choice.picked)
    }

    /// Where a link to it leads: the first of its inputs on the page.
    pub fn anchor(&self) -> &str {
        self.choices.first().map_or(self.name, |choice| &choice.id)
    }

    /// The question with its number, as the page shows it.
    pub fn label(&self) -> String {
        match self.number {
            Some(number) => format!("{number}. {}", self.text.text),
            None => self.text.text.to_owned(),
        }
    }

    /// The classes of a scale: five levels stand side by side where there is room, faces need room of their own.
    pub fn layout(&self) -> &'static str {
        let faces = self.choices.iter().any(|choice| choice.face.is_some());
        match (self.choices.len() == FACES, faces) {
            (true, true) => "five faces",
            (true, false) => "five",
            (false, true) => "faces",
            (false, false) => "plain",
        }
    }

    /// The ids of what describes it: its hint, its fault.
    pub fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}_hint", self.name));
        let fault = self.fault.as_ref().map(|_| format!("{}_err", self.name));
        let ids: Vec<String> = hint.into_iter().chain(fault).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

impl<'a> View<'a> {
    pub fn new(
        lang: Lang,
        order: LevelOrder,
        shown: &'a Shown,
        filled: Filled<'a>,
        problems: &'a [AnswerProblem],
    ) -> Self {
        let recorded = &SILENCE;
        Self { lang, language: lang.of_form(), order, shown, filled, problems, recorded }
    }

    /// With what can be heard.
    pub fn with(self, recorded: &'a Recordings) -> Self {
        Self { recorded, ..self }
    }

    fn hear(&self, names: &[&str], text: &str) -> Option<Hear> {
        let address = self.recorded.address(self.lang, names)?;
        let label = self.lang.tell(key::HEAR, &[("text", Arg::Text(text))]);
        Some(Hear { address, label })
    }

    /// `text` in the page's language, else in the form's first.
    pub fn words(&self, text: &'a Text) -> Words<'a> {
        let own = self.language.as_ref().map(|language| text.get_with_fallback_flag(language));
        match own {
            Some((text, false)) => {
                let own = self.lang != self.lang.of_page();
                Words { text, fallback: own.then(|| self.lang.tag()) }
            }
            _ => {
                let fallback = text.iter().next().map(|(language, _)| language.as_str());
                let fallback = fallback.filter(|tag| *tag != self.lang.of_page().tag());
                Words { text: text.in_default_language(), fallback }
            }
        }
    }

    /// The factors in the order of the form, those of their criteria that are shown numbered through.
    pub fn factors(&self, form: &'a Form) -> Vec<Factor<'a>> {
        let mut number = 0;
        let mut factors = Vec::with_capacity(form.factors.len());
        for (position, factor) in form.factors.iter().enumerate() {
            let mut items = self.items(form, |role| *role == Role::Criterion { factor: position });
            for item in &mut items {
                number += 1;
                item.number = Some(number);
            }
            if !items.is_empty() {
                factors.push(Factor { heading: self.words(&factor.text), items });
            }
        }
        factors
    }

    /// The questions with a role that `wanted` takes, in the order of the form.
    pub fn items(&self, form: &'a Form, wanted: impl Fn(&Role) -> bool) -> Vec<Item<'a>> {
        form.questions
            .iter()
            .enumerate()
            .filter(|(position, question)| self.shown.has(*position) && wanted(&question.role))
            .map(|(_, question)| self.item(question))
            .collect()
    }

    pub fn item(&self, question: &'a Question) -> Item<'a> {
        let name = question.name.as_str();
        let (choices, aside) =
            question.coded().map(|coded| self.choices(question, coded)).unwrap_or_default();
        let (written, chars_max) = match question.shape {
            Shape::Text { chars_max } => (printable(self.filled.text(name)), chars_max),
            Shape::Coded(_) => (Cow::Borrowed(""), 0),
        };
        let problem = self.problems.iter().find(|problem| problem.question == name);
        Item {
            widget: question.kind.name,
            name,
            number: None,
            text: self.words(&question.text),
            hear: self.hear(&[name], self.words(&question.text).text),
            hint: question.hint.as_ref().map(|hint| self.words(hint)),
            choices,
            aside,
            fault: problem.and_then(|problem| fault::of_item(self.lang, problem.fault, question)),
            written,
            chars_max,
            sends: false,
        }
    }

    fn choices(
        &self,
        question: &'a Question,
        coded: &'a Coded,
    ) -> (Vec<Choice<'a>>, Vec<Choice<'a>>) {
        let levels = coded.options.len();
        let mut choices: Vec<Choice<'a>> = coded
            .options
            .iter()
            .enumerate()
            .map(|(level, option): (usize, &AnswerOption)| Choice {
                face: face(coded, level, levels),
                ..self.choice(question, Answer::Option(option.code), &option.text)
            })
            .collect();
        // Answers look the same: all of them can be heard, or none.
        if choices.iter().any(|choice| choice.hear.is_none()) {
            choices.iter_mut().for_each(|choice| choice.hear = None);
        }
        if coded.scale.is_some() && self.order == LevelOrder::BestFirst {
            choices.reverse();
        }
        let no_opinion =
            coded.no_opinion.as_ref().map(|text| self.choice(question, Answer::NoOpinion, text));
        let prefer_not =
            coded.prefer_not.as_ref().map(|text| self.choice(question, Answer::PreferNot, text));
        (choices, no_opinion.into_iter().chain(prefer_not).collect())
    }

    fn choice(&self, question: &'a Question, answer: Answer, text: &'a Text) -> Choice<'a> {
        let value = answer.value();
        let id = question.input_id(answer.code());
        let text = self.words(text);
        // A level is spoken once for all questions of its scale.
        let scale = question.coded().and_then(|coded| coded.scale.as_ref());
        let level = scale.map(|scale| format!("{}_{value}", scale.as_str())).unwrap_or_default();
        Choice {
            hear: self.hear(&[&id, &level], text.text),
            id,
            picked: self.filled.has(question.name.as_str(), &value),
            value,
            text,
            face: None,
        }
    }
}

/// The face beside a level: evenly from mouth down to mouth up. A reversed scale gets none, because there the level
/// that counts best would carry the sad face; nor does a scale with more levels than faces.
fn face(coded: &Coded, level: usize, levels: usize) -> Option<usize> {
    if coded.scale.is_none() || coded.reversed || !(2..=FACES).contains(&levels) {
        return None;
    }
    let steps = levels - 1;
    Some(1 + (level * (FACES - 1) + steps / 2) / steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    #[test]
    fn faces_are_spread_evenly_and_left_out_where_they_would_mislead() {
        let form = shipped::one_stop_shop().unwrap();
        let mut coded = form.question("q01").unwrap().coded().unwrap().clone();
        let faces = |coded: &Coded, levels: usize| -> Vec<Option<usize>> {
            (0..levels).map(|level| face(coded, level, levels)).collect()
        };
        assert_eq!(faces(&coded, 5), [Some(1), Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(faces(&coded, 3), [Some(1), Some(3), Some(5)]);
        assert_eq!(faces(&coded, 2), [Some(1), Some(5)]);
        assert_eq!(faces(&coded, 4), [Some(1), Some(2), Some(4), Some(5)]);
        assert_eq!(faces(&coded, 6), [None; 6]);
        coded.reversed = true;
        assert_eq!(faces(&coded, 5), [None; 5]);
        let about_the_person = form.question("sex").unwrap().coded().unwrap();
        assert_eq!(faces(about_the_person, 2), [None, None]);
    }
}

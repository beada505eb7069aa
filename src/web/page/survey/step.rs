//! The survey as one question at a time: every step is an address of its own, so that Back and reload work without
//! script.

use askama::Template;

use super::view::{Factor, Item, View, Words};
use super::{CONSENT_FIELD, CONSENT_VALUE, Fill, Filled, LevelOrder};
use crate::form::{Form, Role, Shown};
use crate::web::assets::Style;
use crate::web::page::shell::{Shell, finished};
use crate::web::recordings::Recordings;
use crate::web::text::{Arg, Lang, key};

/// What one step asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The criterion at this position of the form.
    Criterion(usize),
    /// About the person, with the consent box.
    Person,
    /// Who helped, the comment.
    Last,
}

/// The steps of a form, first to last; never none, as a form has criteria.
pub fn steps(form: &Form, shown: &Shown) -> Vec<Step> {
    let has = |wanted: fn(&Role) -> bool| form.questions.iter().any(|q| wanted(&q.role));
    let mut steps: Vec<Step> = form
        .criteria()
        .filter(|criterion| shown.has(criterion.position))
        .map(|criterion| Step::Criterion(criterion.position))
        .collect();
    if has(|role| matches!(role, Role::Person { .. })) {
        steps.push(Step::Person);
    }
    if has(|role| matches!(role, Role::Helper | Role::Comment)) {
        steps.push(Step::Last);
    }
    steps
}

impl Step {
    /// Whether the field of this name is asked in this step.
    pub fn asks(self, form: &Form, field: &str) -> bool {
        if field == CONSENT_FIELD {
            return self == Self::Person;
        }
        form.questions.iter().enumerate().any(|(position, question)| {
            question.name.as_str() == field
                && match self {
                    Self::Criterion(own) => own == position,
                    Self::Person => matches!(question.role, Role::Person { .. }),
                    Self::Last => matches!(question.role, Role::Helper | Role::Comment),
                }
        })
    }
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct StepPage<'a> {
    /// What is asked.
    pub form: &'a Form,
    /// In which order levels stand.
    pub order: LevelOrder,
    /// Which questions this person is shown.
    pub shown: &'a Shown,
    /// What differs from one opening to the next.
    pub fill: Fill<'a>,
    /// What was answered so far.
    pub filled: Filled<'a>,
    /// Number of the step, from 1.
    pub number: usize,
    /// What can be heard.
    pub recorded: &'a Recordings,
}

#[derive(Template)]
#[template(path = "step.html")]
struct Html<'a> {
    shell: Shell<'a>,
    fill: Fill<'a>,
    heading: Words<'a>,
    intro: Vec<Words<'a>>,
    number: usize,
    count: usize,
    progress: String,
    factor: Option<Factor<'a>>,
    consent: Option<Words<'a>>,
    consented: bool,
    person: Vec<Item<'a>>,
    last: Vec<Item<'a>>,
}

impl StepPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Step;

    /// The whole page; a number beyond the last shows the last.
    pub fn render(&self, lang: Lang) -> String {
        let form = self.form;
        let steps = steps(form, self.shown);
        let count = steps.len();
        let number = self.number.clamp(1, count.max(1));
        let step = steps.get(number - 1).copied();
        let view = View::new(lang, self.order, self.shown, self.filled, &[]).with(self.recorded);
        let heading = view.words(&form.title);
        let told = |count: usize| Arg::Count(u64::try_from(count).unwrap_or(u64::MAX));
        let place = [("step", told(number)), ("count", told(count))];
        let progress = lang.tell(key::STEP_PROGRESS, &place);
        let mut shell = Shell::new(lang, Self::STYLE, format!("{progress} – {}", heading.text));
        let asked = |other: &Lang| *other != lang && form.language(other.tag()).is_some();
        shell.others = Lang::ALL.into_iter().filter(asked).collect();
        shell.others_query = format!("&step={number}");
        let (person, last) = match step {
            Some(Step::Person) => {
                (view.items(form, |role| matches!(role, Role::Person { .. })), Vec::new())
            }
            Some(Step::Last) => {
                (Vec::new(), view.items(form, |role| matches!(role, Role::Helper | Role::Comment)))
            }
            _ => Default::default(),
        };
        finished(&Html {
            shell,
            fill: self.fill,
            intro: match number {
                1 => form.intro.iter().map(|text| view.words(text)).collect(),
                _ => Vec::new(),
            },
            number,
            count,
            progress,
            factor: match step {
                Some(Step::Criterion(position)) => factor(&view, form, position),
                _ => None,
            },
            consent: form
                .consent
                .as_ref()
                .filter(|_| step == Some(Step::Person))
                .map(|text| view.words(text)),
            consented: self.filled.has(CONSENT_FIELD, CONSENT_VALUE),
            person,
            last,
            heading,
        })
    }
}

/// The criterion at `position` under the heading of its factor.
fn factor<'a>(view: &View<'a>, form: &'a Form, position: usize) -> Option<Factor<'a>> {
    let question = form.questions.get(position)?;
    let Role::Criterion { factor } = question.role else { return None };
    let heading = view.words(&form.factors.get(factor)?.text);
    Some(Factor { heading, items: vec![view.item(question)] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Length, shipped};
    use crate::web::recordings::SILENCE;

    #[test]
    fn every_question_shown_is_asked_in_exactly_one_step_and_every_step_can_be_left_both_ways() {
        let form = shipped::one_stop_shop().unwrap();
        for shown in [Shown::EVERYTHING, form.shown(Length::Short, [7; 16])] {
            let steps = steps(&form, &shown);
            for (position, question) in form.questions.iter().enumerate() {
                let asked = steps.iter().filter(|s| s.asks(&form, question.name.as_str()));
                assert_eq!(asked.count(), usize::from(shown.has(position)), "{}", question.name);
            }
            for number in 1..=steps.len() {
                let fill = Fill {
                    action: "/s/A?lang=vi",
                    key: "",
                    submission: "0",
                    opened: "1",
                    counter: "Quầy 1",
                    unit: "Kbang",
                };
                let page = StepPage {
                    form: &form,
                    order: LevelOrder::WorstFirst,
                    shown: &shown,
                    fill,
                    filled: Filled::NOTHING,
                    number,
                    recorded: &SILENCE,
                };
                let html = page.render(Lang::Vi);
                assert_eq!(html.contains("value=\"back\""), number > 1);
                assert_eq!(html.contains("value=\"next\""), number < steps.len());
                assert!(html.contains("value=\"send\"") && !html.contains(" checked"));
                assert!(html.contains(&format!("name=\"step\" value=\"{number}\"")));
            }
        }
    }
}

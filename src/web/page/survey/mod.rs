//! `GET /s/{code}` and its answer when a post could not be taken: the form as one plain page, complete without script.

mod escape;
mod fault;
mod filled;
mod gzip;
mod prepared;
mod step;
mod view;

#[cfg(test)]
mod tests;

use askama::Template;

use super::kiosk::{Stands, Tablet};
use super::shell::{Shell, finished};
use crate::form::{AnswerProblem, Form, Role, Shown};
use crate::web::assets::Style;
use crate::web::recordings::Recordings;
use crate::web::text::{Arg, Lang, key};
pub use filled::Filled;
pub use gzip::gzipped;
pub use prepared::{Fill, Prepared};
pub use step::{Step, StepPage, steps};
use view::{Factor, Item, View, Words};

/// In which order the levels of a scale stand on the page; drawn per respondent and carried by the `opened` token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LevelOrder {
    /// As the form lists them, from worst to best.
    #[default]
    WorstFirst,
    /// The other way round.
    BestFirst,
}

/// Why the page is shown again.
#[derive(Debug, Clone, Copy)]
pub enum SurveyNotice<'a> {
    /// Something must be corrected.
    Problems(&'a [AnswerProblem]),
    /// The intake is full (503).
    Busy {
        /// As told in `Retry-After`.
        retry_after_s: u32,
    },
}

/// The survey with everything that one request brings. For a first opening [`Prepared`] gives the same bytes faster.
#[derive(Debug, Clone, Copy)]
pub struct SurveyPage<'a> {
    /// What is asked.
    pub form: &'a Form,
    /// In which order levels stand.
    pub order: LevelOrder,
    /// Which questions this person is shown.
    pub shown: &'a Shown,
    /// What differs from one opening to the next.
    pub fill: Fill<'a>,
    /// What the person had filled in.
    pub filled: Filled<'a>,
    /// Why it is shown again; `None` at the first opening.
    pub notice: Option<SurveyNotice<'a>>,
    /// Whether it is shown by a tablet at a counter.
    pub kiosk: bool,
    /// What can be heard.
    pub recorded: &'a Recordings,
}

#[derive(Template)]
#[template(path = "survey.html")]
struct Html<'a> {
    shell: Shell<'a>,
    fill: Fill<'a>,
    heading: Words<'a>,
    intro: Vec<Words<'a>>,
    factors: Vec<Factor<'a>>,
    consent: Option<Words<'a>>,
    consented: bool,
    person: Vec<Item<'a>>,
    person_open: bool,
    last: Vec<Item<'a>>,
    summary: Vec<fault::Line>,
    busy: Option<String>,
    one_tap: bool,
    tablet: Option<Tablet<'a>>,
}

impl<'a> SurveyPage<'a> {
    /// The page for a first opening, with everything but a [`Fill`] worked out.
    pub fn prepare(
        form: &Form,
        shown: &Shown,
        recorded: &Recordings,
        lang: Lang,
        order: LevelOrder,
    ) -> Prepared {
        let (fill, filled, notice) = (Fill::HOLES, Filled::NOTHING, None);
        let page = SurveyPage { form, order, shown, fill, filled, notice, kiosk: false, recorded };
        Prepared::of(&page.render(lang))
    }

    /// Its part of the stylesheet; that of a [`Prepared`] page is [`Style::Survey`].
    pub fn style(&self) -> Style {
        match self.notice {
            _ if self.kiosk => Style::Kiosk,
            Some(_) => Style::SurveyAgain,
            None => Style::Survey,
        }
    }

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        finished(&self.html(lang))
    }

    fn html(&self, lang: Lang) -> Html<'a> {
        let form = self.form;
        let problems = match self.notice {
            Some(SurveyNotice::Problems(problems)) => problems,
            Some(SurveyNotice::Busy { .. }) | None => &[],
        };
        let view =
            View::new(lang, self.order, self.shown, self.filled, problems).with(self.recorded);
        let mut factors = view.factors(form);
        let person = view.items(form, |role| matches!(role, Role::Person { .. }));
        let last = view.items(form, |role| matches!(role, Role::Helper | Role::Comment));
        // One choice and nothing else: a tap on it sends the form.
        let alone = factors.iter().map(|factor| factor.items.len()).sum::<usize>() == 1
            && person.is_empty()
            && last.is_empty();
        for item in factors.iter_mut().flat_map(|factor| &mut factor.items) {
            item.sends = alone && !item.choices.is_empty();
            item.number = item.number.filter(|_| !alone);
        }
        let one_tap = alone && factors.iter().flat_map(|f| &f.items).all(|item| item.sends);
        let items = factors.iter().flat_map(|factor| &factor.items).chain(&person).chain(&last);
        let summary = fault::summary(lang, problems, items);
        let heading = view.words(&form.title);
        let at = Stands { counter: self.fill.counter, unit: self.fill.unit };
        let consented = self.filled.has(CONSENT_FIELD, CONSENT_VALUE);
        Html {
            shell: self.shell(lang, heading.text),
            fill: self.fill,
            intro: form.intro.iter().map(|text| view.words(text)).collect(),
            consent: form.consent.as_ref().map(|text| view.words(text)),
            consented,
            person_open: consented || person.iter().any(Item::is_touched),
            heading,
            factors,
            person,
            last,
            summary,
            busy: self.busy(lang),
            one_tap,
            tablet: self.kiosk.then(|| Tablet::asking(at)),
        }
    }

    fn shell(&self, lang: Lang, title: &str) -> Shell<'a> {
        let prefixed = |prefix| lang.tell(prefix, &[("title", Arg::Text(title))]);
        let title = match self.notice {
            None => title.to_owned(),
            Some(SurveyNotice::Problems(_)) => prefixed(key::ERROR_TITLE),
            Some(SurveyNotice::Busy { .. }) => prefixed(key::BUSY_TITLE),
        };
        let mut shell = Shell::new(lang, self.style(), title);
        if self.notice.is_some() {
            // Another language is a new page: it would lose what was filled in.
            shell.others.clear();
        }
        // A form that is worded in a language is offered in it, however few words of ours are.
        let asked = |other: &Lang| *other != lang && self.form.language(other.tag()).is_some();
        if self.notice.is_none() {
            shell.others = Lang::ALL.into_iter().filter(asked).collect();
        }
        shell
    }

    fn busy(&self, lang: Lang) -> Option<String> {
        match self.notice {
            Some(SurveyNotice::Busy { retry_after_s }) => {
                let seconds = Arg::Count(retry_after_s.into());
                Some(lang.tell(key::BUSY_TEXT, &[("seconds", seconds)]))
            }
            Some(SurveyNotice::Problems(_)) | None => None,
        }
    }
}

/// The field of the consent box before the personal questions.
pub const CONSENT_FIELD: &str = "consent";
/// What the consent box posts when it is ticked.
pub const CONSENT_VALUE: &str = "yes";

//! `GET /k/{code}`: what a tablet shows until somebody stands before it: the languages. And what its other pages have beside
//! those of a phone: the counter's name, and a warning before what was filled in is wiped.

use std::borrow::Cow;

use askama::Template;

use super::notice::Notice;
use super::shell::{Shell, finished};
use crate::clock::Millis;
use crate::form::Form;
use crate::web::assets::Style;
use crate::web::text::{Arg, Key, Lang, key};

/// Seconds without a touch after which a person is asked whether he is still there.
const REST_S: u32 = 38;
/// Seconds he then has to ask for more time (WCAG 2.2, 2.2.1: at least 20).
const WARN_S: u32 = 20;
/// Seconds for which the codes are shown when nobody asks for more: whoever comes next must not find them, and WCAG 2.2.1
/// wants 20 to ask in.
const THANKS_S: u32 = 22;

/// Where a tablet stands.
#[derive(Debug, Clone, Copy)]
pub struct Stands<'a> {
    /// The counter, by the name people know.
    pub counter: &'a str,
    /// The unit it belongs to.
    pub unit: &'a str,
}

/// What a tablet's page has beside a phone's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tablet<'a> {
    pub counter: &'a str,
    pub unit: &'a str,
    pub rest_s: u32,
    pub warn_s: u32,
    warning: Key,
}

impl<'a> Tablet<'a> {
    /// While somebody answers.
    pub fn asking(at: Stands<'a>) -> Self {
        let (rest_s, warn_s, warning) = (REST_S, WARN_S, key::KIOSK_IDLE);
        Self { counter: at.counter, unit: at.unit, rest_s, warn_s, warning }
    }

    /// After sending: the countdown is seen from the beginning.
    pub fn thanking(at: Stands<'a>) -> Self {
        let (rest_s, warn_s, warning) = (0, THANKS_S, key::KIOSK_DONE);
        Self { counter: at.counter, unit: at.unit, rest_s, warn_s, warning }
    }

    /// While somebody reads what is not his own.
    pub fn reading(at: Stands<'a>) -> Self {
        let (rest_s, warn_s, warning) = (REST_S, WARN_S, key::KIOSK_DONE);
        Self { counter: at.counter, unit: at.unit, rest_s, warn_s, warning }
    }

    /// How many answers wait for the network, with a gap that the script fills.
    pub fn waiting(&self, lang: &Lang) -> String {
        lang.tell(key::KIOSK_WAIT, &[("count", Arg::Text("{n}"))])
    }

    /// What is said when time runs out.
    pub fn warning(&self, lang: &Lang) -> Cow<'static, str> {
        lang.say(self.warning)
    }

    /// How far one is, with gaps that the script fills.
    pub fn step(&self, lang: &Lang) -> String {
        lang.tell(key::STEP_PROGRESS, &[("step", Arg::Text("{a}")), ("count", Arg::Text("{b}"))])
    }
}

/// The languages to choose from.
#[derive(Debug, Clone, Copy)]
pub struct KioskPage<'a> {
    /// What will be asked: in its languages.
    pub form: &'a Form,
    /// Where the tablet stands.
    pub at: Stands<'a>,
    /// Where the tablet begins: `/k/{code}`.
    pub home: &'a str,
    /// When the round closes: without a network the page itself says so.
    pub closes_at: Millis,
}

#[derive(Template)]
#[template(path = "kiosk.html")]
struct Html<'a> {
    shell: Shell<'a>,
    tablet: Option<Tablet<'a>>,
    languages: Vec<Lang>,
    home: &'a str,
    closes_at: i64,
}

impl KioskPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Kiosk;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let worded = |lang: &Lang| self.form.language(lang.tag()).is_some();
        let title = lang.say(key::KIOSK_TITLE).into_owned();
        finished(&Html {
            shell: Shell::new(lang, Self::STYLE, title),
            tablet: Some(Tablet::asking(self.at)),
            languages: Lang::ALL.into_iter().filter(worded).collect(),
            home: self.home,
            closes_at: self.closes_at.0,
        })
    }
}

/// `GET /k/{code}/kept`: an answer that could not be sent yet; nobody says that it arrived.
#[derive(Debug, Clone, Copy)]
pub struct KeptPage<'a> {
    /// Where the tablet stands.
    pub at: Stands<'a>,
    /// Where the next person begins.
    pub home: &'a str,
}

impl KeptPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Kiosk;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::KEPT_TEXT), lang.say(key::KEPT_NO_RECEIPT)];
        let mut page = Notice::new(lang, key::KEPT_TITLE, key::KEPT_HEADING, text)
            .with_another_person(Some(self.home));
        page.tablet = Some(Tablet::thanking(self.at));
        page.shell.style = Self::STYLE;
        page.html()
    }
}

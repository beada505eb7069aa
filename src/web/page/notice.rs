//! The shape of all short pages: a message, perhaps a code, perhaps one way on.

use std::borrow::Cow;

use askama::Template;

use super::complaint::Complaint;
use super::kiosk::Tablet;
use super::shell::{Shell, finished, printable};
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Key, Lang, key};

/// A short page; the fields are what `templates/notice.html` shows, from top to bottom.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct Notice<'a> {
    pub shell: Shell<'a>,
    pub tick: bool,
    pub heading: Cow<'a, str>,
    pub paragraphs: Vec<Cow<'a, str>>,
    pub codes: Vec<Code<'a>>,
    pub after_codes: Option<Cow<'a, str>>,
    pub action: Option<Action<'a>>,
    pub press: Option<Press<'a>>,
    pub next: Option<Next<'a>>,
    pub complaint: Option<Complaint<'a>>,
    pub complaint_heading: Option<Cow<'a, str>>,
    pub complaint_text: Cow<'a, str>,
    pub field_lead: Option<Cow<'a, str>>,
    pub field: Option<Field<'a>>,
    pub links: Vec<Action<'a>>,
    pub tablet: Option<Tablet<'a>>,
    /// Whether answers that wait on this phone are sent from here.
    pub delivers: bool,
}

/// A code shown in large letters.
pub(super) struct Code<'a> {
    pub name: Cow<'a, str>,
    pub grouped: String,
    /// SVG of ours, put into the page as it is.
    pub qr: Option<&'a str>,
    pub about: Cow<'a, str>,
}

/// One place to go.
pub(super) struct Action<'a> {
    pub href: &'a str,
    pub label: Cow<'a, str>,
}

/// A button that posts nothing but itself.
pub(super) struct Press<'a> {
    pub action: &'a str,
    pub label: Cow<'a, str>,
}

/// What happens next.
pub(super) struct Next<'a> {
    pub heading: Cow<'a, str>,
    pub lines: Vec<Cow<'a, str>>,
}

/// A form of one field that asks for a code.
pub(super) struct Field<'a> {
    /// Whether the code must not stand in an address.
    pub post: bool,
    pub action: &'a str,
    pub name: &'a str,
    pub label: Cow<'a, str>,
    pub hint: Option<Cow<'a, str>>,
    pub button: Cow<'a, str>,
    /// What was typed before.
    pub value: Cow<'a, str>,
    /// A lesser way on than the page's main one.
    pub quiet: bool,
}

impl<'a> Notice<'a> {
    /// A page with a title, a heading and paragraphs.
    pub fn new(lang: Lang, title: Key, heading: Key, paragraphs: Vec<Cow<'a, str>>) -> Self {
        Self {
            shell: Shell::new(lang, Style::Notice, lang.say(title).into_owned()),
            tick: false,
            heading: lang.say(heading),
            paragraphs,
            codes: Vec::new(),
            after_codes: None,
            action: None,
            press: None,
            next: None,
            complaint: None,
            complaint_heading: None,
            complaint_text: lang.say(key::COMPLAINT_TEXT),
            field_lead: None,
            field: None,
            links: Vec::new(),
            tablet: None,
            delivers: false,
        }
    }

    /// The receipt, with a QR picture where the handler has drawn one.
    pub fn with_receipt(mut self, receipt: &str, qr: Option<&'a str>) -> Self {
        let lang = self.shell.lang;
        self.codes.push(Code {
            name: lang.say(key::RECEIPT_NAME),
            grouped: number::in_fours(receipt),
            qr,
            about: lang.say(key::RECEIPT_USE),
        });
        self
    }

    /// The button with which the next person begins.
    pub fn with_another_person(mut self, href: Option<&'a str>) -> Self {
        let label = self.shell.lang.say(key::ANOTHER_PERSON);
        self.action = href.map(|href| Action { href, label });
        self
    }

    /// The field for a survey's code; it goes to `/s?code=…`.
    pub fn with_code_field(mut self, typed: &'a str) -> Self {
        self.field = Some(code_field(self.shell.lang, typed));
        self
    }

    /// The field for a receipt; it goes to `/r?receipt=…`.
    pub fn with_receipt_field(mut self, typed: &'a str) -> Self {
        self.field = Some(receipt_field(self.shell.lang, typed));
        self
    }

    /// The link to the public results.
    pub fn with_results(mut self) -> Self {
        let label = self.shell.lang.say(key::SEE_RESULTS);
        self.links.push(Action { href: "/results", label });
        self
    }

    /// The link to the page where an answer is withdrawn.
    pub fn with_withdrawal(mut self) -> Self {
        let label = self.shell.lang.say(key::WITHDRAW_LINK);
        self.links.push(Action { href: "/withdraw", label });
        self
    }

    /// The link to the page where a code can be typed.
    pub fn with_home(mut self) -> Self {
        let label = self.shell.lang.say(key::ENTER_CODE);
        self.links.push(Action { href: "/", label });
        self
    }

    /// The whole page.
    pub fn html(&self) -> String {
        finished(self)
    }
}

pub(super) fn code_field(lang: Lang, typed: &str) -> Field<'_> {
    Field {
        post: false,
        action: "/s",
        name: "code",
        label: lang.say(key::CODE_LABEL),
        hint: Some(lang.say(key::CODE_HINT)),
        button: lang.say(key::CODE_BUTTON),
        value: printable(typed),
        quiet: false,
    }
}

pub(super) fn receipt_field(lang: Lang, typed: &str) -> Field<'_> {
    Field {
        post: false,
        action: "/r",
        name: "receipt",
        label: lang.say(key::RECEIPT_LABEL),
        hint: Some(lang.say(key::RECEIPT_HINT)),
        button: lang.say(key::RECEIPT_BUTTON),
        value: printable(typed),
        quiet: false,
    }
}

//! A tablet at a counter before it is enrolled, and a device that is not the enrolled one.

use askama::Template;

use super::notice::Notice;
use super::shell::{Shell, finished};
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Đăng ký máy này": asks before the one-time code is used up.
#[derive(Debug, Clone, Copy)]
pub struct EnrolPage<'a> {
    /// Where the button posts to: `/k/{code}`.
    pub action: &'a str,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct Html<'a> {
    shell: Shell<'a>,
    heading: String,
    text: String,
    action: &'a str,
    button: String,
}

impl EnrolPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let say = |key| lang.say(key).into_owned();
        finished(&Html {
            shell: Shell::new(lang, Style::Notice, say(key::ENROL_TITLE)),
            heading: say(key::ENROL_HEADING),
            text: say(key::ENROL_TEXT),
            action: self.action,
            button: say(key::ENROL_BUTTON),
        })
    }
}

/// "Máy này chưa được đăng ký".
#[derive(Debug, Clone, Copy, Default)]
pub struct ForeignPage;

impl ForeignPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::FOREIGN_TEXT)];
        Notice::new(lang, key::FOREIGN_TITLE, key::FOREIGN_HEADING, text).with_home().html()
    }
}

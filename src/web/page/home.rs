//! `GET /`: a person without a QR reader types the code printed on the slip.

use askama::Template;

use super::notice::{Field, code_field, receipt_field};
use super::shell::{Shell, finished};
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// The first page. Its form gets `/s?code=…&lang=…`, the smaller one `/r?receipt=…&lang=…`.
#[derive(Debug, Clone, Copy, Default)]
pub struct HomePage;

#[derive(Template)]
#[template(path = "home.html")]
struct Html<'a> {
    shell: Shell<'a>,
    code: Field<'a>,
    receipt: Field<'a>,
}

impl HomePage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let mut shell = Shell::new(lang, Self::STYLE, lang.say(key::HOME_TITLE).into_owned());
        shell.description = Some(lang.say(key::HOME_DESCRIPTION).into_owned());
        let receipt = Field { quiet: true, ..receipt_field(lang, "") };
        finished(&Html { shell, code: code_field(lang, ""), receipt })
    }
}

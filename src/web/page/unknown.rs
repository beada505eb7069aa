//! A code that leads nowhere. Unknown and mistyped share this page, so that it tells a guesser nothing.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Không tìm thấy phiếu".
#[derive(Debug, Clone, Copy, Default)]
pub struct UnknownPage<'a> {
    /// What was typed, to be corrected rather than typed anew; empty when it came from a link.
    pub typed: &'a str,
}

impl UnknownPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::UNKNOWN_TEXT), lang.say(key::UNKNOWN_NEXT)];
        Notice::new(lang, key::UNKNOWN_TITLE, key::UNKNOWN_HEADING, text)
            .with_code_field(self.typed)
            .html()
    }
}

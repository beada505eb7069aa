//! 400: what was sent cannot be read as a form at all.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Không đọc được phiếu gửi lên".
#[derive(Debug, Clone, Copy, Default)]
pub struct BadRequestPage;

impl BadRequestPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::BAD_TEXT), lang.say(key::BAD_NEXT)];
        Notice::new(lang, key::BAD_TITLE, key::BAD_HEADING, text).with_code_field("").html()
    }
}

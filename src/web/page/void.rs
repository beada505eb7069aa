//! A link that was cancelled.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Mã này không còn dùng được".
#[derive(Debug, Clone, Copy, Default)]
pub struct VoidPage;

impl VoidPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::VOID_TEXT), lang.say(key::VOID_NEXT)];
        Notice::new(lang, key::VOID_TITLE, key::VOID_HEADING, text).with_code_field("").html()
    }
}

//! 500: our fault. Nothing of the inside is told.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Chưa làm được".
#[derive(Debug, Clone, Copy, Default)]
pub struct OopsPage;

impl OopsPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::OOPS_TEXT), lang.say(key::OOPS_NEXT)];
        Notice::new(lang, key::OOPS_TITLE, key::OOPS_HEADING, text).with_home().html()
    }
}

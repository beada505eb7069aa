//! 413: more was sent than is kept.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Phiếu gửi lên dài quá".
#[derive(Debug, Clone, Copy, Default)]
pub struct TooLargePage;

impl TooLargePage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::LARGE_TEXT), lang.say(key::LARGE_NEXT)];
        Notice::new(lang, key::LARGE_TITLE, key::LARGE_HEADING, text).html()
    }
}

//! The round has not begun.

use super::notice::Notice;
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// "Đợt khảo sát chưa mở".
#[derive(Debug, Clone, Copy)]
pub struct NotOpenYetPage {
    /// When the round opens.
    pub opens_at: Millis,
}

impl NotOpenYetPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let moment = number::moment(lang, self.opens_at);
        let text = vec![lang.tell(key::EARLY_TEXT, &[("moment", Arg::Text(&moment))]).into()];
        Notice::new(lang, key::EARLY_TITLE, key::EARLY_HEADING, text).html()
    }
}

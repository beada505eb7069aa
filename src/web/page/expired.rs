//! A link whose last day is over, while the round goes on.

use super::notice::Notice;
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// "Mã này đã hết hạn".
#[derive(Debug, Clone, Copy)]
pub struct ExpiredPage {
    /// The link's last moment.
    pub ended_at: Millis,
}

impl ExpiredPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let day = number::day(lang, self.ended_at);
        let text = vec![
            lang.tell(key::EXPIRED_TEXT, &[("day", Arg::Text(&day))]).into(),
            lang.say(key::EXPIRED_NEXT),
        ];
        Notice::new(lang, key::EXPIRED_TITLE, key::EXPIRED_HEADING, text).with_code_field("").html()
    }
}

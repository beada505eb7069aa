//! The round has ended.

use super::notice::Notice;
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// "Đợt khảo sát đã kết thúc". What was begun in time and waits on this phone is sent from here.
#[derive(Debug, Clone, Copy)]
pub struct ClosedPage {
    /// When the round closed.
    pub closed_at: Millis,
}

impl ClosedPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Late;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let moment = number::moment(lang, self.closed_at);
        let text = vec![
            lang.tell(key::CLOSED_TEXT, &[("moment", Arg::Text(&moment))]).into(),
            lang.say(key::CLOSED_NEXT),
        ];
        let mut page = Notice::new(lang, key::CLOSED_TITLE, key::CLOSED_HEADING, text);
        page.delivers = true;
        page.shell.style = Self::STYLE;
        page.with_results().html()
    }
}

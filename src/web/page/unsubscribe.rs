//! No further mail: the question, and that it is done.

use super::notice::{Notice, Press};
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub enum UnsubscribeState<'a> {
    /// A button asks for it.
    Asks {
        /// Where it posts to.
        action: &'a str,
    },
    /// Done.
    Done,
    /// The address is cut or mistyped.
    Unknown,
}

/// "Không nhận thư nhắc nữa".
#[derive(Debug, Clone, Copy)]
pub struct UnsubscribePage<'a> {
    /// How far it is.
    pub state: UnsubscribeState<'a>,
}

impl UnsubscribePage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let (heading, text) = match self.state {
            UnsubscribeState::Asks { .. } => (key::STOP_HEADING, key::STOP_TEXT),
            UnsubscribeState::Done => (key::STOPPED_HEADING, key::STOPPED_TEXT),
            UnsubscribeState::Unknown => (key::STOP_NONE_HEADING, key::STOP_NONE_TEXT),
        };
        let mut notice = Notice::new(lang, heading, heading, vec![lang.say(text)]);
        if let UnsubscribeState::Asks { action } = self.state {
            notice.press = Some(Press { action, label: lang.say(key::STOP_BUTTON) });
        }
        notice.html()
    }
}

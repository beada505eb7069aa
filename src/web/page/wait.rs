//! 429: too much from one address in a short time. Nothing is wrong with what was sent.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Arg, Lang, key};

/// "Xin đợi một lát".
#[derive(Debug, Clone, Copy)]
pub struct WaitPage {
    /// As told in `Retry-After`.
    pub seconds: u64,
}

impl WaitPage {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = lang.tell(key::WAIT_TEXT, &[("seconds", Arg::Count(self.seconds))]);
        Notice::new(lang, key::WAIT_TITLE, key::WAIT_HEADING, vec![text.into()]).html()
    }
}

//! 409: the same submission came again with other answers. The first one counts.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Phiếu này đã gửi rồi".
#[derive(Debug, Clone, Copy)]
pub struct ConflictPage<'a> {
    /// The receipt of the answer that counts, when this phone may be shown it.
    pub receipt: Option<&'a str>,
    /// Where another person begins.
    pub another_person: Option<&'a str>,
}

impl ConflictPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::CONFLICT_TEXT)];
        let mut page = Notice::new(lang, key::CONFLICT_TITLE, key::CONFLICT_HEADING, text);
        if let Some(receipt) = self.receipt {
            page = page.with_receipt(receipt, None);
        }
        if self.another_person.is_some() {
            page.after_codes = Some(lang.say(key::CONFLICT_ANOTHER));
        }
        page.with_another_person(self.another_person).html()
    }
}

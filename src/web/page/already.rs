//! The link opened again on the phone that has just answered: told that the answer is in, not asked again.

use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Phiếu đã được nhận".
#[derive(Debug, Clone, Copy)]
pub struct AlreadyPage<'a> {
    /// The receipt of the answer that is in, where this phone still knows it.
    pub receipt: Option<&'a str>,
    /// Where another person begins.
    pub another_person: Option<&'a str>,
}

impl AlreadyPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::ALREADY_TEXT)];
        let mut page = Notice::new(lang, key::ALREADY_TITLE, key::ALREADY_HEADING, text);
        page.tick = true;
        if let Some(receipt) = self.receipt {
            page = page.with_receipt(receipt, None);
        }
        if self.another_person.is_some() {
            page.after_codes = Some(lang.say(key::ALREADY_ANOTHER));
        }
        page.with_another_person(self.another_person).html()
    }
}

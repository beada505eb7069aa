//! A ticket that has been answered.

use super::complaint::Complaint;
use super::notice::Notice;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// "Tờ phiếu này đã dùng rồi".
#[derive(Debug, Clone, Copy)]
pub struct SpentPage<'a> {
    /// Whom to tell if someone else used the slip.
    pub complaint: Option<Complaint<'a>>,
}

impl SpentPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let text = vec![lang.say(key::SPENT_TEXT)];
        let mut page = Notice::new(lang, key::SPENT_TITLE, key::SPENT_HEADING, text);
        page.complaint = self.complaint;
        page.complaint_text = lang.say(key::SPENT_COMPLAINT);
        page.field_lead = Some(lang.say(key::SPENT_ANOTHER));
        page.with_code_field("").html()
    }
}

//! `GET /r/{receipt}`: whether the answer is in, never what it says.

use super::notice::{Action, Notice};
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// The check of a receipt.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptPage<'a> {
    /// The receipt asked about.
    pub receipt: &'a str,
    /// What is known of it.
    pub state: ReceiptState,
}

/// What is known of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptState {
    /// The answer is in; the day is told, not the minute, which could single out a person at the counter.
    In {
        /// Since when.
        since: Millis,
    },
    /// It was withdrawn by the one who answered.
    Withdrawn,
    /// No answer has this receipt.
    NotFound,
}

impl ReceiptPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        match self.state {
            ReceiptState::In { since } => {
                let day = number::day(lang, since);
                let text =
                    vec![lang.tell(key::RECEIPT_IN_TEXT, &[("day", Arg::Text(&day))]).into()];
                let (title, heading) = (key::RECEIPT_IN_TITLE, key::RECEIPT_IN_HEADING);
                let mut page =
                    Notice::new(lang, title, heading, text).with_receipt(self.receipt, None);
                page.tick = true;
                if let Some(code) = page.codes.first_mut() {
                    code.about = lang.say(key::RECEIPT_IN_NOTE);
                }
                let proof = format!("/r/{}/proof.json", self.receipt);
                let label = lang.say(key::RECEIPT_PROOF);
                page.links.push(Action { href: &proof, label });
                page.with_results().html()
            }
            ReceiptState::Withdrawn => {
                let text = vec![lang.say(key::RECEIPT_OUT_TEXT)];
                let (title, heading) = (key::RECEIPT_OUT_TITLE, key::RECEIPT_OUT_HEADING);
                Notice::new(lang, title, heading, text).html()
            }
            ReceiptState::NotFound => {
                let text = vec![lang.say(key::RECEIPT_NONE_TEXT)];
                let (title, heading) = (key::RECEIPT_NONE_TITLE, key::RECEIPT_NONE_HEADING);
                Notice::new(lang, title, heading, text).with_receipt_field(self.receipt).html()
            }
        }
    }
}

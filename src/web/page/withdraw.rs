//! `/withdraw`: a citizen who changed his mind types the second code; and what became of it.

use super::notice::{Field, Notice};
use super::shell::printable;
use crate::web::assets::Style;
use crate::web::text::{Lang, key};

/// Withdrawing an answer.
#[derive(Debug, Clone, Copy)]
pub enum WithdrawPage<'a> {
    /// The code is asked for.
    Ask,
    /// The answer is erased.
    Done,
    /// It was erased before.
    Before,
    /// What was typed is a receipt.
    Receipt {
        /// To be corrected rather than typed anew.
        typed: &'a str,
    },
    /// No answer that can still be withdrawn has this code.
    Nothing {
        /// To be corrected rather than typed anew.
        typed: &'a str,
    },
}

impl WithdrawPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let (title, heading, texts, typed): (_, _, &[_], _) = match self {
            Self::Ask => (
                key::WITHDRAW_TITLE,
                key::WITHDRAW_HEADING,
                &[key::WITHDRAW_TEXT, key::WITHDRAW_UNTIL],
                Some(""),
            ),
            Self::Done => (
                key::WITHDRAWN_TITLE,
                key::WITHDRAWN_HEADING,
                &[key::WITHDRAWN_TEXT, key::WITHDRAWN_NEXT],
                None,
            ),
            Self::Before => (
                key::WITHDRAWN_BEFORE_TITLE,
                key::WITHDRAWN_BEFORE_HEADING,
                &[key::WITHDRAWN_BEFORE_TEXT],
                None,
            ),
            Self::Receipt { typed } => (
                key::WITHDRAW_RECEIPT_TITLE,
                key::WITHDRAW_RECEIPT_HEADING,
                &[key::WITHDRAW_RECEIPT_TEXT],
                Some(*typed),
            ),
            Self::Nothing { typed } => (
                key::WITHDRAW_NONE_TITLE,
                key::WITHDRAW_NONE_HEADING,
                &[key::WITHDRAW_NONE_TEXT, key::WITHDRAW_UNTIL],
                Some(*typed),
            ),
        };
        let texts = texts.iter().map(|text| lang.say(*text)).collect();
        let mut page = Notice::new(lang, title, heading, texts);
        page.tick = matches!(self, Self::Done);
        page.field = typed.map(|typed| Field {
            post: true,
            action: "/withdraw",
            name: "withdrawal",
            label: lang.say(key::WITHDRAW_LABEL),
            hint: Some(lang.say(key::WITHDRAW_HINT)),
            button: lang.say(key::WITHDRAW_BUTTON),
            value: printable(typed),
            quiet: false,
        });
        page.html()
    }
}

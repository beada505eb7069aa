//! `GET /results/ledger`: the signed heads of the ledger, and what they are good for.

use askama::Template;

use super::shell::{Shell, finished};
use crate::clock::Millis;
use crate::store::ledger::HeadReason;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Lang, key};

/// The heads.
#[derive(Debug, Clone)]
pub struct LedgerPage<'a> {
    /// Newest first.
    pub heads: Vec<HeadLine<'a>>,
}

/// One signed head.
#[derive(Debug, Clone, Copy)]
pub struct HeadLine<'a> {
    /// Leaves under it.
    pub size: u64,
    /// When it was signed.
    pub at: Millis,
    /// Why.
    pub reason: HeadReason,
    /// Root, hex.
    pub root: &'a str,
}

#[derive(Template)]
#[template(path = "ledger.html")]
struct Html<'a> {
    shell: Shell<'a>,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    at: String,
    size: String,
    reason: std::borrow::Cow<'a, str>,
    root: &'a str,
}

impl LedgerPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Public;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let shell = Shell::new(lang, Self::STYLE, lang.say(key::LEDGER_TITLE).into_owned());
        let reason = |reason| match reason {
            HeadReason::Daily => key::LEDGER_DAILY,
            HeadReason::Closing => key::LEDGER_CLOSING,
            HeadReason::Sealing => key::LEDGER_SEALING,
            HeadReason::Publication => key::LEDGER_PUBLICATION,
        };
        let rows = self
            .heads
            .iter()
            .map(|head| Row {
                at: number::moment(lang, head.at),
                size: number::count(lang, head.size),
                reason: lang.say(reason(head.reason)),
                root: head.root,
            })
            .collect();
        finished(&Html { shell, rows })
    }
}

//! `GET /s/{code}/thanks`: the answer is in. The codes are shown, what was answered never is.

use super::complaint::Complaint;
use super::kiosk::{Stands, Tablet};
use super::notice::{Code, Next, Notice};
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// The page after sending.
#[derive(Debug, Clone, Copy)]
pub struct ThanksPage<'a> {
    /// The codes; `None` where they could not be carried here (a browser that keeps nothing).
    pub codes: Option<Codes<'a>>,
    /// When the round closes.
    pub closes_at: Millis,
    /// The day the results are expected, when one is fixed.
    pub results_at: Option<Millis>,
    /// Where complaints go.
    pub complaint: Option<Complaint<'a>>,
    /// Where "another person answers on this phone" leads.
    pub another_person: Option<&'a str>,
    /// Where the tablet stands that shows it; `None` on a citizen's own phone.
    pub tablet: Option<Stands<'a>>,
}

/// What the citizen keeps.
#[derive(Debug, Clone, Copy)]
pub struct Codes<'a> {
    /// The receipt, in any grouping.
    pub receipt: &'a str,
    /// An `<svg>` of ours with the receipt's address as QR; goes into the page unescaped.
    pub receipt_qr: Option<&'a str>,
    /// The second code, shown once; `None` when it has been shown.
    pub withdrawal: Option<&'a str>,
}

impl ThanksPage<'_> {
    /// Its part of the stylesheet.
    pub fn style(&self) -> Style {
        if self.tablet.is_some() { Style::Kiosk } else { Style::Notice }
    }

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let mut paragraphs = vec![lang.say(key::THANKS_LEAD)];
        if self.codes.is_none() {
            paragraphs.push(lang.say(key::THANKS_NO_CODES));
        }
        let mut page = Notice::new(lang, key::THANKS_TITLE, key::THANKS_HEADING, paragraphs);
        page.tick = true;
        if let Some(codes) = &self.codes {
            page = page.with_receipt(codes.receipt, codes.receipt_qr);
            if let Some(withdrawal) = codes.withdrawal {
                page.codes.push(Code {
                    name: lang.say(key::WITHDRAW_NAME),
                    grouped: number::in_fours(withdrawal),
                    qr: None,
                    about: lang.say(key::WITHDRAW_USE),
                });
            }
        }
        page = page.with_another_person(self.another_person);
        page.next = Some(Next { heading: lang.say(key::NEXT_HEADING), lines: self.next(lang) });
        page.complaint = self.complaint;
        page.complaint_heading = Some(lang.say(key::COMPLAINT_HEADING));
        match self.tablet {
            // No way leads off a tablet.
            Some(at) => {
                page.tablet = Some(Tablet::thanking(at));
                page.shell.style = self.style();
                page.html()
            }
            None => page.with_results().with_withdrawal().html(),
        }
    }

    fn next(&self, lang: Lang) -> Vec<std::borrow::Cow<'static, str>> {
        let closes = number::moment(lang, self.closes_at);
        let results = match self.results_at {
            None => lang.say(key::NEXT_RESULTS_OPEN),
            Some(at) => {
                lang.tell(key::NEXT_RESULTS, &[("day", Arg::Text(&number::day(lang, at)))]).into()
            }
        };
        vec![
            lang.tell(key::NEXT_CLOSES, &[("moment", Arg::Text(&closes))]).into(),
            lang.say(key::NEXT_SEALED),
            results,
        ]
    }
}

//! Printing from the browser: a PDF, or an archive of pictures. Counted and audited before it is made.

use super::Places;
use crate::issue::print::{
    self, Order, Pages, PosterPaper, REASON_CHARS_MIN, TicketPaper, pdf, pictures, serials,
};
use crate::store::Right;
use crate::store::tally::Kind;
use crate::web::console::Trouble;
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::visit::Visit;
use crate::web::text::{Arg, Key, key};

/// Most links of one print from a browser; the command line prints any number into files.
const LINKS_MAX: usize = 2_000;

pub(super) fn invalid(visit: &Visit, words: Key) -> Trouble {
    Trouble::Invalid(visit.lang.say(words).into_owned())
}

/// A reason, of which at least ten characters are audited.
pub(super) fn reason(visit: &Visit) -> Result<&str, Trouble> {
    let reason = visit.field("reason");
    match reason.chars().count() >= REASON_CHARS_MIN {
        true => Ok(reason),
        false => Err(invalid(visit, key::REASON_TEN)),
    }
}

/// Prints what the form orders.
pub fn print(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let kind = Kind::from_word(visit.field("kind")).ok_or(Trouble::Missing)?;
    let pages = match kind {
        Kind::Poster if visit.field("paper") == "a5" => Pages::Posters(PosterPaper::A5),
        Kind::Poster => Pages::Posters(PosterPaper::A4),
        Kind::Ticket => Pages::Tickets(match visit.field("paper") {
            "a4-10" => TicketPaper::Sheet10,
            "roll-80" => TicketPaper::Roll80,
            "roll-58" => TicketPaper::Roll58,
            _ => TicketPaper::Sheet24,
        }),
        Kind::Paper | Kind::DrawnPaper => Pages::Forms,
        Kind::Kiosk | Kind::Invitation => return Err(Trouble::Missing),
    };
    let places = Places::of(visit, round, Right::IssueLinks)?;
    let counter = match visit.field("counter") {
        "" => None,
        place => Some(places.named(place)?),
    };
    let unit = counter.and_then(|counter| places.unit_of(counter));
    let numbers = match visit.field("serials") {
        "" => None,
        text => Some(serials(text).ok_or_else(|| invalid(visit, key::PRINT_SERIALS_WRONG))?),
    };
    let again = match visit.field("again") {
        "" => None,
        _ => Some(reason(visit)?),
    };
    let order = Order {
        unit: unit.map(|unit| unit.code.as_str()),
        counter: counter.map(|counter| counter.code.as_str()),
        serials: numbers,
        again,
        ..Order::new(&round.code, kind)
    };
    let desk = visit.patient_desk();
    let selected = print::select(desk, visit.actor()?, order)?;
    if selected.len() > LINKS_MAX {
        let most = [("count", Arg::Count(LINKS_MAX as u64))];
        return Err(Trouble::Invalid(visit.lang.tell(key::PRINT_TOO_MANY, &most)));
    }
    if visit.field("format") == "svg" && !matches!(pages, Pages::Forms) {
        let bytes = pictures(desk, &selected)?;
        return Ok(Reply::file("application/zip", format!("{}-{kind}.zip", round.code), bytes));
    }
    let bytes = pdf(desk, &selected, pages)?;
    Ok(Reply::file("application/pdf", format!("{}-{}", round.code, pages.file()), bytes))
}

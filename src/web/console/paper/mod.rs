//! `/console/rounds/{round}/paper`: paper forms are keyed in without a mouse: the number of the sheet, a digit an item,
//! Enter. Twice by two persons; where they differ a third sees both readings side by side and settles them.
//!
//! Codes travel in the body of posts, never in an address. A page that a post answers with can be sent again: the same
//! fields by the same person change nothing.

mod entry;
mod read;

pub use entry::change;

use askama::Template;

use super::links::{Places, place_of};
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::form::{Form, Role};
use crate::store::Right;
use crate::store::id::CounterId;
use crate::store::tally::What;
use crate::web::text::key;

/// Sheets that wait, shown.
const SHOWN: i64 = 100;

/// A field of the sheet.
pub(super) struct Item {
    name: String,
    number: String,
    text: String,
    value: String,
    /// 1 where one key decides.
    keys: usize,
}

/// An item that a third person settles.
pub(super) struct Differing {
    name: String,
    text: String,
    first: String,
    second: String,
    value: String,
}

/// What the page says beside the empty form.
#[derive(Default)]
pub(super) struct Told {
    /// The code in the form.
    pub code: String,
    /// What was keyed in, to be corrected.
    pub values: Vec<(String, String)>,
    /// Codes that come next.
    pub queue: Vec<String>,
    /// What became of the sheet before.
    pub notice: Option<String>,
    /// Why it was not taken.
    pub wrong: Vec<String>,
    /// Both readings, for a third person.
    pub differing: Vec<(String, String, String)>,
}

struct Waiting {
    place: String,
    by: String,
    waits: String,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "console_paper.html")]
struct Html {
    frame: Frame,
    here: String,
    code: String,
    queue: String,
    queue_n: i64,
    items: Vec<Item>,
    comment: Option<(String, String)>,
    languages: Vec<(String, bool)>,
    differing: Vec<Differing>,
    wrong: Vec<String>,
    facts: Vec<(String, String)>,
    waiting: Vec<Waiting>,
}

/// The form that a round asks with.
fn form_of(visit: &Visit) -> Result<Form, Trouble> {
    let stored = visit.desk.store.form(visit.round()?.form_id)?;
    Form::parse(&stored.source, &stored.code).map_err(|faults| Trouble::Failed(faults.to_string()))
}

fn value<'a>(values: &'a [(String, String)], name: &str) -> &'a str {
    values
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
        .unwrap_or_default()
}

fn items(visit: &Visit, form: &Form, values: &[(String, String)]) -> Vec<Item> {
    let mut items: Vec<Item> = (1..)
        .zip(form.coded_questions())
        .map(|(at, question): (usize, _)| {
            let highest = question.options().iter().map(|option| option.code).max();
            let options: Vec<String> = match question.role {
                Role::Criterion { .. } => Vec::new(),
                _ => {
                    let options = question.options().iter();
                    options
                        .map(|one| format!("{} {}", one.code, one.text.in_default_language()))
                        .collect()
                }
            };
            let text = question.text.in_default_language();
            Item {
                name: question.name.to_string(),
                number: at.to_string(),
                text: match options.is_empty() {
                    true => text.to_owned(),
                    false => format!("{text} ({})", options.join(", ")),
                },
                value: value(values, question.name.as_str()).to_owned(),
                keys: if highest.is_some_and(|code| code > 9) { 2 } else { 1 },
            }
        })
        .collect();
    items.push(Item {
        name: "consent".to_owned(),
        number: "+".to_owned(),
        text: visit.lang.say(key::PAPER_CONSENT).into_owned(),
        value: value(values, "consent").to_owned(),
        keys: 1,
    });
    items
}

fn facts(visit: &Visit, frame: &Frame, places: &Places) -> Result<Vec<(String, String)>, Trouble> {
    let ids: Vec<CounterId> = places.counters.iter().map(|counter| counter.id).collect();
    let tallies = visit.desk.store.tallies_of(visit.round()?.id, &ids)?;
    let sum = |wanted: What| {
        let of_paper =
            tallies.iter().filter(|((_, kind, what), _)| kind.is_paper() && *what == wanted);
        frame.count(of_paper.map(|(_, n)| n).sum())
    };
    Ok(vec![
        (frame.say(key::COL_LINKS_ISSUED), sum(What::Issued)),
        (frame.say(key::COL_PRINTED), sum(What::Printed)),
        (frame.say(key::PAPER_SETTLED), sum(What::Stored)),
    ])
}

fn waiting(visit: &Visit, frame: &Frame, places: &Places) -> Result<Vec<Waiting>, Trouble> {
    let me = visit.actor()?.name();
    let units: Vec<_> = places.units.iter().map(|unit| unit.id).collect();
    let sheets = visit.desk.store.waiting_sheets(visit.round()?.id, &units, SHOWN)?;
    let line = |sheet: &crate::store::paper::WaitingSheet| {
        let place = places.counter(sheet.counter_id).map(|counter| places.place(counter));
        let mine = sheet.by.iter().any(|by| by == me);
        let waits = match (sheet.by.len(), mine) {
            (1, true) => key::PAPER_WAITS_OTHER,
            (1, false) => key::PAPER_WAITS_YOU,
            (_, true) => key::PAPER_WAITS_THIRD,
            (_, false) => key::PAPER_WAITS_SETTLE,
        };
        let differing = sheet.differing.len();
        let differs = match differing {
            0 => String::new(),
            n => frame.say_count(key::PAPER_ITEMS_DIFFER, i64::try_from(n).unwrap_or_default()),
        };
        Waiting {
            place: format!("{}-{}", place.unwrap_or_default(), sheet.serial),
            by: sheet.by.join(", "),
            waits: format!("{} {differs}", frame.say(waits)).trim().to_owned(),
            word: if mine { "" } else { "open" },
        }
    };
    Ok(sheets.iter().map(line).collect())
}

/// The page.
pub(super) fn page(visit: &Visit, told: Told) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::EnterPaper)?;
    let form = form_of(visit)?;
    let mut frame = visit.frame(visit.lang.say(key::NAV_PAPER));
    frame.notice = told.notice;
    let text_of = |name: &str| {
        let question = form.coded_questions().chain(form.comment_question());
        let mut question = question.filter(|question| question.name.as_str() == name);
        question
            .next()
            .map_or_else(|| name.to_owned(), |one| one.text.in_default_language().to_owned())
    };
    let language = value(&told.values, crate::collect::paper::LANGUAGE);
    let html = Html {
        here: place_of(round, "paper"),
        queue: told.queue.join(" "),
        queue_n: i64::try_from(told.queue.len()).unwrap_or_default(),
        items: items(visit, &form, &told.values),
        comment: form.comment_question().map(|question| {
            (question.name.to_string(), value(&told.values, question.name.as_str()).to_owned())
        }),
        languages: form
            .languages
            .iter()
            .map(|one| (one.as_str().to_owned(), one.as_str() == language))
            .collect(),
        differing: told
            .differing
            .into_iter()
            .map(|(name, first, second)| Differing {
                text: text_of(&name),
                value: value(&told.values, &name).to_owned(),
                name,
                first,
                second,
            })
            .collect(),
        code: told.code,
        wrong: told.wrong,
        facts: facts(visit, &frame, &places)?,
        waiting: waiting(visit, &frame, &places)?,
        frame,
    };
    Reply::page(&html)
}

/// The empty form.
pub fn show(visit: &Visit) -> Answer {
    page(visit, Told::default())
}

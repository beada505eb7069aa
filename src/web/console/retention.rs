//! `/console/retention`: what is about to be deleted, when, and what was; an announced deletion can be held.

use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use super::words;
use crate::clock::Millis;
use crate::round;
use crate::store::Right;
use crate::web::text::key;

struct Row {
    what: String,
    days: String,
    old: String,
    soon: String,
    announced: Option<Announced>,
}

struct Announced {
    id: i64,
    n: String,
    due: String,
}

struct Past {
    what: String,
    state: String,
    n: String,
    at: String,
    by: String,
}

#[derive(Template)]
#[template(path = "console_retention.html")]
struct Html {
    frame: Frame,
    rows: Vec<Row>,
    past: Vec<Past>,
    holds: bool,
    more: Option<String>,
}

/// Past deletions on a page.
const PAGE: i64 = 50;

/// Shows it.
pub fn show(visit: &Visit) -> Answer {
    let frame = visit.frame(visit.lang.say(key::NAV_RETENTION)).telling(
        visit,
        "held",
        key::RETENTION_WAS_HELD,
    );
    let rows = round::retention_outlook(&visit.desk)?
        .into_iter()
        .map(|outlook| Row {
            what: frame.say(words::retention(outlook.rule)),
            days: frame.count(outlook.rule.days()),
            old: frame.count(outlook.old),
            soon: frame.count(outlook.soon),
            announced: outlook.announced.map(|deletion| Announced {
                id: deletion.id,
                n: frame.count(deletion.n),
                due: frame.moment(Millis(deletion.due_at)),
            }),
        })
        .collect();
    let before = visit.asked("before").and_then(|id| id.parse().ok());
    let found = visit.desk.store.deletions(before, PAGE)?;
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more =
        found.last().filter(|_| full).map(|last| format!("/console/retention?before={}", last.id));
    let mut past = Vec::new();
    for deletion in found.iter().filter(|deletion| deletion.state != "announced") {
        let done = deletion.state == "done";
        past.push(Past {
            what: frame.say(words::retention(deletion.rule()?)),
            state: frame.say(if done { key::RETENTION_DONE } else { key::RETENTION_HELD }),
            n: deletion.deleted.map_or_else(|| "–".to_owned(), |n| frame.count(n)),
            at: deletion.settled_at.map(|at| frame.moment(Millis(at))).unwrap_or_default(),
            by: deletion.settled_by.clone().unwrap_or_default(),
        });
    }
    Reply::page(&Html { frame, rows, past, holds: visit.may(Right::ManageRetention), more })
}

/// Holds an announced deletion.
pub fn hold(visit: &Visit) -> Answer {
    let id = visit.part("deletion").parse().map_err(|_| Trouble::Missing)?;
    round::hold_deletion(visit.patient_desk(), visit.actor()?, id, visit.field("reason"))?;
    Ok(Reply::see("/console/retention?done=held"))
}

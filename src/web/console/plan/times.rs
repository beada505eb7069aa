//! `/console/rounds/{round}/times`: when a round closes, and the two ways of changing that, each with a second person and a
//! reason that is published.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::values;
use crate::clock::{DAY_MS, Millis};
use crate::round::{self, Matter, RoundError, Rules};
use crate::store::Right;
use crate::store::round::{Round, State};
use crate::web::console::frame::segment;
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::{Frame, Trouble, Visit, rounds, words};
use crate::web::text::key;

/// A change that two persons made.
pub struct Amendment {
    pub what: String,
    pub at: String,
    pub was: String,
    pub is: String,
    pub by: String,
    pub reason: String,
}

/// As it is stored, and published.
#[derive(Deserialize)]
struct Recorded {
    what: String,
    at: String,
    closes_at_was: String,
    closes_at: String,
    by: Vec<String>,
    reason: String,
}

/// The amendments of a round, oldest first.
pub fn amendments(frame: &Frame, round: &Round) -> Result<Vec<Amendment>, Trouble> {
    let all: Vec<Recorded> =
        serde_json::from_str(&round.amendments).map_err(RoundError::Canonical)?;
    let moment =
        |text: &str| Millis::parse(text).map_or_else(|_| text.to_owned(), |at| frame.moment(at));
    let amendment = |one: Recorded| Amendment {
        what: frame.say(if one.what == "round.extend" {
            key::TIMES_EXTEND
        } else {
            key::TIMES_EARLY
        }),
        at: moment(&one.at),
        was: moment(&one.closes_at_was),
        is: moment(&one.closes_at),
        by: one.by.join(", "),
        reason: one.reason,
    };
    Ok(all.into_iter().map(amendment).collect())
}

struct Waiting {
    href: String,
    what: String,
    asked: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "console_times.html")]
struct Html {
    frame: Frame,
    state: String,
    state_word: &'static str,
    facts: Vec<(String, String)>,
    amendments: Vec<Amendment>,
    waiting: Vec<Waiting>,
    /// Whether who is signed in may ask, and the round is open.
    asks: bool,
    /// Whether its closing time has come.
    due: bool,
    given: [String; 3],
    wrong: [Option<String>; 2],
    requests: String,
    action: String,
}

fn page(visit: &Visit, wrong: [Option<String>; 2]) -> Result<Html, Trouble> {
    let round = visit.round()?;
    let rules = Rules::read(&round.rules)?;
    let frame =
        visit.frame(visit.lang.say(key::NAV_TIMES)).telling(visit, "closed", key::TIMES_CLOSED);
    let left = (round.closes_at.0 - visit.now.0).max(0);
    let mut facts = vec![
        (frame.say(key::COL_OPENS), frame.moment(round.opens_at)),
        (frame.say(key::CLOSES), frame.moment(round.closes_at)),
    ];
    if round.state == State::Open {
        facts.push((frame.say(key::DAYS_LEFT), frame.count(left.div_euclid(DAY_MS))));
    }
    facts.push((frame.say(key::TIMES_GRACE), frame.moment(round.closes_at.plus(round.grace_ms))));
    let seal = round.closes_at.plus(i64::from(rules.seal_within_days) * DAY_MS);
    facts.push((frame.say(key::TIMES_SEAL), frame.moment(seal)));
    let requests = format!("/console/rounds/{}/requests", segment(&round.code));
    let waiting = visit.desk.store.approvals(round.id, true, None, 100)?;
    let waiting = waiting
        .iter()
        .filter(|one| matches!(one.kind.as_str(), "extend" | "close"))
        .map(|one| Waiting {
            href: format!("{requests}/{}", one.id),
            what: frame.say(words::matter(&one.kind)),
            asked: format!("{} · {}", one.asked_by, frame.moment(Millis(one.asked_at))),
            reason: one.reason.clone(),
        })
        .collect();
    let week = values::moment(round.closes_at.plus(7 * DAY_MS));
    let typed = |name: &str| visit.field(name).to_owned();
    let given = match visit.field("do") {
        "extend" => [typed("to"), typed("reason"), String::new()],
        "early" => [week, String::new(), typed("reason")],
        _ => [week, String::new(), String::new()],
    };
    let open = round.state == State::Open;
    Ok(Html {
        state: frame.say(rounds::state_key(round.state)),
        state_word: round.state.word(),
        facts,
        amendments: amendments(&frame, round)?,
        waiting,
        asks: open && visit.may(Right::RunRound),
        due: open && visit.now >= round.closes_at,
        given,
        wrong,
        requests,
        action: visit.path.clone(),
        frame,
    })
}

/// Shows it.
pub fn show(visit: &Visit) -> Answer {
    Reply::page(&page(visit, [None, None])?)
}

/// Asks a second person for another closing time, or closes what is due.
pub fn change(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let desk = visit.patient_desk();
    let say = |key| Some(visit.lang.say(key).into_owned());
    let again = |wrong| Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, wrong)?);
    let reason = visit.field("reason");
    let matter = match visit.field("do") {
        "close" => {
            round::close(desk, visit.actor()?, &round.code, None)?;
            return Ok(Reply::see(format!("{}?done=closed", visit.path)));
        }
        "extend" => match Millis::parse(visit.field("to")) {
            Ok(to) if to > round.closes_at && to > visit.now => Matter::Extend { to: to.0 },
            _ => return again([say(key::TIMES_TO_WRONG), None]),
        },
        "early" => Matter::Close,
        _ => return Err(Trouble::Missing),
    };
    if round.state != State::Open {
        return Err(Trouble::Refused(visit.lang.say(key::TIMES_NOT_OPEN).into_owned()));
    }
    let beside = |words| match matter {
        Matter::Extend { .. } => [words, None],
        _ => [None, words],
    };
    if reason.chars().count() < round::REASON_CHARS_MIN {
        return again(beside(say(key::TIMES_REASON_SHORT)));
    }
    match round::ask_second(desk, visit.actor()?, &round.code, &matter, reason) {
        Ok(id) => Ok(Reply::see(format!("/console/rounds/{}/requests/{id}", segment(&round.code)))),
        Err(RoundError::Refused(words)) => again(beside(Some(words))),
        Err(error) => Err(error.into()),
    }
}

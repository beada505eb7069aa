//! `/console/rounds/{round}/seal`: what sealing is about to destroy and what it keeps; the publisher asks, the inspector
//! grants in his own session.

use askama::Template;

use super::Frame;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::rounds::state_key;
use super::visit::Visit;
use crate::clock::DAY_MS;
use crate::round::{self, Matter, Rules};
use crate::store::Right;
use crate::store::round::State;
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_seal.html")]
struct Html {
    frame: Frame,
    state: String,
    state_word: &'static str,
    /// What stands against sealing; empty = nothing.
    against: Vec<String>,
    sealed: bool,
    destroyed: Vec<String>,
    kept: Vec<String>,
    deadline: String,
    ask: Option<String>,
    requests: String,
}

/// Says it.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let frame = visit.frame(visit.lang.say(key::NAV_SEAL));
    let rules = Rules::read(&round.rules).map_err(super::Trouble::from)?;
    let units = visit.desk.store.round_units(round.id)?;
    let seen = round::overview(&visit.desk, round, &units)?;
    let sum = |of: fn(&round::UnitLine) -> i64| seen.units.iter().map(of).sum::<i64>();
    let (answered, issued, expected) =
        (sum(|l| l.answered), sum(|l| l.issued), sum(|l| l.expected));
    let sealed = round.outcome.is_some();
    let mut against = Vec::new();
    if !sealed {
        if round.state != State::Flagged {
            against.push(frame.say(key::SEAL_NOT_FLAGGED));
        }
        let open = visit.desk.store.open_cases(round.id)?;
        if let Some(high) = open.get(&0).copied().filter(|n| *n > 0) {
            against.push(frame.say_count(key::SEAL_HIGH_OPEN, high));
        }
        if visit.desk.store.margins(round.id)?.is_empty() {
            against.push(frame.say(key::SEAL_NO_MARGINS));
        }
    }
    let deadline = round.closes_at.plus(i64::from(rules.seal_within_days) * DAY_MS);
    let path = format!("/console/rounds/{}", segment(&round.code));
    let page = Html {
        state: frame.say(state_key(round.state)),
        state_word: round.state.word(),
        destroyed: vec![
            frame.say_count(key::SEAL_TIES, answered),
            frame.say_count(key::SEAL_CODES, issued),
            frame.say_count(key::SEAL_DOSSIERS, expected),
            frame.say(key::SEAL_FLAGS),
            frame.say(key::SEAL_KEY),
        ],
        kept: vec![
            frame.say_count(key::SEAL_RECORDS, answered),
            frame.say(key::SEAL_COMMENTS),
            frame.say(key::SEAL_COUNTS),
        ],
        deadline: frame.moment(deadline),
        ask: (round.state == State::Flagged && visit.may(Right::Seal))
            .then(|| format!("{path}/seal/ask")),
        requests: format!("{path}/requests"),
        against,
        sealed,
        frame,
    };
    Reply::page(&page)
}

#[derive(Template)]
#[template(path = "console_ask.html")]
struct Ask {
    frame: Frame,
    text: String,
    action: String,
    correction: bool,
    given: [String; 2],
    wrong: Option<String>,
    label: String,
}

/// The form in which a publisher asks for it.
pub fn ask(visit: &Visit) -> Answer {
    asking(visit, &Matter::Seal, None)
}

/// The form in which a publisher asks for publication.
pub fn ask_publishing(visit: &Visit) -> Answer {
    asking(visit, &Matter::Publish { correction: None }, None)
}

fn asking(visit: &Visit, matter: &Matter, wrong: Option<String>) -> Answer {
    let is_seal = *matter == Matter::Seal;
    let (title, text, label) = if is_seal {
        (key::NAV_SEAL, key::SEAL_ASK_TEXT, key::SEAL_ASK)
    } else {
        (key::PUBLISH, key::PUBLISH_ASK_TEXT, key::PUBLISH_ASK)
    };
    let frame = visit.frame(visit.lang.say(title));
    let page = Ask {
        text: frame.say(text),
        label: frame.say(label),
        action: visit.path.clone(),
        correction: !is_seal,
        given: [visit.field("reason").to_owned(), visit.field("correction").to_owned()],
        wrong,
        frame,
    };
    match page.wrong {
        Some(_) => Reply::page_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Reply::page(&page),
    }
}

fn request(visit: &Visit, matter: &Matter) -> Answer {
    let code = &visit.round()?.code;
    let desk = visit.patient_desk();
    match round::ask_second(desk, visit.actor()?, code, matter, visit.field("reason")) {
        Ok(id) => Ok(Reply::see(format!("/console/rounds/{}/requests/{id}", segment(code)))),
        Err(round::RoundError::Refused(words)) => asking(visit, matter, Some(words)),
        Err(error) => Err(error.into()),
    }
}

/// Asks the inspector.
pub fn request_seal(visit: &Visit) -> Answer {
    request(visit, &Matter::Seal)
}

/// Asks another publisher.
pub fn request_publishing(visit: &Visit) -> Answer {
    let correction = Some(visit.field("correction").to_owned()).filter(|words| !words.is_empty());
    request(visit, &Matter::Publish { correction })
}

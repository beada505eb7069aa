//! `/console/rounds/{round}/requests`: what one person asks for and another grants, each in his own session.

use askama::Template;

use super::Frame;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use super::words;
use crate::clock::Millis;
use crate::round::{self, Granted, Matter};
use crate::store::approval::{Approval, ApprovalState};
use crate::web::text::{Key, key};

/// Requests on a page.
const PAGE: i64 = 50;

struct Row {
    href: String,
    what: String,
    asked: String,
    reason: String,
    state: String,
    word: &'static str,
    settled: String,
    answer: String,
}

#[derive(Template)]
#[template(path = "console_requests.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "console_request.html")]
struct One {
    frame: Frame,
    row: Row,
    facts: Vec<(String, String)>,
    waits: bool,
    own: bool,
    grants: bool,
    warns: bool,
}

fn address(code: &str) -> String {
    format!("/console/rounds/{}/requests", segment(code))
}

fn state_key(state: ApprovalState) -> Key {
    match state {
        ApprovalState::Waiting => key::REQUEST_WAITING,
        ApprovalState::Granted => key::REQUEST_GRANTED,
        ApprovalState::Declined => key::REQUEST_DECLINED,
        ApprovalState::TakenBack => key::REQUEST_TAKEN_BACK,
    }
}

fn row(frame: &Frame, path: &str, one: &Approval) -> Result<Row, Trouble> {
    let state = one.state()?;
    let settled = one.settled_at.map(|at| frame.moment(Millis(at))).unwrap_or_default();
    Ok(Row {
        href: format!("{path}/{}", one.id),
        what: frame.say(words::matter(&one.kind)),
        asked: format!("{} · {}", one.asked_by, frame.moment(Millis(one.asked_at))),
        reason: one.reason.clone(),
        state: frame.say(state_key(state)),
        word: state.word(),
        settled: one.settled_by.as_ref().map(|by| format!("{by} · {settled}")).unwrap_or_default(),
        answer: one.answer.clone().unwrap_or_default(),
    })
}

/// Lists them, the newest first.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let path = address(&round.code);
    let frame = visit.frame(visit.lang.say(key::NAV_REQUESTS));
    let before = visit.asked("before").and_then(|id| id.parse().ok());
    let found = visit.desk.store.approvals(round.id, false, before, PAGE)?;
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.last().filter(|_| full).map(|last| format!("{path}?before={}", last.id));
    let rows = found.iter().map(|one| row(&frame, &path, one)).collect::<Result<_, _>>()?;
    Reply::page(&List { frame, rows, more })
}

fn found(visit: &Visit) -> Result<Approval, Trouble> {
    let round = visit.round()?;
    let id = visit.part("request").parse().map_err(|_| Trouble::Missing)?;
    let request = visit.desk.store.approval(id)?;
    if request.round_id == round.id { Ok(request) } else { Err(Trouble::Missing) }
}

/// One request, with what it asks for.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let path = address(&round.code);
    let request = found(visit)?;
    let frame = visit
        .frame(visit.lang.say(words::matter(&request.kind)))
        .under(path.clone(), visit.lang.say(key::NAV_REQUESTS))
        .telling(visit, "granted", key::REQUEST_WAS_GRANTED)
        .telling(visit, "declined", key::REQUEST_WAS_DECLINED);
    let matter = Matter::of(&request).ok();
    let mut facts = Vec::new();
    let mut grants = false;
    if let Some(matter) = &matter {
        grants = visit.may(matter.rights().1);
        match matter {
            Matter::Verdict { decision, responses } => {
                facts.push((frame.say(key::DECISION), frame.say(words::decision(*decision))));
                let n = i64::try_from(responses.len()).unwrap_or(i64::MAX);
                facts.push((frame.say(key::CASE_SIZE), frame.count(n)));
            }
            Matter::Publish { correction: Some(words) } => {
                facts.push((frame.say(key::CORRECTION), words.clone()));
            }
            Matter::Extend { to } => {
                facts.push((frame.say(key::CLOSES), frame.moment(Millis(*to))));
            }
            Matter::Seal | Matter::Close | Matter::Publish { correction: None } => {}
        }
    }
    let page = One {
        row: row(&frame, &path, &request)?,
        waits: request.state()? == ApprovalState::Waiting,
        own: request.asked_by == visit.actor()?.name(),
        warns: matter == Some(Matter::Seal),
        facts,
        grants,
        frame,
    };
    Reply::page(&page)
}

/// Grants, declines or takes it back.
pub fn settle(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let request = found(visit)?;
    let (desk, actor) = (visit.patient_desk(), visit.actor()?);
    let here = format!("{}/{}", address(&round.code), request.id);
    match visit.field("do") {
        "grant" => match round::grant(desk, actor, request.id)? {
            Granted::Done => Ok(Reply::see(format!("{here}?done=granted"))),
            Granted::Job(id) => Ok(Reply::see(format!("/console/jobs/{id}"))),
        },
        "decline" => {
            round::decline(desk, actor, request.id, visit.field("reason"))?;
            Ok(Reply::see(format!("{here}?done=declined")))
        }
        "take_back" => {
            round::take_back(desk, actor, request.id)?;
            Ok(Reply::see(here))
        }
        _ => Err(Trouble::Invalid(visit.lang.say(key::CASE_NO_DECISION).into_owned())),
    }
}

//! `/console/rounds/{round}/review`: flagged answers in cases, the evidence of one side by side, the verdict on all or some
//! of it. No figure of any index is here, and answers are letters, so that nobody decides by the result.

use askama::Template;

use super::Frame;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::rounds::state_key;
use super::trouble::Trouble;
use super::visit::Visit;
use super::words::{self, Shown};
use crate::clock::Millis;
use crate::round::{self, CaseLine, Decided, Member};
use crate::store::Right;
use crate::store::id::ResponseId;
use crate::store::round::State;
use crate::store::verdict::Decision;
use crate::web::text::key;

struct Row {
    href: String,
    severity: String,
    word: &'static str,
    size: String,
    undecided: String,
    rules: String,
    place: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "console_review.html")]
struct List {
    frame: Frame,
    state: String,
    state_word: &'static str,
    flagged: bool,
    /// The button that computes flags.
    compute: bool,
    jobs: String,
    lead: String,
    all: bool,
    path: String,
    rows: Vec<Row>,
    more: Option<String>,
}

fn address(code: &str) -> String {
    format!("/console/rounds/{}/review", segment(code))
}

/// The cases, gravest first.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let frame = visit.frame(visit.lang.say(key::NAV_REVIEW));
    let path = address(&round.code);
    let all = visit.asked("show") == Some("all");
    let mut page = List {
        state: frame.say(state_key(round.state)),
        state_word: round.state.word(),
        flagged: round.state == State::Flagged,
        compute: round.state == State::Closed && visit.may(Right::ComputeFlags),
        jobs: format!("/console/rounds/{}/jobs", segment(&round.code)),
        lead: frame.say(key::REVIEW_NOT_YET),
        all,
        rows: Vec::new(),
        more: None,
        path,
        frame,
    };
    if !page.flagged {
        return Reply::page(&page);
    }
    let after = visit.asked("after").and_then(|text| {
        let (rank, id) = text.split_once('-')?;
        Some((rank.parse().ok()?, ResponseId::from_hex(id)?))
    });
    let queue = round::review_queue(&visit.desk, visit.actor()?, &round.code, !all, after)?;
    let open: i64 = queue.open.values().sum();
    page.lead = match queue.open.get(&0) {
        Some(high) if *high > 0 => page.frame.say_count(key::REVIEW_HIGH_OPEN, *high),
        _ if open > 0 => page.frame.say_count(key::REVIEW_OPEN, open),
        _ => page.frame.say(key::REVIEW_NONE),
    };
    page.rows = queue.cases.iter().map(|line| row(&page.frame, &page.path, line)).collect();
    page.more = queue.next.map(|(rank, id)| {
        let show = if all { "&show=all" } else { "" };
        format!("{}?after={rank}-{}{show}", page.path, id.hex())
    });
    Reply::page(&page)
}

fn row(frame: &Frame, path: &str, line: &CaseLine) -> Row {
    let (severity, word) = words::severity(line.case.severity);
    let rules: Vec<String> = line
        .case
        .rules
        .iter()
        .map(|(rule, n)| match n {
            1 => words::rule_words(frame, rule),
            n => format!("{} ({n})", words::rule_words(frame, rule)),
        })
        .collect();
    let (unit, counter) = &line.place;
    Row {
        href: format!("{path}/{}", line.case.id.hex()),
        severity: frame.say(severity),
        word,
        size: frame.count(line.case.size.into()),
        undecided: frame.count(line.case.undecided.into()),
        rules: rules.join(" · "),
        place: format!("{unit} › {counter}"),
        own: line.own,
    }
}

struct Line {
    id: String,
    number: usize,
    place: String,
    link: String,
    received: String,
    seconds: String,
    device: String,
    pattern: String,
    comment: Vec<Shown>,
    flags: Vec<(String, String)>,
    verdicts: Vec<Past>,
    decided: bool,
}

struct Past {
    text: String,
    why: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "console_case.html")]
struct Case {
    frame: Frame,
    row: Row,
    items: String,
    lines: Vec<Line>,
    beside: Vec<Line>,
    decides: bool,
    decided: bool,
    reason: String,
    wrong: Option<String>,
    more: Option<String>,
    path: String,
}

/// The evidence of one case.
pub fn show(visit: &Visit) -> Answer {
    page(visit, None)
}

fn case_id(visit: &Visit) -> Result<ResponseId, Trouble> {
    ResponseId::from_hex(visit.part("case")).ok_or(Trouble::Missing)
}

fn page(visit: &Visit, wrong: Option<String>) -> Answer {
    let round = visit.round()?;
    let case = case_id(visit)?;
    let after = visit.asked("after").and_then(ResponseId::from_hex);
    let found = round::evidence(&visit.desk, visit.actor()?, &round.code, case, after)?;
    let list = address(&round.code);
    let frame = visit
        .frame(visit.lang.say(key::CASE))
        .under(list.clone(), visit.lang.say(key::NAV_REVIEW))
        .telling(visit, "decided", key::CASE_DECIDED)
        .telling(visit, "asked", key::CASE_ASKED);
    let row = row(&frame, &list, &found.line);
    let path = row.href.clone();
    let lines: Vec<Line> = (1..).zip(&found.members).map(|(n, m)| line(&frame, n, m)).collect();
    let page = Case {
        items: found.items.join(" "),
        decides: visit.may(Right::DecideVerdicts) && !found.line.own,
        decided: lines.iter().any(|line| line.decided),
        beside: (1..).zip(&found.beside).map(|(n, m)| line(&frame, n, m)).collect(),
        lines,
        reason: visit.field("reason").to_owned(),
        more: found.next.map(|next| format!("{path}?after={}", next.hex())),
        path,
        row,
        frame,
        wrong,
    };
    match page.wrong {
        Some(_) => Reply::page_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Reply::page(&page),
    }
}

fn line(frame: &Frame, number: usize, member: &Member) -> Line {
    let (unit, counter) = &member.place;
    let device = member.device.map(|device| frame.say_count(key::DEVICE, device as i64));
    let verdicts: Vec<Past> = member
        .verdicts
        .iter()
        .map(|past| {
            let v = &past.verdict;
            let second = v.confirmed_by.as_ref().map(|w| format!(", {w}")).unwrap_or_default();
            let what = frame.say(words::decision(v.decision));
            let at = frame.moment(Millis(past.at.0));
            Past {
                text: format!("{what} · {}{second} · {at}", v.decided_by),
                why: v.reason.clone(),
                current: past.is_current,
            }
        })
        .collect();
    let last = member.verdicts.iter().find(|past| past.is_current);
    Line {
        id: member.id.hex(),
        number,
        place: format!("{unit} › {counter}"),
        link: format!("{} {}", frame.say(words::kind(member.kind)), member.serial),
        received: member.received.clone(),
        seconds: member.seconds.map_or_else(|| "–".to_owned(), |s| frame.count(s)),
        device: device.unwrap_or_else(|| "–".to_owned()),
        pattern: member.pattern.iter().map(|letter| letter.unwrap_or('–')).collect(),
        comment: member
            .comment
            .as_ref()
            .map(|parts| words::shown(frame, parts))
            .unwrap_or_default(),
        flags: member
            .flags
            .iter()
            .map(|(rule, _, why)| (words::rule_words(frame, rule), why.clone()))
            .collect(),
        decided: last.is_some_and(|past| past.verdict.decision != Decision::Undone),
        verdicts,
    }
}

/// The verdict on the answers that are ticked, or on the whole case.
pub fn decide(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let case = case_id(visit)?;
    let actor = visit.actor()?;
    let Some(decision) = Decision::from_word(visit.field("decision")) else {
        return page(visit, Some(visit.lang.say(key::CASE_NO_DECISION).into_owned()));
    };
    let desk = visit.patient_desk();
    let all = round::case_answers(desk, actor, &round.code, case)?;
    let ticked: Vec<ResponseId> =
        visit.fields_of("response").filter_map(ResponseId::from_hex).collect();
    let chosen = if visit.field("whole") == "1" { all.clone() } else { ticked };
    if chosen.is_empty() || chosen.iter().any(|id| !all.contains(id)) {
        return page(visit, Some(visit.lang.say(key::CASE_NOTHING_TICKED).into_owned()));
    }
    let reason = visit.field("reason");
    let done = match round::decide_or_ask(desk, actor, &round.code, &chosen, decision, reason) {
        Ok(Decided::Done) => "decided",
        Ok(Decided::Asked(_)) => "asked",
        Err(crate::round::RoundError::Refused(words)) => return page(visit, Some(words)),
        Err(error) => return Err(error.into()),
    };
    Ok(Reply::see(format!("{}/{}?done={done}", address(&round.code), case.hex())))
}

//! `/console/jobs`: work in the background, with progress as server-sent events, and a plain refresh where no script runs.

use std::time::Duration;

use actix_web::web::Bytes;
use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use super::words;
use crate::clock::Millis;
use crate::desk::Desk;
use crate::round::{self, JobKind, NewWork};
use crate::store::Right;
use crate::store::job::{Job, JobState};
use crate::web::text::{Arg, Lang, key};

/// Jobs on a page.
const PAGE: i64 = 50;
/// Between two events.
const BEAT: Duration = Duration::from_secs(1);
/// Events of one stream; a browser then comes back by itself.
const EVENTS_MAX: u32 = 600;

struct Row {
    href: String,
    what: String,
    subject: String,
    state: String,
    word: &'static str,
    asked: String,
    progress: String,
    percent: i64,
    error: String,
    ended: String,
}

#[derive(Template)]
#[template(path = "console_jobs.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "console_job.html")]
struct One {
    frame: Frame,
    row: Row,
    facts: Vec<(String, String)>,
    running: bool,
    cancel: bool,
    retry: bool,
    file: bool,
    path: String,
}

/// Those who run the service see all jobs; others what they could have asked for themselves, or did.
fn sees(visit: &Visit, job: &Job) -> bool {
    let asked = visit.actor().is_ok_and(|actor| actor.name() == job.asked_by);
    let could = JobKind::from_word(&job.kind).is_some_and(|kind| visit.may(kind.right()));
    asked || could || visit.may(Right::ReadOperation)
}

fn progress(lang: Lang, job: &Job) -> String {
    let Some(step) = words::job_step(&job.step) else { return String::new() };
    let step = lang.say(step);
    if job.total <= 2 {
        return step.into_owned();
    }
    let whole = |n: i64| Arg::Count(u64::try_from(n).unwrap_or_default());
    let gaps = [("step", Arg::Text(&step)), ("done", whole(job.done)), ("total", whole(job.total))];
    lang.tell(key::JOB_PROGRESS, &gaps)
}

fn percent(job: &Job) -> i64 {
    match job.state() {
        JobState::Done => 100,
        _ if job.total > 0 => (job.done * 100 / job.total).clamp(0, 100),
        _ => 0,
    }
}

fn row(frame: &Frame, job: &Job) -> Row {
    let kind = JobKind::from_word(&job.kind);
    Row {
        href: format!("/console/jobs/{}", job.id),
        what: kind.map_or_else(|| job.kind.clone(), |kind| frame.say(words::job_kind(kind))),
        subject: job.subject.clone(),
        state: frame.say(words::job_state(job.state())),
        word: job.state().word(),
        asked: format!("{} · {}", job.asked_by, frame.moment(Millis(job.asked_at))),
        progress: progress(frame.lang, job),
        percent: percent(job),
        error: job.last_error.clone().unwrap_or_default(),
        ended: job.ended_at.map(|at| frame.moment(Millis(at))).unwrap_or_default(),
    }
}

/// Lists them, the newest first.
pub fn list(visit: &Visit) -> Answer {
    let frame = visit.frame(visit.lang.say(key::NAV_JOBS));
    let before = visit.asked("before").and_then(|id| id.parse().ok());
    let found = visit.desk.store.jobs(before, PAGE)?;
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more =
        found.last().filter(|_| full).map(|last| format!("/console/jobs?before={}", last.id));
    let rows = found.iter().filter(|job| sees(visit, job)).map(|job| row(&frame, job)).collect();
    Reply::page(&List { frame, rows, more })
}

fn found(visit: &Visit) -> Result<Job, Trouble> {
    let id = visit.part("job").parse().map_err(|_| Trouble::Missing)?;
    let job = visit.desk.store.job(id)?;
    // Who may not see it is not told that it is there.
    if sees(visit, &job) { Ok(job) } else { Err(Trouble::Missing) }
}

/// One job.
pub fn show(visit: &Visit) -> Answer {
    let job = found(visit)?;
    let frame =
        visit.frame(visit.lang.say(key::JOB)).under("/console/jobs", visit.lang.say(key::NAV_JOBS));
    let state = job.state();
    let may = JobKind::from_word(&job.kind).is_some_and(|kind| visit.may(kind.right()));
    let mut facts = vec![(frame.say(key::JOB_TRIES), frame.count(job.attempts.into()))];
    if let Some(second) = &job.witness {
        facts.push((frame.say(key::SECOND_PERSON), second.clone()));
    }
    let result: Option<serde_json::Map<String, serde_json::Value>> =
        job.result.as_deref().and_then(|text| serde_json::from_str(text).ok());
    for (name, value) in result.into_iter().flatten() {
        let value = value
            .as_i64()
            .map_or_else(|| value.as_str().unwrap_or_default().to_owned(), |n| frame.count(n));
        facts.push((name, value));
    }
    let makes_file = matches!(job.kind.as_str(), "bundle" | "inspector_bundle");
    let page = One {
        row: row(&frame, &job),
        running: matches!(state, JobState::Waiting | JobState::Running),
        cancel: may && matches!(state, JobState::Waiting | JobState::Running) && !job.cancel,
        retry: may && matches!(state, JobState::Failed | JobState::Cancelled),
        file: may
            && makes_file
            && state == JobState::Done
            && visit.desk.store.job_part(job.id, 0)?.is_some(),
        path: format!("/console/jobs/{}", job.id),
        facts,
        frame,
    };
    Reply::page(&page)
}

/// How far it is, once a second, until it has ended.
pub fn events(visit: &Visit) -> Answer {
    let job = found(visit)?;
    let (desk, lang) = (visit.desk.clone(), visit.lang);
    let begin = (desk, lang, job.id, 0_u32);
    let stream = futures_util::stream::unfold(begin, |(desk, lang, id, n)| async move {
        if n > EVENTS_MAX {
            return None;
        }
        if n > 0 {
            tokio::time::sleep(BEAT).await;
        }
        let (event, ended) = event(&desk, lang, id).await?;
        let next = if ended { EVENTS_MAX + 1 } else { n + 1 };
        Some((Ok(Bytes::from(event)), (desk, lang, id, next)))
    });
    Ok(Reply::stream("text/event-stream", Box::pin(stream)))
}

async fn event(desk: &Desk, lang: Lang, id: i64) -> Option<(String, bool)> {
    let store = desk.store.clone();
    let read = tokio::task::spawn_blocking(move || store.job(id)).await.ok()?;
    // A busy database is no end: the next look tells.
    let Ok(job) = read else { return Some((": busy\n\n".to_owned(), false)) };
    let ended = job.ended_at.is_some();
    let told = serde_json::json!({
        "state": job.state().word(),
        "words": lang.say(words::job_state(job.state())),
        "progress": progress(lang, &job),
        "percent": percent(&job),
        "ended": ended,
    });
    Some((format!("data: {told}\n\n"), ended))
}

/// The file that it made.
pub fn file(visit: &Visit) -> Answer {
    let job = found(visit)?;
    let (desk, actor) = (visit.patient_desk(), visit.actor()?);
    let mut bytes = Vec::new();
    for part in 0.. {
        let Some(piece) = round::work_file(desk, actor, job.id, part)? else { break };
        bytes.extend(piece);
    }
    if bytes.is_empty() {
        return Err(Trouble::Missing);
    }
    let name = format!("{}-{}.json", job.subject, job.kind);
    Ok(Reply::file("application/json", name, bytes))
}

/// Stops it or tries it again.
pub fn change(visit: &Visit) -> Answer {
    let job = found(visit)?;
    let (desk, actor) = (visit.patient_desk(), visit.actor()?);
    match visit.field("do") {
        "cancel" => round::cancel_work(desk, actor, job.id)?,
        "retry" => round::retry_work(desk, actor, job.id)?,
        _ => return Err(Trouble::Invalid(visit.lang.say(key::CASE_NO_DECISION).into_owned())),
    }
    Ok(Reply::see(format!("/console/jobs/{}", job.id)))
}

/// Asks for work on a round.
pub fn ask(visit: &Visit) -> Answer {
    let code = &visit.round()?.code;
    let kind = match visit.field("kind") {
        "close" => JobKind::Close,
        "flag" => JobKind::Flag,
        "compute" => JobKind::Compute,
        "bundle" => JobKind::Bundle,
        "inspector_bundle" => JobKind::InspectorBundle,
        _ => return Err(Trouble::Invalid(visit.lang.say(key::CASE_NO_DECISION).into_owned())),
    };
    let id = round::ask_work(visit.patient_desk(), visit.actor()?, code, NewWork::plain(kind))?;
    Ok(Reply::see(format!("/console/jobs/{id}")))
}

//! `/console/mail`: what is to be mailed, what went out, and what was given up. No address of a citizen is in the outbox.

use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use crate::store::outbox::MailState;
use crate::store::{Act, Right};
use crate::web::text::{Key, key};

/// Mails of one page.
const PAGE: usize = 50;

struct Line {
    id: i64,
    kind: String,
    state: String,
    word: &'static str,
    tries: i32,
    due: String,
    error: String,
}

struct Filter {
    href: String,
    label: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "console_mail.html")]
struct Html {
    frame: Frame,
    filters: Vec<Filter>,
    lines: Vec<Line>,
    more: Option<String>,
    dead: i64,
    retries: bool,
}

/// The state of a mail in words.
pub(super) fn state_key(state: MailState) -> Key {
    match state {
        MailState::Queued => key::MAIL_QUEUED,
        MailState::Trying => key::MAIL_TRYING,
        MailState::Sent => key::MAIL_SENT,
        MailState::Dead => key::MAIL_DEAD,
        MailState::Dropped => key::MAIL_DROPPED,
    }
}

/// Lists them, newest first.
pub fn list(visit: &Visit) -> Answer {
    let state = visit.asked("state").and_then(MailState::from_word);
    let before = visit.asked("before").and_then(|n| n.parse().ok()).unwrap_or(i64::MAX);
    let mut mails = visit.desk.store.mails_before(before, state, PAGE as i64 + 1)?;
    let further = mails.len() > PAGE;
    mails.truncate(PAGE);
    let counts = visit.desk.store.mail_counts()?;
    let frame =
        visit.frame(visit.lang.say(key::NAV_MAIL)).telling(visit, "retried", key::MAIL_RETRIED);
    let all = counts.queued + counts.trying + counts.sent + counts.dead + counts.dropped;
    let of = |state: Option<MailState>| match state {
        None => all,
        Some(MailState::Queued) => counts.queued,
        Some(MailState::Trying) => counts.trying,
        Some(MailState::Sent) => counts.sent,
        Some(MailState::Dead) => counts.dead,
        Some(MailState::Dropped) => counts.dropped,
    };
    let choices = std::iter::once(None).chain(MailState::ALL.iter().copied().map(Some));
    let filters = choices
        .map(|one| {
            let label = one.map_or(key::SHOW_ALL, state_key);
            Filter {
                href: one.map_or_else(
                    || "/console/mail".to_owned(),
                    |state| format!("/console/mail?state={}", state.word()),
                ),
                label: format!("{} ({})", frame.say(label), frame.count(of(one))),
                here: one == state,
            }
        })
        .collect();
    let last = mails.last().map(|mail| mail.id);
    let more = last.filter(|_| further).map(|id| {
        let of = state.map(|state| format!("state={}&", state.word())).unwrap_or_default();
        format!("/console/mail?{of}before={id}")
    });
    let lines = mails
        .into_iter()
        .map(|mail| Line {
            id: mail.id,
            kind: mail.kind,
            state: frame.say(state_key(mail.state)),
            word: match mail.state {
                MailState::Dead => "late",
                MailState::Sent => "good",
                _ => "",
            },
            tries: mail.attempts,
            due: frame.moment(mail.sent_at.unwrap_or(mail.due_at)),
            error: mail.last_error.unwrap_or_default(),
        })
        .collect();
    let retries = visit.may(Right::RetryMail);
    Reply::page(&Html { frame, filters, lines, more, dead: counts.dead, retries })
}

/// Tries again what was given up.
pub fn retry(visit: &Visit) -> Answer {
    let act = Act::new(visit.actor()?, Right::RetryMail, visit.now, "mail.retry", "outbox");
    visit.desk.store.retry_dead_mails(&act)?;
    Ok(Reply::see("/console/mail?done=retried"))
}

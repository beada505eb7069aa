//! `/console/rounds/{round}/invitations`: the mails of a round and how each is doing. No address, no link: the outbox has
//! neither, and why a mail is not wanted any more stays unsaid, since it might be that its link was answered.

use askama::Template;

use super::{Places, place_of};
use crate::store::id::UnitId;
use crate::store::outbox::MailState;
use crate::store::{Act, Right};
use crate::web::console::Frame;
use crate::web::console::mail::state_key;
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::visit::Visit;
use crate::web::text::key;

/// Mails of one page.
const PAGE: usize = 50;

struct Line {
    unit: String,
    counter: String,
    serial: i64,
    what: String,
    state: String,
    word: &'static str,
    twice: bool,
    tries: i32,
    when: String,
    error: String,
}

struct Filter {
    href: String,
    label: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "console_invitations.html")]
struct Html {
    frame: Frame,
    here: String,
    filters: Vec<Filter>,
    lines: Vec<Line>,
    more: Option<String>,
    retries: bool,
}

/// Lists them, newest first.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::ReadCounts)?;
    let ids: Vec<UnitId> = places.units.iter().map(|unit| unit.id).collect();
    let state = visit.asked("state").and_then(MailState::from_word);
    let before = visit.asked("before").and_then(|n| n.parse().ok()).unwrap_or(i64::MAX);
    let limit = PAGE as i64 + 1;
    let mut mails = visit.desk.store.invitation_mails(round.id, &ids, state, before, limit)?;
    let further = mails.len() > PAGE;
    mails.truncate(PAGE);
    let here = place_of(round, "invitations");
    let frame = visit.frame(visit.lang.say(key::NAV_INVITATIONS)).telling(
        visit,
        "retried",
        key::MAIL_RETRIED,
    );
    let choices = std::iter::once(None).chain(MailState::ALL.iter().copied().map(Some));
    let filters = choices.map(|one| Filter {
        href: one.map_or_else(|| here.clone(), |s| format!("{here}?state={}", s.word())),
        label: frame.say(one.map_or(key::SHOW_ALL, state_key)),
        here: one == state,
    });
    let filters = filters.collect();
    let last = mails.last().map(|mail| mail.id);
    let more = last.filter(|_| further).map(|id| {
        let of = state.map(|state| format!("state={}&", state.word())).unwrap_or_default();
        format!("{here}?{of}before={id}")
    });
    let lines = mails
        .into_iter()
        .map(|mail| {
            let counter = places.counter(mail.counter_id);
            let unit = counter.and_then(|counter| places.unit_of(counter));
            Line {
                unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
                counter: counter.map(|counter| counter.name.clone()).unwrap_or_default(),
                serial: mail.serial,
                what: frame.say(if mail.reminds {
                    key::MAIL_REMINDER
                } else {
                    key::LINK_INVITATION
                }),
                state: frame.say(state_key(mail.state)),
                word: match mail.state {
                    MailState::Dead => "late",
                    MailState::Sent => "good",
                    _ => "",
                },
                twice: mail.perhaps_twice > 0,
                tries: mail.attempts,
                when: frame.moment(mail.at),
                error: match mail.state {
                    MailState::Dropped => String::new(),
                    _ => mail.last_error.unwrap_or_default(),
                },
            }
        })
        .collect();
    let retries = visit.may(Right::RetryMail);
    Reply::page(&Html { frame, here, filters, lines, more, retries })
}

/// Tries again what was given up in this round.
pub fn retry(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let subject = format!("round {}", round.code);
    let act = Act::new(visit.actor()?, Right::RetryMail, visit.now, "mail.retry", subject);
    visit.desk.store.retry_dead_invitations(&act, round.id)?;
    Ok(Reply::see(format!("{}?done=retried", place_of(round, "invitations"))))
}

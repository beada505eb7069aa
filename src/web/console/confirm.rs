//! `/console/confirm`: the password once more, before publishing, keys and roles.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::gate;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::account::sign_in;
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_confirm.html")]
struct Html<'a> {
    frame: Frame,
    next: &'a str,
    wrong: bool,
}

/// Asks for it.
pub fn ask(visit: &Visit) -> Answer {
    let frame = visit.frame(visit.lang.say(key::CONFIRM));
    Reply::page(&Html { frame, next: gate::next(visit.asked("next")), wrong: false })
}

/// Tries it.
pub fn confirm(visit: &Visit) -> Answer {
    let next = gate::next(Some(visit.field("next")));
    let (typed, known) = (visit.secret("password"), visit.known.as_deref());
    match sign_in::confirm(&visit.desk, visit.signed()?, &typed, known)? {
        Some(true) => Ok(Reply::see(next)),
        Some(false) => {
            let frame = visit.frame(visit.lang.say(key::CONFIRM));
            let page = Html { frame, next, wrong: true };
            Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        None => Err(Trouble::Wait(u64::try_from(sign_in::WINDOW_MS / 1000).unwrap_or(900))),
    }
}

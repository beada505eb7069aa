//! `/console/sign-in`: a name and a password.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::cookie::Name;
use super::gate;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::account::sign_in::{self, Arrived, Begun};
use crate::store::session::Stage;
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_sign_in.html")]
struct Html<'a> {
    frame: Frame,
    name: &'a str,
    next: &'a str,
    wrong: bool,
}

/// Asks for name and password.
pub fn ask(visit: &Visit) -> Answer {
    if visit.signed.as_ref().is_some_and(|signed| signed.session.stage == Stage::Whole) {
        return Ok(Reply::see(gate::next(visit.asked("next"))));
    }
    let frame = visit
        .frame(visit.lang.say(key::SIGN_IN))
        .telling(visit, "password", key::PASSWORD_SET)
        .telling(visit, "out", key::SIGNED_OUT);
    let next = gate::next(visit.asked("next"));
    Reply::page(&Html { frame, name: "", next, wrong: false })
}

/// Tries name and password.
pub fn try_in(visit: &Visit) -> Answer {
    let next = gate::next(Some(visit.field("next")));
    let name = visit.field("name");
    let typed = visit.secret("password");
    let known = visit.known.as_deref();
    match sign_in::with_password(&visit.desk, name, &typed, known, &browser(visit))? {
        Begun::In(arrived) => Ok(in_at(visit, &arrived, next)),
        Begun::Half { cookie, enrolled } => {
            let step = if enrolled { "factor" } else { "enrol" };
            let place = format!("/console/{step}?next={}", gate::escaped(next));
            Ok(Reply::see(place).with(visit.keep(Name::Session, cookie.value())))
        }
        Begun::Wrong => {
            let frame = visit.frame(visit.lang.say(key::SIGN_IN));
            let name: String = name.chars().take(64).collect();
            Reply::page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &Html { frame, name: &name, next, wrong: true },
            )
        }
        Begun::Wait => Err(Trouble::Wait(u64::try_from(sign_in::WINDOW_MS / 1000).unwrap_or(900))),
    }
}

/// Lets in who has arrived.
pub fn in_at(visit: &Visit, arrived: &Arrived, next: &str) -> Reply {
    Reply::see(next)
        .with(visit.keep(Name::Session, arrived.cookie.value()))
        .with(visit.keep(Name::Browser, &arrived.browser))
}

/// Ends the session that asks.
pub fn out(visit: &Visit) -> Answer {
    let session = &visit.signed()?.session;
    visit.desk.store.end_session(session.account_id, session.digest)?;
    Ok(Reply::see("/console/sign-in?done=out").with(visit.forget(Name::Session)))
}

/// The browser in the words of its maker, short: `Firefox · Linux`.
fn browser(visit: &Visit) -> String {
    let agent = visit.browser.as_str();
    // Later names borrow earlier ones: Edge calls itself Chrome, Chrome calls itself Safari.
    let makers = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
    let shown = ["Edge", "Opera", "Firefox", "Chrome", "Safari"];
    let systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
    let maker = makers.iter().zip(shown).find(|(part, _)| agent.contains(**part));
    let system = systems.iter().find(|part| agent.contains(**part));
    let words: Vec<&str> = maker.map(|(_, name)| name).into_iter().chain(system.copied()).collect();
    if words.is_empty() { agent.chars().take(40).collect() } else { words.join(" · ") }
}

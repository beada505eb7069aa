//! `/console/factor` and `/console/enrol`: the one-time password, and how an app gets to make them.

use actix_web::http::StatusCode;
use askama::Template;

use super::gate;
use super::reply::{Answer, Reply};
use super::sign_in::in_at;
use super::trouble::Trouble;
use super::visit::Visit;
use super::{Frame, cookie::Name};
use crate::account::factor::SecondFactor;
use crate::account::sign_in::{self, Checked};
use crate::issue::qr::Qr;
use crate::store::session::Stage;
use crate::web::number;
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_factor.html")]
struct Check<'a> {
    frame: Frame,
    next: &'a str,
    wrong: bool,
}

/// Asks for the one-time password.
pub fn ask(visit: &Visit) -> Answer {
    let signed = visit.signed()?;
    if signed.session.stage == Stage::Whole {
        return Ok(Reply::see("/console"));
    }
    let next = gate::next(visit.asked("next"));
    if sign_in::own(&visit.desk, signed)?.factor_enc.is_none() {
        return Ok(Reply::see(format!("/console/enrol?next={}", gate::escaped(next))));
    }
    let frame = visit.frame(visit.lang.say(key::FACTOR));
    Reply::page(&Check { frame, next, wrong: false })
}

/// Tries it.
pub fn check(visit: &Visit) -> Answer {
    let next = gate::next(Some(visit.field("next")));
    let answer = visit.field("code");
    let known = visit.known.as_deref();
    match sign_in::with_factor(&visit.desk, visit.signed()?, answer, known)? {
        Checked::In(arrived) => Ok(in_at(visit, &arrived, next)),
        Checked::Wrong => {
            let frame = visit.frame(visit.lang.say(key::FACTOR));
            let page = Check { frame, next, wrong: true };
            Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Checked::Wait => {
            Err(Trouble::Wait(u64::try_from(sign_in::WINDOW_MS / 1000).unwrap_or(900)))
        }
    }
}

#[derive(Template)]
#[template(path = "console_enrol.html")]
struct Enrol<'a> {
    frame: Frame,
    action: &'a str,
    next: &'a str,
    qr: String,
    by_hand: String,
    sealed: String,
    wrong: bool,
}

fn page(visit: &Visit, brought: Option<&str>, next: &str, wrong: bool) -> Answer {
    let signed = visit.signed()?;
    let offered = sign_in::offer(&visit.desk, signed, brought)?;
    let url = &visit.desk.public_url;
    let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
    let address = offered.totp.address(signed.actor.name(), host);
    let title = visit.lang.say(key::FACTOR_QR);
    let qr = Qr::of_authenticator(&address).map_err(|error| Trouble::Failed(error.to_string()))?;
    let page = Enrol {
        frame: visit.frame(visit.lang.say(key::ENROL)),
        action: &visit.path,
        next,
        qr: qr.svg(Some(&title)),
        by_hand: number::in_fours(&offered.totp.by_hand()),
        sealed: offered.sealed,
        wrong,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page_with(status, &page)
}

/// Offers a secret to an app.
pub fn offer(visit: &Visit) -> Answer {
    let signed = visit.signed()?;
    let half = signed.session.stage == Stage::Half;
    let next = gate::next(visit.asked("next"));
    if visit.route.path == "/console/enrol"
        && sign_in::own(&visit.desk, signed)?.factor_enc.is_some()
    {
        return Ok(Reply::see(if half { "/console/factor" } else { "/console/account" }));
    }
    page(visit, None, next, false)
}

#[derive(Template)]
#[template(path = "console_codes.html")]
pub struct Codes<'a> {
    /// Frame.
    pub frame: Frame,
    /// Shown once.
    pub codes: Vec<String>,
    /// Where to go on.
    pub next: &'a str,
}

/// Enrols the offered secret once its first answer is right, and shows the recovery codes.
pub fn enrol(visit: &Visit) -> Answer {
    let brought = visit.field("offer");
    let next = gate::next(Some(visit.field("next")));
    let signed = visit.signed()?;
    // Somebody who is in replaces his factor on the page of his account, which wants the password again.
    let replaces = visit.route.path == "/console/enrol"
        && sign_in::own(&visit.desk, signed)?.factor_enc.is_some();
    if replaces {
        return Ok(Reply::see("/console/account"));
    }
    let known = visit.known.as_deref();
    let done = sign_in::enrol(&visit.desk, signed, brought, visit.field("code"), known)?;
    let Some((codes, arrived)) = done else {
        return page(visit, Some(brought), next, true);
    };
    let codes = Codes { frame: visit.frame(visit.lang.say(key::CODES)), codes, next };
    Ok(Reply::page(&codes)?
        .with(visit.keep(Name::Session, arrived.cookie.value()))
        .with(visit.keep(Name::Browser, &arrived.browser)))
}

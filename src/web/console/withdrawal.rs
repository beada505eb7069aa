//! `/console/rounds/{round}/withdraw`: somebody wants his answer erased and gives the second code, which an official types.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use crate::round::{self, RoundError};
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_withdraw.html")]
struct Html {
    frame: Frame,
    sealed: bool,
    wrong: Option<String>,
    action: String,
}

fn page(visit: &Visit, wrong: Option<String>) -> Answer {
    let round = visit.round()?;
    let frame = visit.frame(visit.lang.say(key::NAV_WITHDRAW)).telling(
        visit,
        "withdrawn",
        key::WITHDRAW_DONE,
    );
    let page = Html { frame, sealed: round.outcome.is_some(), wrong, action: visit.path.clone() };
    match page.wrong {
        Some(_) => Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Reply::page(&page),
    }
}

/// Asks for the code.
pub fn ask(visit: &Visit) -> Answer {
    page(visit, None)
}

/// Erases the answer behind it.
pub fn withdraw(visit: &Visit) -> Answer {
    let code = &visit.round()?.code;
    match round::withdraw(visit.patient_desk(), visit.actor()?, code, visit.field("code")) {
        Ok(()) => Ok(Reply::see(format!("{}?done=withdrawn", visit.path))),
        Err(RoundError::Refused(words)) => page(visit, Some(words)),
        Err(error) => Err(error.into()),
    }
}

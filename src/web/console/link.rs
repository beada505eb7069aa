//! `/console/link/…`: a link that sets a password once; `/console/forgotten`: how to get one by mail.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::cookie::Name;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::account::password::{CHARS_MIN, WeakPassword};
use crate::account::{AccountError, one_time};
use crate::web::text::{Arg, Key, Lang, key};

#[derive(Template)]
#[template(path = "console_link.html")]
struct Html<'a> {
    frame: Frame,
    action: &'a str,
    name: &'a str,
    hint: String,
    wrong: Option<String>,
}

/// What a password has, in words.
pub fn hint(lang: Lang) -> String {
    lang.tell(key::PASSWORD_HINT, &[("count", Arg::Count(CHARS_MIN as u64))])
}

/// What is wrong with a password, in words.
pub fn weakness(weak: WeakPassword) -> Key {
    match weak {
        WeakPassword::Short => key::PASSWORD_SHORT,
        WeakPassword::Long => key::PASSWORD_LONG,
        WeakPassword::Frequent => key::PASSWORD_FREQUENT,
        WeakPassword::Name => key::PASSWORD_NAME,
    }
}

fn page(visit: &Visit, wrong: Option<Key>) -> Answer {
    let token = visit.part("token");
    let Some(found) = one_time::holder(&visit.desk, token)? else {
        let text = visit.lang.say(key::LINK_OVER);
        return Err(Trouble::Invalid(text.into_owned()));
    };
    let page = Html {
        frame: visit.frame(visit.lang.say(key::NEW_PASSWORD)),
        action: &visit.path,
        name: &found.name,
        hint: hint(visit.lang),
        wrong: wrong.map(|key| visit.lang.say(key).into_owned()),
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page_with(status, &page)
}

/// Asks for a new password; the link is not spent by being opened.
pub fn ask(visit: &Visit) -> Answer {
    page(visit, None)
}

/// Sets it.
pub fn set(visit: &Visit) -> Answer {
    let typed = visit.secret("password");
    match one_time::set_password(&visit.desk, visit.part("token"), &typed) {
        Ok(()) => {
            Ok(Reply::see("/console/sign-in?done=password").with(visit.forget(Name::Session)))
        }
        Err(AccountError::Weak(weak)) => page(visit, Some(weakness(weak))),
        Err(AccountError::Gone) => page(visit, None),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "console_forgotten.html")]
struct Forgotten {
    frame: Frame,
    sent: bool,
}

/// Asks whose password is forgotten.
pub fn forgotten(visit: &Visit) -> Answer {
    Reply::page(&Forgotten { frame: visit.frame(visit.lang.say(key::FORGOTTEN)), sent: false })
}

/// Queues the mail, and says the same whether there is such an account or not.
pub fn send(visit: &Visit) -> Answer {
    one_time::mail(&visit.desk, visit.field("name"))?;
    Reply::page(&Forgotten { frame: visit.frame(visit.lang.say(key::FORGOTTEN)), sent: true })
}

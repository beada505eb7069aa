//! `/console/account`: one's own password, second factor, recovery codes and sessions.

use actix_web::http::StatusCode;
use askama::Template;
use data_encoding::HEXLOWER;

use super::Frame;
use super::link::{hint, weakness};
use super::reply::{Answer, Reply};
use super::second_factor::Codes;
use super::visit::Visit;
use crate::account::{self, AccountError, session, sign_in};
use crate::store::id::UnitId;
use crate::store::{Actor, Role};
use crate::web::text::{Key, Lang, key};

struct SessionLine {
    digest: String,
    browser: String,
    began: String,
    seen: String,
    this: bool,
}

#[derive(Template)]
#[template(path = "console_account.html")]
struct Html {
    frame: Frame,
    name: String,
    email: Option<String>,
    roles: Vec<String>,
    factor: bool,
    codes_left: i64,
    hint: String,
    wrong: Option<String>,
    sessions: Vec<SessionLine>,
}

/// A role in words.
pub fn role_key(role: Role) -> Key {
    match role {
        Role::SystemAdmin => key::ROLE_SYSTEM_ADMIN,
        Role::ProvinceAdmin => key::ROLE_PROVINCE_ADMIN,
        Role::UnitAdmin => key::ROLE_UNIT_ADMIN,
        Role::Clerk => key::ROLE_CLERK,
        Role::PaperClerk => key::ROLE_PAPER_CLERK,
        Role::Reviewer => key::ROLE_REVIEWER,
        Role::Inspector => key::ROLE_INSPECTOR,
        Role::Publisher => key::ROLE_PUBLISHER,
    }
}

/// A grant in words: the role, and the unit it is held for.
pub fn grant(lang: Lang, role: Role, unit: Option<&str>) -> String {
    let role = lang.say(role_key(role));
    unit.map_or_else(|| role.clone().into_owned(), |unit| format!("{role} · {unit}"))
}

fn page(visit: &Visit, wrong: Option<Key>) -> Answer {
    let signed = visit.signed()?;
    let own = sign_in::own(&visit.desk, signed)?;
    let units = visit.desk.store.units()?;
    let name_of =
        |id: i32| units.iter().find(|unit| unit.id == UnitId(id)).map(|unit| unit.full_name());
    let roles = match &signed.actor {
        Actor::Person { grants, .. } => grants
            .iter()
            .map(|(role, unit)| grant(visit.lang, *role, unit.and_then(name_of).as_deref()))
            .collect(),
        _ => Vec::new(),
    };
    let frame = visit
        .frame(visit.lang.say(key::NAV_ACCOUNT))
        .telling(visit, "password", key::PASSWORD_CHANGED)
        .telling(visit, "ended", key::SESSIONS_ENDED);
    let sessions = session::list(&visit.desk, signed.session.account_id)?;
    let lines = sessions.into_iter().map(|one| SessionLine {
        digest: HEXLOWER.encode(&one.digest),
        browser: one.browser,
        began: frame.moment(one.began_at),
        seen: frame.moment(one.seen_at),
        this: one.digest == signed.session.digest,
    });
    let page = Html {
        sessions: lines.collect(),
        name: own.name,
        email: own.email,
        roles,
        factor: own.factor_enc.is_some(),
        codes_left: visit.desk.store.recovery_left(own.account_id)?,
        hint: hint(visit.lang),
        wrong: wrong.map(|key| visit.lang.say(key).into_owned()),
        frame,
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page_with(status, &page)
}

/// Shows it.
pub fn show(visit: &Visit) -> Answer {
    page(visit, None)
}

/// Changes the password, by the old one; all other sessions end.
pub fn password(visit: &Visit) -> Answer {
    let (old, new) = (visit.secret("old"), visit.secret("password"));
    match account::sign_in::change_password(
        &visit.desk,
        visit.signed()?,
        &old,
        &new,
        visit.known.as_deref(),
    ) {
        Ok(true) => Ok(Reply::see("/console/account?done=password")),
        Ok(false) => page(visit, Some(key::PASSWORD_WRONG)),
        Err(AccountError::Weak(weak)) => page(visit, Some(weakness(weak))),
        Err(error) => Err(error.into()),
    }
}

/// Ends one session of one's own, or all others.
pub fn end(visit: &Visit) -> Answer {
    let own = &visit.signed()?.session;
    let named = HEXLOWER.decode(visit.field("session").as_bytes()).ok();
    match named.and_then(|digest| <[u8; 32]>::try_from(digest).ok()) {
        Some(digest) => {
            visit.desk.store.end_session(own.account_id, digest)?;
        }
        None => {
            visit.desk.store.end_sessions(own.account_id, Some(own.digest))?;
        }
    }
    Ok(Reply::see("/console/account?done=ended"))
}

/// New recovery codes, shown once.
pub fn codes(visit: &Visit) -> Answer {
    let codes = sign_in::new_codes(&visit.desk, visit.signed()?)?;
    let frame = visit.frame(visit.lang.say(key::CODES));
    Reply::page(&Codes { frame, codes, next: "/console/account" })
}

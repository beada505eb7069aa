//! `/console/users`: who has an account, and with which roles.

use actix_web::http::StatusCode;
use askama::Template;

use super::account::grant;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::account::{names, one_time};
use crate::store::id::UnitId;
use crate::store::people::{Grant, Person};
use crate::store::unit::Unit;
use crate::store::{Act, Right, Role};
use crate::web::text::key;

/// Accounts of one page.
const PAGE: usize = 50;

struct Line {
    href: String,
    name: String,
    roles: Vec<String>,
    email: String,
    password: bool,
    factor: bool,
    seen: String,
    closed: bool,
}

#[derive(Template)]
#[template(path = "console_users.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    more: Option<String>,
}

/// Lists them by name.
pub fn list(visit: &Visit) -> Answer {
    let after = visit.asked("after").unwrap_or_default();
    let mut people = visit.desk.store.people(after, PAGE as i64 + 1)?;
    let further = people.len() > PAGE;
    people.truncate(PAGE);
    let mut frame = visit.frame(visit.lang.say(key::NAV_USERS));
    if visit.may(Right::ManageAccounts) {
        frame = frame.acting("/console/users/add", key::USER_ADD);
    }
    let last = people.last().map(|person| person.name.clone());
    let more =
        last.filter(|_| further).map(|name| format!("/console/users?after={}", segment(&name)));
    let lines = people.into_iter().map(|person| Line {
        href: place(&person.name),
        roles: roles(visit, &person),
        email: person.email.unwrap_or_else(|| "–".to_owned()),
        password: person.has_password,
        factor: person.has_factor,
        seen: person.seen_at.map_or_else(|| "–".to_owned(), |at| frame.moment(at)),
        closed: person.disabled_at.is_some(),
        name: person.name,
    });
    let lines = lines.collect();
    Reply::page(&List { frame, lines, more })
}

fn place(name: &str) -> String {
    format!("/console/users/{}", segment(name))
}

fn roles(visit: &Visit, person: &Person) -> Vec<String> {
    person.grants.iter().map(|one| in_words(visit, one)).collect()
}

fn in_words(visit: &Visit, one: &Grant) -> String {
    grant(visit.lang, one.role, one.unit.as_ref().map(Unit::full_name).as_deref())
}

/// Roles and units to choose from.
struct Choices {
    roles: Vec<(&'static str, String)>,
    units: Vec<(String, String)>,
}

impl Choices {
    fn of(visit: &Visit) -> Result<Self, Trouble> {
        let today = visit.now.vietnam_day().to_string();
        let mut units = visit.desk.store.units()?;
        units.retain(|unit| unit.valid_from <= today && unit.valid_to >= today);
        Ok(Self {
            roles: Role::ALL
                .iter()
                .map(|role| (role.word(), grant(visit.lang, *role, None)))
                .collect(),
            units: units.into_iter().map(|unit| (unit.code.clone(), unit.full_name())).collect(),
        })
    }
}

#[derive(Template)]
#[template(path = "console_user_add.html")]
struct Add<'a> {
    frame: Frame,
    choices: Choices,
    name: &'a str,
    email: &'a str,
    wrong: Option<String>,
}

/// Asks for a new account.
pub fn ask(visit: &Visit) -> Answer {
    let choices = Choices::of(visit)?;
    let frame = visit
        .frame(visit.lang.say(key::USER_ADD))
        .under("/console/users", visit.lang.say(key::NAV_USERS));
    Reply::page(&Add { frame, choices, name: "", email: "", wrong: None })
}

#[derive(Template)]
#[template(path = "console_user_link.html")]
struct Link<'a> {
    frame: Frame,
    name: &'a str,
    link: String,
    back: String,
}

fn link_page(visit: &Visit, name: &str) -> Answer {
    let link = one_time::issue(&visit.desk, visit.actor()?, name)?;
    let frame = visit
        .frame(visit.lang.say(key::USER_LINK))
        .under("/console/users", visit.lang.say(key::NAV_USERS));
    Reply::page(&Link { frame, name, link, back: place(name) })
}

/// The role and unit of a form, and an act that says so.
struct Wish {
    role: Role,
    unit: Option<UnitId>,
    code: Option<String>,
}

impl Wish {
    fn of(visit: &Visit) -> Result<Self, Trouble> {
        let role = Role::from_word(visit.field("role"))
            .ok_or_else(|| invalid(visit, key::USER_ROLE_NEEDED))?;
        let bound = matches!(role, Role::UnitAdmin | Role::Clerk | Role::PaperClerk);
        let code = visit.field("unit");
        if code.is_empty() {
            if bound {
                return Err(invalid(visit, key::USER_UNIT_NEEDED));
            }
            return Ok(Self { role, unit: None, code: None });
        }
        let unit = visit.desk.store.unit_on(code, &visit.now.vietnam_day().to_string())?;
        Ok(Self { role, unit: Some(unit.id), code: Some(unit.code) })
    }

    fn act(&self, visit: &Visit, action: &'static str, name: &str) -> Result<Act, Trouble> {
        Ok(act(visit, action, name)?
            .with(serde_json::json!({ "role": self.role.word(), "unit": self.code })))
    }
}

fn invalid(visit: &Visit, words: crate::web::text::Key) -> Trouble {
    Trouble::Invalid(visit.lang.say(words).into_owned())
}

fn act(visit: &Visit, action: &'static str, name: &str) -> Result<Act, Trouble> {
    let subject = format!("account {name}");
    Ok(Act::new(visit.actor()?, Right::ManageAccounts, visit.now, action, subject))
}

/// Adds an account with its first role and shows its link, once.
pub fn add(visit: &Visit) -> Answer {
    let (name, email) = (visit.field("name"), visit.field("email"));
    let plain = email.parse::<lettre::Address>().is_ok();
    let wrong = match names::check(name) {
        Err(_) => Some(key::USER_NAME_WRONG),
        Ok(()) if !email.is_empty() && !plain => Some(key::USER_EMAIL_WRONG),
        Ok(()) if visit.desk.store.person(name).is_ok() => Some(key::USER_THERE),
        Ok(()) => None,
    };
    let wish = match wrong {
        Some(key) => Err(invalid(visit, key)),
        None => Wish::of(visit),
    };
    let wish = match wish {
        Ok(wish) => wish,
        Err(Trouble::Invalid(words)) => {
            let choices = Choices::of(visit)?;
            let frame = visit.frame(visit.lang.say(key::USER_ADD));
            let page = Add { frame, choices, name, email, wrong: Some(words) };
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(other) => return Err(other),
    };
    let act = wish.act(visit, "account.grant", name)?;
    let email = (!email.is_empty()).then_some(email);
    visit.desk.store.grant_role(&act, name, email, wish.role, wish.unit)?;
    link_page(visit, name)
}

struct GrantLine {
    words: String,
    role: &'static str,
    unit: String,
}

#[derive(Template)]
#[template(path = "console_user.html")]
struct One {
    frame: Frame,
    place: String,
    person: Line,
    grants: Vec<GrantLine>,
    choices: Choices,
    manages: bool,
    own: bool,
}

/// One account.
pub fn show(visit: &Visit) -> Answer {
    let person = visit.desk.store.person(visit.part("account"))?;
    let grants = person.grants.iter().map(|one| GrantLine {
        words: in_words(visit, one),
        role: one.role.word(),
        unit: one.unit.as_ref().map(|unit| unit.code.clone()).unwrap_or_default(),
    });
    let grants = grants.collect();
    let frame = visit
        .frame(person.name.clone())
        .under("/console/users", visit.lang.say(key::NAV_USERS))
        .telling(visit, "changed", key::USER_CHANGED);
    let own = visit.actor()?.name() == person.name;
    let page = One {
        place: place(&person.name),
        grants,
        choices: Choices::of(visit)?,
        manages: visit.may(Right::ManageAccounts),
        own,
        person: Line {
            href: String::new(),
            roles: Vec::new(),
            email: person.email.unwrap_or_else(|| "–".to_owned()),
            password: person.has_password,
            factor: person.has_factor,
            seen: person.seen_at.map_or_else(|| "–".to_owned(), |at| frame.moment(at)),
            closed: person.disabled_at.is_some(),
            name: person.name,
        },
        frame,
    };
    Reply::page(&page)
}

/// What a button on an account's page does.
pub fn change(visit: &Visit) -> Answer {
    let name = visit.desk.store.person(visit.part("account"))?.name;
    let store = &visit.desk.store;
    match visit.field("do") {
        "link" => return link_page(visit, &name),
        "grant" => {
            let wish = Wish::of(visit)?;
            let act = wish.act(visit, "account.grant", &name)?;
            store.grant_role(&act, &name, None, wish.role, wish.unit)?;
        }
        "revoke" => {
            let wish = Wish::of(visit)?;
            let act = wish.act(visit, "account.revoke", &name)?;
            store.revoke_role(&act, &name, wish.role, wish.unit)?;
        }
        "sign_out" => {
            store.sign_out(&act(visit, "account.sign_out", &name)?, &name)?;
        }
        "factor" => {
            let id = store.person(&name)?.id;
            store.drop_factor(&act(visit, "account.drop_factor", &name)?, id)?;
        }
        "close" | "open" => {
            let reason = visit.field("reason");
            if reason.is_empty() {
                return Err(invalid(visit, key::REASON_NEEDED));
            }
            let closed = visit.field("do") == "close";
            let action = if closed { "account.close" } else { "account.open" };
            let act = act(visit, action, &name)?.with(serde_json::json!({ "reason": reason }));
            store.close_account(&act, &name, closed)?;
        }
        _ => return Err(Trouble::Missing),
    }
    Ok(Reply::see(format!("{}?done=changed", place(&name))))
}

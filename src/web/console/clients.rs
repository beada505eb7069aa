//! `/console/clients`: programs that use the API.

use askama::Template;
use secrecy::ExposeSecret;

use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::account::client::{self, NewClient};
use crate::account::scope::{Scope, Scopes};
use crate::store::Right;
use crate::web::text::{Key, key};

struct Line {
    id: String,
    name: String,
    scopes: Vec<String>,
    units: String,
    contact: String,
}

#[derive(Template)]
#[template(path = "console_clients.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    scopes: Vec<(&'static str, String)>,
    units: Vec<(String, String)>,
    manages: bool,
}

fn scope_key(scope: Scope) -> Key {
    match scope {
        Scope::ResultsRead => key::SCOPE_RESULTS_READ,
        Scope::ScorecardsRead => key::SCOPE_SCORECARDS_READ,
        Scope::ScorecardsWrite => key::SCOPE_SCORECARDS_WRITE,
        Scope::DossiersWrite => key::SCOPE_DOSSIERS_WRITE,
    }
}

/// Lists them, with a form for another.
pub fn list(visit: &Visit) -> Answer {
    let frame = visit.frame(visit.lang.say(key::NAV_CLIENTS)).telling(
        visit,
        "disabled",
        key::CLIENT_DISABLED,
    );
    let units = visit.desk.store.units()?;
    let mut lines = Vec::new();
    for one in visit.desk.store.clients()? {
        let ids = visit.desk.store.client_units(&one.id)?;
        let held = units.iter().filter(|unit| ids.contains(&unit.id));
        let names: Vec<String> = held.map(|unit| unit.full_name()).collect();
        let known = one.scopes.split(' ').filter_map(Scope::from_word);
        lines.push(Line {
            scopes: known.map(|scope| frame.say(scope_key(scope))).collect(),
            units: if names.is_empty() { "–".to_owned() } else { names.join(", ") },
            contact: one.contact.unwrap_or_else(|| "–".to_owned()),
            id: one.id,
            name: one.name,
        });
    }
    let today = visit.now.vietnam_day().to_string();
    let current = units.into_iter().filter(|u| u.valid_from <= today && u.valid_to >= today);
    let page = List {
        lines,
        scopes: Scope::ALL.iter().map(|one| (one.word(), frame.say(scope_key(*one)))).collect(),
        units: current.map(|unit| (unit.code.clone(), unit.full_name())).collect(),
        manages: visit.may(Right::ManageKeys),
        frame,
    };
    Reply::page(&page)
}

#[derive(Template)]
#[template(path = "console_client_made.html")]
struct Made {
    frame: Frame,
    id: String,
    secret: String,
}

/// Makes a client and shows its secret, once.
pub fn add(visit: &Visit) -> Answer {
    let day = visit.now.vietnam_day().to_string();
    let words: Vec<&str> = visit.fields_of("scope").collect();
    let mut units = Vec::new();
    for code in visit.fields_of("unit").filter(|code| !code.is_empty()) {
        units.push(visit.desk.store.unit_on(code, &day)?.id);
    }
    let contact = visit.field("contact");
    let new = NewClient {
        id: visit.field("id").to_owned(),
        name: visit.field("name").to_owned(),
        contact: (!contact.is_empty()).then(|| contact.to_owned()),
        scopes: Scopes::parse(&words.join(" "))?,
        units,
    };
    let made = client::create(&visit.desk, visit.actor()?, &new)?;
    let frame = visit
        .frame(visit.lang.say(key::CLIENT_MADE))
        .under("/console/clients", visit.lang.say(key::NAV_CLIENTS));
    Reply::page(&Made { frame, id: made.id, secret: made.secret.expose_secret().to_owned() })
}

/// Disables one.
pub fn disable(visit: &Visit) -> Answer {
    let id = visit.field("id");
    if id.is_empty() {
        return Err(Trouble::Missing);
    }
    client::disable(&visit.desk, visit.actor()?, id)?;
    Ok(Reply::see("/console/clients?done=disabled"))
}

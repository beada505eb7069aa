//! `/console/keys`: the keys that sign publications and access tokens.

use askama::Template;

use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::clock::Millis;
use crate::publish::{self, PublishError, Purpose};
use crate::store::Right;
use crate::web::text::key;

struct Line {
    kid: String,
    purpose: String,
    since: String,
    /// `None` for the one that signs now.
    until: Option<String>,
    here: bool,
}

#[derive(Template)]
#[template(path = "console_keys.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    manages: bool,
}

/// Lists them, newest first.
pub fn list(visit: &Visit) -> Answer {
    let frame =
        visit.frame(visit.lang.say(key::NAV_KEYS)).telling(visit, "rotated", key::KEY_ROTATED);
    let keys = visit.desk.store.keys()?;
    let lines = keys.into_iter().map(|one| Line {
        purpose: frame.say(if one.purpose == Purpose::Publication.word() {
            key::KEY_PUBLICATION
        } else {
            key::KEY_TOKEN
        }),
        since: frame.moment(Millis(one.created_at)),
        until: one.retired_at.map(|at| frame.moment(Millis(at))),
        here: one.retired_at.is_some() || visit.desk.vault.signing_pair(&one.kid).is_ok(),
        kid: one.kid,
    });
    let lines = lines.collect();
    Reply::page(&List { frame, lines, manages: visit.may(Right::ManageKeys) })
}

/// Puts a new key in the place of the current one.
pub fn rotate(visit: &Visit) -> Answer {
    let purpose = match visit.field("purpose") {
        "publication" => Purpose::Publication,
        "token" => Purpose::Token,
        _ => return Err(Trouble::Missing),
    };
    match publish::rotate(&visit.desk, visit.actor()?, purpose) {
        Ok(_) => Ok(Reply::see("/console/keys?done=rotated")),
        Err(PublishError::Store(error)) => Err(error.into()),
        Err(error) => Err(Trouble::Failed(error.to_string())),
    }
}

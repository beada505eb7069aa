//! `/console/rounds/{round}/dossiers`: finished dossiers from a file: sent, mapped, looked at, taken, undone until used.

mod draft;

pub use draft::{change, show};

use askama::Template;

use super::links::{Places, place_of};
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::issue::dossier::draft as effect;
use crate::issue::print::REASON_CHARS_MIN;
use crate::store::Right;
use crate::web::text::{Arg, Key, key};

/// Imports shown.
const SHOWN: i64 = 50;

/// Room for a file of [`effect::FILE_BYTES_MAX`] and what surrounds it.
pub const BODY_BYTES: usize = effect::FILE_BYTES_MAX + 64 * 1024;

struct Waits {
    href: String,
    file: String,
    at: String,
}

struct Done {
    id: String,
    file: String,
    by: String,
    at: String,
    n: String,
    state: String,
    word: &'static str,
    undoes: bool,
}

#[derive(Template)]
#[template(path = "console_dossiers.html")]
struct Html {
    frame: Frame,
    here: String,
    waiting: Vec<Waits>,
    done: Vec<Done>,
}

pub(super) fn invalid(visit: &Visit, words: Key) -> Trouble {
    Trouble::Invalid(visit.lang.say(words).into_owned())
}

/// Files that wait and imports that were made.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    Places::of(visit, round, Right::IssueLinks)?;
    let actor = visit.actor()?;
    let store = &visit.desk.store;
    let here = place_of(round, "dossiers");
    let mut frame = visit.frame(visit.lang.say(key::NAV_DOSSIERS)).telling(
        visit,
        "dropped",
        key::DOSSIERS_DROPPED,
    );
    let number = |name: &str| visit.asked(name).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    match visit.asked("done") {
        Some("taken") => {
            let counts = ["new", "known", "tickets", "mails"].map(|name| (name, number(name)));
            let counts = counts.map(|(name, n)| (name, Arg::Count(n)));
            frame.notice = Some(visit.lang.tell(key::DOSSIERS_TAKEN, &counts));
        }
        Some("undone") => {
            let counts = ["undone", "kept"].map(|name| (name, Arg::Count(number(name))));
            frame.notice = Some(visit.lang.tell(key::DOSSIERS_UNDONE, &counts));
        }
        _ => {}
    }
    let waiting = store.drafts(round.id, actor.name(), visit.now)?;
    let waiting = waiting.into_iter().map(|draft| Waits {
        href: format!("{here}/{}", draft.id.hex()),
        file: draft.file,
        at: frame.moment(draft.at),
    });
    let waiting = waiting.collect();
    let by = (!actor.holds_everywhere(Right::IssueLinks)).then(|| actor.name());
    let voids = visit.may(Right::VoidLinks);
    let mut done = Vec::new();
    for import in store.imports(round.id, by, SHOWN)? {
        let (n, _) = store.import_size(import.id)?;
        let (state, word) = match (import.undone_at, import.ended_at) {
            (Some(_), _) => (key::IMPORT_UNDONE, ""),
            (None, Some(_)) => (key::IMPORT_TAKEN, "good"),
            (None, None) => (key::IMPORT_BROKE, "late"),
        };
        done.push(Done {
            id: import.id.hex(),
            file: import.file,
            by: import.by,
            at: frame.moment(import.began_at),
            n: frame.count(n),
            state: frame.say(state),
            word,
            undoes: voids && import.undone_at.is_none() && import.ended_at.is_some() && n > 0,
        });
    }
    Reply::page(&Html { frame, here, waiting, done })
}

/// Takes a file to be looked at.
pub fn upload(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::IssueLinks)?;
    let unit = places.units.first().ok_or(Trouble::Forbidden)?.id;
    let file = visit.upload("file").filter(|file| !file.bytes.is_empty());
    let file = file.ok_or_else(|| invalid(visit, key::DOSSIERS_NO_FILE))?;
    let staged =
        effect::stage(&visit.desk, visit.actor()?, round, unit, (&file.file, &file.bytes))?;
    Ok(Reply::see(format!("{}/{}", place_of(round, "dossiers"), staged.id.hex())))
}

/// Undoes an import as far as nothing of it is used.
pub fn undo(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let actor = visit.actor()?;
    let by = (!actor.holds_everywhere(Right::IssueLinks)).then(|| actor.name());
    let imports = visit.desk.store.imports(round.id, by, SHOWN)?;
    let wanted = visit.field("import");
    let import = imports.iter().find(|one| one.id.hex() == wanted).ok_or(Trouble::Missing)?;
    let reason = visit.field("reason");
    if reason.chars().count() < REASON_CHARS_MIN {
        return Err(invalid(visit, key::REASON_TEN));
    }
    let done = effect::undo(visit.patient_desk(), actor, round, import, reason)?;
    let here = place_of(round, "dossiers");
    Ok(Reply::see(format!("{here}?done=undone&undone={}&kept={}", done.undone, done.kept)))
}

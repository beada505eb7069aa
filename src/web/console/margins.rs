//! `/console/rounds/{round}/margins`: the known totals of a round: what is there and does not fit, a file with its checks
//! and what it would change, taken in a second step.

use std::collections::BTreeSet;

use askama::Template;

use super::links::place_of;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::round::{self, MarginKnown, margins_of_file};
use crate::store::margin::Margins;
use crate::store::round::State;
use crate::store::{Act, Right};
use crate::web::text::key;

/// Longest file here: some thousands of categories. It travels through the preview, so it is no place for more.
const FILE_BYTES_MAX: usize = 256 * 1024;
/// A file in a form, each byte of which may take three.
pub const BODY_BYTES: usize = 4 * FILE_BYTES_MAX;
/// Longest name of a file that is shown.
const NAME_CHARS_MAX: usize = 80;

struct Line {
    variable: String,
    category: String,
    before: String,
    after: String,
    changed: bool,
}

#[derive(Template)]
#[template(path = "console_margins.html")]
struct Html {
    frame: Frame,
    here: String,
    faults: Vec<String>,
    lines: Vec<Line>,
    /// The file's text, where one is looked at.
    looked: Option<String>,
    sealed: bool,
}

fn is_sealed(state: State) -> bool {
    matches!(state, State::Sealed | State::Weighed | State::Indexed | State::Published)
}

/// Both sets of totals side by side, each variable with its sum.
fn lines(frame: &Frame, before: &Margins, after: Option<&Margins>) -> Vec<Line> {
    let empty = Margins::new();
    let new = after.unwrap_or(&empty);
    let variables: BTreeSet<&String> = before.keys().chain(new.keys()).collect();
    let dash = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| frame.count(n));
    let mut lines = Vec::new();
    for variable in variables {
        let (old, new) = (before.get(variable), new.get(variable));
        let both = old.into_iter().chain(new).flat_map(|categories| categories.keys());
        let categories: BTreeSet<&String> = both.collect();
        for category in categories {
            let of = |all: Option<&std::collections::BTreeMap<String, i64>>| {
                all.and_then(|all| all.get(category)).copied()
            };
            lines.push(Line {
                variable: variable.clone(),
                category: category.clone(),
                before: dash(of(old)),
                after: dash(of(new)),
                changed: after.is_some() && of(old) != of(new),
            });
        }
        lines.push(Line {
            variable: variable.clone(),
            category: frame.say(key::MARGINS_SUM),
            before: dash(old.map(|all| all.values().sum())),
            after: dash(new.map(|all| all.values().sum())),
            changed: false,
        });
    }
    lines
}

fn page(visit: &Visit, looked: Option<(&Margins, String)>) -> Answer {
    let round = visit.round()?;
    let frame =
        visit.frame(visit.lang.say(key::NAV_MARGINS)).telling(visit, "taken", key::MARGINS_TAKEN);
    let before = visit.desk.store.margins(round.id)?;
    let html = Html {
        here: place_of(round, "margins"),
        faults: match looked {
            Some(_) => Vec::new(),
            None => round::margin_faults(&visit.desk, &round.code)?,
        },
        lines: lines(&frame, &before, looked.as_ref().map(|(margins, _)| *margins)),
        looked: looked.map(|(_, text)| text),
        sealed: is_sealed(round.state),
        frame,
    };
    Reply::page(&html)
}

/// What is there.
pub fn show(visit: &Visit) -> Answer {
    page(visit, None)
}

/// Looks at a file, takes what was looked at, or counts the round's dossiers.
pub fn change(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let here = place_of(round, "margins");
    let done = || Ok(Reply::see(format!("{here}?done=taken")));
    let invalid = || Trouble::Invalid(visit.lang.say(key::MARGINS_NO_FILE).into_owned());
    match visit.field("do") {
        "look" => {
            let file = visit.upload("file").filter(|file| !file.bytes.is_empty());
            let file =
                file.filter(|file| file.bytes.len() <= FILE_BYTES_MAX).ok_or_else(invalid)?;
            let known = MarginKnown::of(&visit.desk, round)?;
            let place: String = file.file.chars().take(NAME_CHARS_MAX).collect();
            let margins = margins_of_file(&file.bytes, &place, &known)?;
            let text = String::from_utf8(file.bytes.clone()).map_err(|_| invalid())?;
            page(visit, Some((&margins, text)))
        }
        "take" => {
            // Read again: what a form carries is anybody's.
            let known = MarginKnown::of(&visit.desk, round)?;
            let margins = margins_of_file(visit.field("text").as_bytes(), "margins.csv", &known)?;
            let variables: Vec<_> = margins.keys().collect();
            let subject = format!("round {}", round.code);
            let right = Right::ManageRegistry;
            let act = Act::new(visit.actor()?, right, visit.now, "margin.import", subject)
                .with(serde_json::json!({ "variables": variables }));
            visit.desk.store.put_margins(&act, round.id, &margins)?;
            done()
        }
        "count" => {
            let (desk, actor) = (visit.patient_desk(), visit.actor()?);
            round::put_margins_from_dossiers(desk, actor, &round.code)?;
            done()
        }
        _ => Err(Trouble::Missing),
    }
}

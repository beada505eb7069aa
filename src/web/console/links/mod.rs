//! `/console/rounds/{round}/links`: the links of a round. Counts by counter and kind; issue, print, replace, make void.
//!
//! Nobody sees a code here but on what he prints, which is counted before it is made; and nobody sees which link was
//! answered: who was handed number 17 is known at the counter.

mod change;
mod invitations;
mod list;
mod print;

pub use change::{end, issue};
pub use invitations::{list as mails, retry};
pub use list::list;
pub use print::print;

use std::collections::BTreeMap;

use askama::Template;

use super::frame::segment;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::store::Right;
use crate::store::counter::Counter;
use crate::store::id::{CounterId, UnitId};
use crate::store::round::Round;
use crate::store::tally::{Kind, What};
use crate::store::unit::Unit;
use crate::web::text::{Key, key};

/// Counters of one page.
const PAGE: usize = 25;

/// A round's units that somebody has to do with, and their counters in the order of codes.
pub struct Places {
    /// Units.
    pub units: Vec<Unit>,
    /// Counters.
    pub counters: Vec<Counter>,
}

impl Places {
    /// Those for which who is signed in holds `right`.
    pub fn of(visit: &Visit, round: &Round, right: Right) -> Result<Self, Trouble> {
        let all = visit.desk.store.round_units(round.id)?;
        let units = visit.permitted(right, &all)?;
        if units.is_empty() {
            return Err(Trouble::Forbidden);
        }
        let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
        let mut counters = visit.desk.store.counters(&ids)?;
        let codes: BTreeMap<UnitId, &str> =
            units.iter().map(|unit| (unit.id, unit.code.as_str())).collect();
        counters.sort_by(|a, b| {
            (codes.get(&a.unit_id), &a.code).cmp(&(codes.get(&b.unit_id), &b.code))
        });
        Ok(Self { units, counters })
    }

    /// The unit of a counter.
    pub fn unit_of(&self, counter: &Counter) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == counter.unit_id)
    }

    /// A counter by its id.
    pub fn counter(&self, id: CounterId) -> Option<&Counter> {
        self.counters.iter().find(|counter| counter.id == id)
    }

    /// `UNIT/COUNTER` of a counter.
    pub fn place(&self, counter: &Counter) -> String {
        let unit = self.unit_of(counter).map(|unit| unit.code.as_str()).unwrap_or_default();
        format!("{unit}/{}", counter.code)
    }

    /// The counter that a field names as `UNIT/COUNTER`.
    pub fn named(&self, place: &str) -> Result<&Counter, Trouble> {
        self.counters.iter().find(|counter| self.place(counter) == place).ok_or(Trouble::Missing)
    }

    /// Counters to choose from: `UNIT/COUNTER` and words.
    pub fn choices(&self) -> Vec<(String, String)> {
        let words = |counter: &Counter| {
            let unit = self.unit_of(counter).map(|unit| unit.name.as_str()).unwrap_or_default();
            format!("{unit}: {} ({})", counter.name, self.place(counter))
        };
        self.counters.iter().map(|counter| (self.place(counter), words(counter))).collect()
    }
}

/// A kind of link in words.
pub fn kind_key(kind: Kind) -> Key {
    match kind {
        Kind::Poster => key::LINK_POSTER,
        Kind::Ticket => key::LINK_TICKET,
        Kind::Invitation => key::LINK_INVITATION,
        Kind::Kiosk => key::LINK_KIOSK,
        Kind::Paper => key::LINK_PAPER,
        Kind::DrawnPaper => key::LINK_DRAWN_PAPER,
    }
}

/// The address of a round's page.
pub fn place_of(round: &Round, page: &str) -> String {
    format!("/console/rounds/{}/{page}", segment(&round.code))
}

struct Row {
    unit: String,
    counter: String,
    kind: String,
    href: String,
    counts: Vec<String>,
}

#[derive(Template)]
#[template(path = "console_links.html")]
struct Html {
    frame: Frame,
    here: String,
    rows: Vec<Row>,
    more: Option<String>,
    units: Vec<(String, String)>,
    unit: String,
    kinds: Vec<(&'static str, String)>,
    kind: String,
    counters: Vec<(String, String)>,
    printed: Vec<(&'static str, String)>,
    issues: bool,
    voids: bool,
}

/// What is counted, in the order of the columns.
const COUNTED: [What; 6] =
    [What::Issued, What::Printed, What::Reprinted, What::Voided, What::Replaced, What::Stored];

/// Counts by counter and kind.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::ReadCounts)?;
    let unit = visit.asked("unit").unwrap_or_default().to_owned();
    let kind = visit.asked("kind").and_then(Kind::from_word);
    let after = visit.asked("after").unwrap_or_default();
    let wanted = |counter: &&Counter| {
        unit.is_empty() || places.unit_of(counter).is_some_and(|one| one.code == unit)
    };
    let counters: Vec<&Counter> = places.counters.iter().filter(wanted).collect();
    let start =
        counters.iter().position(|counter| places.place(counter) == after).map_or(0, |at| at + 1);
    let shown: Vec<&Counter> = counters.iter().skip(start).take(PAGE).copied().collect();
    let here = place_of(round, "links");
    let frame = visit
        .frame(visit.lang.say(key::NAV_LINKS))
        .telling(visit, "issued", key::LINKS_ISSUED_NOW)
        .telling(visit, "none", key::LINKS_NONE_NEW);
    let ids: Vec<CounterId> = shown.iter().map(|counter| counter.id).collect();
    let tallies = visit.desk.store.tallies_of(round.id, &ids)?;
    let mut rows = Vec::new();
    for counter in &shown {
        for one in Kind::ALL.iter().filter(|one| kind.is_none_or(|kind| kind == **one)) {
            let n = |what| tallies.get(&(counter.id, *one, what)).copied().unwrap_or(0);
            if COUNTED.iter().all(|what| n(*what) == 0) {
                continue;
            }
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("counter", &places.place(counter))
                .append_pair("kind", one.word())
                .finish();
            rows.push(Row {
                unit: places.unit_of(counter).map(|unit| unit.name.clone()).unwrap_or_default(),
                counter: counter.name.clone(),
                kind: frame.say(kind_key(*one)),
                href: format!("{here}/list?{query}"),
                counts: COUNTED.iter().map(|what| frame.count(n(*what))).collect(),
            });
        }
    }
    let more = (start + shown.len() < counters.len()).then(|| {
        let last = shown.last().map(|counter| places.place(counter)).unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("unit", &unit).append_pair("kind", kind.map_or("", Kind::word));
        format!("{here}?{}", query.append_pair("after", &last).finish())
    });
    let issuing = if visit.may(Right::IssueLinks) {
        Some(Places::of(visit, round, Right::IssueLinks)?)
    } else {
        None
    };
    let printed = [Kind::Poster, Kind::Ticket, Kind::Paper, Kind::DrawnPaper];
    let page = Html {
        here,
        rows,
        more,
        units: places.units.iter().map(|unit| (unit.code.clone(), unit.name.clone())).collect(),
        unit,
        kinds: Kind::ALL.iter().map(|kind| (kind.word(), frame.say(kind_key(*kind)))).collect(),
        kind: kind.map_or("", Kind::word).to_owned(),
        issues: issuing.is_some(),
        counters: issuing.map(|places| places.choices()).unwrap_or_default(),
        printed: printed.iter().map(|kind| (kind.word(), frame.say(kind_key(*kind)))).collect(),
        voids: visit.may(Right::VoidLinks),
        frame,
    };
    Reply::page(&page)
}

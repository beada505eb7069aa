//! `/console/rounds/{round}/kiosks`: the tablets of a round, and which of them are silent.

use std::collections::BTreeMap;

use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use crate::round::tablet_is_silent;
use crate::store::Right;
use crate::store::id::{CounterId, UnitId};
use crate::store::link::LinkState;
use crate::store::round::State;
use crate::store::tally::{Kind, What};
use crate::web::text::key;

struct Line {
    unit: String,
    counter: String,
    serial: i64,
    state: String,
    word: &'static str,
    answers: String,
    waiting: String,
    last: String,
}

#[derive(Template)]
#[template(path = "console_kiosks.html")]
struct Html {
    frame: Frame,
    lines: Vec<Line>,
}

/// Lists those of one's own units.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let all = visit.desk.store.round_units(round.id)?;
    let units = visit.permitted(Right::ReadCounts, &all)?;
    let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    let counters = visit.desk.store.counters(&ids)?;
    let mut brought: BTreeMap<CounterId, i64> = BTreeMap::new();
    for count in visit.desk.store.day_counts(round.id)? {
        if count.kind == Kind::Kiosk && count.what == What::Stored {
            *brought.entry(count.counter_id).or_default() += count.n;
        }
    }
    let frame = visit.frame(visit.lang.say(key::NAV_KIOSKS));
    let mut lines = Vec::new();
    let open = round.state == State::Open;
    for tablet in visit.desk.store.tablets(round.id)? {
        let Some(counter) = counters.iter().find(|one| one.id == tablet.counter_id) else {
            continue;
        };
        let (state, word) = match (tablet.state, tablet.enrolled_at) {
            (LinkState::Ready, None) if tablet.enrol_until < visit.now => {
                (key::KIOSK_LAPSED, "late")
            }
            (LinkState::Ready, None) => (key::KIOSK_WAITS, ""),
            (LinkState::Ready, Some(_)) if tablet_is_silent(&tablet, open, visit.now) => {
                (key::KIOSK_SILENT, "late")
            }
            (LinkState::Ready, Some(_)) => (key::KIOSK_WORKS, "good"),
            _ => (key::KIOSK_VOID, ""),
        };
        let unit = units.iter().find(|unit| unit.id == counter.unit_id);
        lines.push(Line {
            unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            counter: counter.name.clone(),
            serial: tablet.serial,
            state: frame.say(state),
            word,
            answers: frame.count(brought.get(&counter.id).copied().unwrap_or_default()),
            waiting: frame.count(i64::from(tablet.waiting)),
            last: tablet.seen_at.map_or_else(|| "–".to_owned(), |at| frame.moment(at)),
        });
    }
    Reply::page(&Html { frame, lines })
}

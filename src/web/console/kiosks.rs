//! `/console/rounds/{round}/kiosks`: the tablets of a round, and which of them are silent.

use std::collections::BTreeMap;

use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::store::Right;
use crate::store::id::{CounterId, UnitId};
use crate::store::tally::{Kind, What};
use crate::web::text::key;

/// A tablet that brought no answer for so long is called silent.
const SILENT_MS: i64 = 2 * DAY_MS;

struct Line {
    unit: String,
    counter: String,
    serial: i64,
    state: String,
    word: &'static str,
    answers: String,
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
    let mut heard: BTreeMap<CounterId, (i64, Option<i64>)> = BTreeMap::new();
    for count in visit.desk.store.day_counts(round.id)? {
        if count.kind == Kind::Kiosk && count.what == What::Stored {
            let (n, last) = heard.entry(count.counter_id).or_default();
            *n += count.n;
            *last = (*last).max(Some(count.last_hour));
        }
    }
    let frame = visit.frame(visit.lang.say(key::NAV_KIOSKS));
    let mut lines = Vec::new();
    for tablet in visit.desk.store.kiosks(round.id)? {
        let Some(counter) = counters.iter().find(|one| one.id == tablet.counter_id) else {
            continue;
        };
        let (n, last) = heard.get(&counter.id).copied().unwrap_or_default();
        let last = last.map(|hour| Millis(hour * HOUR_MS));
        let since = tablet.enrolled_at.map_or(round.opens_at, |at| at.max(round.opens_at));
        let silent = last.unwrap_or(since).0 < visit.now.0 - SILENT_MS;
        let (state, word) = match (tablet.works, tablet.enrolled_at) {
            (false, _) => (key::KIOSK_VOID, ""),
            (true, None) if tablet.enrol_until < visit.now => (key::KIOSK_LAPSED, "late"),
            (true, None) => (key::KIOSK_WAITS, ""),
            (true, Some(_)) if silent => (key::KIOSK_SILENT, "late"),
            (true, Some(_)) => (key::KIOSK_WORKS, "good"),
        };
        let unit = units.iter().find(|unit| unit.id == counter.unit_id);
        lines.push(Line {
            unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            counter: counter.name.clone(),
            serial: tablet.serial,
            state: frame.say(state),
            word,
            answers: frame.count(n),
            last: last.map_or_else(|| "–".to_owned(), |at| frame.moment(at)),
        });
    }
    Reply::page(&Html { frame, lines })
}

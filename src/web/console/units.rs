//! `/console/units`: the units of a day with their counters, searched with or without marks; files of units; the services.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::store::id::UnitId;
use crate::store::registry::{self, Prepared, RegistryError};
use crate::store::unit::{FIRST_DAY, LAST_DAY, Unit};
use crate::store::{Act, Right};
use crate::unit::search_key;
use crate::web::text::key;

/// Units of one page.
const PAGE: usize = 50;
/// Units that a preview names.
const NAMED: usize = 200;

struct Row {
    code: String,
    name: String,
    above: String,
    valid: String,
    counters: String,
}

struct Fault {
    line: u64,
    column: &'static str,
    value: String,
    advice: String,
}

/// A file that was looked at.
struct Preview {
    text: String,
    counts: [String; 3],
    inserted: Vec<(String, String)>,
    updated: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console_units.html")]
struct Html {
    frame: Frame,
    q: String,
    on: String,
    rows: Vec<Row>,
    more: Option<String>,
    services: Vec<(String, String)>,
    manages: bool,
    faults: Vec<Fault>,
    wrong: Option<String>,
    preview: Option<Preview>,
}

fn page(visit: &Visit) -> Result<Html, Trouble> {
    let frame = visit.frame(visit.lang.say(key::NAV_UNITS)).telling(visit, "kept", key::UNITS_KEPT);
    let asked = |name| visit.asked(name).unwrap_or_default().chars().take(80).collect::<String>();
    let (q, after) = (asked("q"), asked("after"));
    let today = visit.now.vietnam_day().to_string();
    let on = Some(asked("on")).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    let on = on.unwrap_or(today);
    let all = visit.desk.store.units()?;
    let names: BTreeMap<UnitId, String> =
        all.iter().map(|unit| (unit.id, unit.full_name())).collect();
    let wanted = search_key(&q);
    let fits = |unit: &&Unit| {
        unit.valid_from <= on
            && on <= unit.valid_to
            && (q.is_empty() || unit.code == q || search_key(&unit.full_name()).contains(&wanted))
    };
    let mut found: Vec<&Unit> =
        all.iter().filter(fits).filter(|unit| unit.code > after).take(PAGE + 1).collect();
    let further = found.len() > PAGE;
    found.truncate(PAGE);
    let ids: Vec<UnitId> = found.iter().map(|unit| unit.id).collect();
    let mut counters: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
    for counter in visit.desk.store.counters(&ids)? {
        counters
            .entry(counter.unit_id)
            .or_default()
            .push(format!("{} {}", counter.code, counter.name));
    }
    let day = |day: &str, open: &str| if day == open { "…".to_owned() } else { day.to_owned() };
    let rows = found.iter().map(|unit| Row {
        code: unit.code.clone(),
        name: unit.full_name(),
        above: unit.parent_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        valid: format!("{} – {}", day(&unit.valid_from, FIRST_DAY), day(&unit.valid_to, LAST_DAY)),
        counters: counters.remove(&unit.id).unwrap_or_default().join(" · "),
    });
    let rows: Vec<Row> = rows.collect();
    let more = rows.last().filter(|_| further).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &q).append_pair("on", &on).append_pair("after", &last.code);
        format!("/console/units?{}", query.finish())
    });
    let services = visit.desk.store.services()?;
    Ok(Html {
        services: services.into_iter().map(|one| (one.code, one.name)).collect(),
        manages: visit.actor()?.holds_everywhere(Right::ManageRegistry),
        faults: Vec::new(),
        wrong: None,
        preview: None,
        q,
        on,
        rows,
        more,
        frame,
    })
}

/// Lists them.
pub fn list(visit: &Visit) -> Answer {
    Reply::page(&page(visit)?)
}

/// Looks at a file, or takes one that was looked at: all of its rows or none.
pub fn take(visit: &Visit) -> Answer {
    let mut shown = page(visit)?;
    let keeps = visit.field("do") == "keep";
    let (bytes, place) = match visit.upload("file") {
        _ if keeps => (visit.field("text").as_bytes().to_vec(), "units.csv".to_owned()),
        Some(file) => (file.bytes.clone(), file.file.clone()),
        None => {
            shown.wrong = Some(shown.frame.say(key::UNITS_FILE_WRONG));
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
    };
    let prepared = match registry::prepare(&visit.desk.store, &bytes, &place) {
        Ok(prepared) => prepared,
        Err(RegistryError::Store(error)) => return Err(error.into()),
        Err(RegistryError::Misfit(misfit)) => {
            shown.wrong = Some(misfit.to_string());
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
        Err(RegistryError::File(problems)) => {
            let faults = problems.list().iter().map(|one| Fault {
                line: one.line,
                column: one.column,
                value: one.value.clone(),
                advice: one.advice.clone(),
            });
            shown.faults = faults.take(NAMED).collect();
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
    };
    if keeps {
        return keep(visit, &prepared);
    }
    let count = |n: usize| shown.frame.count(i64::try_from(n).unwrap_or(i64::MAX));
    let done = &prepared.counts;
    shown.preview = Some(Preview {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        counts: [count(done.inserted), count(done.updated), count(done.unchanged)],
        inserted: prepared.inserted.into_iter().take(NAMED).collect(),
        updated: prepared.updated.into_iter().take(NAMED).collect(),
    });
    Reply::page(&shown)
}

fn keep(visit: &Visit, prepared: &Prepared) -> Answer {
    let done = &prepared.counts;
    let act = Act::new(visit.actor()?, Right::ManageRegistry, visit.now, "unit.import", "units")
        .with(serde_json::json!({ "inserted": done.inserted, "updated": done.updated }));
    visit.desk.store.import_units(&act, &prepared.rows)?;
    Ok(Reply::see("/console/units?done=kept"))
}

//! `/console/scorecards`: the main score of a year: appraised points from a file with who entered them, survey points from
//! the year's sealed rounds, totals, bands, and ranks with their intervals.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::Frame;
use super::csv::csv;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::clock::Millis;
use crate::index::scorecard::{Marked, Points, Scheme};
use crate::round::{self, Appraised, RoundError};
use crate::store::{Act, Right};
use crate::table::{self, Collector, Columns, Problems};
use crate::web::number;
use crate::web::text::key;

/// Entries of the audit trail that are looked at for the history.
const LOOKED_AT: i64 = 5_000;
const COLUMNS: Columns<3> = Columns { names: ["unit", "part", "points"], required: 3 };

/// A stored scorecard, as far as it is shown; one of another shape is offered as a file only.
#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    source: String,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    code: String,
    unit: String,
    appraised: Option<Marked<f64>>,
    survey: Option<Marked<f64>>,
    total: Option<Marked<f64>>,
    maximum: Option<Marked<f64>>,
    percent: Option<Marked<f64>>,
    percent_low: Option<Marked<f64>>,
    percent_high: Option<Marked<f64>>,
    band: Option<Marked<String>>,
    rank: Option<Marked<Rank>>,
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Deserialize)]
struct Rank {
    rank: u32,
    low: u32,
    high: u32,
}

#[derive(Deserialize)]
struct Part {
    name: String,
    points: Option<Marked<f64>>,
    maximum: Option<Marked<f64>>,
}

struct Row {
    unit: String,
    cells: Vec<String>,
    parts: Vec<(String, String)>,
}

struct Change {
    at: String,
    who: String,
    what: String,
}

struct Fault {
    line: u64,
    column: &'static str,
    value: String,
    advice: String,
}

#[derive(Template)]
#[template(path = "console_scorecards.html")]
struct List {
    frame: Frame,
    lines: Vec<(String, String)>,
    enters: bool,
    wrong: Option<String>,
    faults: Vec<Fault>,
    series: String,
}

#[derive(Template)]
#[template(path = "console_scorecard.html")]
struct One {
    frame: Frame,
    source: String,
    rows: Vec<Row>,
    history: Vec<Change>,
    place: String,
}

fn listed(visit: &Visit) -> Result<List, Trouble> {
    let all = visit.desk.store.scorecards()?;
    let line = |(year, series): (i32, String)| {
        (
            format!("/console/scorecards/{year}?series={}", segment(&series)),
            format!("{year} · {series}"),
        )
    };
    Ok(List {
        frame: visit.frame(visit.lang.say(key::NAV_SCORECARDS)),
        lines: all.into_iter().map(line).collect(),
        enters: visit.may(Right::EditScorecard),
        wrong: None,
        faults: Vec::new(),
        series: "official".to_owned(),
    })
}

/// Lists them.
pub fn list(visit: &Visit) -> Answer {
    Reply::page(&listed(visit)?)
}

/// Year, series and document of a path.
fn found(visit: &Visit) -> Result<(i32, String, String), Trouble> {
    let year = visit.part("year").parse().map_err(|_| Trouble::Missing)?;
    let series = visit.asked("series").unwrap_or("official").to_owned();
    let document = visit.desk.store.scorecard(year, &series)?.ok_or(Trouble::Missing)?;
    Ok((year, series, document))
}

fn card(document: &str) -> Card {
    let none = Card { source: String::new(), lines: Vec::new() };
    serde_json::from_str(document).unwrap_or(none)
}

fn lines(card: &mut Card) {
    card.lines.sort_by_key(|line| line.rank.map_or(u32::MAX, |rank| rank.value.rank));
}

/// One year.
pub fn show(visit: &Visit) -> Answer {
    let (year, series, document) = found(visit)?;
    let mut card = card(&document);
    lines(&mut card);
    let frame = visit
        .frame(format!("{} {year} · {series}", visit.lang.say(key::NAV_SCORECARDS)))
        .under("/console/scorecards", visit.lang.say(key::NAV_SCORECARDS))
        .telling(visit, "kept", key::SCORE_KEPT);
    let points = |value: Option<Marked<f64>>| match value {
        Some(Marked { value, illustrative }) => {
            format!(
                "{}{}",
                number::decimal(frame.lang, value, 2),
                if illustrative { " *" } else { "" }
            )
        }
        None => "–".to_owned(),
    };
    let row = |line: &Line| Row {
        unit: line.unit.clone(),
        cells: vec![
            points(line.appraised),
            points(line.survey),
            points(line.total),
            points(line.maximum),
            points(line.percent),
            match (line.percent_low, line.percent_high) {
                (Some(low), Some(high)) => {
                    format!("{} – {}", points(Some(low)), points(Some(high)))
                }
                _ => "–".to_owned(),
            },
            line.band.as_ref().map_or_else(|| "–".to_owned(), |band| band.value.clone()),
            line.rank.map_or_else(
                || "–".to_owned(),
                |Marked { value: Rank { rank, low, high }, .. }| {
                    if low == high { rank.to_string() } else { format!("{rank} ({low}–{high})") }
                },
            ),
        ],
        parts: line
            .parts
            .iter()
            .map(|part| {
                (part.name.clone(), format!("{} / {}", points(part.points), points(part.maximum)))
            })
            .collect(),
    };
    let rows = card.lines.iter().map(row).collect();
    let subject = format!("scorecard {year} {series}");
    let trail = visit.desk.store.audit_before(i64::MAX, LOOKED_AT)?;
    let history = trail.into_iter().filter(|entry| entry.subject == subject).map(|entry| Change {
        at: frame.moment(Millis(entry.at)),
        who: entry.actor,
        what: if entry.action == "scorecard.points" {
            frame.say_count(key::SCORE_ENTERED, entered(&entry.detail))
        } else {
            frame.say(key::SCORE_COMPUTED)
        },
    });
    let history = history.collect();
    let place = format!("{}/lines.csv?series={}", visit.path, segment(&series));
    Reply::page(&One { source: card.source, rows, history, place, frame })
}

/// How many points an entry of the trail holds.
fn entered(detail: &str) -> i64 {
    #[derive(Deserialize)]
    struct Detail {
        points: BTreeMap<String, BTreeMap<String, String>>,
    }
    let read: Option<Detail> = serde_json::from_str(detail).ok();
    let n = read.map_or(0, |read| read.points.values().map(BTreeMap::len).sum::<usize>());
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The same as a table, points as they are stored.
pub fn table(visit: &Visit) -> Answer {
    let (year, series, document) = found(visit)?;
    let mut card = card(&document);
    lines(&mut card);
    let plain = |value: Option<Marked<f64>>| value.map(|v| v.value.to_string()).unwrap_or_default();
    let head = [
        "code",
        "unit",
        "appraised",
        "survey",
        "total",
        "maximum",
        "percent",
        "percent_low",
        "percent_high",
        "band",
        "rank",
        "rank_low",
        "rank_high",
    ];
    let mut all = vec![head.map(ToOwned::to_owned).to_vec()];
    for line in &card.lines {
        let rank = |of: fn(Rank) -> u32| {
            line.rank.map(|rank| of(rank.value).to_string()).unwrap_or_default()
        };
        all.push(vec![
            line.code.clone(),
            line.unit.clone(),
            plain(line.appraised),
            plain(line.survey),
            plain(line.total),
            plain(line.maximum),
            plain(line.percent),
            plain(line.percent_low),
            plain(line.percent_high),
            line.band.as_ref().map(|band| band.value.clone()).unwrap_or_default(),
            rank(|rank| rank.rank),
            rank(|rank| rank.low),
            rank(|rank| rank.high),
        ]);
    }
    Ok(Reply::file("text/csv; charset=utf-8", format!("scorecard-{year}-{series}.csv"), csv(&all)))
}

fn points(bytes: &[u8], place: &str) -> Result<Appraised, Problems> {
    let mut problems = Collector::default();
    let mut all = Appraised::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let line = record.line;
        let [unit, part, value] = record.fields;
        match Points::parse(&value.replace(',', ".")) {
            Ok(points) => {
                let of_unit = all.entry(unit).or_default();
                if of_unit.insert(part.clone(), Marked::said(points)).is_some() {
                    problems.add(line, "part", &part, "this part of the unit stands above already");
                }
            }
            Err(error) => problems.add(line, "points", &value, error),
        }
    }
    problems.finish(place, all)
}

/// Takes a scheme and the appraised points of its units, and works the scorecard out.
pub fn take(visit: &Visit) -> Answer {
    let mut page = listed(visit)?;
    page.series = visit.field("series").to_owned();
    let again = |mut page: List, words: String| {
        page.wrong = Some(words);
        Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    let (Some(scheme), Some(file)) = (visit.upload("scheme"), visit.upload("points")) else {
        let words = page.frame.say(key::SCORE_FILES_WRONG);
        return again(page, words);
    };
    if !(1..=64).contains(&page.series.len()) || !page.series.bytes().all(plain) {
        let words = page.frame.say(key::SCORE_FILES_WRONG);
        return again(page, words);
    }
    let text = String::from_utf8_lossy(&scheme.bytes);
    let scheme = match Scheme::from_toml(&text, &scheme.file) {
        Ok(scheme) => scheme,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            return again(page, format!("{error}: {}", cause.unwrap_or_default()));
        }
    };
    let appraised = match points(&file.bytes, &file.file) {
        Ok(appraised) => appraised,
        Err(problems) => {
            let faults = problems.list().iter().take(200).map(|one| Fault {
                line: one.line,
                column: one.column,
                value: one.value.clone(),
                advice: one.advice.clone(),
            });
            page.faults = faults.collect();
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (desk, actor) = (visit.patient_desk(), visit.actor()?);
    let year = i32::from(scheme.year());
    // A correction is no secret: who entered which points stays in the trail, whatever replaces them.
    let told: BTreeMap<&String, BTreeMap<&String, String>> = appraised
        .iter()
        .map(|(unit, parts)| {
            (unit, parts.iter().map(|(part, p)| (part, p.value.to_string())).collect())
        })
        .collect();
    let subject = format!("scorecard {year} {}", page.series);
    let act = Act::new(actor, Right::EditScorecard, visit.now, "scorecard.points", subject)
        .with(serde_json::json!({ "points": told }));
    desk.store.permits(&act)?;
    match round::score(desk, actor, &scheme, &appraised, &page.series) {
        Ok(_) => {
            desk.store.record(&act)?;
            let series = segment(&page.series);
            Ok(Reply::see(format!("/console/scorecards/{year}?series={series}&done=kept")))
        }
        Err(RoundError::Refused(words)) => again(page, words),
        Err(error) => Err(error.into()),
    }
}

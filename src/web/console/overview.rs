//! `/console/rounds/{round}`: how a round is going, unit by unit. Counts only: no answer enters any figure here.
//!
//! Sorted, filtered and paged by the address: `?sort=…&show=late|silent&q=…&after=CODE`.

use askama::Template;

use super::Frame;
use super::reply::{Answer, Reply};
use super::rounds::state_key;
use super::visit::Visit;
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::round::{self, HALF_WIDTH, Overview, UnitLine};
use crate::store::Right;
use crate::store::round::State;
use crate::unit::search_key;
use crate::web::number;
use crate::web::picture::{Bar, bars};
use crate::web::text::{Arg, Key, key};

/// Lines of one page.
const PAGE: usize = 50;

/// What a table can be sorted by, and its heading.
const SORTS: [(&str, Key); 8] = [
    ("unit", key::COL_UNIT_NAME),
    ("expected", key::COL_EXPECTED),
    ("issued", key::COL_LINKS_ISSUED),
    ("opened", key::COL_OPENED),
    ("answered", key::COL_ANSWERED),
    ("rate", key::COL_RESPONSE_RATE),
    ("half", key::COL_HALF),
    ("silent", key::COL_SILENT),
];

struct Heading {
    label: String,
    href: String,
    sorted: bool,
    number: bool,
}

struct Row {
    name: String,
    expected: String,
    issued: String,
    opened: String,
    answered: String,
    rate: String,
    half: String,
    late: bool,
    silent: usize,
    silent_names: String,
    counters: usize,
    bars: String,
}

struct Filter {
    href: String,
    label: String,
    here: bool,
}

struct DayRow {
    day: String,
    n: String,
}

#[derive(Template)]
#[template(path = "console_overview.html")]
struct Html {
    frame: Frame,
    state: String,
    state_word: &'static str,
    facts: Vec<(String, String)>,
    finding: String,
    /// What a unit that misses the target is called.
    behind: String,
    filters: Vec<Filter>,
    q: String,
    path: String,
    show: String,
    sort: String,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    more: Option<String>,
    tiles: Vec<Row>,
    days_title: String,
    days_picture: String,
    days: Vec<DayRow>,
    target: String,
}

/// Shows it.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let all = visit.desk.store.round_units(round.id)?;
    let units = visit.permitted(Right::ReadCounts, &all)?;
    if units.is_empty() {
        return Err(super::Trouble::Forbidden);
    }
    let whole = units.len() == all.len();
    let seen = round::overview(&visit.desk, round, &units)?;
    let frame = visit.frame(round.code.clone());
    let (show, sort) = (asked(visit, "show"), asked(visit, "sort"));
    let q = asked(visit, "q");
    let mut lines: Vec<&UnitLine> =
        seen.units.iter().filter(|line| fits(line, &show, &q)).collect();
    sort_lines(&mut lines, &sort);
    let after = asked(visit, "after");
    let start = lines.iter().position(|line| line.unit.code == after).map_or(0, |at| at + 1);
    let shown: Vec<&UnitLine> = lines.iter().skip(start).take(PAGE).copied().collect();
    let more = (start + shown.len() < lines.len())
        .then(|| shown.last().map(|last| address(visit, &[("after", &last.unit.code)])))
        .flatten();
    let page = Html {
        state: frame.say(state_key(round.state)),
        state_word: round.state.word(),
        facts: facts(&frame, &seen, whole, round.state, round.closes_at),
        finding: finding(&frame, &seen, round.state),
        behind: frame.say(if running(round.state) { key::LATE } else { key::MISSED }),
        filters: filters(visit, &frame, &seen, &show, round.state),
        path: visit.path.clone(),
        headings: headings(visit, &frame, &sort),
        rows: shown.iter().map(|line| row(&frame, line, &seen)).collect(),
        more,
        tiles: tiles(&frame, &seen),
        days_title: days_title(&frame, &seen),
        days_picture: bars(&every_day(&frame, &seen)),
        days: seen
            .days
            .iter()
            .rev()
            .map(|(day, n)| DayRow { day: frame.day(midnight(*day)), n: frame.count(*n) })
            .collect(),
        target: points(&frame, Some(HALF_WIDTH)),
        q,
        show,
        sort,
        frame,
    };
    Reply::page(&page)
}

fn asked(visit: &Visit, name: &str) -> String {
    visit.asked(name).unwrap_or_default().chars().take(80).collect()
}

/// This address with some of its question changed; paging begins anew.
fn address(visit: &Visit, changed: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["show", "sort", "q"] {
        let now = visit.asked(name).unwrap_or_default();
        let new = changed.iter().find(|(key, _)| *key == name).map_or(now, |(_, value)| value);
        if !new.is_empty() {
            query.append_pair(name, new);
        }
    }
    if let Some((_, after)) = changed.iter().find(|(key, _)| *key == "after") {
        query.append_pair("after", after);
    }
    let query = query.finish();
    if query.is_empty() { visit.path.clone() } else { format!("{}?{query}", visit.path) }
}

fn fits(line: &UnitLine, show: &str, q: &str) -> bool {
    let wanted = match show {
        "late" => line.late,
        "silent" => !line.silent.is_empty(),
        _ => true,
    };
    wanted
        && (q.is_empty()
            || search_key(&line.unit.name).contains(&search_key(q))
            || line.unit.code == q)
}

/// By what was asked for, a minus sign before it for the other way round; without that, who needs attention first.
fn sort_lines(lines: &mut [&UnitLine], sort: &str) {
    let (by, back) = sort.strip_prefix('-').map_or((sort, false), |by| (by, true));
    // Units come by code, and sorting keeps the order of equals.
    let rate = |line: &UnitLine| line.rate.unwrap_or(-1.0);
    let half = |line: &UnitLine| line.half_width.unwrap_or(2.0);
    match by {
        "unit" => lines.sort_by_cached_key(|line| search_key(&line.unit.name)),
        "expected" => lines.sort_by_key(|line| line.expected),
        "issued" => lines.sort_by_key(|line| line.issued),
        "opened" => lines.sort_by_key(|line| line.opened),
        "answered" => lines.sort_by_key(|line| line.answered),
        "rate" => lines.sort_by(|a, b| rate(a).total_cmp(&rate(b))),
        "half" => lines.sort_by(|a, b| half(a).total_cmp(&half(b))),
        "silent" => lines.sort_by_key(|line| line.silent.len()),
        _ => lines.sort_by(|a, b| {
            let wide = |line: &UnitLine| line.half_width_at_closing.unwrap_or(2.0);
            b.late.cmp(&a.late).then(wide(b).total_cmp(&wide(a)))
        }),
    }
    if back {
        lines.reverse();
    }
}

fn headings(visit: &Visit, frame: &Frame, sort: &str) -> Vec<Heading> {
    SORTS
        .iter()
        .map(|(by, label)| {
            let (sorted, other) = (sort.trim_start_matches('-') == *by, format!("-{by}"));
            // Numbers begin with the largest, names with A.
            let (first, second) = if *by == "unit" { (*by, &*other) } else { (&*other, *by) };
            let next = if sort == first { second } else { first };
            Heading {
                label: frame.say(*label),
                href: address(visit, &[("sort", next)]),
                sorted,
                number: *by != "unit",
            }
        })
        .collect()
}

fn filters(visit: &Visit, frame: &Frame, seen: &Overview, show: &str, state: State) -> Vec<Filter> {
    let behind = if running(state) { key::SHOW_LATE } else { key::SHOW_MISSED };
    let late = seen.units.iter().filter(|line| line.late).count();
    let silent = seen.units.iter().filter(|line| !line.silent.is_empty()).count();
    [
        ("", key::SHOW_ALL, seen.units.len()),
        ("late", behind, late),
        ("silent", key::SHOW_SILENT, silent),
    ]
    .map(|(word, label, n)| Filter {
        href: address(visit, &[("show", word)]),
        label: format!("{} ({})", frame.say(label), frame.count(n as i64)),
        here: show == word,
    })
    .into()
}

/// Points of percentage: `±4,9`; a dash without answers.
fn points(frame: &Frame, half: Option<f64>) -> String {
    half.map_or_else(
        || "–".to_owned(),
        |half| format!("±{}", number::decimal(frame.lang, half * 100.0, 1)),
    )
}

fn row(frame: &Frame, line: &UnitLine, seen: &Overview) -> Row {
    let days = seen.days_by_unit.get(&line.unit.id).cloned().unwrap_or_default();
    let recent: Vec<Bar> = days
        .iter()
        .skip(days.len().saturating_sub(14))
        .map(|n| Bar { n: *n, label: String::new() })
        .collect();
    let names: Vec<&str> = line.silent.iter().map(|counter| counter.name.as_str()).collect();
    Row {
        name: line.unit.name.clone(),
        expected: if line.expected > 0 { frame.count(line.expected) } else { "–".to_owned() },
        issued: frame.count(line.issued),
        opened: frame.count(line.opened),
        answered: frame.count(line.answered),
        rate: frame.percent(line.rate),
        half: points(frame, line.half_width),
        late: line.late,
        silent: line.silent.len(),
        silent_names: names.join(", "),
        counters: line.counters,
        bars: bars(&recent),
    }
}

/// Tiles in the order of names, so that each stays in its place from day to day.
fn tiles(frame: &Frame, seen: &Overview) -> Vec<Row> {
    let mut lines: Vec<&UnitLine> = seen.units.iter().collect();
    lines.sort_by_cached_key(|line| search_key(&line.unit.name));
    lines.into_iter().map(|line| row(frame, line, seen)).collect()
}

fn sum(seen: &Overview, of: impl Fn(&UnitLine) -> i64) -> i64 {
    seen.units.iter().map(of).sum()
}

fn facts(
    frame: &Frame,
    seen: &Overview,
    whole: bool,
    state: State,
    closes_at: Millis,
) -> Vec<(String, String)> {
    let mut facts: Vec<(Key, String)> = vec![
        (key::COL_EXPECTED, frame.count(sum(seen, |line| line.expected))),
        (key::COL_LINKS_ISSUED, frame.count(sum(seen, |line| line.issued))),
        (key::COL_OPENED, frame.count(sum(seen, |line| line.opened))),
        (key::COL_ANSWERED, frame.count(sum(seen, |line| line.answered))),
    ];
    let silent = sum(seen, |line| line.silent.len() as i64);
    facts.push((key::COL_SILENT, frame.count(silent)));
    // Flags lead to no unit before somebody opens their ties, so they are told to who sees the whole round.
    if whole && matches!(state, State::Closed | State::Flagged) {
        facts.push((key::FLAGS_WAITING, frame.count(seen.waiting.values().sum())));
        let high = seen.waiting.get("high").copied().unwrap_or(0);
        facts.push((key::FLAGS_WAITING_HIGH, frame.count(high)));
    }
    if let Some(days) = seen.days_left {
        facts.push((key::DAYS_LEFT, frame.count(days)));
    }
    facts.push((key::CLOSES, frame.moment(closes_at)));
    facts.into_iter().map(|(label, value)| (frame.say(label), value)).collect()
}

fn running(state: State) -> bool {
    matches!(state, State::Planned | State::Open)
}

/// The sentence that the page begins with: who needs attention, or who missed the target in the end.
fn finding(frame: &Frame, seen: &Overview, state: State) -> String {
    let late: Vec<&str> =
        seen.units.iter().filter(|line| line.late).map(|line| line.unit.name.as_str()).collect();
    let [nobody, some, more] = if running(state) {
        [key::NOBODY_LATE, key::LATE_UNITS, key::LATE_UNITS_MORE]
    } else {
        [key::NOBODY_MISSED, key::MISSED_UNITS, key::MISSED_UNITS_MORE]
    };
    if late.is_empty() {
        return frame.say(nobody);
    }
    let named: Vec<&str> = late.iter().take(4).copied().collect();
    let rest = late.len() - named.len();
    let names = named.join(", ");
    if rest == 0 {
        return frame.say_with(some, "units", &names);
    }
    let gaps = [("units", Arg::Text(&names)), ("count", Arg::Count(rest as u64))];
    frame.lang.tell(more, &gaps)
}

fn midnight(day: i64) -> Millis {
    Millis(day * DAY_MS - 7 * HOUR_MS)
}

fn every_day(frame: &Frame, seen: &Overview) -> Vec<Bar> {
    let label = |day: i64, n: i64| format!("{}: {}", frame.day(midnight(day)), frame.count(n));
    seen.days.iter().map(|(day, n)| Bar { n: *n, label: label(*day, *n) }).collect()
}

fn days_title(frame: &Frame, seen: &Overview) -> String {
    let best = seen.days.iter().max_by_key(|(_, n)| *n);
    match best {
        Some((day, n)) if *n > 0 => {
            let (day, n) = (frame.day(midnight(*day)), frame.count(*n));
            let gaps = [("day", Arg::Text(&day)), ("answers", Arg::Text(&n))];
            frame.lang.tell(key::DAYS_MOST, &gaps)
        }
        _ => frame.say(key::DAYS_NONE),
    }
}

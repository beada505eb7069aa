//! `/console/rounds/{round}/results`: the figures of a weighed round before and after they are published: weighted and not,
//! by kind of link, how they would be otherwise, who did not answer, how the weights came about, and the last round where the
//! method allows.

use askama::Template;

use super::Frame;
use super::csv::csv;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::rounds::state_key;
use super::trouble::Trouble;
use super::visit::Visit;
use super::words;
use crate::round::{self, Figure, Figures, Reason, RoundError, UnitFigures};
use crate::store::Right;
use crate::store::round::State;
use crate::store::tally::Kind;
use crate::web::number;
use crate::web::picture::{Axis, Whisker, axis_strip, whisker_strip};
use crate::web::text::{Arg, Key, key};

struct Row {
    unit: String,
    n: String,
    effective: String,
    index: String,
    range: String,
    plain: String,
    rank: String,
    note: String,
    strip: String,
}

struct Otherwise {
    unit: String,
    what: String,
    n: String,
    index: String,
}

struct Response {
    unit: String,
    asked: String,
    rate: String,
    rr2: String,
    worst: String,
    unrated: String,
}

struct Group {
    title: String,
    finding: String,
    axis: String,
    rows: Vec<Row>,
    otherwise: Vec<Otherwise>,
    responses: Vec<Response>,
    notes: Vec<String>,
}

struct Compared {
    other: String,
    rows: Vec<Vec<String>>,
    left_out: Vec<String>,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "console_results.html")]
struct Html {
    frame: Frame,
    state: String,
    state_word: &'static str,
    lead: String,
    groups: Vec<Group>,
    compute: bool,
    publish: Option<String>,
    csv: String,
    public: Option<String>,
    jobs: String,
    bundles: Vec<(&'static str, String)>,
    compared: Option<Compared>,
    against: String,
    path: String,
}

fn figures(visit: &Visit) -> Result<Option<Figures>, Trouble> {
    let stored = visit.desk.store.figures(visit.round()?.id)?;
    let read = |text: String| serde_json::from_str(&text).map_err(RoundError::Canonical);
    Ok(stored.map(read).transpose()?)
}

/// Shows them.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let frame = visit.frame(visit.lang.say(key::NAV_FIGURES));
    let path = format!("/console/rounds/{}", segment(&round.code));
    let found = figures(visit)?;
    let lead = match (&found, round.state) {
        (Some(_), State::Published) => key::RESULTS_PUBLISHED,
        (Some(_), _) => key::RESULTS_NOT_YET_PUBLISHED,
        (None, State::Sealed | State::Weighed) => key::RESULTS_COMPUTE_FIRST,
        (None, _) => key::RESULTS_SEAL_FIRST,
    };
    let sealed = round.outcome.is_some();
    let may = |right| visit.may(right);
    let mut bundles = Vec::new();
    if round.state == State::Published && may(Right::Compute) {
        bundles.push(("bundle", frame.say(key::JOB_BUNDLE)));
    }
    if round.state == State::Published && may(Right::ReadRecords) {
        bundles.push(("inspector_bundle", frame.say(key::JOB_INSPECTOR_BUNDLE)));
    }
    let groups = found.iter().flat_map(|found| {
        [
            group(&frame, key::RESULTS_OFFICIAL, &found.official),
            group(&frame, key::RESULTS_INDICATIVE, &found.indicative),
        ]
    });
    let page = Html {
        state: frame.say(state_key(round.state)),
        state_word: round.state.word(),
        lead: frame.say(lead),
        groups: groups.collect(),
        compute: sealed && may(Right::Compute) && found.is_none(),
        publish: (found.is_some() && may(Right::Publish)).then(|| format!("{path}/publish")),
        csv: format!("{path}/results.csv"),
        public: (round.state == State::Published)
            .then(|| format!("/results/{}", segment(&round.code))),
        jobs: format!("{path}/jobs"),
        bundles,
        compared: compared(visit, &frame, found.is_some())?,
        against: visit.asked("against").unwrap_or_default().chars().take(64).collect(),
        path: format!("{path}/results"),
        frame,
    };
    Reply::page(&page)
}

fn compared(visit: &Visit, frame: &Frame, any: bool) -> Result<Option<Compared>, Trouble> {
    let Some(other) = visit.asked("against").filter(|code| any && !code.is_empty()) else {
        return Ok(None);
    };
    let other: String = other.chars().take(64).collect();
    let here = &visit.round()?.code;
    let mut found = Compared { other, rows: Vec::new(), left_out: Vec::new(), refused: None };
    match round::compare_rounds(&visit.desk, here, &found.other) {
        Ok(differences) => {
            found.left_out = differences.left_out;
            found.rows = differences
                .rows
                .iter()
                .filter(|row| row.factor.is_none())
                .map(|row| {
                    let apart = match row.told_apart {
                        Some(true) => key::COMPARE_APART,
                        Some(false) => key::COMPARE_SAME,
                        None => key::COMPARE_TOO_FEW,
                    };
                    vec![
                        row.unit.clone().unwrap_or_else(|| frame.say(key::ALL_UNITS)),
                        frame.percent(Some(row.first)),
                        frame.percent(Some(row.second)),
                        number::percent_range(frame.lang, row.low, row.high),
                        frame.say(apart),
                    ]
                })
                .collect();
        }
        Err(RoundError::Refused(words)) => found.refused = Some(words),
        Err(RoundError::Store(crate::store::StoreError::Missing { .. })) => {
            found.refused = Some(frame.say(key::COMPARE_NO_ROUND));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Some(found))
}

fn whisker(figure: &Figure) -> Option<Whisker> {
    Some(Whisker {
        index: figure.index?,
        low: figure.low?,
        high: figure.high?,
        unweighted: figure.unweighted,
    })
}

fn reason(reason: Reason) -> Key {
    match reason {
        Reason::FewRespondents => key::HIDDEN_FEW,
        Reason::BelowMinimum => key::HIDDEN_BELOW,
        Reason::WouldReveal => key::HIDDEN_REVEAL,
        Reason::NotWeighable => key::HIDDEN_UNWEIGHABLE,
    }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn row(frame: &Frame, axis: &Axis, name: &str, figure: &Figure, rank: String) -> Row {
    let range = match (figure.low, figure.high) {
        (Some(low), Some(high)) => number::percent_range(frame.lang, low, high),
        _ => "–".to_owned(),
    };
    let effective = figure.effective_n.map(|n| number::decimal(frame.lang, n, 0));
    Row {
        unit: name.to_owned(),
        n: frame.count(whole(figure.n)),
        effective: effective.unwrap_or_else(|| "–".to_owned()),
        index: frame.percent(figure.index),
        range,
        plain: frame.percent(figure.unweighted),
        rank,
        note: figure.suppressed.map(|why| frame.say(reason(why))).unwrap_or_default(),
        strip: whisker_strip(axis, whisker(figure).as_ref()),
    }
}

fn variant_words(frame: &Frame, name: &str) -> String {
    match name {
        "unweighted" => frame.say(key::VARIANT_UNWEIGHTED),
        "untrimmed" => frame.say(key::VARIANT_UNTRIMMED),
        "with_excluded" => frame.say(key::VARIANT_WITH_EXCLUDED),
        other => {
            let kind = other.strip_prefix("kind:").and_then(Kind::from_word);
            kind.map_or_else(|| other.to_owned(), |kind| frame.say(words::kind(kind)))
        }
    }
}

fn otherwise(frame: &Frame, unit: &UnitFigures) -> Vec<Otherwise> {
    let line = |variant: &round::Variant| {
        let index = match (variant.index, variant.differs_by_less_than) {
            (Some(index), _) => frame.percent(Some(index)),
            (None, Some(by)) => {
                let points = number::decimal(frame.lang, by * 100.0, 1);
                frame.say_with(key::DIFFERS_LESS, "points", &points)
            }
            (None, None) => "–".to_owned(),
        };
        Otherwise {
            unit: unit.unit.clone(),
            what: variant_words(frame, &variant.name),
            n: frame.count(whole(variant.n)),
            index,
        }
    };
    unit.beside.variants.iter().map(line).collect()
}

fn response(frame: &Frame, unit: &UnitFigures) -> Response {
    let beside = &unit.beside;
    let unrated = [beside.no_answer, beside.no_opinion, beside.prefer_not];
    let unrated = unrated.iter().any(Option::is_some).then(|| unrated.iter().flatten().sum());
    Response {
        unit: unit.unit.clone(),
        asked: frame.count(beside.response.asked),
        rate: frame.percent(beside.response.rate),
        rr2: frame.percent(beside.response.outcomes.as_ref().and_then(|o| o.rr2)),
        worst: beside.worst_case.map_or_else(
            || "–".to_owned(),
            |(low, high)| number::percent_range(frame.lang, low, high),
        ),
        unrated: frame.percent(unrated),
    }
}

fn notes(frame: &Frame, group: &crate::round::FiguresGroup) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(weighting) = &group.weighting {
        let margins: Vec<&str> = weighting.margins.iter().map(|m| m.variable.as_str()).collect();
        notes.push(frame.say_with(key::NOTE_MARGINS, "margins", &margins.join(", ")));
        let numbers = [
            ("deff", number::decimal(frame.lang, weighting.kish_deff, 2)),
            ("low", number::decimal(frame.lang, weighting.min, 2)),
            ("high", number::decimal(frame.lang, weighting.max, 2)),
        ];
        let gaps: Vec<(&'static str, Arg<'_>)> =
            numbers.iter().map(|(name, text)| (*name, Arg::Text(text))).collect();
        notes.push(frame.lang.tell(key::NOTE_WEIGHTS, &gaps));
        for left in &weighting.left_out {
            let gaps = [("variable", Arg::Text(&left.variable)), ("why", Arg::Text(&left.reason))];
            notes.push(frame.lang.tell(key::NOTE_LEFT_OUT, &gaps));
        }
    }
    if let Some(even) = &group.notes.representativity {
        let r = number::decimal(frame.lang, even.r, 2);
        notes.push(frame.say_with(key::NOTE_EVEN, "r", &r));
    }
    if let Some(exclusion) = &group.notes.exclusion
        && let Some(p) = exclusion.p
    {
        let p = number::decimal(frame.lang, p, 3);
        notes.push(frame.say_with(key::NOTE_EXCLUSION, "p", &p));
    }
    if group.notes.precision == "model" {
        notes.push(frame.say(key::NOTE_MODEL));
    }
    notes
}

fn group(frame: &Frame, title: Key, group: &crate::round::FiguresGroup) -> Group {
    let mut units: Vec<&UnitFigures> = group.units.iter().collect();
    let by = |unit: &UnitFigures| unit.figure.index.unwrap_or(-1.0);
    units.sort_by(|a, b| by(b).total_cmp(&by(a)).then(a.code.cmp(&b.code)));
    let shown: Vec<Whisker> = units.iter().filter_map(|unit| whisker(&unit.figure)).collect();
    let ends = shown.iter().flat_map(|w| [w.low, w.high, w.index, w.unweighted.unwrap_or(w.index)]);
    let axis = Axis::covering(ends);
    let mut rows =
        vec![row(frame, &axis, &frame.say(key::ALL_UNITS), &group.overall, String::new())];
    rows.extend(units.iter().map(|unit| {
        let rank = unit.rank.map(|rank| {
            let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let range = number::rank_range(small(rank.low), small(rank.high));
            let of = rank.of.to_string();
            let gaps = [("range", Arg::Text(&range)), ("of", Arg::Text(&of))];
            frame.lang.tell(key::RANK_OF, &gaps)
        });
        row(frame, &axis, &unit.unit, &unit.figure, rank.unwrap_or_default())
    }));
    let finding = match (group.overall.index, group.overall.low, group.overall.high) {
        (Some(index), Some(low), Some(high)) => {
            let (index, range) =
                (frame.percent(Some(index)), number::percent_range(frame.lang, low, high));
            let gaps = [("index", Arg::Text(&index)), ("range", Arg::Text(&range))];
            frame.lang.tell(key::RESULTS_FINDING, &gaps)
        }
        _ => frame.say(key::RESULTS_NOTHING_SHOWN),
    };
    Group {
        title: frame.say(title),
        finding,
        axis: axis_strip(&axis, frame.lang),
        rows,
        otherwise: units.iter().flat_map(|unit| otherwise(frame, unit)).collect(),
        responses: units.iter().map(|unit| response(frame, unit)).collect(),
        notes: notes(frame, group),
    }
}

/// The same as a table for a spreadsheet: machine numbers, a line per unit and group.
pub fn table(visit: &Visit) -> Answer {
    let Some(found) = figures(visit)? else { return Err(Trouble::Missing) };
    let head = [
        "group",
        "code",
        "unit",
        "n",
        "effective_n",
        "index",
        "low",
        "high",
        "unweighted",
        "rank_low",
        "rank_high",
        "suppressed",
    ];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    let cell = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for (name, group) in [("official", &found.official), ("indicative", &found.indicative)] {
        for unit in &group.units {
            let f = &unit.figure;
            let rank = |of: fn(round::Rank) -> usize| {
                unit.rank.map(|rank| of(rank).to_string()).unwrap_or_default()
            };
            lines.push(vec![
                name.to_owned(),
                unit.code.clone(),
                unit.unit.clone(),
                f.n.to_string(),
                cell(f.effective_n),
                cell(f.index),
                cell(f.low),
                cell(f.high),
                cell(f.unweighted),
                rank(|r| r.low),
                rank(|r| r.high),
                f.suppressed.map(|why| format!("{why:?}")).unwrap_or_default(),
            ]);
        }
    }
    let name = format!("{}-results.csv", visit.round()?.code);
    Ok(Reply::file("text/csv; charset=utf-8", name, csv(&lines)))
}

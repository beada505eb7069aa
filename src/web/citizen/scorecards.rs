//! `/results/scorecards/{year}` and `…/{year}/{series}`: the main score as it is stored, every figure with its mark.
//!
//! A scorecard that other software put over the API in a shape of its own is read over the API only.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::results::blocking;
use super::{refusal, visitor};
use crate::collect::CollectError;
use crate::index::scorecard::Marked;
use crate::store::Store;
use crate::web::page::{Certainty, Domain, Figure, Mark, ScorecardPage, ScorecardRow};
use crate::web::text::{Arg, Lang, key};
use crate::web::{State, reply};

/// The series of the decisions; it has the shorter address.
const OFFICIAL: &str = "official";
/// The series that a simulated round feeds.
const SIMULATED: &str = "simulated";

/// A stored scorecard, as far as the page shows it.
#[derive(Deserialize)]
struct Card {
    source: Option<String>,
    lines: Vec<Line>,
}

/// A unit's line; what is withheld or not known is `None`.
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
    same_as: Vec<String>,
    first_place_percent: Option<Marked<u8>>,
    #[serde(default)]
    straddles_band: bool,
    #[serde(default)]
    recorded: bool,
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

/// A link of `/results` to a scorecard: address and words.
pub(super) fn links(store: &Store, lang: Lang) -> Result<Vec<(String, String)>, CollectError> {
    let mut links = Vec::new();
    for (year, series) in store.scorecards()? {
        if read(store, year, &series)?.is_none() {
            continue;
        }
        let place = if series == OFFICIAL { String::new() } else { format!("/{series}") };
        let words = match series.as_str() {
            OFFICIAL => year.to_string(),
            SIMULATED => {
                let year = year.to_string();
                lang.tell(key::SCORECARD_SIMULATED, &[("year", Arg::Text(&year))])
            }
            other => format!("{year} {other}"),
        };
        links.push((format!("/results/scorecards/{year}{place}?lang={}", lang.tag()), words));
    }
    Ok(links)
}

fn read(store: &Store, year: i32, series: &str) -> Result<Option<Card>, CollectError> {
    let stored = store.scorecard(year, series)?;
    Ok(stored.and_then(|document| serde_json::from_str(&document).ok()))
}

/// `GET /results/scorecards/{year}`.
pub async fn official(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    show(&request, &state, path.into_inner(), OFFICIAL.to_owned()).await
}

/// `GET /results/scorecards/{year}/{series}`.
pub async fn series(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> HttpResponse {
    let (year, series) = path.into_inner();
    show(&request, &state, year, series).await
}

async fn show(request: &HttpRequest, state: &State, year: String, series: String) -> HttpResponse {
    let lang = visitor::language(request);
    let Ok(year) = year.parse::<i32>() else { return refusal::unknown(lang) };
    let store = state.desk.store.clone();
    let asked = series.clone();
    match blocking(move || read(&store, year, &asked)).await {
        Ok(Some(card)) => {
            let html = page(&card, year, &series).render(lang);
            reply::page(StatusCode::OK, ScorecardPage::STYLE, html)
        }
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

fn page<'a>(card: &'a Card, year: i32, series: &str) -> ScorecardPage<'a> {
    let mut lines: Vec<&Line> = card.lines.iter().collect();
    lines.sort_by_key(|line| line.rank.map_or(u32::MAX, |rank| rank.value.rank));
    let known = |line: &&Line| line.parts.iter().any(|part| part.points.is_some());
    ScorecardPage {
        year,
        source: card.source.as_deref(),
        synthetic: series == SIMULATED,
        rows: lines.iter().map(|line| row(line, &card.lines)).collect(),
        domains: lines
            .iter()
            .copied()
            .filter(known)
            .map(|line| (line.unit.as_str(), domains(line)))
            .collect(),
    }
}

/// What no source says is illustrative, also within a record.
fn mark(line: &Line, illustrative: bool) -> Mark {
    match (illustrative, line.recorded) {
        (true, _) => Mark::Illustrative,
        (false, true) => Mark::Recorded,
        (false, false) => Mark::Computed,
    }
}

fn figure(line: &Line, value: Option<Marked<f64>>) -> Figure {
    let illustrative = value.is_some_and(|value| value.illustrative);
    Figure { value: value.map(|value| value.value), mark: mark(line, illustrative) }
}

/// How sure a computed line is; a result of the past is a fact.
fn certainty<'a>(line: &'a Line, all: &'a [Line]) -> Option<Certainty<'a>> {
    let name = |code: &String| all.iter().find(|line| line.code == *code).map(|l| l.unit.as_str());
    let bounds = line.percent_low.zip(line.percent_high);
    (!line.recorded).then(|| Certainty {
        percent: bounds.map(|(low, high)| (low.value, high.value)),
        same_as: line.rank.map(|_| line.same_as.iter().filter_map(name).collect()),
        first_place: line.first_place_percent.map(|percent| percent.value),
        straddles_band: line.straddles_band,
    })
}

fn row<'a>(line: &'a Line, all: &'a [Line]) -> ScorecardRow<'a> {
    let band = line.band.as_ref();
    ScorecardRow {
        unit: &line.unit,
        appraised: figure(line, line.appraised),
        survey: figure(line, line.survey),
        total: figure(line, line.total),
        maximum: figure(line, line.maximum),
        percent: figure(line, line.percent),
        band: band.map(|band| (band.value.as_str(), mark(line, band.illustrative))),
        rank: line.rank.map(|rank| (rank.value.rank, mark(line, rank.illustrative))),
        rank_range: line
            .rank
            .filter(|_| !line.recorded)
            .map(|rank| (rank.value.low, rank.value.high)),
        certainty: certainty(line, all),
    }
}

/// The parts of which anything is known.
fn domains(line: &Line) -> Vec<Domain<'_>> {
    line.parts
        .iter()
        .filter(|part| part.points.is_some() || part.maximum.is_some())
        .map(|part| Domain {
            name: &part.name,
            points: figure(line, part.points),
            maximum: figure(line, part.maximum),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::index::scorecard::{
        Entry, Measured, RECORD_2018, Record, Scheme, Share, Survey, compute,
    };

    fn card(text: &str) -> Option<Card> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn the_record_of_2018_is_shown_as_recorded_and_nothing_else_is() {
        let record = Record::from_toml(RECORD_2018, "scorecard_2018.toml").unwrap();
        let stored =
            serde_json::json!({ "source": record.source(), "lines": record.lines() }).to_string();
        let card = card(&stored).unwrap();
        let page = page(&card, record.year().into(), OFFICIAL);
        let [kbang] = page.rows.as_slice() else { panic!("one unit is known") };
        let recorded = |value| Figure { value: Some(value), mark: Mark::Recorded };
        assert_eq!((kbang.unit, kbang.total), ("Kbang", recorded(78.19)));
        assert_eq!(kbang.band, Some(("khá", Mark::Recorded)));
        assert_eq!((kbang.rank, kbang.rank_range), (Some((1, Mark::Recorded)), None));
        for unknown in [kbang.appraised, kbang.survey, kbang.maximum, kbang.percent] {
            assert_eq!(unknown.value, None);
        }
        let full: Vec<f64> = page.domains[0]
            .1
            .iter()
            .filter(|domain| domain.points == domain.maximum)
            .filter_map(|domain| domain.points.value)
            .collect();
        assert_eq!(full, [8.5, 3.5, 6.5]);
        assert!(!page.synthetic);
    }

    #[test]
    fn what_is_illustrative_within_a_record_says_so_and_what_is_computed_has_its_range() {
        let line = |recorded: bool, illustrative: bool| {
            let rank = r#"{"value":{"rank":2,"low":1,"high":3,"of":17},"illustrative":false}"#;
            let total = format!(r#"{{"value":70.5,"illustrative":{illustrative}}}"#);
            card(&format!(
                r#"{{"lines":[{{"unit":"Ia Pa","total":{total},"rank":{rank},"recorded":{recorded}}}]}}"#
            ))
            .unwrap()
        };
        for (recorded, illustrative, mark) in [
            (true, true, Mark::Illustrative),
            (true, false, Mark::Recorded),
            (false, true, Mark::Illustrative),
            (false, false, Mark::Computed),
        ] {
            let card = line(recorded, illustrative);
            let page = page(&card, 2018, SIMULATED);
            assert_eq!(page.rows[0].total, Figure { value: Some(70.5), mark });
            assert_eq!(page.rows[0].rank_range, (!recorded).then_some((1, 3)));
            assert!(page.synthetic);
        }
    }

    #[test]
    fn what_a_scorecard_says_of_its_certainty_reaches_the_page() {
        let entries = ["1", "2", "3"].map(|code| {
            let share = |text: &str| Share::parse(text).unwrap();
            let [low, index, high] =
                if code == "3" { ["0.1", "0.2", "0.3"] } else { ["0.7", "0.8", "0.9"] };
            let measured = Measured {
                index: share(index),
                low: share(low),
                high: share(high),
                joint: None,
                illustrative: false,
            };
            Entry {
                code: code.to_owned(),
                unit: format!("Đơn vị {code}"),
                appraised: BTreeMap::new(),
                surveyed: BTreeMap::from([("s".to_owned(), Survey::Measured(measured))]),
                own_maximum: BTreeMap::new(),
            }
        });
        let scheme = Scheme::from_toml(
            "year = 2018\nsource = \"s\"\ndecimals = 2\nwithout_survey = \"rescale\"\n\
             parts = [{ key = \"s\", name = \"S\", source = \"surveyed\", maximum = 100 }]\n\
             [bands]\nmeasure = \"points\"\nlist = [{ name = \"tốt\", from = 80 }, { name = \"khá\" }]\n",
            "scheme",
        )
        .unwrap();
        let lines = compute(&scheme, &entries, 0.95).unwrap();
        let card = card(&serde_json::json!({ "lines": lines }).to_string()).unwrap();
        let page = page(&card, 2018, OFFICIAL);
        let of = |at: usize| page.rows[at].certainty.clone().unwrap();
        assert_eq!(of(0).same_as, Some(vec!["Đơn vị 2"]));
        assert_eq!(of(2).same_as, Some(Vec::new()));
        assert_eq!(of(2).first_place, Some(0));
        assert_eq!(of(0).percent, Some((70.0, 90.0)));
        assert_eq!((of(0).straddles_band, of(2).straddles_band), (true, false));
    }

    #[test]
    fn a_document_of_another_shape_is_no_page() {
        for other in ["{}", r#"{"units":[]}"#, r#"{"lines":[{"name":"x"}]}"#, "[]"] {
            assert!(card(other).is_none(), "{other}");
        }
    }
}

//! `GET /results/scorecards/{year}`: the main score, every figure marked by where it comes from.

use std::borrow::Cow;

use askama::Template;

use super::shell::{Shell, finished};
use super::ties::ties;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Key, Lang, key};

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Published in a document.
    Recorded,
    /// Assumed, to show how the points are computed.
    Illustrative,
    /// Computed from a publication of ours.
    Computed,
}

/// A number and where it comes from; `None` where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Points, or percent 0 to 100.
    pub value: Option<f64>,
    /// Where it comes from.
    pub mark: Mark,
}

/// How sure a computed line is.
#[derive(Debug, Clone, PartialEq)]
pub struct Certainty<'a> {
    /// Percent of the own maximum at the bounds of the surveys' intervals.
    pub percent: Option<(f64, f64)>,
    /// Names of the units it cannot be told apart from; `None` where its result is withheld.
    pub same_as: Option<Vec<&'a str>>,
    /// In how many of a hundred simulated repetitions it would be first.
    pub first_place: Option<u8>,
    /// The interval reaches into another band.
    pub straddles_band: bool,
}

/// One unit's line.
#[derive(Debug, Clone)]
pub struct ScorecardRow<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// Appraised points.
    pub appraised: Figure,
    /// Survey points.
    pub survey: Figure,
    /// Their sum.
    pub total: Figure,
    /// The unit's own maximum.
    pub maximum: Figure,
    /// Percent of its own maximum, 0 to 100.
    pub percent: Figure,
    /// The band's name.
    pub band: Option<(&'a str, Mark)>,
    /// The rank.
    pub rank: Option<(u32, Mark)>,
    /// The ranks that fit the intervals; `None` for official ranks of the past.
    pub rank_range: Option<(u32, u32)>,
    /// `None` for results of the past, which are facts.
    pub certainty: Option<Certainty<'a>>,
}

/// One domain of one unit.
#[derive(Debug, Clone, Copy)]
pub struct Domain<'a> {
    /// The domain's name.
    pub name: &'a str,
    /// Points reached.
    pub points: Figure,
    /// Most points.
    pub maximum: Figure,
}

/// A scorecard.
#[derive(Debug, Clone)]
pub struct ScorecardPage<'a> {
    /// The year it judges.
    pub year: i32,
    /// The document it comes from.
    pub source: Option<&'a str>,
    /// Made from a simulated round.
    pub synthetic: bool,
    /// In the order of ranks.
    pub rows: Vec<ScorecardRow<'a>>,
    /// Units whose points are known by domain: name and domains.
    pub domains: Vec<(&'a str, Vec<Domain<'a>>)>,
}

#[derive(Template)]
#[template(path = "scorecard.html")]
struct Html<'a> {
    shell: Shell<'a>,
    heading: String,
    source: Option<String>,
    synthetic: bool,
    /// Whether any line is computed, so that it can be uncertain.
    computed: bool,
    rows: Vec<Row<'a>>,
    domains: Vec<Table<'a>>,
}

struct Row<'a> {
    unit: &'a str,
    rank: Cell<'a>,
    cells: Vec<Cell<'a>>,
    first_place: String,
    ties: String,
    band: Cell<'a>,
    kind: Cow<'a, str>,
    recorded: bool,
}

struct Table<'a> {
    heading: String,
    rows: Vec<DomainRow<'a>>,
}

struct DomainRow<'a> {
    name: &'a str,
    points: Cell<'a>,
    maximum: Cell<'a>,
    kind: Cow<'a, str>,
    recorded: bool,
}

/// A value, and its mark where the row's figures differ in it.
struct Cell<'a> {
    value: Cow<'a, str>,
    mark: Option<(Cow<'a, str>, bool)>,
    /// How sure it is.
    under: Option<String>,
}

impl ScorecardPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Public;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let year = self.year.to_string();
        let year = [("year", Arg::Text(&year))];
        let shell = Shell::new(lang, Self::STYLE, lang.tell(key::SCORECARD_TITLE, &year));
        finished(&Html {
            shell,
            heading: lang.tell(key::SCORECARD_HEADING, &year),
            source: self
                .source
                .map(|source| lang.tell(key::SCORECARD_SOURCE, &[("source", Arg::Text(source))])),
            synthetic: self.synthetic,
            computed: self.rows.iter().any(|row| row.certainty.is_some()),
            rows: self.rows.iter().map(|row| printed(lang, row)).collect(),
            domains: self.domains.iter().map(|(unit, lines)| table(lang, unit, lines)).collect(),
        })
    }
}

fn printed<'a>(lang: Lang, row: &ScorecardRow<'a>) -> Row<'a> {
    let figures = [row.appraised, row.survey, row.total, row.maximum, row.percent];
    let marks = figures
        .iter()
        .filter(|figure| figure.value.is_some())
        .map(|figure| figure.mark)
        .chain(row.band.map(|(_, mark)| mark))
        .chain(row.rank.map(|(_, mark)| mark));
    let one = the_one(marks);
    // Where all figures of a row are of one kind, the last column says so; else every figure says it itself.
    let marked = |mark| if one.is_some() { None } else { Some(named(lang, mark)) };
    let certainty = row.certainty.as_ref();
    let percent_range = certainty.and_then(|c| c.percent).map(|(low, high)| {
        format!("{}–{}%", number::decimal(lang, low, 2), number::decimal(lang, high, 2))
    });
    let straddles = certainty.is_some_and(|c| c.straddles_band);
    let percent = Cell {
        under: percent_range,
        value: row.percent.value.map_or(Cow::Borrowed("–"), |value| {
            format!("{}%", number::decimal(lang, value, 2)).into()
        }),
        mark: row.percent.value.and_then(|_| marked(row.percent.mark)),
    };
    let mut cells: Vec<Cell<'a>> = [row.appraised, row.survey, row.total, row.maximum]
        .into_iter()
        .map(|figure| Cell {
            value: points(lang, figure),
            mark: figure.value.and_then(|_| marked(figure.mark)),
            under: None,
        })
        .collect();
    cells.push(percent);
    Row {
        unit: row.unit,
        rank: match row.rank {
            Some((rank, mark)) => Cell {
                value: rank.to_string().into(),
                mark: marked(mark),
                under: row.rank_range.map(|(low, high)| {
                    let range = number::rank_range(low, high);
                    lang.tell(key::RANK_RANGE, &[("range", Arg::Text(&range))])
                }),
            },
            None => Cell { value: "–".into(), mark: None, under: None },
        },
        cells,
        first_place: certainty
            .and_then(|c| c.first_place)
            .map_or("–".to_owned(), |percent| format!("{percent}%")),
        ties: certainty
            .and_then(|c| c.same_as.as_ref())
            .map_or("–".to_owned(), |names| ties(lang, names)),
        band: match row.band {
            Some((band, mark)) => Cell {
                value: band.into(),
                mark: marked(mark),
                under: straddles.then(|| lang.say(key::STRADDLES_BAND).into_owned()),
            },
            None => Cell { value: "–".into(), mark: None, under: None },
        },
        kind: kind(lang, one),
        recorded: one == Some(Mark::Recorded),
    }
}

fn table<'a>(lang: Lang, unit: &str, lines: &[Domain<'a>]) -> Table<'a> {
    Table {
        heading: lang.tell(key::DOMAINS_HEADING, &[("unit", Arg::Text(unit))]),
        rows: lines.iter().map(|line| domain(lang, line)).collect(),
    }
}

fn domain<'a>(lang: Lang, line: &Domain<'a>) -> DomainRow<'a> {
    let figures = [line.points, line.maximum];
    let one = the_one(figures.iter().filter(|figure| figure.value.is_some()).map(|f| f.mark));
    let cell = |figure: Figure| Cell {
        value: points(lang, figure),
        mark: figure.value.filter(|_| one.is_none()).map(|_| named(lang, figure.mark)),
        under: None,
    };
    DomainRow {
        name: line.name,
        points: cell(line.points),
        maximum: cell(line.maximum),
        kind: kind(lang, one),
        recorded: one == Some(Mark::Recorded),
    }
}

/// What the last column says of a row.
fn kind(lang: Lang, one: Option<Mark>) -> Cow<'static, str> {
    lang.say(one.map_or(key::MARK_MIXED, words))
}

fn points(lang: Lang, figure: Figure) -> Cow<'static, str> {
    figure.value.map_or(Cow::Borrowed("–"), |value| number::decimal(lang, value, 2).into())
}

/// The mark all figures share, if they do.
fn the_one(mut marks: impl Iterator<Item = Mark>) -> Option<Mark> {
    let first = marks.next()?;
    marks.all(|mark| mark == first).then_some(first)
}

/// The words of a mark, and whether it is the strong one.
fn named(lang: Lang, mark: Mark) -> (Cow<'static, str>, bool) {
    (lang.say(words(mark)), mark == Mark::Recorded)
}

fn words(mark: Mark) -> Key {
    match mark {
        Mark::Recorded => key::MARK_RECORDED,
        Mark::Illustrative => key::MARK_ILLUSTRATIVE,
        Mark::Computed => key::MARK_COMPUTED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_only_assumed_is_never_shown_without_its_mark() {
        let figure = |value, mark| Figure { value, mark };
        let mut row = ScorecardRow {
            unit: "Kbang",
            appraised: figure(Some(60.0), Mark::Illustrative),
            survey: figure(Some(18.19), Mark::Illustrative),
            total: figure(Some(78.19), Mark::Recorded),
            maximum: figure(None, Mark::Illustrative),
            percent: figure(None, Mark::Illustrative),
            band: Some(("khá", Mark::Recorded)),
            rank: Some((1, Mark::Recorded)),
            rank_range: None,
            certainty: None,
        };
        let page = |row| {
            ScorecardPage {
                year: 2018,
                source: None,
                synthetic: false,
                rows: vec![row],
                domains: Vec::new(),
            }
            .render(Lang::Vi)
        };
        let html = page(row.clone());
        assert_eq!(html.matches(">Minh họa</span>").count(), 2, "the two assumed figures");
        assert_eq!(html.matches(">Ghi nhận</span>").count(), 3, "total, band and rank");
        assert!(html.contains("78,19"));
        row.total.mark = Mark::Illustrative;
        row.band = Some(("khá", Mark::Illustrative));
        row.rank = Some((1, Mark::Illustrative));
        assert_eq!(page(row).matches(">Minh họa</span>").count(), 1, "once for the whole row");
    }

    #[test]
    fn a_computed_line_says_how_sure_it_is_and_a_recorded_one_does_not() {
        let figure = |value, mark| Figure { value: Some(value), mark };
        let row = |mark, certainty| ScorecardRow {
            unit: "Kbang",
            appraised: figure(60.0, mark),
            survey: figure(18.19, mark),
            total: figure(78.19, mark),
            maximum: figure(100.0, mark),
            percent: figure(78.19, mark),
            band: Some(("khá", mark)),
            rank: Some((1, mark)),
            rank_range: None,
            certainty,
        };
        let page = |row| {
            let rows = vec![row];
            ScorecardPage { year: 2018, source: None, synthetic: false, rows, domains: Vec::new() }
                .render(Lang::En)
        };
        let told = page(row(
            Mark::Computed,
            Some(Certainty {
                percent: Some((76.0, 80.25)),
                same_as: Some(vec!["Ia Pa", "Đak Pơ"]),
                first_place: Some(61),
                straddles_band: true,
            }),
        ));
        for words in ["76.00–80.25%", "Ia Pa, Đak Pơ", "61%", "may be another band"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        let recorded = page(row(Mark::Recorded, None));
        assert!(!recorded.contains("First place") && !recorded.contains("another band"));
    }
}

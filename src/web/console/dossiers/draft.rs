//! `/console/rounds/{round}/dossiers/{draft}`: a file that waits. What is wrong with it, row by row; which heading is which
//! column; what it would bring. Nothing of it is stored as a dossier until it is taken.

use std::collections::BTreeSet;

use askama::Template;

use super::invalid;
use crate::issue::IssueError;
use crate::issue::dossier::draft as effect;
use crate::issue::dossier::{COLUMN_NAMES, Finished, Mapping, Register, Shape, shape};
use crate::round;
use crate::store::Right;
use crate::store::draft::Draft;
use crate::table::Problem;
use crate::web::console::links::{Places, place_of};
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::visit::Visit;
use crate::web::console::{Frame, Trouble};
use crate::web::text::{Key, key};

/// Wrong rows written out.
const PROBLEMS_SHOWN: usize = 200;
/// Words that can be given a meaning at once.
const WORDS_SHOWN: usize = 20;
/// Columns of which every word must be known, so that another word may mean one of ours.
const WORDED: [&str; 9] =
    ["unit", "counter", "service", "outcome", "late", "sex", "age_group", "language", "apology"];
/// Longest mapping that a page writes.
const TEXT_CHARS_MAX: usize = 200;

struct Column {
    name: &'static str,
    label: String,
    needed: bool,
    heading: String,
    constant: String,
}

struct Word {
    column: &'static str,
    label: String,
    value: String,
    times: usize,
    advice: String,
}

struct Wrong {
    line: u64,
    column: String,
    value: String,
    advice: String,
}

struct At {
    place: String,
    n: String,
    foreign: bool,
}

#[derive(Template)]
#[template(path = "console_dossier_draft.html")]
struct Html {
    frame: Frame,
    here: String,
    shape: Shape,
    sheet: String,
    day_first: bool,
    columns: Vec<Column>,
    words: Vec<Word>,
    wrong: Vec<Wrong>,
    wrong_n: i64,
    places: Vec<At>,
    rows: i64,
    known: i64,
    takes: bool,
}

fn column_key(name: &str) -> Key {
    match name {
        "number" => key::COLUMN_NUMBER,
        "unit" => key::COLUMN_UNIT,
        "counter" => key::COLUMN_COUNTER,
        "service" => key::COLUMN_SERVICE,
        "finished_on" => key::COLUMN_FINISHED_ON,
        "outcome" => key::COLUMN_OUTCOME,
        "late" => key::COLUMN_LATE,
        "sex" => key::COLUMN_SEX,
        "age_group" => key::COLUMN_AGE_GROUP,
        "email" => key::COLUMN_EMAIL,
        "language" => key::COLUMN_LANGUAGE,
        "apology" => key::COLUMN_APOLOGY,
        _ => key::COLUMN_HEADER,
    }
}

struct Opened {
    draft: Draft,
    bytes: Vec<u8>,
    mapping: Mapping,
    register: Register,
}

fn opened(visit: &Visit) -> Result<Opened, Trouble> {
    let round = visit.round()?;
    let draft = effect::find(&visit.desk, visit.actor()?, round, visit.part("draft"))?;
    let bytes = effect::content(&visit.desk, &draft)?;
    let mapping = Mapping::parse(&draft.mapping, &draft.file)?;
    let register = round::register(&visit.desk, &round.code)?;
    Ok(Opened { draft, bytes, mapping, register })
}

impl Opened {
    fn rows(&self) -> Result<Vec<Finished>, IssueError> {
        self.register.parse(&self.bytes, Some(&self.mapping), &self.draft.file)
    }
}

/// Words of the file that mean nothing yet, each once.
fn words(visit: &Visit, problems: &[Problem]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for problem in problems {
        let fits = WORDED.contains(&problem.column) && !problem.value.ends_with('…');
        if !fits || problem.value.is_empty() {
            continue;
        }
        let same = |word: &&mut Word| word.column == problem.column && word.value == problem.value;
        if let Some(word) = words.iter_mut().find(same) {
            word.times += 1;
        } else if words.len() < WORDS_SHOWN {
            words.push(Word {
                column: problem.column,
                label: visit.lang.say(column_key(problem.column)).into_owned(),
                value: problem.value.clone(),
                times: 1,
                advice: problem.advice.clone(),
            });
        }
    }
    words
}

/// Shows it.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::IssueLinks)?;
    let opened = opened(visit)?;
    let list = place_of(round, "dossiers");
    let frame = visit
        .frame(opened.draft.file.clone())
        .under(&list, visit.lang.say(key::NAV_DOSSIERS))
        .telling(visit, "mapped", key::DOSSIERS_MAPPED);
    let Mapping { sheet, header_row, day_first, .. } = &opened.mapping;
    let found = shape(&opened.bytes, sheet.as_deref(), Some(*header_row), &opened.draft.file);
    let columns = COLUMN_NAMES.iter().enumerate().map(|(at, name)| Column {
        name,
        label: frame.say(column_key(name)),
        needed: at < 6,
        heading: opened.mapping.columns.get(*name).cloned().unwrap_or_default(),
        constant: opened.mapping.constants.get(*name).cloned().unwrap_or_default(),
    });
    let mut page = Html {
        here: format!("{list}/{}", opened.draft.id.hex()),
        shape: found.unwrap_or_default(),
        sheet: sheet.clone().unwrap_or_default(),
        day_first: *day_first,
        columns: columns.collect(),
        words: Vec::new(),
        wrong: Vec::new(),
        wrong_n: 0,
        places: Vec::new(),
        rows: 0,
        known: 0,
        takes: false,
        frame,
    };
    page.shape.header_row = *header_row;
    match opened.rows() {
        Ok(finished) => {
            page.rows = i64::try_from(finished.len()).unwrap_or_default();
            page.known = opened.register.known(&visit.desk, &finished)?;
            for (counter, n) in opened.register.by_counter(&finished) {
                let own = places.counter(counter.id);
                page.places.push(At {
                    place: own.map_or_else(
                        || counter.name.clone(),
                        |own| {
                            let unit = places.unit_of(own).map(|unit| unit.name.as_str());
                            format!("{}: {}", unit.unwrap_or_default(), own.name)
                        },
                    ),
                    n: page.frame.count(i64::try_from(n).unwrap_or_default()),
                    foreign: own.is_none(),
                });
            }
            page.takes = page.rows > 0 && !page.places.iter().any(|place| place.foreign);
        }
        Err(IssueError::File(problems)) => {
            page.wrong_n = i64::try_from(problems.list().len()).unwrap_or_default();
            page.words = words(visit, problems.list());
            let shown = problems.list().iter().take(PROBLEMS_SHOWN);
            page.wrong = shown
                .map(|problem| Wrong {
                    line: problem.line,
                    column: match problem.column {
                        "" => String::new(),
                        column => page.frame.say(column_key(column)),
                    },
                    value: problem.value.clone(),
                    advice: problem.advice.clone(),
                })
                .collect();
        }
        Err(other) => return Err(other.into()),
    }
    Reply::page(&page)
}

/// The mapping that the form says.
fn mapped(visit: &Visit, before: &Mapping) -> Result<Mapping, Trouble> {
    let fits = |text: &str| text.chars().count() <= TEXT_CHARS_MAX;
    if !visit.fields.iter().all(|(_, value)| fits(value)) {
        return Err(invalid(visit, key::DOSSIERS_TOO_LONG));
    }
    let mut mapping = before.clone();
    let row = visit.field("header_row").parse().ok().filter(|row| (1..=1_000).contains(row));
    mapping.header_row = row.unwrap_or(before.header_row);
    mapping.day_first = !visit.field("day_first").is_empty();
    mapping.sheet = Some(visit.field("sheet").to_owned()).filter(|sheet| !sheet.is_empty());
    let named = |part: &str| {
        COLUMN_NAMES
            .iter()
            .filter_map(|name| {
                let value = visit.field(&format!("{part}.{name}"));
                (!value.is_empty()).then(|| ((*name).to_owned(), value.to_owned()))
            })
            .collect()
    };
    mapping.columns = named("column");
    mapping.constants = named("constant");
    Ok(mapping)
}

/// The mapping with meanings of words.
fn worded(visit: &Visit, before: &Mapping) -> Mapping {
    let mut mapping = before.clone();
    let lists = ["word_column", "word_value", "word_means"]
        .map(|name| visit.fields_of(name).map(str::trim).collect::<Vec<&str>>());
    let [columns, values, meanings] = lists;
    let known: BTreeSet<&str> = WORDED.into_iter().collect();
    for ((column, value), means) in columns.iter().zip(values).zip(meanings) {
        if known.contains(column) && !means.is_empty() {
            let words = mapping.values.entry((*column).to_owned()).or_default();
            words.insert(value.to_owned(), means.to_owned());
        }
    }
    mapping
}

/// What a button does with it.
pub fn change(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let opened = opened(visit)?;
    let list = place_of(round, "dossiers");
    let store = &visit.desk.store;
    let mapping = match visit.field("do") {
        "map" => mapped(visit, &opened.mapping)?,
        "words" => worded(visit, &opened.mapping),
        "drop" => {
            store.drop_draft(&opened.draft)?;
            return Ok(Reply::see(format!("{list}?done=dropped")));
        }
        "take" => {
            let finished = opened.rows()?;
            let desk = visit.patient_desk();
            let Opened { draft, register, .. } = opened;
            let taken = register.import(desk, visit.actor()?, &draft, &finished)?;
            return Ok(Reply::see(format!(
                "{list}?done=taken&new={}&known={}&tickets={}&mails={}",
                taken.new, taken.known, taken.tickets, taken.invitations
            )));
        }
        _ => return Err(Trouble::Missing),
    };
    // What a page wrote must be readable as what a person writes.
    let text = mapping.text();
    Mapping::parse(&text, &opened.draft.file)?;
    store.map_draft(&opened.draft, &text)?;
    Ok(Reply::see(format!("{list}/{}?done=mapped", opened.draft.id.hex())))
}

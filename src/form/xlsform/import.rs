//! A workbook as the text of a form file, which [`Form::parse`] then checks like any other.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, XlsxError};
use toml::{Table, Value};

use super::QUESTION_KEYS;
use crate::form::Form;

/// Largest workbook that is read; the largest form is far below.
pub const WORKBOOK_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Rows of a sheet that are read.
const ROWS_MAX: usize = 3_000;

/// Why a workbook gives no form.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Too large.
    #[error("the workbook is larger than 2 MiB")]
    TooLarge,
    /// Not an `.xlsx` file.
    #[error("this is no .xlsx workbook")]
    Workbook(#[source] XlsxError),
    /// A sheet is missing.
    #[error("sheet \"{0}\" is missing; an XLSForm has survey, choices and settings")]
    Sheet(&'static str),
    /// A row that cannot be understood.
    #[error("sheet \"{sheet}\" row {row}: {reason}")]
    Row {
        /// Sheet.
        sheet: &'static str,
        /// Row, as the spreadsheet numbers it.
        row: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A value that TOML cannot hold, which no cell gives.
    #[error("the form cannot be written as TOML")]
    Toml(#[from] toml::ser::Error),
}

/// A row by the heads of its columns; empty cells are left out.
struct Row {
    number: usize,
    cells: BTreeMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The words in each language: `label::Tiếng Việt (vi)` or `label::vi`.
    fn words(&self, what: &str) -> Value {
        let prefix = format!("{what}::");
        let by_language = self.cells.iter().filter_map(|(column, words)| {
            let language = column.strip_prefix(&prefix)?;
            let tag = match language.rsplit_once('(') {
                Some((_, tag)) => tag.trim_end_matches(')'),
                None => language,
            };
            Some((tag.trim().to_owned(), Value::String(words.clone())))
        });
        Value::Table(by_language.collect())
    }

    fn refused(&self, sheet: &'static str, reason: impl Into<String>) -> ImportError {
        ImportError::Row { sheet, row: self.number, reason: reason.into() }
    }
}

fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Bool(true) => "yes".to_owned(),
        Data::Bool(false) => "no".to_owned(),
        other => other.to_string().trim().to_owned(),
    }
}

fn rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &'static str) -> Result<Vec<Row>, ImportError> {
    let range = book.worksheet_range(name).map_err(|_| ImportError::Sheet(name))?;
    let mut lines = range.rows();
    let heads: Vec<String> = lines.next().unwrap_or_default().iter().map(shown).collect();
    let rows = (2..).zip(lines.take(ROWS_MAX)).map(|(number, line)| {
        let cells = heads.iter().zip(line).map(|(head, cell)| (head.clone(), shown(cell)));
        Row {
            number,
            cells: cells.filter(|(head, text)| !head.is_empty() && !text.is_empty()).collect(),
        }
    });
    Ok(rows.filter(|row| !row.cells.is_empty()).collect())
}

/// A cell as the value a form file would hold: numbers and yes/no as such, anything else as text.
fn value(text: &str) -> Value {
    match text {
        "yes" | "true" | "TRUE" => Value::Boolean(true),
        "no" | "false" | "FALSE" => Value::Boolean(false),
        number => match (number.parse::<i64>(), number.parse::<f64>()) {
            (Ok(whole), _) => Value::Integer(whole),
            (_, Ok(real)) if real.is_finite() => Value::Float(real),
            _ => Value::String(text.to_owned()),
        },
    }
}

impl Form {
    /// The text of the form file that an XLSForm workbook stands for; [`Form::parse`] checks it.
    ///
    /// # Errors
    /// [`ImportError`] naming sheet and row.
    pub fn toml_of_xlsx(bytes: &[u8]) -> Result<String, ImportError> {
        if bytes.len() > WORKBOOK_BYTES_MAX {
            return Err(ImportError::TooLarge);
        }
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(ImportError::Workbook)?;
        let settings = rows(&mut book, "settings")?;
        let settings = settings.first().ok_or(ImportError::Sheet("settings"))?;
        let lists = lists(&rows(&mut book, "choices")?)?;
        let mut form = Table::new();
        form.insert("id".to_owned(), Value::String(settings.get("form_id").to_owned()));
        form.insert("version".to_owned(), value(settings.get("version")));
        let tags = settings.get("languages").split_whitespace();
        let tags = tags.map(|tag| Value::String(tag.to_owned())).collect();
        form.insert("languages".to_owned(), Value::Array(tags));
        let rule = match settings.get("index_rule") {
            "" => "top",
            rule => rule,
        };
        let index = Table::from_iter([("rule".to_owned(), Value::String(rule.to_owned()))]);
        form.insert("index".to_owned(), Value::Table(index));
        survey(&rows(&mut book, "survey")?, &lists, &mut form)?;
        Ok(toml::to_string(&form)?)
    }
}

/// The choices by list: what a scale or a question holds.
fn lists(rows: &[Row]) -> Result<BTreeMap<String, Table>, ImportError> {
    let mut lists: BTreeMap<String, Table> = BTreeMap::new();
    for row in rows {
        let list = lists.entry(row.get("list_name").to_owned()).or_default();
        let name = row.get("name");
        if matches!(name, "no_opinion" | "prefer_not") {
            list.insert(name.to_owned(), row.words("label"));
            continue;
        }
        let Value::Integer(code) = value(name) else {
            let reason =
                format!("name {name:?} is no code; write 1 to 250, no_opinion or prefer_not");
            return Err(row.refused("choices", reason));
        };
        let mut option = Table::from_iter([
            ("code".to_owned(), Value::Integer(code)),
            ("text".to_owned(), row.words("label")),
        ]);
        if !row.get("option").is_empty() {
            option.insert("name".to_owned(), Value::String(row.get("option").to_owned()));
        }
        if !row.get("share").is_empty() {
            option.insert("share".to_owned(), value(row.get("share")));
        }
        if !row.get("aliases").is_empty() {
            let aliases = row.get("aliases").split('|').map(|one| Value::String(one.to_owned()));
            option.insert("aliases".to_owned(), Value::Array(aliases.collect()));
        }
        push(list, "options", Value::Table(option));
        if value(row.get("top")) == Value::Boolean(true) {
            push(list, "top", Value::Integer(code));
        }
    }
    Ok(lists)
}

fn push(table: &mut Table, key: &str, value: Value) {
    let list = table.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        list.push(value);
    }
}

fn survey(
    rows: &[Row],
    lists: &BTreeMap<String, Table>,
    form: &mut Table,
) -> Result<(), ImportError> {
    let mut scales = Table::new();
    for row in rows {
        let (kind, name) = (row.get("type"), row.get("name"));
        match kind {
            "note" if name == "title" => drop(form.insert("title".to_owned(), row.words("label"))),
            "note" if name.starts_with("intro_") => push(form, "intro", row.words("label")),
            "acknowledge" if name == "consent" => {
                drop(form.insert("consent".to_owned(), row.words("label")));
            }
            "begin_group" | "begin group" => {
                let mut factor = Table::new();
                factor.insert("name".to_owned(), Value::String(name.to_owned()));
                factor.insert("text".to_owned(), row.words("label"));
                push(form, "factor", Value::Table(factor));
            }
            "end_group" | "end group" => {}
            _ => {
                let question = question(row, lists, &mut scales)?;
                push(form, "question", Value::Table(question));
            }
        }
    }
    if !scales.is_empty() {
        form.insert("scale".to_owned(), Value::Table(scales));
    }
    Ok(())
}

fn question(
    row: &Row,
    lists: &BTreeMap<String, Table>,
    scales: &mut Table,
) -> Result<Table, ImportError> {
    let mut question = Table::new();
    question.insert("name".to_owned(), Value::String(row.get("name").to_owned()));
    question.insert("text".to_owned(), row.words("label"));
    let hint = row.words("hint");
    if hint.as_table().is_some_and(|hint| !hint.is_empty()) {
        question.insert("hint".to_owned(), hint);
    }
    for key in QUESTION_KEYS.into_iter().chain(["required"]) {
        if !row.get(key).is_empty() {
            question.insert(key.to_owned(), value(row.get(key)));
        }
    }
    let list = match row.get("type").split_once(' ') {
        Some(("select_one", list)) => list.trim(),
        _ if row.get("type") == "text" => {
            question
                .entry("kind".to_owned())
                .or_insert_with(|| Value::String("comment".to_owned()));
            return Ok(question);
        }
        _ => {
            let reason = format!(
                "type {:?} is none of ours; write select_one LIST, text, note, acknowledge, begin_group or end_group",
                row.get("type")
            );
            return Err(row.refused("survey", reason));
        }
    };
    let Some(choices) = lists.get(list) else {
        return Err(row.refused("survey", format!("list {list:?} is not in sheet \"choices\"")));
    };
    let mut choices = choices.clone();
    if row.get("scale") == list {
        if let Some(levels) = choices.remove("options") {
            choices.insert("levels".to_owned(), levels);
        }
        scales.insert(list.to_owned(), Value::Table(choices));
    } else {
        question.extend(choices);
    }
    Ok(question)
}

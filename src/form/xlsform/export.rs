//! A form as a workbook: the tables of its canonical text, row by row.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use toml::{Table, Value};

use super::{QUESTION_KEYS, name_of};
use crate::form::Form;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The canonical text of a form is always readable; this would be a mistake of ours.
    #[error("the form cannot be taken apart")]
    Form(#[from] toml::de::Error),
    /// A cell that a workbook cannot hold.
    #[error("the workbook cannot be written")]
    Workbook(#[from] XlsxError),
}

/// A sheet being written: its columns, and the next row.
struct Sheet<'w> {
    sheet: &'w mut Worksheet,
    columns: Vec<String>,
    row: u32,
}

impl<'w> Sheet<'w> {
    fn begin(book: &'w mut Workbook, name: &str, columns: Vec<String>) -> Result<Self, XlsxError> {
        let head = Format::new().set_bold();
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0_u16..).zip(&columns) {
            sheet.write_string_with_format(0, at, column, &head)?;
            let wide = column.contains("::");
            sheet.set_column_width(at, if wide { 48.0 } else { 16.0 })?;
        }
        Ok(Self { sheet, columns, row: 1 })
    }

    fn row(&mut self, cells: &[(String, String)]) -> Result<(), XlsxError> {
        for (column, text) in cells {
            let at = self.columns.iter().position(|known| known == column);
            if let Some(at) = at.and_then(|at| u16::try_from(at).ok()) {
                self.sheet.write_string(self.row, at, text)?;
            }
        }
        self.row += 1;
        Ok(())
    }
}

fn cell(column: &str, text: impl Into<String>) -> (String, String) {
    (column.to_owned(), text.into())
}

/// The heads of the columns of `what` (`label`, `hint`), one per language.
fn heads(what: &str, tags: &[String]) -> Vec<String> {
    tags.iter().map(|tag| head(what, tag)).collect()
}

fn head(what: &str, tag: &str) -> String {
    format!("{what}::{} ({tag})", name_of(tag))
}

/// A text in all its languages.
fn words(what: &str, text: Option<&Value>) -> Vec<(String, String)> {
    let by_language = text.and_then(Value::as_table).into_iter().flatten();
    by_language
        .filter_map(|(tag, words)| Some((head(what, tag), words.as_str()?.to_owned())))
        .collect()
}

/// A value as a person writes it into a cell.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn text_of(table: &Table, key: &str) -> String {
    table.get(key).map(plain).unwrap_or_default()
}

fn tables<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t Table> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

impl Form {
    /// The form as an XLSForm workbook.
    ///
    /// # Errors
    /// [`ExportError`], which no valid form meets.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, ExportError> {
        let form: Table = toml::from_str(&self.to_toml())?;
        let tags: Vec<String> = self.languages.iter().map(|tag| tag.as_str().to_owned()).collect();
        let mut book = Workbook::new();
        survey(&mut book, &form, &tags)?;
        choices(&mut book, &form, &tags)?;
        settings(&mut book, &form, &tags)?;
        Ok(book.save_to_buffer()?)
    }
}

fn survey(book: &mut Workbook, form: &Table, tags: &[String]) -> Result<(), XlsxError> {
    let mut columns = vec!["type".to_owned(), "name".to_owned()];
    columns.extend(heads("label", tags));
    columns.extend(heads("hint", tags));
    columns.push("required".to_owned());
    columns.extend(QUESTION_KEYS.map(str::to_owned));
    let mut sheet = Sheet::begin(book, "survey", columns)?;
    let said = |kind: &str, name: &str, text: Option<&Value>| {
        let mut cells = vec![cell("type", kind), cell("name", name)];
        cells.extend(words("label", text));
        cells
    };
    sheet.row(&said("note", "title", form.get("title")))?;
    let intro = form.get("intro").and_then(Value::as_array).into_iter().flatten();
    for (number, text) in (1..).zip(intro) {
        sheet.row(&said("note", &format!("intro_{number}"), Some(text)))?;
    }
    let mut group = String::new();
    for question in tables(form, "question") {
        let factor = text_of(question, "factor");
        if factor != group {
            if !group.is_empty() {
                sheet.row(&[cell("type", "end_group")])?;
            }
            let own = tables(form, "factor").find(|table| text_of(table, "name") == factor);
            if let Some(own) = own {
                sheet.row(&said("begin_group", &factor, own.get("text")))?;
            }
            group = factor;
        }
        let name = text_of(question, "name");
        let kind = match text_of(question, "kind").as_str() {
            "comment" => "text".to_owned(),
            "scale" => format!("select_one {}", text_of(question, "scale")),
            _ => format!("select_one {name}"),
        };
        let mut cells = said(&kind, &name, question.get("text"));
        cells.extend(words("hint", question.get("hint")));
        for key in QUESTION_KEYS.into_iter().chain(["required"]) {
            cells.extend(question.get(key).map(|value| cell(key, plain(value))));
        }
        sheet.row(&cells)?;
    }
    if !group.is_empty() {
        sheet.row(&[cell("type", "end_group")])?;
    }
    match form.get("consent") {
        Some(consent) => sheet.row(&said("acknowledge", "consent", Some(consent))),
        None => Ok(()),
    }
}

fn choices(book: &mut Workbook, form: &Table, tags: &[String]) -> Result<(), XlsxError> {
    let mut columns = vec!["list_name".to_owned(), "name".to_owned()];
    columns.extend(heads("label", tags));
    columns.extend(["option", "share", "top", "aliases"].map(str::to_owned));
    let mut sheet = Sheet::begin(book, "choices", columns)?;
    let scales = form.get("scale").and_then(Value::as_table).into_iter().flatten();
    let scales =
        scales.filter_map(|(name, scale)| Some((name.clone(), scale.as_table()?, "levels")));
    let own = tables(form, "question")
        .filter(|question| question.contains_key("options"))
        .map(|question| (text_of(question, "name"), question, "options"));
    for (list, table, key) in scales.chain(own) {
        let top: Vec<String> =
            table.get("top").and_then(Value::as_array).into_iter().flatten().map(plain).collect();
        for option in tables(table, key) {
            let code = text_of(option, "code");
            let mut cells = vec![cell("list_name", list.clone()), cell("name", code.clone())];
            cells.extend(words("label", option.get("text")));
            cells.extend(option.get("name").map(|name| cell("option", plain(name))));
            cells.extend(option.get("share").map(|share| cell("share", plain(share))));
            if top.contains(&code) {
                cells.push(cell("top", "yes"));
            }
            let aliases = option.get("aliases").and_then(Value::as_array).into_iter().flatten();
            let aliases: Vec<String> = aliases.map(plain).collect();
            if !aliases.is_empty() {
                cells.push(cell("aliases", aliases.join("|")));
            }
            sheet.row(&cells)?;
        }
        for aside in ["no_opinion", "prefer_not"] {
            if let Some(text) = table.get(aside) {
                let mut cells = vec![cell("list_name", list.clone()), cell("name", aside)];
                cells.extend(words("label", Some(text)));
                sheet.row(&cells)?;
            }
        }
    }
    Ok(())
}

fn settings(book: &mut Workbook, form: &Table, tags: &[String]) -> Result<(), XlsxError> {
    let first = tags.first().map(String::as_str).unwrap_or_default();
    let title = form.get("title").and_then(|title| title.get(first)).map(plain);
    let rule = form.get("index").and_then(|index| index.get("rule")).map(plain);
    let cells = [
        cell("form_title", title.unwrap_or_default()),
        cell("form_id", text_of(form, "id")),
        cell("version", text_of(form, "version")),
        cell("default_language", format!("{} ({first})", name_of(first))),
        cell("languages", tags.join(" ")),
        cell("index_rule", rule.unwrap_or_default()),
    ];
    let columns = cells.iter().map(|(column, _)| column.clone()).collect();
    Sheet::begin(book, "settings", columns)?.row(&cells)
}

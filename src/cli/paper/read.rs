//! The file of keyed-in sheets: `sheet` and the fields of the form, in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::Failure;
use crate::collect::paper::Fields;

/// Longest file.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most sheets of one file.
const ROWS_MAX: usize = 20_000;
/// Most columns; a form has far fewer questions.
const COLUMNS_MAX: usize = 400;
/// Faults written out.
const SHOWN: usize = 20;
/// The column of the code.
const SHEET: &str = "sheet";

/// One sheet.
pub struct Row {
    /// In the file, from 1.
    pub line: u64,
    /// The code as it was typed.
    pub sheet: String,
    /// Every other column.
    pub fields: Fields,
}

/// A whole file.
pub struct Table {
    /// In the order of the file.
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads it; whether columns and values fit the form is another matter.
    ///
    /// # Errors
    /// Every fault with its line.
    pub fn read(bytes: &[u8], place: &str) -> Result<Self, Failure> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let unreadable = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            Failure::new(format!("{place}:{line}: this line cannot be read: {error}"))
        };
        let names: Vec<String> =
            reader.headers().map_err(unreadable)?.iter().map(|n| n.trim().to_owned()).collect();
        header(&names).map_err(|reason| Failure::new(format!("{place}:1: {reason}")))?;
        let mut rows = Vec::new();
        let mut faults = Vec::new();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(0, csv::Position::line);
            if rows.len() == ROWS_MAX {
                faults.push(format!(
                    "{place}:{line}: at most {ROWS_MAX} sheets are read: divide the file"
                ));
                break;
            }
            if record.len() != names.len() {
                faults.push(format!(
                    "{place}:{line}: {} values under {} headings: check commas and quotation marks",
                    record.len(),
                    names.len()
                ));
                continue;
            }
            let mut sheet = String::new();
            let mut fields = Fields::new();
            for (name, value) in names.iter().zip(&record) {
                match name == SHEET {
                    true => value.trim().clone_into(&mut sheet),
                    false => fields.push((name.clone(), value.trim().to_owned())),
                }
            }
            if let Some(first) = seen.insert(sheet.clone(), line) {
                faults
                    .push(format!("{place}:{line}, sheet {sheet:?}: stands on line {first}, too"));
            }
            rows.push(Row { line, sheet, fields });
        }
        if rows.is_empty() && faults.is_empty() {
            faults.push(format!("{place}:1: there is no sheet in the file"));
        }
        if faults.is_empty() { Ok(Self { rows }) } else { Err(Failure::new(listed(&faults))) }
    }
}

fn header(names: &[String]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(format!("the column {twice:?} is there twice: remove one"));
    }
    if !names.iter().any(|name| name == SHEET) {
        return Err("the column sheet with the code of the form is missing".to_owned());
    }
    if names.len() > COLUMNS_MAX {
        return Err(format!("{} columns, at most {COLUMNS_MAX} are read", names.len()));
    }
    Ok(())
}

/// The first faults, one a line, and how many there are.
pub fn listed(faults: &[String]) -> String {
    let mut text = faults.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    if faults.len() > SHOWN {
        let more = faults.len() - SHOWN;
        text.push_str(&format!("\n… and {more} more; nothing was taken"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        Table::read(text.as_bytes(), "f.csv").map(|_| String::new()).unwrap_or_else(|f| f.told())
    }

    #[test]
    fn columns_stand_in_any_order_and_values_are_trimmed() {
        let table = Table::read("q01, sheet ,q02\n 4 , ABC ,\n".as_bytes(), "f.csv").unwrap();
        let row = &table.rows[0];
        assert_eq!((row.line, row.sheet.as_str()), (2, "ABC"));
        let fields = [("q01", "4"), ("q02", "")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(row.fields, fields);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert!(told("q01\n1\n").contains("f.csv:1: the column sheet"));
        assert!(told("sheet,q01,q01\nA,1,2\n").contains("\"q01\" is there twice"));
        assert!(told("sheet,q01\nA\n").contains("f.csv:2: 1 values under 2 headings"));
        assert!(told("sheet,q01\nA,1\nA,2\n").contains("f.csv:3, sheet \"A\": stands on line 2"));
        assert!(told("sheet,q01\n").contains("no sheet"));
        assert!(told("").contains("sheet"));
    }
}

//! Rows of text out of a workbook (XLSX) or a CSV file with anybody's headings.
//!
//! A workbook is a ZIP of XML: a small file may unpack to anything, and one cell in the last corner makes a table of
//! seventeen billion. So everything is unpacked once against a limit before it is read, and cells are read one by one.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use super::super::IssueError;
use crate::table::{BYTES_MAX, Collector};

/// Bytes of all parts of a workbook together, unpacked.
const UNPACKED_MAX: u64 = 128 << 20;
/// Parts of a workbook.
const PARTS_MAX: usize = 1_000;
/// Rows and columns that are looked at.
const ROWS_MAX: u32 = 50_100;
const COLUMNS_MAX: u32 = 200;
const CELL_BYTES_MAX: usize = 4_000;

/// Rows by their number in the file, from 1; blank ones are left out.
pub(super) type Grid = Vec<(u64, Vec<String>)>;

/// What a file looks like before it is mapped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Names of a workbook's sheets; none for CSV.
    pub sheets: Vec<String>,
    /// Row of the headings, from 1.
    pub header_row: u64,
    /// The headings that are no blanks.
    pub headings: Vec<String>,
}

/// Fewest filled cells of a row that is taken for the headings.
const HEADINGS_MIN: usize = 4;
/// Rows in which headings are looked for.
const HEADINGS_WITHIN: usize = 20;

/// Looks at a file: its sheets, and the headings in `header_row` or where they seem to be.
///
/// # Errors
/// [`IssueError::File`] for one that cannot be read.
pub fn shape(
    bytes: &[u8],
    sheet: Option<&str>,
    header_row: Option<u64>,
    place: &str,
) -> Result<Shape, IssueError> {
    let mut problems = Collector::default();
    let (sheets, grid) = if is_workbook(bytes) {
        let grid = read(bytes, sheet, &mut problems);
        let book = Xlsx::new(Cursor::new(bytes));
        (book.map(|book: Xlsx<_>| book.sheet_names()).unwrap_or_default(), grid)
    } else {
        (Vec::new(), of_csv(bytes, &mut problems))
    };
    let filled = |values: &[String]| values.iter().filter(|value| !value.is_empty()).count();
    let row = match header_row {
        Some(row) => grid.iter().find(|(line, _)| *line == row),
        None => {
            let first = grid.iter().take(HEADINGS_WITHIN);
            first.clone().find(|(_, values)| filled(values) >= HEADINGS_MIN).or(grid.first())
        }
    };
    let shape = Shape {
        sheets,
        header_row: row.map_or(1, |(line, _)| *line),
        headings: row
            .map(|(_, values)| values.iter().filter(|value| !value.is_empty()).cloned().collect())
            .unwrap_or_default(),
    };
    Ok(problems.finish(place, shape)?)
}

/// True for the beginning of a ZIP.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads a sheet: the one of that name, or the first.
pub(super) fn read(bytes: &[u8], sheet: Option<&str>, problems: &mut Collector) -> Grid {
    match try_read(bytes, sheet) {
        Ok(grid) => grid,
        Err((line, advice)) => {
            problems.add_line(line, advice);
            Grid::new()
        }
    }
}

type Fault = (u64, String);

fn try_read(bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Fault> {
    if bytes.len() > BYTES_MAX {
        return Err((1, format!("the file is larger than {BYTES_MAX} bytes: divide it")));
    }
    weigh(bytes)?;
    let damaged = |error: &dyn std::fmt::Display| {
        (1, format!("this workbook cannot be read ({error}): save it again as .xlsx"))
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) if names.iter().any(|name| name == wanted) => wanted.to_owned(),
        Some(wanted) => {
            let there = names.join(", ");
            return Err((1, format!("there is no sheet {wanted:?}; there is: {there}")));
        }
        None => names.first().cloned().ok_or((1, "there is no sheet in it".to_owned()))?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|e| damaged(&e))?;
    let mut grid = Grid::new();
    loop {
        let last = grid.last().map_or(1, |(line, _)| *line);
        let next = cells.next_cell().map_err(|error| {
            (last, format!("the sheet cannot be read behind this row ({error}): save it again"))
        })?;
        let Some(cell) = next else { return Ok(grid) };
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() || column >= COLUMNS_MAX {
            continue;
        }
        let line = u64::from(row) + 1;
        if row >= ROWS_MAX {
            return Err((line, format!("at most {ROWS_MAX} rows are read: divide the file")));
        }
        if text.len() > CELL_BYTES_MAX {
            return Err((line, format!("{} bytes in one cell", text.len())));
        }
        if grid.last().is_none_or(|(at, _)| *at != line) {
            if line <= last && !grid.is_empty() {
                return Err((
                    line,
                    "the rows are out of order: save the workbook again".to_owned(),
                ));
            }
            grid.push((line, Vec::new()));
        }
        if let Some((_, values)) = grid.last_mut() {
            let at = usize::try_from(column).unwrap_or_default();
            if values.len() <= at {
                values.resize(at + 1, String::new());
            }
            if let Some(slot) = values.get_mut(at) {
                *slot = text;
            }
        }
    }
}

/// Unpacks everything once and keeps nothing, so that what follows is of known size.
fn weigh(bytes: &[u8]) -> Result<(), Fault> {
    let damaged =
        |_| (1, "this is no workbook, or a damaged one: save it again as .xlsx".to_owned());
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if zip.len() > PARTS_MAX {
        return Err((1, format!("the workbook has {} parts, at most {PARTS_MAX}", zip.len())));
    }
    let mut left = UNPACKED_MAX;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(damaged)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| (1, "a part of the workbook is damaged: save it again".to_owned()))?;
        left = left.checked_sub(unpacked).ok_or_else(|| {
            (1, format!("unpacked the workbook is larger than {UNPACKED_MAX} bytes: divide it"))
        })?;
    }
    Ok(())
}

/// A cell as it would stand in a CSV file: days as 2026-11-24, whole numbers without a point.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(x) => x.to_string(),
        DataRef::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(at) => at.chars().take(10).collect(),
        DataRef::DurationIso(text) | DataRef::String(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Rows of a CSV file whose headings are not ours.
pub(super) fn of_csv(bytes: &[u8], problems: &mut Collector) -> Grid {
    if bytes.len() > BYTES_MAX {
        problems.add_line(1, format!("the file is larger than {BYTES_MAX} bytes: divide it"));
        return Grid::new();
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut grid = Grid::new();
    let mut record = ::csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return grid,
            Err(error) => {
                let line = reader.position().line();
                problems.add_line(line, format!("this line cannot be read: {error}"));
                return grid;
            }
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        if line >= u64::from(ROWS_MAX) {
            problems.add_line(line, format!("at most {ROWS_MAX} rows are read: divide the file"));
            return grid;
        }
        let mut values = Vec::new();
        for field in &record {
            match std::str::from_utf8(field) {
                Ok(text) if text.len() <= CELL_BYTES_MAX => values.push(one_line(text)),
                Ok(text) => {
                    let advice = format!(
                        "{} bytes in one value: is a quotation mark left open?",
                        text.len()
                    );
                    problems.add_line(line, advice);
                }
                Err(_) => problems.add_line(line, "not UTF-8: save the file as CSV UTF-8"),
            }
        }
        grid.push((line, values));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(bytes: &[u8]) -> String {
        let mut problems = Collector::default();
        read(bytes, None, &mut problems);
        problems.finish("d.xlsx", ()).map_or_else(|told| told.to_string(), |()| String::new())
    }

    #[test]
    fn what_is_no_workbook_is_told_and_never_panics() {
        assert!(is_workbook(b"PK\x03\x04rest"));
        assert!(!is_workbook(b"number,unit"));
        for bytes in [&b"PK\x03\x04"[..], b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
            assert!(faults(bytes).contains("no workbook"), "{}", faults(bytes));
        }
    }

    #[test]
    fn a_small_file_that_unpacks_to_very_much_is_refused_before_it_is_read() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        let zeros = vec![0_u8; 1 << 20];
        for _ in 0..200 {
            std::io::Write::write_all(&mut zip, &zeros).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert!(faults(&bytes).contains("unpacked the workbook is larger"), "{}", faults(&bytes));
    }
}

//! Reads a CSV file of anybody's into records by column name, naming every line that is not one: units, dossiers, margins.

mod problem;

pub(crate) use problem::Collector;
pub use problem::{Problem, Problems};

/// Which columns a file has, by the names in its first line, in any order.
pub(crate) struct Columns<const N: usize> {
    pub names: [&'static str; N],
    /// How many of `names`, from the first, must be there.
    pub required: usize,
}

/// One line of a file: a value for each of the columns, trimmed; empty for a column the file does not have.
pub(crate) struct Record<const N: usize> {
    pub line: u64,
    pub fields: [String; N],
}

/// 8 MiB: forty times the units of the whole country with their history.
pub(crate) const BYTES_MAX: usize = 8 << 20;
const ROWS_MAX: usize = 50_000;
const FIELD_BYTES_MAX: usize = 4_000;

/// Reads `bytes` (UTF-8, comma separated, with or without byte order mark). Lines that cannot be read are told to
/// `problems` and left out; without a usable header nothing is returned.
pub(crate) fn read<const N: usize>(
    bytes: &[u8],
    columns: &Columns<N>,
    problems: &mut Collector,
) -> Vec<Record<N>> {
    if bytes.len() > BYTES_MAX {
        problems.add_line(
            1,
            format!("the file has {} bytes, at most {BYTES_MAX} are read: divide it", bytes.len()),
        );
        return Vec::new();
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = ::csv::ByteRecord::new();
    if !matches!(lines.read_byte_record(&mut record), Ok(true)) {
        problems.add_line(
            1,
            format!("the file is empty: begin with the line {}", columns.names.join(",")),
        );
        return Vec::new();
    }
    let Some(places) = header(&record, columns, problems) else { return Vec::new() };
    let width = record.len();
    let mut lines_seen = LineCounter::default();
    let mut rows = Vec::new();
    loop {
        match lines.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.add_line(
                    lines.position().line(),
                    format!("this line cannot be read: {error}"),
                );
                break;
            }
        }
        let line = lines_seen.line_at(bytes, record.position().map_or(0, ::csv::Position::byte));
        if rows.len() == ROWS_MAX {
            problems.add_line(line, format!("at most {ROWS_MAX} rows are read: divide the file"));
            break;
        }
        if record.len() != width {
            problems.add_line(
                line,
                format!(
                    "{} values under {width} headings: check commas and quotation marks",
                    record.len()
                ),
            );
            continue;
        }
        if let Some(fields) = fields(&record, &places, columns, line, problems) {
            rows.push(Record { line, fields });
        }
    }
    rows
}

/// Lines of a text by position; asked for rising positions. The reader's own count is one short behind `\r\n` and does
/// not see blank lines before a record.
#[derive(Default)]
struct LineCounter {
    at: usize,
    ends: u64,
}

impl LineCounter {
    /// The line, from 1, of the first character at or behind `position` that ends no line.
    fn line_at(&mut self, bytes: &[u8], position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(bytes.len());
        let blank = bytes.iter().skip(position).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let passed = bytes.get(self.at..position + blank).unwrap_or_default();
        self.ends += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = self.at.max(position + blank);
        self.ends + 1
    }
}

/// Where each column of `columns` stands in the file, if the header can be used.
fn header<const N: usize>(
    record: &::csv::ByteRecord,
    columns: &Columns<N>,
    problems: &mut Collector,
) -> Option<[Option<usize>; N]> {
    let mut places = [None; N];
    let mut usable = true;
    for (at, field) in record.iter().enumerate() {
        let heading = String::from_utf8_lossy(field).trim().to_owned();
        let known = columns.names.iter().zip(places.iter_mut()).find(|(name, _)| **name == heading);
        match known {
            Some((_, place @ None)) => *place = Some(at),
            Some((name, Some(_))) => {
                problems.add(1, "header", name, "this column is there twice: remove one");
                usable = false;
            }
            None if record.len() == 1 && heading.contains([';', '\t']) => {
                problems.add(1, "header", &heading, "separate the columns by commas");
                return None;
            }
            None => {
                let advice = format!("no such column; the columns are {}", columns.names.join(","));
                problems.add(1, "header", &heading, advice);
                usable = false;
            }
        }
    }
    for (name, place) in columns.names.iter().zip(&places).take(columns.required) {
        if place.is_none() {
            problems.add(
                1,
                "header",
                name,
                "this column is missing: add it (its values may be empty)",
            );
            usable = false;
        }
    }
    usable.then_some(places)
}

fn fields<const N: usize>(
    record: &::csv::ByteRecord,
    places: &[Option<usize>; N],
    columns: &Columns<N>,
    line: u64,
    problems: &mut Collector,
) -> Option<[String; N]> {
    let mut fields = [const { String::new() }; N];
    let mut readable = true;
    for ((field, place), name) in fields.iter_mut().zip(places).zip(columns.names) {
        let raw = place.and_then(|at| record.get(at)).unwrap_or_default();
        match std::str::from_utf8(raw) {
            _ if raw.len() > FIELD_BYTES_MAX => {
                let advice =
                    format!("{} bytes in one value: is a quotation mark left open?", raw.len());
                problems.add(
                    line,
                    name,
                    &String::from_utf8_lossy(raw.get(..60).unwrap_or_default()),
                    advice,
                );
                readable = false;
            }
            Ok(text) => text.trim().clone_into(field),
            Err(_) => {
                problems.add(
                    line,
                    name,
                    &String::from_utf8_lossy(raw),
                    "not UTF-8: save the file as CSV UTF-8",
                );
                readable = false;
            }
        }
    }
    readable.then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns<3> = Columns { names: ["a", "b", "c"], required: 2 };

    fn parse(bytes: &[u8]) -> (Vec<(u64, String)>, String) {
        let mut problems = Collector::default();
        let rows = read(bytes, &COLUMNS, &mut problems);
        let told = problems.finish("f.csv", ()).map_or_else(|p| p.to_string(), |()| String::new());
        (rows.into_iter().map(|r| (r.line, r.fields.join("|"))).collect(), told)
    }

    #[test]
    fn columns_may_stand_in_any_order_behind_a_byte_order_mark() {
        let (rows, told) = parse("\u{feff}b,a\r\n 1 ,2\r\n\r\n3,\"4,\"\"5\"\"\"\r\n".as_bytes());
        assert_eq!(told, "");
        assert_eq!(rows, [(2, "2|1|".to_owned()), (4, "4,\"5\"|3|".to_owned())]);
    }

    #[test]
    fn missing_double_and_unknown_columns_are_all_told_at_once() {
        let (rows, told) = parse(b"a,a,x\n1,2,3\n");
        assert!(rows.is_empty());
        assert_eq!(told.lines().count(), 3, "{told}");
        assert!(
            told.contains("header \"x\": no such column")
                && told.contains("header \"b\": this column is missing")
        );
    }

    #[test]
    fn a_file_from_a_spreadsheet_with_semicolons_is_recognised() {
        assert!(parse(b"a;b;c\n1;2;3\n").1.contains("separate the columns by commas"));
    }

    #[test]
    fn ragged_and_undecodable_lines_are_named_and_the_others_still_read() {
        let (rows, told) = parse(b"a,b\n1,2\n3\n\xff,4\n5,6\n");
        assert_eq!(rows, [(2, "1|2|".to_owned()), (5, "5|6|".to_owned())]);
        assert!(told.contains("f.csv:3: 1 values under 2 headings"), "{told}");
        assert!(told.contains("f.csv:4, a") && told.contains("UTF-8"), "{told}");
    }

    #[test]
    fn an_open_quotation_mark_does_not_swallow_the_file_in_silence() {
        let mut text = String::from("a,b\n1,\"2\n");
        for _ in 0..2_000 {
            text.push_str("3,4\n");
        }
        assert!(parse(text.as_bytes()).1.contains("quotation mark"));
    }

    #[test]
    fn size_rows_and_emptiness_have_limits() {
        assert!(parse(b"").1.contains("the file is empty"));
        assert!(parse(&vec![b'a'; BYTES_MAX + 1]).1.contains("divide it"));
        let many = format!("a,b\n{}", "1,2\n".repeat(ROWS_MAX + 1));
        assert!(parse(many.as_bytes()).1.contains("at most 50000 rows"));
    }
}

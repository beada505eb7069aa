//! Reads a file of responses into columns, refusing what is not as agreed with file, line, column and value.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;

use crate::dedup::{ITEMS_MAX, Kind};

use super::table::{Names, Table};

/// Most responses in one file.
const ROWS_MAX: usize = 20_000_000;
/// Longest comment in bytes.
const COMMENT_BYTES_MAX: usize = 20_000;
/// Longest other value in bytes.
const VALUE_BYTES_MAX: usize = 200;
/// Largest answer.
const ANSWER_MAX: u8 = 5;
/// Longest duration: thirty days.
const DURATION_MS_MAX: u32 = 30 * 86_400_000;
/// Rows between two words of progress.
const PROGRESS_ROWS: usize = 100_000;

/// Why a file of responses was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{}: cannot be opened: {cause}", path.display())]
    Open { path: PathBuf, cause: std::io::Error },
    #[error("{}:1: column {column} is missing; the first line must name it", path.display())]
    NoColumn { path: PathBuf, column: String },
    #[error("{}:1: column {column} is named twice", path.display())]
    Twice { path: PathBuf, column: String },
    #[error("{}:1: no items; name their columns q01, q02 and so on, at most {ITEMS_MAX}", path.display())]
    Items { path: PathBuf },
    #[error("{}:{line}: {cause}", path.display())]
    Row { path: PathBuf, line: u64, cause: String },
    #[error("{}:{line}: column {column}: {value:?}: {wrong}", path.display())]
    Value { path: PathBuf, line: u64, column: String, value: String, wrong: String },
    #[error("{}: more than {ROWS_MAX} responses; split the file by round", path.display())]
    TooMany { path: PathBuf },
}

/// Reads `path`; `progress` is told the number of rows now and then.
pub fn read(path: &Path, progress: &dyn Fn(usize)) -> Result<Table, ReadError> {
    let file =
        File::open(path).map_err(|cause| ReadError::Open { path: path.to_owned(), cause })?;
    let mut reader = csv::ReaderBuilder::new().from_reader(BufReader::with_capacity(1 << 20, file));
    let head = reader.headers().map_err(|error| row_error(path, &error))?.clone();
    let header = Header::of(path, &head)?;
    let mut table = Table::of(header.items.len());
    let mut names = Numbering::default();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| row_error(path, &error))? {
        if table.len() >= ROWS_MAX {
            return Err(ReadError::TooMany { path: path.to_owned() });
        }
        let line = record.position().map_or(0, csv::Position::line);
        table.push(&header, &mut names, &record).map_err(|wrong| ReadError::Value {
            path: path.to_owned(),
            line,
            value: shortened(header.value(&record, wrong.column)),
            column: head.get(wrong.column).unwrap_or_default().to_owned(),
            wrong: wrong.why,
        })?;
        if table.len().is_multiple_of(PROGRESS_ROWS) {
            progress(table.len());
        }
    }
    Ok(table)
}

fn row_error(path: &Path, error: &csv::Error) -> ReadError {
    let line = error.position().map_or(1, csv::Position::line);
    let cause = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields where the first line names {expected_len}")
        }
        csv::ErrorKind::Utf8 { err, .. } => {
            format!("field {} is not UTF-8; save the file as UTF-8", err.field() + 1)
        }
        _ => error.to_string(),
    };
    ReadError::Row { path: path.to_owned(), line, cause }
}

fn shortened(value: &str) -> String {
    let mut short: String = value.chars().take(40).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// Where the columns are.
struct Header {
    id: usize,
    round: usize,
    unit: usize,
    counter: usize,
    link_id: usize,
    link_kind: usize,
    submitted_at: usize,
    duration_ms: usize,
    device: usize,
    language: usize,
    comment: usize,
    items: Vec<usize>,
}

impl Header {
    fn of(path: &Path, head: &StringRecord) -> Result<Self, ReadError> {
        let mut at: HashMap<&str, usize> = HashMap::new();
        for (column, name) in head.iter().enumerate() {
            if at.insert(name, column).is_some() {
                return Err(ReadError::Twice { path: path.to_owned(), column: name.to_owned() });
            }
        }
        let find = |name: &str| {
            at.get(name).copied().ok_or_else(|| ReadError::NoColumn {
                path: path.to_owned(),
                column: name.to_owned(),
            })
        };
        let mut items: Vec<(u32, usize)> = head
            .iter()
            .enumerate()
            .filter_map(|(column, name)| {
                let number = name.strip_prefix('q')?;
                let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
                Some((number.parse().ok().filter(|_| digits)?, column))
            })
            .collect();
        items.sort_unstable();
        if items.is_empty() || items.len() > ITEMS_MAX {
            return Err(ReadError::Items { path: path.to_owned() });
        }
        Ok(Self {
            id: find("id")?,
            round: find("round")?,
            unit: find("unit")?,
            counter: find("counter")?,
            link_id: find("link_id")?,
            link_kind: find("link_kind")?,
            submitted_at: find("submitted_at")?,
            duration_ms: find("duration_ms")?,
            device: find("device")?,
            language: find("language")?,
            comment: find("comment")?,
            items: items.into_iter().map(|(_, column)| column).collect(),
        })
    }

    fn value<'r>(&self, record: &'r StringRecord, column: usize) -> &'r str {
        record.get(column).unwrap_or_default()
    }
}

/// Names met so far and the numbers they go by.
#[derive(Default)]
struct Numbering {
    ids: HashMap<u64, Vec<u32>>,
    units: Names,
    counters: Names,
    links: HashMap<u64, u32>,
}

/// A value that cannot be, by column.
struct Wrong {
    column: usize,
    why: String,
}

impl Table {
    fn push(
        &mut self,
        header: &Header,
        names: &mut Numbering,
        record: &StringRecord,
    ) -> Result<(), Wrong> {
        let row = self.len() as u32;
        let wrong = |column: usize, why: &str| Wrong { column, why: why.to_owned() };
        let named = |column: usize| {
            let value = header.value(record, column);
            if value.is_empty() {
                Err(wrong(column, "must not be empty"))
            } else if value.len() > VALUE_BYTES_MAX {
                Err(Wrong { column, why: format!("longer than {VALUE_BYTES_MAX} bytes") })
            } else {
                Ok(value)
            }
        };
        let id = named(header.id)?;
        let same_hash = names.ids.entry(hash(id)).or_default();
        if same_hash.iter().any(|&other| self.ids.get(other as usize) == id) {
            return Err(wrong(header.id, "this id was already given to an earlier response"));
        }
        same_hash.push(row);
        let round = named(header.round)?;
        let unit = named(header.unit)?;
        let counter = named(header.counter)?;
        let link = named(header.link_id)?;
        let kind = Kind::from_name(named(header.link_kind)?).ok_or_else(|| {
            wrong(header.link_kind, "must be poster, ticket, invitation, kiosk or paper")
        })?;
        let at = named(header.submitted_at)?;
        let time: Timestamp = at.parse().map_err(|_| {
            wrong(
                header.submitted_at,
                "must be a time with its offset, like 2026-04-13T07:35:28+07:00",
            )
        })?;
        if row == 0 {
            self.utc_offset_ms = offset_ms(at);
        }
        let duration = match header.value(record, header.duration_ms) {
            "" => None,
            value => Some(
                value.parse::<u32>().ok().filter(|ms| *ms <= DURATION_MS_MAX).ok_or_else(|| {
                    wrong(
                        header.duration_ms,
                        "must be whole milliseconds, at most thirty days, or empty",
                    )
                })?,
            ),
        };
        let device = header.value(record, header.device);
        let language = header.value(record, header.language);
        for (column, value) in [(header.device, device), (header.language, language)] {
            if value.len() > VALUE_BYTES_MAX {
                return Err(Wrong { column, why: format!("longer than {VALUE_BYTES_MAX} bytes") });
            }
        }
        let language = u16::try_from(self.languages.number(language))
            .map_err(|_| wrong(header.language, "more than 65,536 languages in one file"))?;
        let comment = header.value(record, header.comment);
        if comment.len() > COMMENT_BYTES_MAX {
            return Err(Wrong {
                column: header.comment,
                why: format!("longer than {COMMENT_BYTES_MAX} bytes"),
            });
        }
        for &column in &header.items {
            let code = match header.value(record, column).as_bytes() {
                [] => 0,
                [digit @ b'1'..=b'9'] if digit - b'0' <= ANSWER_MAX => digit - b'0',
                _ => {
                    return Err(Wrong {
                        column,
                        why: format!("must be 1 to {ANSWER_MAX} or empty"),
                    });
                }
            };
            self.items.push(code);
        }
        self.ids.push(id);
        self.comments.push(comment.trim());
        self.round_of.push(self.rounds.number(round));
        self.units.push(names.units.number(unit));
        // A counter is named within its unit; the same name elsewhere is another counter.
        self.counters.push(names.counters.number(&format!("{unit}\u{1f}{counter}")));
        let next = names.links.len() as u32;
        self.links.push(*names.links.entry(hash(link)).or_insert(next));
        self.serials.push(if matches!(kind, Kind::Poster | Kind::Kiosk) {
            None
        } else {
            serial(link)
        });
        self.kinds.push(kind);
        self.submitted_at.push(time.as_millisecond());
        self.durations_ms.push(duration);
        self.devices.push((!device.is_empty()).then(|| hash(device)));
        self.language_of.push(language);
        Ok(())
    }
}

/// The number at the end of a link's name.
fn serial(link: &str) -> Option<u32> {
    let digits = link.bytes().rev().take_while(u8::is_ascii_digit).count();
    link.get(link.len() - digits..).and_then(|number| number.parse().ok())
}

fn offset_ms(at: &str) -> i64 {
    let offset = Pieces::parse(at).ok().and_then(|pieces| pieces.to_numeric_offset());
    offset.map_or(0, |offset| i64::from(offset.seconds()) * 1_000)
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

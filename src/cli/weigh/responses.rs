//! `responses.csv` into columns, in one pass over the bytes, every value checked.

use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::csv::{self, CsvError, Field, Records};
use super::faults::{Fault, Faults, shown};
use super::labels::{LabelColumn, nfc};
use crate::weigh::{WEIGHT_MAX, WEIGHT_MIN};

/// The file's name in messages.
pub const FILE: &str = "responses.csv";

const RAGGED: Fault = Fault {
    what: "rows with another number of fields than the header",
    remedy: "give each row all columns, an empty field for no answer",
};
const NO_ID: Fault = Fault { what: "rows without an id", remedy: "give each response its own id" };
const TWICE: Fault = Fault {
    what: "ids that stand twice",
    remedy: "each response may stand once; remove the copies",
};
const NO_LABEL: Fault =
    Fault { what: "labels that are missing", remedy: "write the category in every row" };
const NOT_A_WEIGHT: Fault =
    Fault { what: "base weights that are not numbers", remedy: "write a number of zero or more" };
const NEGATIVE: Fault =
    Fault { what: "base weights below zero", remedy: "a weight is zero or more" };
const NOT_FINITE: Fault =
    Fault { what: "base weights that are not finite", remedy: "write a number of zero or more" };
const ABSURD: Fault = Fault {
    what: "base weights beyond all measure",
    remedy: "a weight is 0 or lies between 1e-12 and 1e12",
};
const NOT_A_POPULATION: Fault = Fault {
    what: "population numbers of PSUs that are not numbers above zero",
    remedy: "write the number of PSUs in the stratum's population",
};
const NOT_A_NUMBER: Fault = Fault {
    what: "answers that are not numbers",
    remedy: "write 1 to 5 (or the measured number), or leave the field empty for no answer",
};
const NOT_A_CODE: Fault =
    Fault { what: "answers outside 1 … 5", remedy: "write 1 to 5, or leave the field empty" };
const TOO_LARGE: Fault =
    Fault { what: "numbers beyond ±1e15", remedy: "check the unit of the column" };

/// Largest magnitude of a numeric answer.
const NUMBER_MAX: f64 = 1e15;
/// Labels of margins and domains at most; PSUs may have one per response.
const ID_BYTES_MAX: usize = 1000;

/// Which columns to read.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Columns of labels.
    pub labels: Vec<String>,
    /// Column of base weights.
    pub base_weight: Option<String>,
    /// Column of population numbers.
    pub population: Option<String>,
    /// Items with answers 1 … 5.
    pub coded: Vec<String>,
    /// Items with any number.
    pub real: Vec<String>,
}

/// The columns read.
#[derive(Debug, Default)]
pub struct Columns {
    /// Where each id lies.
    pub ids: Vec<Field>,
    /// As wanted, sorted by label.
    pub labels: Vec<LabelColumn>,
    /// n base weights; empty when there is no column.
    pub base: Vec<f64>,
    /// n population numbers; empty when there is no column.
    pub population: Vec<f64>,
    /// Per coded item n answers, 0 for none.
    pub coded: Vec<Vec<u8>>,
    /// Per numeric item n numbers, NaN for none.
    pub real: Vec<Vec<f64>>,
}

/// What a field of a record is.
#[derive(Clone, Copy)]
enum Role {
    Id,
    Label(usize),
    Base,
    Population,
    Coded(usize),
    Real(usize),
}

/// Reads `bytes`.
/// # Errors
/// One line with every fault of the file: lines, columns, values, what to do.
pub fn read(bytes: &[u8], wanted: &Wanted) -> Result<Columns, String> {
    if bytes.is_empty() {
        return Err(format!(
            "{FILE}: the file is empty; it needs a header and one row per response"
        ));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = csv::line_of(bytes, error.valid_up_to());
        return Err(format!("{FILE}: line {line} is not UTF-8; save the file as UTF-8"));
    }
    let mut records = Records::new(bytes);
    let mut fields = Vec::new();
    let broken = |error: CsvError| format!("{FILE}: {}", error.told(bytes));
    if !records.next(&mut fields).map_err(broken)? {
        return Err(format!(
            "{FILE}: the file is empty; it needs a header and one row per response"
        ));
    }
    let header: Vec<String> = fields
        .iter()
        .map(|field| nfc(String::from_utf8_lossy(&field.of(bytes)).trim()).into_owned())
        .collect();
    let roles = roles(&header, wanted)?;
    let mut reader =
        Reader { bytes, header: &header, columns: columns(wanted), faults: Faults::default() };
    loop {
        let position = records.position();
        if !records.next(&mut fields).map_err(broken)? {
            break;
        }
        if fields.len() != header.len() {
            let (found, expected) = (fields.len(), header.len());
            let start = fields.first().map_or(position, |field| field.start);
            reader.faults.add(RAGGED, || {
                format!("line {} has {found} of {expected}", csv::line_of(bytes, start))
            });
            continue;
        }
        for &(place, role) in &roles {
            if let Some(&field) = fields.get(place) {
                reader.take(role, field, place);
            }
        }
    }
    reader.finish()
}

fn columns(wanted: &Wanted) -> Columns {
    Columns {
        labels: wanted.labels.iter().map(|name| LabelColumn::new(name.clone())).collect(),
        coded: vec![Vec::new(); wanted.coded.len()],
        real: vec![Vec::new(); wanted.real.len()],
        ..Columns::default()
    }
}

fn roles(header: &[String], wanted: &Wanted) -> Result<Vec<(usize, Role)>, String> {
    let mut roles = Vec::new();
    let (mut missing, mut twice) = (Vec::new(), Vec::new());
    let mut want = |name: &str, role: Role| {
        let mut places = header.iter().enumerate().filter(|(_, column)| *column == name);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => roles.push((place, role)),
            (None, _) => missing.push(format!("{name:?}")),
            (Some(_), Some(_)) => twice.push(format!("{name:?}")),
        }
    };
    want("id", Role::Id);
    wanted.base_weight.iter().for_each(|name| want(name, Role::Base));
    wanted.population.iter().for_each(|name| want(name, Role::Population));
    wanted.labels.iter().enumerate().for_each(|(index, name)| want(name, Role::Label(index)));
    wanted.coded.iter().enumerate().for_each(|(index, name)| want(name, Role::Coded(index)));
    wanted.real.iter().enumerate().for_each(|(index, name)| want(name, Role::Real(index)));
    if !missing.is_empty() {
        return Err(format!(
            "{FILE}: line 1: there is no column {}, which spec.json names (or \"id\"); the header has {}",
            missing.join(", "),
            header.iter().take(40).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
        ));
    }
    if !twice.is_empty() {
        return Err(format!(
            "{FILE}: line 1: column {} stands twice; name each once",
            twice.join(", ")
        ));
    }
    Ok(roles)
}

struct Reader<'a> {
    bytes: &'a [u8],
    header: &'a [String],
    columns: Columns,
    faults: Faults,
}

impl Reader<'_> {
    #[inline]
    fn take(&mut self, role: Role, field: Field, place: usize) {
        match role {
            Role::Coded(item) => {
                let code = match field.raw(self.bytes) {
                    &[code @ b'1'..=b'5'] => code - b'0',
                    [] => 0,
                    _ => self.code(field, place),
                };
                if let Some(column) = self.columns.coded.get_mut(item) {
                    column.push(code);
                }
            }
            Role::Label(index) => {
                let label = field.of(self.bytes);
                if label.is_empty() {
                    self.fault(NO_LABEL, field, place);
                }
                if let Some(column) = self.columns.labels.get_mut(index) {
                    column.push(&label);
                }
            }
            Role::Id => {
                if field.start == field.end || field.end - field.start > ID_BYTES_MAX {
                    self.fault(NO_ID, field, place);
                }
                self.columns.ids.push(field);
            }
            Role::Base => {
                let weight = self.weight(field, place);
                self.columns.base.push(weight);
            }
            Role::Population => {
                let size = self.number(field).unwrap_or(f64::NAN);
                if !(size > 0.0 && size <= NUMBER_MAX) {
                    self.fault(NOT_A_POPULATION, field, place);
                }
                self.columns.population.push(size);
            }
            Role::Real(item) => {
                let value = self.real(field, place);
                if let Some(column) = self.columns.real.get_mut(item) {
                    column.push(value);
                }
            }
        }
    }

    /// The number a field holds, blanks around it ignored.
    fn number(&self, field: Field) -> Option<f64> {
        let bytes = field.of(self.bytes);
        std::str::from_utf8(&bytes).ok()?.trim().parse().ok()
    }

    fn is_blank(&self, field: Field) -> bool {
        field.raw(self.bytes).iter().all(u8::is_ascii_whitespace)
    }

    #[cold]
    fn code(&mut self, field: Field, place: usize) -> u8 {
        if self.is_blank(field) {
            return 0;
        }
        match self.number(field) {
            Some(value) if (1.0..=5.0).contains(&value) && value.fract() == 0.0 => value as u8,
            Some(value) if value.is_finite() => {
                self.fault(NOT_A_CODE, field, place);
                0
            }
            _ => {
                self.fault(NOT_A_NUMBER, field, place);
                0
            }
        }
    }

    fn real(&mut self, field: Field, place: usize) -> f64 {
        match self.number(field) {
            Some(value) if value.abs() <= NUMBER_MAX => value,
            Some(value) if value.is_finite() => {
                self.fault(TOO_LARGE, field, place);
                f64::NAN
            }
            _ if self.is_blank(field) => f64::NAN,
            _ => {
                self.fault(NOT_A_NUMBER, field, place);
                f64::NAN
            }
        }
    }

    fn weight(&mut self, field: Field, place: usize) -> f64 {
        let fault = match self.number(field) {
            None => NOT_A_WEIGHT,
            Some(weight) if !weight.is_finite() => NOT_FINITE,
            Some(weight) if weight < 0.0 => NEGATIVE,
            Some(weight) if weight != 0.0 && !(WEIGHT_MIN..=WEIGHT_MAX).contains(&weight) => ABSURD,
            Some(weight) => return weight.abs(), // −0 is 0
        };
        self.fault(fault, field, place);
        0.0
    }

    #[cold]
    fn fault(&mut self, fault: Fault, field: Field, place: usize) {
        let (bytes, header) = (self.bytes, self.header);
        self.faults.add(fault, || {
            let column = header.get(place).map_or("", String::as_str);
            let line = csv::line_of(bytes, field.start);
            format!("line {line}, column {column}: {}", shown(&field.of(bytes)))
        });
    }

    fn finish(mut self) -> Result<Columns, String> {
        self.find_copies();
        if !self.faults.is_empty() {
            return Err(self.faults.told(FILE));
        }
        if self.columns.ids.is_empty() {
            return Err(format!("{FILE}: no responses; there is a header and no row below it"));
        }
        if u32::try_from(self.columns.ids.len()).is_err() {
            return Err(format!("{FILE}: more than 4,294,967,295 responses"));
        }
        self.columns.labels.par_iter_mut().for_each(LabelColumn::sort);
        Ok(self.columns)
    }

    /// Notes every id that stood before.
    fn find_copies(&mut self) {
        let bytes = self.bytes;
        let text = |field: &Field| {
            let raw = field.of(bytes);
            nfc(&String::from_utf8_lossy(&raw)).into_owned()
        };
        let hash = |field: &Field| {
            let raw = field.of(bytes);
            let mut hasher = DefaultHasher::new();
            if raw.is_ascii() {
                raw.hash(&mut hasher);
            } else {
                nfc(&String::from_utf8_lossy(&raw)).as_bytes().hash(&mut hasher);
            }
            hasher.finish()
        };
        let mut keys: Vec<(u64, u32)> = self
            .columns
            .ids
            .par_iter()
            .enumerate()
            .map(|(row, field)| (hash(field), row as u32))
            .collect();
        keys.par_sort_unstable();
        let id = |row: u32| self.columns.ids.get(row as usize).copied().unwrap_or_default();
        let mut copies = Vec::new();
        for same in keys.chunk_by(|left, right| left.0 == right.0).filter(|same| same.len() > 1) {
            let mut named: Vec<(String, u32)> =
                same.iter().map(|&(_, row)| (text(&id(row)), row)).collect();
            named.sort_unstable();
            for group in named.chunk_by(|left, right| left.0 == right.0) {
                if let [(name, first), rest @ ..] = group {
                    copies.extend(rest.iter().map(|(_, row)| (*row, *first, name.clone())));
                }
            }
        }
        copies.sort_unstable();
        for (row, first, name) in copies {
            let line = |row: u32| csv::line_of(bytes, id(row).start);
            let (before, again) = (line(first), line(row));
            self.faults.add(TWICE, || {
                format!("lines {before} and {again}, column id: {}", shown(name.as_bytes()))
            });
        }
    }
}

//! `margins.csv`: population totals by variable and category.

use super::csv::{self, CsvError, Records};
use super::faults::{Fault, Faults, shown};
use super::labels::nfc;
use crate::weigh::TOTAL_MAX;

/// The file's name in messages.
const FILE: &str = "margins.csv";
/// Rows at most.
const ROWS_MAX: usize = 1_000_000;

const NOT_A_TOTAL: Fault = Fault {
    what: "totals that are not numbers from 0 to 1e15",
    remedy: "write the number of dossiers in the population",
};
const TWICE: Fault = Fault { what: "categories that stand twice", remedy: "keep one row of each" };
const RAGGED: Fault = Fault {
    what: "rows with another number of fields than the header",
    remedy: "write variable,category,total in each row",
};

/// Totals by variable, in order of category.
#[derive(Debug, Default)]
pub struct Totals {
    /// (variable, category, total, line), sorted.
    rows: Vec<(String, String, f64, usize)>,
}

impl Totals {
    /// Reads the file.
    /// # Errors
    /// One line with every fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text_ok = std::str::from_utf8(bytes);
        if let Err(error) = text_ok {
            let line = csv::line_of(bytes, error.valid_up_to());
            return Err(format!("{FILE}: line {line} is not UTF-8; save the file as UTF-8"));
        }
        let mut records = Records::new(bytes);
        let mut fields = Vec::new();
        let broken = |error: CsvError| format!("{FILE}: {}", error.told(bytes));
        if !records.next(&mut fields).map_err(broken)? {
            return Err(format!(
                "{FILE}: the file is empty; write the header variable,category,total"
            ));
        }
        let header: Vec<String> = fields
            .iter()
            .map(|field| String::from_utf8_lossy(&field.of(bytes)).trim().to_owned())
            .collect();
        let place = |name: &str| {
            header.iter().position(|column| column == name).ok_or_else(|| {
                format!("{FILE}: line 1: there is no column {name:?}; the header is variable,category,total")
            })
        };
        let places = [place("variable")?, place("category")?, place("total")?];
        let (mut rows, mut faults) = (Vec::new(), Faults::default());
        loop {
            let start = records.position();
            if !records.next(&mut fields).map_err(broken)? {
                break;
            }
            let line = csv::line_of(bytes, fields.first().map_or(start, |field| field.start));
            let [Some(variable), Some(category), Some(total)] =
                places.map(|place| fields.get(place).filter(|_| fields.len() == header.len()))
            else {
                faults.add(RAGGED, || {
                    format!("line {line} has {} of {}", fields.len(), header.len())
                });
                continue;
            };
            let text =
                |field: &csv::Field| nfc(&String::from_utf8_lossy(&field.of(bytes))).into_owned();
            let value = text(total).trim().parse::<f64>().ok();
            match value.filter(|value| (0.0..=TOTAL_MAX).contains(value)) {
                Some(value) => rows.push((text(variable), text(category), value, line)),
                None => faults.add(NOT_A_TOTAL, || {
                    format!("line {line}, column total: {}", shown(total.raw(bytes)))
                }),
            }
            if rows.len() > ROWS_MAX {
                return Err(format!(
                    "{FILE}: more than {ROWS_MAX} rows; give totals by category, not by response"
                ));
            }
        }
        rows.sort_by(|left, right| (&left.0, &left.1, left.3).cmp(&(&right.0, &right.1, right.3)));
        for pair in rows.windows(2) {
            if let [first, second] = pair
                && (&first.0, &first.1) == (&second.0, &second.1)
            {
                faults.add(TWICE, || {
                    format!("{} = {:?} at lines {} and {}", first.0, first.1, first.3, second.3)
                });
            }
        }
        if faults.is_empty() { Ok(Self { rows }) } else { Err(faults.told(FILE)) }
    }

    /// Labels and totals of a variable, in order of label.
    /// # Errors
    /// There is none.
    pub fn of(&self, variable: &str) -> Result<(Vec<String>, Vec<f64>), String> {
        let own = self.rows.iter().filter(|(name, ..)| name == variable);
        let (labels, totals): (Vec<String>, Vec<f64>) =
            own.map(|(_, category, total, _)| (category.clone(), *total)).unzip();
        if labels.is_empty() {
            return Err(format!(
                "{FILE}: there are no totals for variable {variable:?}, which spec.json calibrates to"
            ));
        }
        Ok((labels, totals))
    }
}

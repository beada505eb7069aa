//! One finished dossier as a row of text, checked against the round's units, counters, services and form.

use std::collections::BTreeMap;

use super::super::IssueError;
use super::super::asked::normal;
use super::{Mapping, Register, sheet};
use crate::store::dossier::DossierOutcome;
use crate::table::{self, Collector, Columns, Record};

/// Our columns, the first six of which every dossier has.
pub const COLUMN_NAMES: [&str; 12] = COLUMNS.names;

pub(super) const COLUMNS: Columns<12> = Columns {
    names: [
        "number",
        "unit",
        "counter",
        "service",
        "finished_on",
        "outcome",
        "late",
        "sex",
        "age_group",
        "email",
        "language",
        "apology",
    ],
    required: 6,
};

/// A dossier as the one-stop software knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Number; sequential, so never a secret.
    pub number: String,
    /// Counter that received it.
    pub counter: usize,
    /// Service.
    pub service: usize,
    /// Day it was finished.
    pub finished_on: jiff::civil::Date,
    /// How it ended.
    pub outcome: DossierOutcome,
    /// Finished after its due day.
    pub late: bool,
    /// A slip with an apology was issued, where the register says.
    pub apology: Option<bool>,
    /// Sex category, where the register says.
    pub sex: Option<String>,
    /// Age group category, where the register says.
    pub age_group: Option<String>,
    /// E-mail address, if given.
    pub email: Option<String>,
    /// `vi` or `en`.
    pub language: &'static str,
}

impl Register {
    /// Reads a file of finished dossiers, naming every wrong row. CSV with our own headings needs no mapping; a
    /// workbook is read by `mapping`, or by our own headings in its first row.
    ///
    /// # Errors
    /// [`IssueError::File`] with all of them; nothing is taken then.
    pub fn parse(
        &self,
        bytes: &[u8],
        mapping: Option<&Mapping>,
        place: &str,
    ) -> Result<Vec<Finished>, IssueError> {
        let mut problems = Collector::default();
        let own = Mapping::default();
        let records = match (sheet::is_workbook(bytes), mapping) {
            (true, mapping) => {
                let mapping = mapping.unwrap_or(&own);
                let grid = sheet::read(bytes, mapping.sheet(), &mut problems);
                mapping.apply(&grid, &mut problems)
            }
            (false, Some(mapping)) => {
                let grid = sheet::of_csv(bytes, &mut problems);
                mapping.apply(&grid, &mut problems)
            }
            (false, None) => table::read(bytes, &COLUMNS, &mut problems),
        };
        let rows = self.rows(records, &mut problems);
        Ok(problems.finish(place, rows)?)
    }

    /// Checks every record, and that no number stands twice.
    pub(super) fn rows(
        &self,
        records: impl IntoIterator<Item = Record<12>>,
        problems: &mut Collector,
    ) -> Vec<Finished> {
        let mut rows = Vec::new();
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for record in records {
            let Some(row) = self.row(&record.fields, record.line, problems) else { continue };
            if let Some(first) = lines.insert(row.number.clone(), record.line) {
                let advice =
                    format!("the same number stands on line {first}; a dossier is finished once");
                problems.add(record.line, "number", &row.number, advice);
            }
            rows.push(row);
        }
        rows
    }

    /// Checks one dossier; `line` is its place for `problems`.
    fn row(&self, fields: &[String; 12], line: u64, problems: &mut Collector) -> Option<Finished> {
        let [
            number,
            unit,
            counter,
            service,
            day,
            outcome,
            late,
            sex,
            age_group,
            email,
            language,
            apology,
        ] = fields;
        let number = normal(number);
        let mut good = true;
        let mut fault = |column: &'static str, value: &str, advice: String| {
            problems.add(line, column, value, advice);
            good = false;
        };
        if number.is_empty() || number.chars().count() > 64 || number.chars().any(char::is_control)
        {
            fault("number", &number, "a dossier number has 1 to 64 characters".to_owned());
        }
        let unit_id = self.units.iter().find(|u| u.code == *unit).map(|u| u.id);
        if unit_id.is_none() {
            fault("unit", unit, "no unit of this round has this code".to_owned());
        }
        let counter_at =
            self.counters.iter().position(|c| Some(c.unit_id) == unit_id && c.code == *counter);
        if counter_at.is_none() && unit_id.is_some() {
            fault(
                "counter",
                counter,
                format!("unit {unit} has no counter of this code; add it first"),
            );
        }
        let service_at =
            self.services.iter().position(|s| s.code == *service || s.name == *service);
        if service_at.is_none() {
            let known: Vec<&str> = self.services.iter().map(|s| s.code.as_str()).take(8).collect();
            fault(
                "service",
                service,
                format!(
                    "not in the list of services ({}, …); correct it or add it",
                    known.join(", ")
                ),
            );
        }
        let finished_on = day.parse::<jiff::civil::Date>().ok();
        if finished_on.is_none() {
            fault("finished_on", day, "write a day such as 2026-11-24".to_owned());
        }
        let outcome_word = DossierOutcome::from_word(outcome);
        if outcome_word.is_none() {
            fault("outcome", outcome, "write granted, refused or returned".to_owned());
        }
        let is_late = match late.as_str() {
            "" | "0" | "no" => Some(false),
            "1" | "yes" => Some(true),
            _ => None,
        };
        if is_late.is_none() {
            fault("late", late, "write yes or no".to_owned());
        }
        let apology_word = match apology.as_str() {
            "" => Some(None),
            "0" | "no" => Some(Some(false)),
            "1" | "yes" => Some(Some(true)),
            _ => None,
        };
        if apology_word.is_none() {
            let advice = "write yes or no, or leave it empty if the register does not say";
            fault("apology", apology, advice.to_owned());
        }
        let language_word = match language.as_str() {
            "" | "vi" => Some("vi"),
            "en" => Some("en"),
            _ => None,
        };
        if language_word.is_none() {
            fault("language", language, "write vi or en, or leave it empty".to_owned());
        }
        let mut category = |column: &'static str, value: &str| -> Option<String> {
            if value.is_empty() {
                return None;
            }
            let found = self.form.margin(column).and_then(|m| m.coded.find(value)?.name.clone());
            if found.is_none() {
                fault(
                    column,
                    value,
                    "no category of the form; leave it empty if the register does not say"
                        .to_owned(),
                );
            }
            found.map(|name| name.to_string())
        };
        let sex = category("sex", sex);
        let age_group = category("age_group", age_group);
        let email = (!email.is_empty()).then(|| email.clone());
        if let Some(address) = &email
            && (address.len() > 254 || address.parse::<lettre::Address>().is_err())
        {
            fault("email", address, "no e-mail address; correct it or leave it empty".to_owned());
        }
        good.then_some(Finished {
            number,
            counter: counter_at?,
            service: service_at?,
            finished_on: finished_on?,
            outcome: outcome_word?,
            late: is_late?,
            apology: apology_word?,
            sex,
            age_group,
            email,
            language: language_word?,
        })
    }
}

//! Reads a file of margins against what a round knows.

use std::collections::BTreeMap;

use super::{Desk, Result, RoundError, Rules, other_populations};
use crate::form::Form;
use crate::store::counter::Service;
use crate::store::margin::Margins;
use crate::store::round::Round;
use crate::store::unit::Unit;
use crate::table::{self, Collector, Columns};

const COLUMNS: Columns<3> = Columns { names: ["variable", "category", "total"], required: 3 };

/// Counted dossiers of the whole country in a century are fewer; sums of such totals cannot overflow.
const TOTAL_MAX: i64 = 1_000_000_000_000;

/// What categories may be.
pub struct Known {
    /// Which variables the round uses.
    pub rules: Rules,
    /// Units of the round.
    pub units: Vec<Unit>,
    /// All services.
    pub services: Vec<Service>,
    /// The round's form.
    pub form: Form,
}

impl Known {
    /// What a round knows.
    ///
    /// # Errors
    /// When its rules or its form cannot be read.
    pub fn of(desk: &Desk, round: &Round) -> Result<Self> {
        Ok(Self {
            rules: Rules::read(&round.rules)?,
            units: desk.store.round_units(round.id)?,
            services: desk.store.services()?,
            form: super::sample::form_of(desk, round)?,
        })
    }

    /// The category as it is stored.
    fn category(&self, variable: &str, text: &str) -> std::result::Result<String, String> {
        match variable {
            "unit" => {
                let known = self.units.iter().any(|u| u.code == text);
                known
                    .then(|| text.to_owned())
                    .ok_or("no unit of this round has this code".to_owned())
            }
            "service" => {
                let known = self.services.iter().find(|s| s.code == text || s.name == text);
                known.map(|s| s.code.clone()).ok_or(
                    "no service has this code or name: correct it or add the service".to_owned(),
                )
            }
            _ => {
                let margin = self
                    .form
                    .margin(variable)
                    .ok_or("the round's form does not ask for this variable".to_owned())?;
                let found = margin.coded.find(text).map(crate::form::AnswerOption::label);
                found.ok_or_else(|| {
                    let labels: Vec<String> =
                        margin.coded.options.iter().map(crate::form::AnswerOption::label).collect();
                    format!("write one of: {}", labels.join(", "))
                })
            }
        }
    }
}

/// Reads all margins or nothing.
///
/// # Errors
/// Every wrong line; or that two variables do not add up to the same population, with both sums.
pub fn margins_of_file(bytes: &[u8], place: &str, known: &Known) -> Result<Margins> {
    let mut problems = Collector::default();
    let mut margins = Margins::new();
    let mut lines: BTreeMap<(String, String), u64> = BTreeMap::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let line = record.line;
        let [variable, text, number] = record.fields;
        if !known.rules.margins.contains(&variable) {
            let advice = format!(
                "no margin of this round; its rules name {}",
                known.rules.margins.join(", ")
            );
            problems.add(line, "variable", &variable, advice);
            continue;
        }
        let category = known
            .category(&variable, &text)
            .map_err(|advice| problems.add(line, "category", &text, advice))
            .ok();
        let total = number.parse::<i64>().ok().filter(|n| (0..=TOTAL_MAX).contains(n));
        if total.is_none() {
            problems.add(line, "total", &number, "write a whole number, 0 or more");
        }
        let (Some(category), Some(total)) = (category, total) else { continue };
        if let Some(first) = lines.insert((variable.clone(), category.clone()), line) {
            let advice = format!("{variable} {category} stands on line {first} already");
            problems.add(line, "category", &text, advice);
        }
        margins.entry(variable).or_default().insert(category, total);
    }
    let margins = problems.finish(place, margins)?;
    one_population(&margins)
        .map_err(|reason| RoundError::Plan { place: place.to_owned(), reason })?;
    Ok(margins)
}

fn one_population(margins: &Margins) -> std::result::Result<(), String> {
    let Some((first, totals)) = margins.iter().next() else {
        return Err("the file holds no margin; write variable,category,total lines".to_owned());
    };
    if totals.values().sum::<i64>() == 0 {
        return Err(format!("{first} adds up to 0; nobody would stand behind the answers"));
    }
    match other_populations(margins).first() {
        None => Ok(()),
        Some(told) => Err(format!("{told}; both count the same dossiers: correct one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;
    use crate::store::id::{ServiceId, UnitId};

    fn known() -> Known {
        let rules = r#"{"title":"t","units":["625"],"units_on":"2018-12-31"}"#;
        let unit = Unit {
            id: UnitId(1),
            code: "625".to_owned(),
            name: "Kbang".to_owned(),
            kind: "huyện".to_owned(),
            parent_id: None,
            valid_from: "0001-01-01".to_owned(),
            valid_to: "9999-12-31".to_owned(),
        };
        let service =
            Service { id: ServiceId(1), code: "land".to_owned(), name: "Đất đai".to_owned() };
        Known {
            rules: Rules::read(rules).unwrap(),
            units: vec![unit],
            services: vec![service],
            form: shipped::one_stop_shop().unwrap(),
        }
    }

    fn read(text: &str) -> std::result::Result<Margins, String> {
        margins_of_file(text.as_bytes(), "m.csv", &known()).map_err(|error| error.to_string())
    }

    #[test]
    fn categories_are_stored_under_one_name_however_they_are_written() {
        let margins = read(
            "variable,category,total\nunit,625,10\nservice,Đất đai,10\nsex,Nam,4\nsex,F,6\nage_group,25–34,10\n",
        )
        .unwrap();
        assert_eq!(margins["service"]["land"], 10);
        assert_eq!(
            margins["sex"],
            BTreeMap::from([("female".to_owned(), 6), ("male".to_owned(), 4)])
        );
        assert_eq!(margins["age_group"]["age_25_34"], 10);
    }

    #[test]
    fn unknown_variables_and_categories_are_named_with_their_lines() {
        let told = read(
            "variable,category,total\nincome,high,3\nunit,999,3\nsex,other,3\nsex,male,-1\nsex,male,2\nsex,Nam,2\n",
        )
        .unwrap_err();
        let starts = [
            "m.csv:2, variable \"income\"",
            "m.csv:3, category \"999\"",
            "m.csv:4, category \"other\": write one of: male, female",
            "m.csv:5, total \"-1\"",
            "m.csv:7, category \"Nam\": sex male stands on line 6 already",
        ];
        assert_eq!(told.lines().count(), starts.len(), "{told}");
        for (line, start) in told.lines().zip(starts) {
            assert!(line.starts_with(start), "{told}");
        }
    }

    #[test]
    fn margins_of_two_populations_are_refused_with_both_sums() {
        let told =
            read("variable,category,total\nunit,625,10\nsex,male,4\nsex,female,5\n").unwrap_err();
        assert!(told.contains("sex adds up to 9, unit to 10"), "{told}");
        assert!(read("variable,category,total\n").unwrap_err().contains("no margin"));
    }
}

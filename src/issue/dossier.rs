//! Finished dossiers from a file: every one is counted in the population, and those asked get a ticket.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::asked::is_asked;
use super::callback::{Draw, Line};
use super::{IssueError, fresh, issuable};
use crate::desk::Desk;
use crate::form::Form;
use crate::store::actor::{Act, Actor, Right};
use crate::store::counter::{Counter, Service};
use crate::store::dossier::{CHUNK, DossierOutcome, NewDossier, Taken};
use crate::store::id::DossierId;
use crate::store::round::Round;
use crate::store::tally::Kind;
use crate::store::unit::Unit;
use crate::table::{self, Collector, Columns};
use crate::vault::random;

const COLUMNS: Columns<10> = Columns {
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
    /// Sex category, where the register says.
    pub sex: Option<String>,
    /// Age group category, where the register says.
    pub age_group: Option<String>,
    /// E-mail address, if given.
    pub email: Option<String>,
}

/// What dossiers of a round may refer to.
pub struct Register {
    round: Round,
    units: Vec<Unit>,
    counters: Vec<Counter>,
    services: Vec<Service>,
    form: Form,
    ticket_share: f64,
    callback: Option<Draw>,
}

impl Register {
    /// Reads it for a round that takes dossiers.
    ///
    /// # Errors
    /// [`IssueError::Refused`] when the round takes none.
    pub fn of(desk: &Desk, round_code: &str, ticket_share: f64) -> Result<Self, IssueError> {
        let round = desk.store.round(round_code)?;
        issuable(desk, &round)?;
        if !desk.vault.has_linking_key(round.id) {
            return Err(IssueError::Refused(format!(
                "round {round_code} is not open yet; dossiers are taken once its key exists: run khaosat round open"
            )));
        }
        let units = desk.store.round_units(round.id)?;
        let ids: Vec<_> = units.iter().map(|u| u.id).collect();
        let stored = desk.store.form(round.form_id)?;
        let form = Form::parse(&stored.source, &stored.code)
            .map_err(|problems| IssueError::Refused(problems.to_string()))?;
        Ok(Self {
            counters: desk.store.counters(&ids)?,
            services: desk.store.services()?,
            units,
            round,
            form,
            ticket_share,
            callback: None,
        })
    }

    /// Draws call-backs among the dossiers that are asked.
    #[must_use]
    pub fn calling_back(self, draw: Option<Draw>) -> Self {
        Self { callback: draw, ..self }
    }

    /// Reads a file of finished dossiers, naming every wrong row.
    ///
    /// # Errors
    /// [`IssueError::File`] with all of them; nothing is taken then.
    pub fn parse(&self, bytes: &[u8], place: &str) -> Result<Vec<Finished>, IssueError> {
        let mut problems = Collector::default();
        let mut rows = Vec::new();
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for record in table::read(bytes, &COLUMNS, &mut problems) {
            if let Some(row) = self.row(&record.fields, record.line, &mut problems) {
                if let Some(first) = lines.insert(row.number.clone(), record.line) {
                    problems.add(
                        record.line,
                        "number",
                        &row.number,
                        format!(
                            "the same number stands on line {first}; a dossier is finished once"
                        ),
                    );
                }
                rows.push(row);
            }
        }
        Ok(problems.finish(place, rows)?)
    }

    fn row(&self, fields: &[String; 10], line: u64, problems: &mut Collector) -> Option<Finished> {
        let [number, unit, counter, service, day, outcome, late, sex, age_group, email] = fields;
        let number: String = number.nfc().collect();
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
        let late = match late.as_str() {
            "" | "0" | "no" => Some(false),
            "1" | "yes" => Some(true),
            _ => None,
        };
        if late.is_none() {
            fault("late", &fields[6], "write yes or no".to_owned());
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
            late: late?,
            sex,
            age_group,
            email,
        })
    }

    fn line(&self, row: &Finished, counter: &Counter) -> Line {
        let unit = self.units.iter().find(|unit| unit.id == counter.unit_id);
        Line {
            number: row.number.clone(),
            unit: unit.map(|unit| unit.code.clone()).unwrap_or_default(),
            counter: counter.code.clone(),
            finished_on: row.finished_on.to_string(),
            email: row.email.clone(),
        }
    }

    /// Takes dossiers chunk by chunk; those taken before are left alone, so a cut import is simply run again.
    ///
    /// # Errors
    /// What the database says; whole chunks before it are taken.
    pub fn take(
        &self,
        desk: &Desk,
        actor: &Actor,
        finished: &[Finished],
        mut progress: impl FnMut(usize),
    ) -> Result<Taken, IssueError> {
        let linking = desk.vault.linking_key(self.round.id)?;
        let codes = desk.vault.code_key()?;
        let asked_key = desk.vault.asked_key(self.round.id)?;
        let mut taken = Taken::default();
        let mut by_unit: BTreeMap<i32, Vec<&Finished>> = BTreeMap::new();
        for one in finished {
            let unit = self.counters.get(one.counter).map(|c| c.unit_id.0);
            by_unit.entry(unit.unwrap_or_default()).or_default().push(one);
        }
        for (unit, rows) in by_unit {
            for chunk in rows.chunks(CHUNK) {
                let mut new = Vec::with_capacity(chunk.len());
                for row in chunk {
                    let (Some(counter), Some(service)) =
                        (self.counters.get(row.counter), self.services.get(row.service))
                    else {
                        continue;
                    };
                    let id = DossierId(random()?);
                    let asked = is_asked(&asked_key, &row.number, self.ticket_share);
                    let callback = match &self.callback {
                        Some(draw) if asked => {
                            draw.line(&asked_key, counter.unit_id, &self.line(row, counter))?
                        }
                        _ => None,
                    };
                    let contact = row.email.as_deref().filter(|_| asked);
                    new.push(NewDossier {
                        id,
                        number_mac: linking.dossier(&row.number),
                        number_enc: linking.seal_dossier(id, "dossier.number", &row.number)?,
                        contact_enc: contact
                            .map(|email| linking.seal_dossier(id, "dossier.contact", email))
                            .transpose()?,
                        counter_id: counter.id,
                        service_id: service.id,
                        finished_on: row.finished_on.to_string(),
                        outcome: row.outcome,
                        late: row.late,
                        sex: row.sex.clone(),
                        age_group: row.age_group.clone(),
                        stratum: unit.to_string(),
                        callback,
                        ticket: if asked {
                            Some(fresh(&codes, Kind::Ticket, counter.id, Some(id))?)
                        } else {
                            None
                        },
                    });
                }
                let act = Act::new(
                    actor,
                    Right::IssueLinks,
                    desk.clock.now(),
                    "dossier.import",
                    format!("round {}", self.round.code),
                )
                .on(unit)
                .with(serde_json::json!({ "dossiers": new.len() }));
                let done = desk.store.take_dossiers(&act, self.round.id, &new)?;
                taken.new += done.new;
                taken.known += done.known;
                taken.tickets += done.tickets;
                progress(chunk.len());
            }
        }
        Ok(taken)
    }
}

//! Finished dossiers from a file or a report: every one is counted in the population, and those asked get a ticket, or
//! an invitation where an address is known.

pub mod draft;
mod mapping;
mod report;
mod row;
mod sheet;

use std::collections::BTreeMap;

pub use mapping::{MAPPING_BYTES_MAX, Mapping};
pub use report::{Answer, DOSSIERS_MAX};
pub use row::{COLUMN_NAMES, Finished};
pub use sheet::{Shape, shape};

use super::asked::is_asked;
use super::callback::{Draw, Line};
use super::expiry::LinkDays;
use super::{Asking, IssueError, form_of, fresh, issuable, keys};
use crate::desk::Desk;
use crate::form::Form;
use crate::store::actor::{Act, Actor, Right};
use crate::store::ask::Ask;
use crate::store::counter::{Counter, Service};
use crate::store::dossier::{CHUNK, NewDossier, Taken};
use crate::store::id::{CounterId, DossierId, ImportId};
use crate::store::round::Round;
use crate::store::tally::Kind;
use crate::store::unit::Unit;
use crate::vault::{CodeKey, random};

/// Column of a dossier's number, for its encryption.
pub(crate) const NUMBER: &str = "dossier.number";
/// Column of an address, for its encryption.
pub(crate) const CONTACT: &str = "dossier.contact";

/// What dossiers of a round may refer to.
pub struct Register {
    round: Round,
    units: Vec<Unit>,
    counters: Vec<Counter>,
    services: Vec<Service>,
    form: Form,
    asking: Asking,
    callback: Option<Draw>,
    import: Option<ImportId>,
}

impl Register {
    /// Reads it for a round that takes dossiers.
    ///
    /// # Errors
    /// [`IssueError::Refused`] when the round takes none.
    pub fn of(desk: &Desk, round_code: &str, asking: Asking) -> Result<Self, IssueError> {
        let round = desk.store.round(round_code)?;
        issuable(desk, &round)?;
        if !desk.vault.has_linking_key(round.id) {
            return Err(IssueError::Refused(format!(
                "round {round_code} is not open yet; dossiers are taken once its key exists: run khaosat round open"
            )));
        }
        keys::held(desk, &round)?;
        let units = desk.store.round_units(round.id)?;
        let ids: Vec<_> = units.iter().map(|u| u.id).collect();
        let form = form_of(desk, &round)?;
        Ok(Self {
            counters: desk.store.counters(&ids)?,
            services: desk.store.services()?,
            units,
            round,
            form,
            asking,
            callback: None,
            import: None,
        })
    }

    /// Draws call-backs among the dossiers that are, or may be, asked.
    #[must_use]
    pub fn calling_back(self, draw: Option<Draw>) -> Self {
        Self { callback: draw, ..self }
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

    /// The addresses of dossiers with their counters.
    #[must_use]
    pub fn addresses(&self, finished: &[Finished]) -> Vec<(CounterId, String)> {
        let of = |one: &Finished| Some((self.counters.get(one.counter)?.id, one.email.clone()?));
        finished.iter().filter_map(of).collect()
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
        progress: impl FnMut(usize),
    ) -> Result<Taken, IssueError> {
        self.take_by(desk, actor, "dossier.import", finished, progress)
    }

    fn take_by(
        &self,
        desk: &Desk,
        actor: &Actor,
        act_name: &'static str,
        finished: &[Finished],
        mut progress: impl FnMut(usize),
    ) -> Result<Taken, IssueError> {
        let linking = desk.vault.linking_key(self.round.id)?;
        let codes = desk.vault.code_key()?;
        let asked_key = desk.vault.asked_key(self.round.id)?;
        let days = LinkDays::of(&self.round);
        let mut taken = Taken::default();
        let mut by_unit: BTreeMap<i32, Vec<&Finished>> = BTreeMap::new();
        for one in finished {
            let unit = self.counters.get(one.counter).map(|c| c.unit_id.0);
            by_unit.entry(unit.unwrap_or_default()).or_default().push(one);
        }
        let act = |unit: i32, n: usize| {
            let subject = format!("round {}", self.round.code);
            Act::new(actor, Right::IssueLinks, desk.clock.now(), act_name, subject)
                .on(unit)
                .with(serde_json::json!({ "dossiers": n }))
        };
        // All units first: a file with one that is not the actor's is refused whole.
        for (unit, rows) in &by_unit {
            desk.store.permits(&act(*unit, rows.len()))?;
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
                    let asked = match self.asking {
                        Asking::AtOnce { share, .. } => is_asked(&asked_key, &row.number, share),
                        Asking::Drawn { .. } => false,
                    };
                    // In a drawn round everybody waits; whoever is not drawn loses the address then.
                    let may_be_asked = asked || matches!(self.asking, Asking::Drawn { .. });
                    let callback = match &self.callback {
                        Some(draw) if may_be_asked => {
                            draw.line(&asked_key, counter.unit_id, &self.line(row, counter))?
                        }
                        _ => None,
                    };
                    let id = DossierId(random()?);
                    let contact =
                        row.email.as_deref().filter(|_| may_be_asked && self.asking.invites());
                    new.push(NewDossier {
                        id,
                        number_mac: linking.dossier(&row.number),
                        number_enc: linking.seal_dossier(id, NUMBER, &row.number)?,
                        contact_enc: contact
                            .map(|email| linking.seal_dossier(id, CONTACT, email))
                            .transpose()?,
                        counter_id: counter.id,
                        service_id: service.id,
                        finished_on: row.finished_on.to_string(),
                        outcome: row.outcome,
                        late: row.late,
                        apology: row.apology,
                        sex: row.sex.clone(),
                        age_group: row.age_group.clone(),
                        stratum: unit.to_string(),
                        language: row.language,
                        import: self.import,
                        callback,
                        ask: asked
                            .then(|| ask(desk, &codes, days, (counter.id, id), contact.is_some()))
                            .transpose()?,
                    });
                }
                let act = act(unit, new.len());
                let done = desk.store.take_dossiers(&act, self.round.id, &new)?;
                taken.new += done.new;
                taken.known += done.known;
                taken.tickets += done.tickets;
                taken.invitations += done.invitations;
                progress(chunk.len());
            }
        }
        Ok(taken)
    }
}

/// The link of a dossier that is asked: an invitation where there is an address, a ticket otherwise.
pub(super) fn ask(
    desk: &Desk,
    codes: &CodeKey,
    days: LinkDays,
    (counter, dossier): (CounterId, DossierId),
    has_address: bool,
) -> Result<Ask, IssueError> {
    let kind = if has_address { Kind::Invitation } else { Kind::Ticket };
    let end = days.end(kind, desk.clock.now());
    let link = fresh(codes, kind, counter, Some(dossier), end)?;
    let message_id = if has_address {
        Some(crate::mail::new_message_id(random()?, &desk.public_url))
    } else {
        None
    };
    Ok(Ask { link, message_id })
}

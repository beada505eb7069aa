//! Finished dossiers: who may be asked, and the population that the answers stand for.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Act;
use super::ask::{Ask, insert_asks};
use super::callback::{self, NewCallback};
use super::engine::batch;
use super::id::{CounterId, DossierId, ImportId, LinkId, RoundId, ServiceId, UnitId};
use super::link::LinkState;
use super::overview;
use super::schema::{counter, dossier, dossier_seen, link, service};
use super::tally::Kind;
use super::{Result, Store};

super::actor::words! {
    /// How a dossier ended.
    DossierOutcome {
        /// What was asked for was granted.
        Granted = "granted",
        /// Refused.
        Refused = "refused",
        /// Returned for want of papers.
        Returned = "returned",
    }
}

/// A finished dossier to be written, with the ticket that goes with it if it is asked.
#[derive(Clone, Debug)]
pub struct NewDossier {
    /// Id.
    pub id: DossierId,
    /// Keyed digest of the number: importing again issues nothing twice.
    pub number_mac: [u8; 16],
    /// The number, encrypted.
    pub number_enc: Vec<u8>,
    /// E-mail address, encrypted.
    pub contact_enc: Option<Vec<u8>>,
    /// Counter that received it.
    pub counter_id: CounterId,
    /// Service.
    pub service_id: ServiceId,
    /// Day it was finished, ISO.
    pub finished_on: String,
    /// How it ended.
    pub outcome: DossierOutcome,
    /// Finished after its due day.
    pub late: bool,
    /// A slip with an apology was issued, where the register says.
    pub apology: Option<bool>,
    /// `male`, `female`, where the register says.
    pub sex: Option<String>,
    /// Age group's code, where the register says.
    pub age_group: Option<String>,
    /// Draw stratum.
    pub stratum: String,
    /// `vi` or `en`: what the applicant reads.
    pub language: &'static str,
    /// The import of the console that it came with.
    pub import: Option<ImportId>,
    /// The ticket or invitation, if it is asked at once.
    pub ask: Option<Ask>,
    /// Its line of the call-back sheet, if it was drawn for one.
    pub callback: Option<NewCallback>,
}

/// What became of a dossier that was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Whether it is asked.
    pub asked: bool,
    /// Its ticket while that can be used: link, and the code, encrypted. Invitations are nobody's at the counter.
    pub ticket: Option<(LinkId, Vec<u8>)>,
}

/// Finished dossiers by what the register tells of them.
pub type Dossiers = BTreeMap<DossierCell, DossierCounts>;

/// What dossiers have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DossierCell {
    /// Unit of the counter.
    pub unit: UnitId,
    /// Service's code.
    pub service: String,
    /// Sex category, where the register says.
    pub sex: Option<String>,
    /// Age group category, where the register says.
    pub age_group: Option<String>,
}

/// Dossiers of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DossierCounts {
    /// Finished.
    pub finished: i64,
    /// Drawn to be asked.
    pub drawn: i64,
    /// Drawn, and the ticket was answered.
    pub answered: i64,
}

/// What an import of dossiers did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// New dossiers.
    pub new: usize,
    /// Seen before, left alone.
    pub known: usize,
    /// Tickets issued.
    pub tickets: usize,
    /// Invitations queued.
    pub invitations: usize,
}

/// Rows of one short transaction; imports stage in chunks (design §3).
pub const CHUNK: usize = 500;

impl Store {
    /// Writes one chunk of dossiers and their tickets; those seen before are left alone.
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`] or what the database says; then nothing of the chunk is written.
    pub fn take_dossiers(
        &self,
        act: &Act,
        round_id: RoundId,
        chunk: &[NewDossier],
    ) -> Result<Taken> {
        self.write(act, |tx| {
            let conn = tx.conn();
            batch::hold_counters(conn, &chunk.iter().map(|new| new.counter_id.0).collect())?;
            let mut taken = Taken::default();
            let mut asks = Vec::new();
            let mut finished = BTreeMap::new();
            for new in chunk {
                let seen = dossier_seen::table
                    .find((round_id.0, new.number_mac.to_vec()))
                    .select(dossier_seen::round_id)
                    .first::<i32>(conn)
                    .optional()?;
                if seen.is_some() {
                    taken.known += 1;
                    continue;
                }
                diesel::insert_into(dossier_seen::table)
                    .values((
                        dossier_seen::round_id.eq(round_id.0),
                        dossier_seen::number_mac.eq(new.number_mac.to_vec()),
                    ))
                    .execute(conn)?;
                diesel::insert_into(dossier::table)
                    .values((
                        dossier::id.eq(new.id.bytes()),
                        dossier::round_id.eq(round_id.0),
                        dossier::counter_id.eq(new.counter_id.0),
                        dossier::service_id.eq(new.service_id.0),
                        dossier::number_mac.eq(Some(new.number_mac.to_vec())),
                        dossier::number_enc.eq(Some(new.number_enc.clone())),
                        dossier::contact_enc.eq(new.contact_enc.clone()),
                        dossier::finished_on.eq(&new.finished_on),
                        dossier::outcome.eq(new.outcome.word()),
                        dossier::late.eq(new.late),
                        dossier::apology.eq(new.apology),
                        dossier::sex.eq(&new.sex),
                        dossier::age_group.eq(&new.age_group),
                        dossier::stratum.eq(&new.stratum),
                        dossier::asked.eq(new.ask.is_some()),
                        dossier::language.eq(new.language),
                        dossier::import_id.eq(new.import.map(ImportId::bytes)),
                    ))
                    .execute(conn)?;
                if let Some(drawn) = &new.callback {
                    callback::insert(conn, round_id, drawn)?;
                }
                taken.new += 1;
                *finished.entry(new.counter_id).or_insert(0) += 1;
                asks.extend(new.ask.clone());
            }
            for (counter_id, n) in finished {
                overview::count_dossiers(conn, round_id, counter_id, n)?;
            }
            taken.tickets = asks.iter().filter(|ask| ask.link.kind == Kind::Ticket).count();
            taken.invitations = asks.len() - taken.tickets;
            insert_asks(conn, act.at, round_id, &asks)?;
            Ok(taken)
        })
    }

    /// What became of reported dossiers, by the keyed digest of their number; those that were answered have none any more.
    ///
    /// # Errors
    /// What the database says.
    pub fn reported(
        &self,
        round_id: RoundId,
        numbers: &[[u8; 16]],
    ) -> Result<BTreeMap<[u8; 16], Reported>> {
        type Row = (Option<Vec<u8>>, bool, Option<Vec<u8>>, Option<Vec<u8>>);
        let wanted: Vec<Vec<u8>> = numbers.iter().map(|mac| mac.to_vec()).collect();
        let rows = self.read(|conn| {
            Ok(dossier::table
                .left_join(
                    link::table.on(link::dossier_id
                        .eq(dossier::id.nullable())
                        .and(link::state.eq(LinkState::Ready.word()))
                        .and(link::kind.eq(Kind::Ticket.word()))),
                )
                .filter(dossier::round_id.eq(round_id.0))
                .filter(dossier::number_mac.eq_any(wanted))
                .select((
                    dossier::number_mac,
                    dossier::asked,
                    link::id.nullable(),
                    link::code_enc.nullable(),
                ))
                .load::<Row>(conn)?)
        })?;
        let mut found = BTreeMap::new();
        for (mac, asked, id, code) in rows {
            let Some(mac) = mac.and_then(|mac| mac.try_into().ok()) else { continue };
            let ticket = match (id, code) {
                (Some(id), Some(code)) => Some((LinkId::try_from(id)?, code)),
                _ => None,
            };
            found.insert(mac, Reported { asked, ticket });
        }
        Ok(found)
    }

    /// Finished and asked dossiers by draw stratum: `stratum → (N_h, n_h)`.
    ///
    /// # Errors
    /// What the database says.
    pub fn strata(&self, round_id: RoundId) -> Result<BTreeMap<String, (i64, i64)>> {
        let rows = self.read(|conn| {
            Ok(dossier::table
                .filter(dossier::round_id.eq(round_id.0))
                .group_by((dossier::stratum, dossier::asked))
                .select((dossier::stratum, dossier::asked, diesel::dsl::count_star()))
                .load::<(String, bool, i64)>(conn)?)
        })?;
        let mut strata: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (stratum, asked, n) in rows {
            let sums = strata.entry(stratum).or_default();
            sums.0 += n;
            sums.1 += if asked { n } else { 0 };
        }
        Ok(strata)
    }

    /// Dossiers of a round by unit of the counter, service, sex and age group: finished, drawn, answered.
    ///
    /// # Errors
    /// What the database says.
    pub fn dossier_cells(&self, round_id: RoundId) -> Result<Dossiers> {
        type Row = (UnitId, String, Option<String>, Option<String>, bool, i64);
        let key = (counter::unit_id, service::code, dossier::sex, dossier::age_group);
        let (all, spent): (Vec<Row>, Vec<Row>) = self.read(|conn| {
            let here = dossier::round_id.eq(round_id.0);
            let columns = (key.0, key.1, key.2, key.3, dossier::asked);
            let counted = (key.0, key.1, key.2, key.3, dossier::asked, diesel::dsl::count_star());
            let all = dossier::table
                .inner_join(counter::table)
                .inner_join(service::table)
                .filter(here)
                .group_by(columns)
                .select(counted)
                .load::<Row>(conn)?;
            let spent = dossier::table
                .inner_join(counter::table)
                .inner_join(service::table)
                .inner_join(link::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(here.and(link::state.eq(LinkState::Spent.word())))
                .group_by(columns)
                .select(counted)
                .load::<Row>(conn)?;
            Ok((all, spent))
        })?;
        let mut cells = Dossiers::new();
        for (unit, service, sex, age_group, is_drawn, n) in all {
            let cell = cells.entry(DossierCell { unit, service, sex, age_group }).or_default();
            cell.finished += n;
            cell.drawn += if is_drawn { n } else { 0 };
        }
        for (unit, service, sex, age_group, _, n) in spent {
            cells.entry(DossierCell { unit, service, sex, age_group }).or_default().answered += n;
        }
        Ok(cells)
    }
}

//! Drawn lists: what was frozen, with which public value it was drawn, and the dossiers behind it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::Act;
use super::ask::{Ask, insert_asks};
use super::engine::batch;
use super::id::{CounterId, DossierId, RoundId};
use super::schema::{counter, dossier, draw_list, unit};
use super::tally::Kind;
use super::{Result, Store, StoreError};
use crate::clock::Millis;

/// A frozen list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// 1 for the first of its round.
    pub number: i32,
    /// SHA-256 of the entries, hex.
    pub digest: String,
    /// The file `hash,stratum`.
    pub entries: Vec<u8>,
    /// JSON: dossiers and draws by stratum.
    pub strata: String,
    /// When it was frozen.
    pub frozen_at: Millis,
    /// The public random value, once it is known.
    pub random: Option<String>,
    /// When the draw was finished.
    pub drawn_at: Option<Millis>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = draw_list)]
struct Row {
    number: i32,
    digest: String,
    entries: Vec<u8>,
    strata: String,
    frozen_at: i64,
    random: Option<String>,
    drawn_at: Option<i64>,
}

impl From<Row> for List {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            digest: row.digest,
            entries: row.entries,
            strata: row.strata,
            frozen_at: Millis(row.frozen_at),
            random: row.random,
            drawn_at: row.drawn_at.map(Millis),
        }
    }
}

/// A dossier that waits for a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Id.
    pub id: DossierId,
    /// Counter.
    pub counter_id: CounterId,
    /// Code of the counter's unit.
    pub unit_code: String,
    /// The number, encrypted.
    pub number_enc: Vec<u8>,
    /// Whether there is an address.
    pub has_contact: bool,
    /// The list it stands in.
    pub list: Option<i32>,
}

fn meanwhile() -> StoreError {
    StoreError::Refused(
        "another list was frozen or filled meanwhile; run khaosat round draw again".to_owned(),
    )
}

/// Rows of one short transaction.
pub const CHUNK: usize = 500;

impl Store {
    /// Lists of a round, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn draw_lists(&self, round_id: RoundId) -> Result<Vec<List>> {
        self.read(|conn| {
            Ok(draw_list::table
                .filter(draw_list::round_id.eq(round_id.0))
                .order(draw_list::number)
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(List::from)
                .collect())
        })
    }

    /// Dossiers that are not asked and whose number is still held, in lists from `from` or in none.
    ///
    /// # Errors
    /// What the database says.
    pub fn waiting_dossiers(&self, round_id: RoundId, from: i32) -> Result<Vec<Waiting>> {
        type Row = (Vec<u8>, CounterId, String, Option<Vec<u8>>, Option<Vec<u8>>, Option<i32>);
        self.read(|conn| {
            dossier::table
                .inner_join(counter::table.inner_join(unit::table))
                .filter(dossier::round_id.eq(round_id.0).and(dossier::asked.eq(false)))
                .filter(dossier::list.is_null().or(dossier::list.ge(from)))
                .select((
                    dossier::id,
                    dossier::counter_id,
                    unit::code,
                    dossier::number_enc,
                    dossier::contact_enc,
                    dossier::list,
                ))
                .load::<Row>(conn)?
                .into_iter()
                .filter_map(|(id, counter_id, unit_code, number, contact, list)| {
                    let number_enc = number?;
                    let has_contact = contact.is_some();
                    let id = DossierId::try_from(id);
                    Some(id.map(|id| Waiting {
                        id,
                        counter_id,
                        unit_code,
                        number_enc,
                        has_contact,
                        list,
                    }))
                })
                .collect()
        })
    }

    /// Puts dossiers that are in no list into list `number`, chunk by chunk.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when another froze that number meanwhile.
    pub fn enlist(&self, round_id: RoundId, number: i32, dossiers: &[DossierId]) -> Result<()> {
        for chunk in dossiers.chunks(CHUNK) {
            let ids: Vec<Vec<u8>> = chunk.iter().map(|id| id.bytes()).collect();
            self.transaction(|conn| {
                batch::hold_round(conn, round_id.0)?;
                let frozen = draw_list::table
                    .find((round_id.0, number))
                    .select(draw_list::number)
                    .first::<i32>(conn)
                    .optional()?;
                if frozen.is_some() {
                    return Err(meanwhile());
                }
                let free = dossier::id.eq_any(ids).and(dossier::list.is_null());
                diesel::update(dossier::table.filter(free))
                    .set(dossier::list.eq(number))
                    .execute(conn)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Freezes a list of `dossiers` dossiers.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when another froze that number first, or put more dossiers into it.
    pub fn freeze_list(
        &self,
        act: &Act,
        round_id: RoundId,
        new: &List,
        dossiers: usize,
    ) -> Result<()> {
        self.write(act, |tx| {
            batch::hold_round(tx.conn(), round_id.0)?;
            let held = dossier::table
                .filter(dossier::round_id.eq(round_id.0).and(dossier::list.eq(new.number)))
                .count()
                .get_result::<i64>(tx.conn())?;
            if usize::try_from(held).ok() != Some(dossiers) {
                return Err(meanwhile());
            }
            diesel::insert_into(draw_list::table)
                .values((
                    draw_list::round_id.eq(round_id.0),
                    draw_list::number.eq(new.number),
                    draw_list::digest.eq(&new.digest),
                    draw_list::entries.eq(&new.entries),
                    draw_list::strata.eq(&new.strata),
                    draw_list::frozen_at.eq(new.frozen_at.0),
                ))
                .execute(tx.conn())?;
            Ok(())
        })
        .map_err(|error| if error.is_unique_violation() { meanwhile() } else { error })
    }

    /// Fixes the public random value of a list, once for all.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when another value is fixed already.
    pub fn fix_random(&self, act: &Act, round_id: RoundId, number: i32, value: &str) -> Result<()> {
        self.write(act, |tx| {
            let this = draw_list::round_id.eq(round_id.0).and(draw_list::number.eq(number));
            let free = draw_list::random.is_null().or(draw_list::random.eq(value));
            let fixed = diesel::update(draw_list::table.filter(this).filter(free))
                .set(draw_list::random.eq(value))
                .execute(tx.conn())?;
            if fixed == 0 {
                return Err(StoreError::Refused(format!(
                    "list {number} has another random value already; it is drawn once"
                )));
            }
            Ok(())
        })
    }

    /// Writes one chunk of a draw: links for those drawn, and no address any more of those who are not. One that another
    /// run has asked meanwhile is left alone. How many are asked by this run, by [`Kind::Ticket`] and by mail.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] or what the database says; then nothing of the chunk is written.
    pub fn ask_drawn(
        &self,
        act: &Act,
        round_id: RoundId,
        drawn: &[Ask],
        left: &[DossierId],
    ) -> Result<(usize, usize)> {
        self.write(act, |tx| {
            let conn = tx.conn();
            batch::hold_round(conn, round_id.0)?;
            let ids: Vec<Vec<u8>> =
                drawn.iter().filter_map(|ask| ask.link.dossier_id).map(DossierId::bytes).collect();
            let free: BTreeSet<Vec<u8>> = dossier::table
                .filter(dossier::id.eq_any(ids).and(dossier::asked.eq(false)))
                .select(dossier::id)
                .load::<Vec<u8>>(conn)?
                .into_iter()
                .collect();
            let is_free =
                |ask: &&Ask| ask.link.dossier_id.is_some_and(|id| free.contains(id.0.as_slice()));
            let drawn: Vec<Ask> = drawn.iter().filter(is_free).cloned().collect();
            diesel::update(dossier::table.filter(dossier::id.eq_any(free)))
                .set(dossier::asked.eq(true))
                .execute(conn)?;
            insert_asks(conn, act.at, round_id, &drawn)?;
            let left: Vec<Vec<u8>> = left.iter().map(|id| id.bytes()).collect();
            diesel::update(dossier::table.filter(dossier::id.eq_any(left)))
                .set(dossier::contact_enc.eq(None::<Vec<u8>>))
                .execute(conn)?;
            let tickets = drawn.iter().filter(|ask| ask.link.kind == Kind::Ticket).count();
            Ok((tickets, drawn.len() - tickets))
        })
    }

    /// Marks a list as drawn.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] or what the database says.
    pub fn finish_draw(&self, act: &Act, round_id: RoundId, number: i32) -> Result<()> {
        self.write(act, |tx| {
            let this = draw_list::round_id.eq(round_id.0).and(draw_list::number.eq(number));
            diesel::update(draw_list::table.filter(this))
                .set(draw_list::drawn_at.eq(act.at.0))
                .execute(tx.conn())?;
            Ok(())
        })
    }

    /// Dossiers asked so far by code of their unit.
    ///
    /// # Errors
    /// What the database says.
    pub fn asked_by_unit(&self, round_id: RoundId) -> Result<BTreeMap<String, i64>> {
        self.read(|conn| {
            Ok(dossier::table
                .inner_join(counter::table.inner_join(unit::table))
                .filter(dossier::round_id.eq(round_id.0).and(dossier::asked.eq(true)))
                .group_by(unit::code)
                .select((unit::code, diesel::dsl::count_star()))
                .load::<(String, i64)>(conn)?
                .into_iter()
                .collect())
        })
    }
}

//! What the checks of the frame read: dossiers received, dossiers finished, numbers and addresses while they are held.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, DossierId, RoundId, UnitId};
use super::schema::{counter, dossier, dossier_seen, received};
use super::{Result, Store};

/// A dossier whose number is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Id.
    pub id: DossierId,
    /// Counter.
    pub counter_id: CounterId,
    /// The number, encrypted.
    pub number_enc: Vec<u8>,
    /// The address, encrypted.
    pub contact_enc: Option<Vec<u8>>,
}

impl Store {
    /// Replaces how many dossiers units received in the period of a round.
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`] or what the database says.
    pub fn put_received(
        &self,
        act: &Act,
        round_id: RoundId,
        counts: &BTreeMap<UnitId, i64>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            for (unit, n) in counts {
                let this = received::round_id.eq(round_id.0).and(received::unit_id.eq(unit.0));
                diesel::delete(received::table.filter(this)).execute(conn)?;
                diesel::insert_into(received::table)
                    .values((
                        received::round_id.eq(round_id.0),
                        received::unit_id.eq(unit.0),
                        received::n.eq(n),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        })
    }

    /// Dossiers received by round and unit.
    ///
    /// # Errors
    /// What the database says.
    pub fn received(&self) -> Result<BTreeMap<(RoundId, UnitId), i64>> {
        self.read(|conn| {
            Ok(received::table
                .select((received::round_id, received::unit_id, received::n))
                .load::<(i32, i32, i64)>(conn)?
                .into_iter()
                .map(|(round, unit, n)| ((RoundId(round), UnitId(unit)), n))
                .collect())
        })
    }

    /// Dossiers finished by round and unit of the counter.
    ///
    /// # Errors
    /// What the database says.
    pub fn finished(&self) -> Result<BTreeMap<(RoundId, UnitId), i64>> {
        self.read(|conn| {
            Ok(dossier::table
                .inner_join(counter::table)
                .group_by((dossier::round_id, counter::unit_id))
                .select((dossier::round_id, counter::unit_id, diesel::dsl::count_star()))
                .load::<(i32, UnitId, i64)>(conn)?
                .into_iter()
                .map(|(round, unit, n)| ((RoundId(round), unit), n))
                .collect())
        })
    }

    /// Dossiers of a round whose number is held: those answered have none any more.
    ///
    /// # Errors
    /// What the database says.
    pub fn held_dossiers(&self, round_id: RoundId) -> Result<Vec<Held>> {
        type Row = (Vec<u8>, CounterId, Option<Vec<u8>>, Option<Vec<u8>>);
        self.read(|conn| {
            dossier::table
                .filter(dossier::round_id.eq(round_id.0))
                .select((
                    dossier::id,
                    dossier::counter_id,
                    dossier::number_enc,
                    dossier::contact_enc,
                ))
                .load::<Row>(conn)?
                .into_iter()
                .filter_map(|(id, counter_id, number, contact_enc)| {
                    let number_enc = number?;
                    let id = DossierId::try_from(id);
                    Some(id.map(|id| Held { id, counter_id, number_enc, contact_enc }))
                })
                .collect()
        })
    }

    /// Keyed digests of all numbers that were taken in a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn seen_numbers(&self, round_id: RoundId) -> Result<BTreeSet<Vec<u8>>> {
        self.read(|conn| {
            Ok(dossier_seen::table
                .filter(dossier_seen::round_id.eq(round_id.0))
                .select(dossier_seen::number_mac)
                .load::<Vec<u8>>(conn)?
                .into_iter()
                .collect())
        })
    }
}

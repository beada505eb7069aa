//! Tablets: enrolled once by a code, known from then on by a key of their own.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, LinkId, RoundId};
use super::link::{LinkState, NewLink, insert_links};
use super::schema::{kiosk, link};
use super::{Result, Store, StoreError};
use crate::clock::Millis;

/// How a tablet is enrolled.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// Keyed digest of the code.
    pub lookup: [u8; 16],
    /// When the code ends by itself.
    pub until: Millis,
}

impl Store {
    /// Writes the link of a tablet together with how it is enrolled; its serial.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] or what the database says.
    pub fn issue_kiosk(
        &self,
        act: &Act,
        round_id: RoundId,
        new: &NewLink,
        enrolment: &Enrolment,
    ) -> Result<i64> {
        self.write(act, |tx| {
            let conn = tx.conn();
            insert_links(conn, act.at, round_id, std::slice::from_ref(new))?;
            diesel::insert_into(kiosk::table)
                .values((
                    kiosk::link_id.eq(new.id.bytes()),
                    kiosk::enrol_lookup.eq(Some(enrolment.lookup.to_vec())),
                    kiosk::enrol_until.eq(enrolment.until.0),
                ))
                .execute(conn)?;
            Ok(link::table.find(new.id.bytes()).select(link::serial).first::<i64>(conn)?)
        })
    }

    /// The link that a code enrols a tablet for, while it does.
    ///
    /// # Errors
    /// What the database says.
    pub fn enrolment(&self, lookup: &[u8; 16], now: Millis) -> Result<Option<LinkId>> {
        self.read(|conn| {
            let found = kiosk::table
                .filter(kiosk::enrol_lookup.eq(lookup.to_vec()))
                .filter(kiosk::enrol_until.ge(now.0))
                .select(kiosk::link_id)
                .first::<Vec<u8>>(conn)
                .optional()?;
            found.map(LinkId::try_from).transpose()
        })
    }

    /// Uses a code up: the tablet with this key is the one from now on.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the code was used or ended meanwhile.
    pub fn enrol(&self, act: &Act, lookup: &[u8; 16], key_hash: &[u8; 32]) -> Result<()> {
        self.write(act, |tx| {
            let open = kiosk::enrol_lookup.eq(lookup.to_vec()).and(kiosk::enrol_until.ge(act.at.0));
            let enrolled = diesel::update(kiosk::table.filter(open))
                .set((
                    kiosk::enrol_lookup.eq(None::<Vec<u8>>),
                    kiosk::key_hash.eq(Some(key_hash.to_vec())),
                    kiosk::enrolled_at.eq(Some(act.at.0)),
                ))
                .execute(tx.conn())?;
            match enrolled {
                1 => Ok(()),
                _ => Err(StoreError::Refused("the code was used or has ended".to_owned())),
            }
        })
    }

    /// Digest of the key of the tablet that is enrolled for a link.
    ///
    /// # Errors
    /// What the database says.
    pub fn kiosk_key(&self, id: LinkId) -> Result<Option<Vec<u8>>> {
        self.read(|conn| {
            let found = kiosk::table
                .find(id.bytes())
                .select(kiosk::key_hash)
                .first::<Option<Vec<u8>>>(conn)
                .optional()?;
            Ok(found.flatten())
        })
    }

    /// The tablets of a round: counter, whether its link works, until when its code enrols, since when it is enrolled.
    ///
    /// # Errors
    /// What the database says.
    pub fn kiosks(&self, round_id: RoundId) -> Result<Vec<Tablet>> {
        self.read(|conn| {
            let rows = kiosk::table
                .inner_join(link::table.on(kiosk::link_id.eq(link::id)))
                .filter(link::round_id.eq(round_id.0))
                .order((link::counter_id, link::serial))
                .select((
                    link::counter_id,
                    link::serial,
                    link::state,
                    kiosk::enrol_until,
                    kiosk::enrolled_at,
                ))
                .load::<(CounterId, i64, String, i64, Option<i64>)>(conn)?;
            let tablet =
                |(counter_id, serial, state, until, enrolled): (_, _, String, _, _)| Tablet {
                    counter_id,
                    serial,
                    works: state == LinkState::Ready.word(),
                    enrol_until: Millis(until),
                    enrolled_at: Option::map(enrolled, Millis),
                };
            Ok(rows.into_iter().map(tablet).collect())
        })
    }
}

/// A tablet as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tablet {
    /// Its counter.
    pub counter_id: CounterId,
    /// Its running number there.
    pub serial: i64,
    /// Whether its link was not made void.
    pub works: bool,
    /// Until when its code enrols a tablet.
    pub enrol_until: Millis,
    /// Since when a tablet is enrolled.
    pub enrolled_at: Option<Millis>,
}

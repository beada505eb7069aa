//! Tablets: enrolled once by a code, known from then on by a key of their own.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, LinkId, RoundId};
use super::link::{LinkState, NewLink, insert_links};
use super::schema::{counter, kiosk, link, unit};
use super::tally::Kind;
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

/// When a tablet was heard last, and how many answers wait on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// When, cut to the minute.
    pub at: Millis,
    /// Answers that wait for the network.
    pub waiting: u16,
}

/// A tablet as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tablet {
    /// Code of its unit.
    pub unit: String,
    /// Its counter.
    pub counter_id: CounterId,
    /// Code of its counter.
    pub counter: String,
    /// Running number at the counter.
    pub serial: i64,
    /// Whether its link takes answers.
    pub state: LinkState,
    /// Until when its code enrols a tablet.
    pub enrol_until: Millis,
    /// When it was enrolled; `None` while its code waits.
    pub enrolled_at: Option<Millis>,
    /// When it was heard last, by the minute; `None` when never.
    pub seen_at: Option<Millis>,
    /// How many answers waited on it then.
    pub waiting: i32,
}

impl Store {
    /// The tablets of a round in order of unit, counter and number.
    ///
    /// # Errors
    /// What the database says.
    pub fn tablets(&self, round_id: RoundId) -> Result<Vec<Tablet>> {
        type Row = (String, (i32, String), i64, (String, i64), Option<i64>, Option<i64>, i32);
        self.read(|conn| {
            kiosk::table
                .inner_join(link::table.inner_join(counter::table.inner_join(unit::table)))
                .filter(link::round_id.eq(round_id).and(link::kind.eq(Kind::Kiosk.word())))
                .order((unit::code, counter::code, link::serial))
                .select((
                    unit::code,
                    (counter::id, counter::code),
                    link::serial,
                    (link::state, kiosk::enrol_until),
                    kiosk::enrolled_at,
                    kiosk::seen_at,
                    kiosk::waiting,
                ))
                .load::<Row>(conn)?
                .into_iter()
                .map(
                    |(
                        unit,
                        (counter_id, counter),
                        serial,
                        (state, until),
                        enrolled,
                        seen,
                        waiting,
                    )| {
                        Ok(Tablet {
                            unit,
                            counter_id: CounterId(counter_id),
                            counter,
                            serial,
                            state: LinkState::from_word(&state)
                                .ok_or(StoreError::Corrupt { what: "link state" })?,
                            enrol_until: Millis(until),
                            enrolled_at: enrolled.map(Millis),
                            seen_at: seen.map(Millis),
                            waiting,
                        })
                    },
                )
                .collect()
        })
    }

    /// Writes when tablets were heard last; an older word changes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_beats(&self, beats: &BTreeMap<LinkId, Beat>) -> Result<()> {
        if beats.is_empty() {
            return Ok(());
        }
        self.transaction(|conn| {
            for (id, beat) in beats {
                let later = kiosk::seen_at.is_null().or(kiosk::seen_at.le(beat.at.0));
                diesel::update(kiosk::table.filter(kiosk::link_id.eq(id.bytes()).and(later)))
                    .set((
                        kiosk::seen_at.eq(Some(beat.at.0)),
                        kiosk::waiting.eq(i32::from(beat.waiting)),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        })
    }

    /// Public half of the pair with which the tablet of a link signs.
    ///
    /// # Errors
    /// What the database says.
    pub fn tablet_sign_key(&self, id: LinkId) -> Result<Option<Vec<u8>>> {
        self.read(|conn| {
            let found = kiosk::table
                .find(id.bytes())
                .select(kiosk::sign_key)
                .first::<Option<Vec<u8>>>(conn)
                .optional()?;
            Ok(found.flatten())
        })
    }

    /// The tablet of a link signs with this pair from now on.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when no tablet is enrolled for the link.
    pub fn set_tablet_sign_key(&self, act: &Act, id: LinkId, key: &[u8]) -> Result<()> {
        self.write(act, |tx| {
            let own = kiosk::link_id.eq(id.bytes()).and(kiosk::key_hash.is_not_null());
            let changed = diesel::update(kiosk::table.filter(own))
                .set(kiosk::sign_key.eq(Some(key.to_vec())))
                .execute(tx.conn())?;
            match changed {
                1 => Ok(()),
                _ => Err(StoreError::Refused("no tablet is enrolled for this link".to_owned())),
            }
        })
    }

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
}

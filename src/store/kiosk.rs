//! Tablets: enrolled once by a code, known from then on by a key of their own.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{LinkId, RoundId};
use super::link::{NewLink, insert_links};
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
}

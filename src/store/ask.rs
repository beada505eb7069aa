//! Asking people: tickets and invitations by mail, and what a mail to a citizen is made from when it is sent.
//!
//! The outbox holds the link alone. The address is the dossier's, encrypted, and gone once the link is spent.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::engine::batch;
use super::id::{CounterId, DossierId, LinkId, RoundId};
use super::link::{LinkState, NewLink, insert_links};
use super::outbox::{INVITATION, MailState, REMINDER};
use super::schema::{counter, dossier, link, outbox, unit};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// A dossier is asked: its link, and the Message-ID of the mail that brings it, for an invitation.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Ticket or invitation.
    pub link: NewLink,
    /// Of the mail.
    pub message_id: Option<String>,
}

/// What a mail to a citizen is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Round.
    pub round_id: RoundId,
    /// State of the link.
    pub state: LinkState,
    /// The code, encrypted; `None` once spent or void.
    pub code_enc: Option<Vec<u8>>,
    /// Dossier.
    pub dossier_id: DossierId,
    /// Address, encrypted; `None` once erased.
    pub contact_enc: Option<Vec<u8>>,
    /// When the link ends by itself.
    pub expires_at: Option<Millis>,
    /// `vi` or `en`.
    pub language: String,
    /// Name of the counter.
    pub counter_name: String,
    /// Name of the unit.
    pub unit_name: String,
}

/// Reminders of one pass.
const REMINDERS: i64 = 500;

/// Issues the links and queues their mails.
pub(super) fn insert_asks(
    conn: &mut Conn,
    at: Millis,
    round_id: RoundId,
    asks: &[Ask],
) -> Result<()> {
    let links: Vec<NewLink> = asks.iter().map(|ask| ask.link.clone()).collect();
    insert_links(conn, at, round_id, &links)?;
    for ask in asks {
        if let Some(message_id) = &ask.message_id {
            let reference = ask.link.id.hex();
            batch::queue_mail(conn, INVITATION, ask.link.id, &reference, message_id, at)?;
        }
    }
    Ok(())
}

impl Store {
    /// What the mail about a link is made from; `None` for a link that no dossier stands behind.
    ///
    /// # Errors
    /// What the database says.
    pub fn invited(&self, id: LinkId) -> Result<Option<Invited>> {
        type Code = (Option<Vec<u8>>, Option<i64>);
        type Row = (RoundId, String, Code, Vec<u8>, Option<Vec<u8>>, String, String, String);
        let row = self.read(|conn| {
            Ok(link::table
                .inner_join(counter::table.inner_join(unit::table))
                .inner_join(dossier::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(link::id.eq(id.bytes()))
                .select((
                    link::round_id,
                    link::state,
                    (link::code_enc, link::expires_at),
                    dossier::id,
                    dossier::contact_enc,
                    dossier::language,
                    counter::name,
                    unit::name,
                ))
                .first::<Row>(conn)
                .optional()?)
        })?;
        row.map(|(round_id, state, code, dossier_id, contact_enc, language, counter, unit)| {
            Ok(Invited {
                round_id,
                state: LinkState::from_word(&state)
                    .ok_or(StoreError::Corrupt { what: "link state" })?,
                code_enc: code.0,
                expires_at: code.1.map(Millis),
                dossier_id: dossier_id.try_into()?,
                contact_enc,
                language,
                counter_name: counter,
                unit_name: unit,
            })
        })
        .transpose()
    }

    /// Erases the address behind a link, as its holder wishes: no further mail goes there. The link stays good. True
    /// when there was one; an unknown link is no error.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsubscribe(&self, id: LinkId, now: Millis) -> Result<bool> {
        self.transaction(|conn| {
            let found = link::table
                .find(id.bytes())
                .select((link::round_id, link::counter_id, link::kind, link::dossier_id))
                .first::<(RoundId, CounterId, String, Option<Vec<u8>>)>(conn)
                .optional()?;
            let Some((round_id, counter_id, kind, Some(of))) = found else { return Ok(false) };
            let held = dossier::id.eq(of).and(dossier::contact_enc.is_not_null());
            let erased = diesel::update(dossier::table.filter(held))
                .set(dossier::contact_enc.eq(None::<Vec<u8>>))
                .execute(conn)?;
            if erased == 0 {
                return Ok(false);
            }
            let kind = Kind::from_word(&kind).ok_or(StoreError::Corrupt { what: "link kind" })?;
            let what = What::Unsubscribed;
            let count = Count { round_id, counter_id, kind, what, hour: now.hour() };
            batch::add_to_tallies(conn, &BTreeMap::from([(count, 1)]))?;
            Ok(true)
        })
    }

    /// Queues reminder number `nth` (1 or 2) where the mail before it was taken by the mail server at or before `sent_by`,
    /// the link is unused and has not ended, and an address is still held; how many. Several servers may do so at once: a
    /// constraint lets each reminder be queued once.
    ///
    /// # Errors
    /// What the database says.
    pub fn queue_reminders(
        &self,
        round_id: RoundId,
        nth: u8,
        sent_by: Millis,
        now: Millis,
        mut message_id: impl FnMut() -> Result<String>,
    ) -> Result<usize> {
        let before = if nth == 1 { INVITATION } else { REMINDER };
        let due = self.read(|conn| {
            Ok(outbox::table
                .inner_join(link::table.on(outbox::link_id.eq(link::id.nullable())))
                .inner_join(dossier::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(link::round_id.eq(round_id).and(link::state.eq(LinkState::Ready.word())))
                .filter(outbox::kind.eq(before).and(outbox::state.eq(MailState::Sent.word())))
                .filter(outbox::sent_at.le(sent_by.0).and(dossier::contact_enc.is_not_null()))
                .filter(dossier::reminders.eq(i32::from(nth) - 1))
                .filter(link::expires_at.is_null().or(link::expires_at.gt(now.0)))
                .order(outbox::id)
                .limit(REMINDERS)
                .select(link::id)
                .load::<Vec<u8>>(conn)?)
        })?;
        let mut queued = 0;
        for id in due {
            let link_id = LinkId::try_from(id)?;
            let message_id = message_id()?;
            let reference = format!("{}:{nth}", link_id.hex());
            queued += self.transaction(|conn| {
                let of = link::table
                    .find(link_id.bytes())
                    .select(link::dossier_id)
                    .first::<Option<Vec<u8>>>(conn)?;
                diesel::update(dossier::table.filter(dossier::id.eq(of.unwrap_or_default())))
                    .set(dossier::reminders.eq(i32::from(nth)))
                    .execute(conn)?;
                batch::queue_mail(conn, REMINDER, link_id, &reference, &message_id, now)
            })?;
        }
        Ok(queued)
    }
}

//! Links as lists show them: by counter, kind and running number, and the mails that bring invitations. Never a code, and
//! never whether a link that takes one answer has had it: who was handed number 17 is known at the counter.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, LinkId, RoundId, UnitId};
use super::link::LinkState;
use super::outbox::{INVITATION, MailState, REMINDER};
use super::schema::{counter, link, outbox};
use super::tally::Kind;
use super::{Result, Store, StoreError};
use crate::clock::Millis;

/// A link in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Running number at its counter.
    pub serial: i64,
    /// Whether it was made void.
    pub is_void: bool,
    /// How often it was printed.
    pub prints: i32,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
}

/// A mail to somebody who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationMail {
    /// Id in the outbox.
    pub id: i64,
    /// Counter of its link.
    pub counter_id: CounterId,
    /// Running number of its link.
    pub serial: i64,
    /// A reminder, not the invitation itself.
    pub reminds: bool,
    /// State.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// How often it went out again though an earlier try may have arrived.
    pub perhaps_twice: i32,
    /// When it went out, or is looked at next.
    pub at: Millis,
    /// The last error in words.
    pub last_error: Option<String>,
}

impl Store {
    /// Links of one kind at a counter behind running number `after`, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn listed_links(
        &self,
        round_id: RoundId,
        counter_id: CounterId,
        kind: Kind,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Listed>> {
        let rows = self.read(|conn| {
            Ok(link::table
                .filter(link::round_id.eq(round_id).and(link::counter_id.eq(counter_id)))
                .filter(link::kind.eq(kind.word()).and(link::serial.gt(after)))
                .order(link::serial)
                .limit(limit)
                .select((link::serial, link::state, link::prints, link::expires_at))
                .load::<(i64, String, i32, Option<i64>)>(conn)?)
        })?;
        let listed = |(serial, state, prints, expires_at): (_, String, _, Option<i64>)| Listed {
            serial,
            is_void: state == LinkState::Void.word(),
            prints,
            expires_at: expires_at.map(Millis),
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    /// The link of this running number.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn numbered_link(
        &self,
        round_id: RoundId,
        counter_id: CounterId,
        kind: Kind,
        serial: i64,
    ) -> Result<LinkId> {
        let id = self.read(|conn| {
            Ok(link::table
                .filter(link::round_id.eq(round_id).and(link::counter_id.eq(counter_id)))
                .filter(link::kind.eq(kind.word()).and(link::serial.eq(serial)))
                .select(link::id)
                .first::<Vec<u8>>(conn)
                .optional()?)
        })?;
        id.ok_or_else(|| StoreError::Missing { what: "link", name: serial.to_string() })?.try_into()
    }

    /// Mails about links at counters of `units` before id `before`, newest first, at most `limit`; of one state, or of all.
    ///
    /// # Errors
    /// What the database says.
    pub fn invitation_mails(
        &self,
        round_id: RoundId,
        units: &[UnitId],
        state: Option<MailState>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<InvitationMail>> {
        type Tail = (i32, i32, i64, Option<i64>, Option<String>);
        type Row = (i64, CounterId, i64, String, String, Tail);
        let rows = self.read(|conn| {
            let mut these = outbox::table
                .inner_join(link::table.on(outbox::link_id.eq(link::id.nullable())))
                .inner_join(counter::table.on(link::counter_id.eq(counter::id)))
                .filter(link::round_id.eq(round_id).and(counter::unit_id.eq_any(units.to_vec())))
                .filter(outbox::kind.eq_any([INVITATION, REMINDER]).and(outbox::id.lt(before)))
                .into_boxed();
            if let Some(state) = state {
                these = these.filter(outbox::state.eq(state.word()));
            }
            Ok(these
                .order(outbox::id.desc())
                .limit(limit)
                .select((
                    outbox::id,
                    counter::id,
                    link::serial,
                    outbox::kind,
                    outbox::state,
                    (
                        outbox::attempts,
                        outbox::perhaps_twice,
                        outbox::due_at,
                        outbox::sent_at,
                        outbox::last_error,
                    ),
                ))
                .load::<Row>(conn)?)
        })?;
        let mail = |(id, counter_id, serial, kind, state, tail): Row| {
            let (attempts, perhaps_twice, due, sent, last_error) = tail;
            let state = MailState::from_word(&state);
            Ok(InvitationMail {
                id,
                counter_id,
                serial,
                reminds: kind == REMINDER,
                state: state.ok_or(StoreError::Corrupt { what: "state of a mail" })?,
                attempts,
                perhaps_twice,
                at: Millis(sent.unwrap_or(due)),
                last_error,
            })
        };
        rows.into_iter().map(mail).collect()
    }

    /// Queues a round's mails that were given up once more, with all tries before them; how many.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn retry_dead_invitations(&self, act: &Act, round_id: RoundId) -> Result<usize> {
        self.write(act, |tx| {
            let of_round =
                link::table.filter(link::round_id.eq(round_id)).select(link::id.nullable());
            let dead = outbox::state.eq(MailState::Dead.word());
            Ok(diesel::update(outbox::table.filter(dead.and(outbox::link_id.eq_any(of_round))))
                .set((
                    outbox::state.eq(MailState::Queued.word()),
                    outbox::attempts.eq(0),
                    outbox::due_at.eq(act.at.0),
                ))
                .execute(tx.conn())?)
        })
    }
}

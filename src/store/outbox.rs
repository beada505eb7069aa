//! The outbox: what is to be mailed. It stores a reference and renders at sending; several servers share it by locks.

use diesel::prelude::*;

use super::schema::outbox;
use super::{Result, Store};
use crate::clock::Millis;

/// A mail that waits, or its fate.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = outbox)]
pub struct Mail {
    /// Id.
    pub id: i64,
    /// What it tells, e.g. `publication`.
    pub kind: String,
    /// Address.
    pub recipient: String,
    /// What it is about, e.g. a digest.
    pub subject_ref: String,
    /// Made once, so that a second sending after a crash is recognised.
    pub message_id: String,
    /// `queued`, `sent`, `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// When it is due.
    pub due_at: i64,
    /// The last error in words.
    pub last_error: Option<String>,
}

impl Store {
    /// Takes the next due mail for `lock_ms`, so that no other server sends it.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_mail(&self, now: Millis, lock_ms: i64) -> Result<Option<Mail>> {
        self.transaction(|conn| {
            let due = outbox::state
                .eq("queued")
                .and(outbox::due_at.le(now.0))
                .and(outbox::locked_until.le(now.0));
            let next = outbox::table
                .filter(due)
                .order((outbox::due_at, outbox::id))
                .select(Mail::as_select())
                .first(conn)
                .optional()?;
            let Some(mail) = next else { return Ok(None) };
            // The condition again: on PostgreSQL two servers may have read the same row.
            let won = diesel::update(
                outbox::table.filter(outbox::id.eq(mail.id).and(outbox::locked_until.le(now.0))),
            )
            .set(outbox::locked_until.eq(now.plus(lock_ms).0))
            .execute(conn)?;
            Ok((won == 1).then_some(mail))
        })
    }

    /// Records the fate of a try.
    ///
    /// # Errors
    /// What the database says.
    pub fn record_mail(&self, id: i64, now: Millis, fate: &MailFate) -> Result<()> {
        self.transaction(|conn| {
            let this = outbox::table.filter(outbox::id.eq(id));
            match fate {
                MailFate::Sent => diesel::update(this)
                    .set((
                        outbox::state.eq("sent"),
                        outbox::sent_at.eq(now.0),
                        outbox::attempts.eq(outbox::attempts + 1),
                        outbox::last_error.eq(None::<String>),
                    ))
                    .execute(conn)?,
                MailFate::Again { at, error } => diesel::update(this)
                    .set((
                        outbox::due_at.eq(at.0),
                        outbox::locked_until.eq(0),
                        outbox::attempts.eq(outbox::attempts + 1),
                        outbox::last_error.eq(error),
                    ))
                    .execute(conn)?,
                MailFate::Dead { error } => diesel::update(this)
                    .set((
                        outbox::state.eq("dead"),
                        outbox::attempts.eq(outbox::attempts + 1),
                        outbox::last_error.eq(error),
                    ))
                    .execute(conn)?,
            };
            Ok(())
        })
    }

    /// All mails, oldest first, at most `limit` after id `after`.
    ///
    /// # Errors
    /// What the database says.
    pub fn mails(&self, after: i64, limit: i64) -> Result<Vec<Mail>> {
        self.read(|conn| {
            Ok(outbox::table
                .filter(outbox::id.gt(after))
                .order(outbox::id)
                .limit(limit)
                .select(Mail::as_select())
                .load(conn)?)
        })
    }
}

/// What became of a try to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailFate {
    /// The server said 250.
    Sent,
    /// A passing failure.
    Again {
        /// Next try.
        at: Millis,
        /// In words.
        error: String,
    },
    /// A lasting failure.
    Dead {
        /// In words.
        error: String,
    },
}

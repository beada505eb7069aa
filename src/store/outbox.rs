//! The outbox: what is to be mailed. It stores a reference and renders at sending; several servers share it.
//!
//! A mail is taken by writing `trying` before anything is sent, so a crash leaves the trace that it may have gone out.
//! A recorded `sent` is final.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{Act, words};
use super::engine::batch;
use super::id::{CounterId, LinkId, RoundId};
use super::schema::{link, outbox};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// Where a mail is in its life.
    MailState {
        /// Waits for its time.
        Queued = "queued",
        /// A try began; how it ended is not recorded, or not known.
        Trying = "trying",
        /// The server said 250.
        Sent = "sent",
        /// Given up; a person must look.
        Dead = "dead",
        /// Not wanted any more: answered, void, unsubscribed or closed before it went out.
        Dropped = "dropped",
    }
}

/// Kind of the mail that tells of a publication.
pub const PUBLICATION: &str = "publication";
/// Kind of the mail that brings a signed tree head to a witness.
pub const HEAD: &str = "head";
/// Kind of the POST that brings it to a witness's web address.
pub const HEAD_WEB: &str = "head_web";
/// Kind of the mail that brings a link to a citizen.
pub const INVITATION: &str = "invitation";
/// Kind of the mail that reminds of it.
pub const REMINDER: &str = "reminder";

/// A mail that waits, or its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Id.
    pub id: i64,
    /// What it tells, e.g. `publication`.
    pub kind: String,
    /// Address; empty where it is behind a link.
    pub recipient: String,
    /// The link that a citizen is told of.
    pub link_id: Option<LinkId>,
    /// What it is about, e.g. a digest.
    pub subject_ref: String,
    /// Made once, so that a second sending after a crash is recognised.
    pub message_id: String,
    /// State.
    pub state: MailState,
    /// Tries so far, the running one included.
    pub attempts: i32,
    /// How often it went out again though an earlier try may have arrived.
    pub perhaps_twice: i32,
    /// When it is next looked at: its time, or the end of the running try's lock.
    pub due_at: Millis,
    /// The last error in words.
    pub last_error: Option<String>,
    /// When the server said 250.
    pub sent_at: Option<Millis>,
}

/// How something leaves: each way has a worker of its own, so that neither waits for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Over the mail server.
    Mail,
    /// To a web address: [`HEAD_WEB`].
    Web,
}

/// Something to be told, queued with what it tells of.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it tells.
    pub kind: &'static str,
    /// Mail or web address.
    pub recipient: String,
    /// Message-ID, made once.
    pub message_id: String,
}

/// Queues notices of what `subject_ref` names, inside the caller's transaction; one that is there already stays.
pub(super) fn queue(
    conn: &mut Conn,
    subject_ref: &str,
    at: Millis,
    notices: &[Notice],
) -> Result<()> {
    for notice in notices {
        let same = outbox::table.filter(
            outbox::kind
                .eq(notice.kind)
                .and(outbox::recipient.eq(&notice.recipient))
                .and(outbox::subject_ref.eq(subject_ref)),
        );
        if same.count().get_result::<i64>(conn)? > 0 {
            continue;
        }
        diesel::insert_into(outbox::table)
            .values((
                outbox::kind.eq(notice.kind),
                outbox::recipient.eq(&notice.recipient),
                outbox::subject_ref.eq(subject_ref),
                outbox::message_id.eq(&notice.message_id),
                outbox::state.eq(MailState::Queued.word()),
                outbox::due_at.eq(at.0),
            ))
            .execute(conn)?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    id: i64,
    kind: String,
    recipient: String,
    link_id: Option<Vec<u8>>,
    subject_ref: String,
    message_id: String,
    state: String,
    attempts: i32,
    perhaps_twice: i32,
    due_at: i64,
    last_error: Option<String>,
    sent_at: Option<i64>,
}

impl TryFrom<Row> for Mail {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            link_id: row.link_id.map(LinkId::try_from).transpose()?,
            subject_ref: row.subject_ref,
            message_id: row.message_id,
            state: MailState::from_word(&row.state)
                .ok_or(StoreError::Corrupt { what: "state of a mail" })?,
            attempts: row.attempts,
            perhaps_twice: row.perhaps_twice,
            due_at: Millis(row.due_at),
            last_error: row.last_error,
            sent_at: row.sent_at.map(Millis),
        })
    }
}

/// What became of a try to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailFate {
    /// The server said 250.
    Sent,
    /// It did not go out; another try.
    Again {
        /// When.
        at: Millis,
        /// Why, in words.
        error: String,
    },
    /// It was handed over and no answer came: it may have arrived. Another try, with the same Message-ID.
    Unknown {
        /// When.
        at: Millis,
        /// Why, in words.
        error: String,
    },
    /// A lasting failure.
    Dead {
        /// In words.
        error: String,
    },
    /// It is not wanted any more, and nothing went out in this try.
    Dropped {
        /// In words.
        why: String,
    },
    /// The try was broken off before anything went out; it does not count.
    Released,
}

/// How many mails are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Waiting.
    pub queued: i64,
    /// Being sent, or their outcome is unknown.
    pub trying: i64,
    /// Gone.
    pub sent: i64,
    /// Given up.
    pub dead: i64,
    /// Not wanted any more when their time came.
    pub dropped: i64,
    /// Those that perhaps arrived twice, whatever their state.
    pub perhaps_twice: i64,
}

/// States in which a mail is still to be sent.
fn waiting() -> [&'static str; 2] {
    [MailState::Queued.word(), MailState::Trying.word()]
}

fn first_due(conn: &mut Conn, channel: Channel, now: Millis) -> Result<Option<Mail>> {
    let due = outbox::table
        .filter(outbox::state.eq_any(waiting()).and(outbox::due_at.le(now.0)))
        .into_boxed();
    let due = match channel {
        Channel::Mail => due.filter(outbox::kind.ne(HEAD_WEB)),
        Channel::Web => due.filter(outbox::kind.eq(HEAD_WEB)),
    };
    due.order((outbox::due_at, outbox::id))
        .select(Row::as_select())
        .first(conn)
        .optional()?
        .map(Mail::try_from)
        .transpose()
}

/// Counts what became of a mail to a citizen with its round's links, which is published.
fn count(conn: &mut Conn, taken: &Mail, now: Millis, fate: &MailFate) -> Result<()> {
    let Some(id) = taken.link_id else { return Ok(()) };
    let sent = if taken.kind == REMINDER { What::Reminded } else { What::Mailed };
    let twice = (What::PerhapsTwice, i64::from(taken.perhaps_twice));
    let counted = match fate {
        MailFate::Sent => vec![(sent, 1), twice],
        MailFate::Dead { .. } => vec![(What::Undelivered, 1), twice],
        _ => return Ok(()),
    };
    let (round_id, counter_id, kind) = link::table
        .find(id.bytes())
        .select((link::round_id, link::counter_id, link::kind))
        .first::<(RoundId, CounterId, String)>(conn)?;
    let kind = Kind::from_word(&kind).ok_or(StoreError::Corrupt { what: "link kind" })?;
    let hour = now.hour();
    let key = |what| Count { round_id, counter_id, kind, what, hour };
    let counts: BTreeMap<Count, i64> =
        counted.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| (key(what), n)).collect();
    batch::add_to_tallies(conn, &counts)
}

impl Store {
    /// True when something is due on a channel.
    ///
    /// # Errors
    /// What the database says.
    pub fn mail_is_due(&self, channel: Channel, now: Millis) -> Result<bool> {
        self.read(|conn| Ok(first_due(conn, channel, now)?.is_some()))
    }

    /// Takes the next due one of a channel for `lock_ms`, so that no other server sends it. One whose last try has no known end is
    /// counted as perhaps twice, or given up after `attempts_max` tries.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_mail(
        &self,
        channel: Channel,
        now: Millis,
        lock_ms: i64,
        attempts_max: i32,
    ) -> Result<Option<Mail>> {
        self.transaction(|conn| {
            while let Some(mail) = first_due(conn, channel, now)? {
                // On PostgreSQL another server may have taken what was just read: the update sees its new attempts.
                let mine = outbox::table.filter(
                    outbox::id
                        .eq(mail.id)
                        .and(outbox::state.eq(mail.state.word()))
                        .and(outbox::attempts.eq(mail.attempts))
                        .and(outbox::due_at.eq(mail.due_at.0)),
                );
                let unknown = mail.state == MailState::Trying;
                if unknown && mail.attempts >= attempts_max {
                    let error =
                        format!("given up after {} tries; it may have arrived", mail.attempts);
                    diesel::update(mine)
                        .set((
                            outbox::state.eq(MailState::Dead.word()),
                            outbox::last_error.eq(error),
                        ))
                        .execute(conn)?;
                    continue;
                }
                let taken = Mail {
                    state: MailState::Trying,
                    attempts: mail.attempts + 1,
                    perhaps_twice: mail.perhaps_twice + i32::from(unknown),
                    due_at: now.plus(lock_ms),
                    ..mail
                };
                let won = diesel::update(mine)
                    .set((
                        outbox::state.eq(taken.state.word()),
                        outbox::attempts.eq(taken.attempts),
                        outbox::perhaps_twice.eq(taken.perhaps_twice),
                        outbox::due_at.eq(taken.due_at.0),
                    ))
                    .execute(conn)?;
                if won == 1 {
                    return Ok(Some(taken));
                }
            }
            Ok(None)
        })
    }

    /// Records the fate of the try that `taken` began; false when another server has taken the mail since, or its 250
    /// is recorded already. A 250 is recorded in any case.
    ///
    /// # Errors
    /// What the database says.
    pub fn record_mail(&self, taken: &Mail, now: Millis, fate: &MailFate) -> Result<bool> {
        let id = outbox::id.eq(taken.id);
        let this_try = id
            .and(outbox::state.eq(MailState::Trying.word()))
            .and(outbox::attempts.eq(taken.attempts));
        self.transaction(|conn| {
            let next = |conn: &mut Conn, state: MailState, at: Millis, error: &str| {
                diesel::update(outbox::table.filter(this_try))
                    .set((
                        outbox::state.eq(state.word()),
                        outbox::due_at.eq(at.0),
                        outbox::last_error.eq(error),
                    ))
                    .execute(conn)
            };
            let changed = match fate {
                MailFate::Sent => {
                    let unsent = outbox::table.filter(id.and(outbox::sent_at.is_null()));
                    diesel::update(unsent)
                        .set((
                            outbox::state.eq(MailState::Sent.word()),
                            outbox::sent_at.eq(now.0),
                            outbox::last_error.eq(None::<String>),
                        ))
                        .execute(conn)?
                }
                MailFate::Again { at, error } => next(conn, MailState::Queued, *at, error)?,
                MailFate::Unknown { at, error } => next(conn, MailState::Trying, *at, error)?,
                MailFate::Dead { error } => next(conn, MailState::Dead, now, error)?,
                MailFate::Dropped { why } => next(conn, MailState::Dropped, now, why)?,
                MailFate::Released => diesel::update(outbox::table.filter(this_try))
                    .set((
                        outbox::state.eq(MailState::Queued.word()),
                        outbox::due_at.eq(now.0),
                        outbox::attempts.eq(taken.attempts - 1),
                    ))
                    .execute(conn)?,
            };
            if changed == 1 {
                count(conn, taken, now, fate)?;
            }
            Ok(changed == 1)
        })
    }

    /// Writes `reason` as the last error of every due mail and leaves it otherwise as it is; how many there are.
    ///
    /// # Errors
    /// What the database says.
    pub fn explain_waiting_mails(&self, now: Millis, reason: &str) -> Result<usize> {
        let due = || {
            let mail = outbox::kind.ne(HEAD_WEB);
            outbox::state.eq_any(waiting()).and(outbox::due_at.le(now.0)).and(mail)
        };
        let untold = || due().and(outbox::last_error.is_null().or(outbox::last_error.ne(reason)));
        let (waiting, to_tell) = self.read(|conn| {
            let waiting: i64 = outbox::table.filter(due()).count().get_result(conn)?;
            let to_tell: i64 = outbox::table.filter(untold()).count().get_result(conn)?;
            Ok((waiting, to_tell))
        })?;
        // Looked at every few seconds, so it writes only what is new.
        if to_tell > 0 {
            self.transaction(|conn| {
                diesel::update(outbox::table.filter(untold()))
                    .set(outbox::last_error.eq(reason))
                    .execute(conn)?;
                Ok(())
            })?;
        }
        Ok(usize::try_from(waiting).unwrap_or(usize::MAX))
    }

    /// Queues the mails that were given up once more, with all tries before them; how many.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn retry_dead_mails(&self, act: &Act) -> Result<usize> {
        self.write(act, |tx| {
            Ok(diesel::update(outbox::table.filter(outbox::state.eq(MailState::Dead.word())))
                .set((
                    outbox::state.eq(MailState::Queued.word()),
                    outbox::attempts.eq(0),
                    outbox::due_at.eq(act.at.0),
                ))
                .execute(tx.conn())?)
        })
    }

    /// How many mails are in which state.
    ///
    /// # Errors
    /// What the database says.
    pub fn mail_counts(&self) -> Result<MailCounts> {
        self.read(|conn| {
            let mut count = |state: MailState| {
                outbox::table.filter(outbox::state.eq(state.word())).count().get_result::<i64>(conn)
            };
            let (queued, trying) = (count(MailState::Queued)?, count(MailState::Trying)?);
            let (sent, dead) = (count(MailState::Sent)?, count(MailState::Dead)?);
            let dropped = count(MailState::Dropped)?;
            let perhaps_twice = outbox::table
                .filter(outbox::perhaps_twice.gt(0))
                .count()
                .get_result::<i64>(conn)?;
            Ok(MailCounts { queued, trying, sent, dead, dropped, perhaps_twice })
        })
    }

    /// The newest mails that are not sent and say why, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn mail_troubles(&self, limit: i64) -> Result<Vec<Mail>> {
        self.read(|conn| {
            outbox::table
                .filter(outbox::sent_at.is_null().and(outbox::last_error.is_not_null()))
                .filter(outbox::state.ne(MailState::Dropped.word()))
                .order(outbox::id.desc())
                .limit(limit)
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(Mail::try_from)
                .collect()
        })
    }

    /// All mails, oldest first, at most `limit` after id `after`.
    ///
    /// # Errors
    /// What the database says.
    pub fn mails(&self, after: i64, limit: i64) -> Result<Vec<Mail>> {
        self.read(|conn| {
            outbox::table
                .filter(outbox::id.gt(after))
                .order(outbox::id)
                .limit(limit)
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(Mail::try_from)
                .collect()
        })
    }

    /// Mails before id `before`, newest first, at most `limit`; of one state, or of all.
    ///
    /// # Errors
    /// What the database says.
    pub fn mails_before(
        &self,
        before: i64,
        state: Option<MailState>,
        limit: i64,
    ) -> Result<Vec<Mail>> {
        self.read(|conn| {
            let mut these = outbox::table.filter(outbox::id.lt(before)).into_boxed();
            if let Some(state) = state {
                these = these.filter(outbox::state.eq(state.word()));
            }
            these
                .order(outbox::id.desc())
                .limit(limit)
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(Mail::try_from)
                .collect()
        })
    }
}

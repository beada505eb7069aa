//! What is deleted when its time has come: announced first, with the number of rows, then done as announced.

use diesel::prelude::*;

use super::actor::{Act, words};
use super::engine::batch;
use super::id::{CounterId, RoundId};
use super::schema::{callback, job, job_file, outbox, publication, retention, tally};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// A rule of the schedule.
    RetentionRule {
        /// Mails that were sent, given up or not wanted any more.
        Mails = "mails",
        /// Call-back sheets (numbers and addresses under the independent body's key) behind the first publication.
        Callbacks = "callbacks",
        /// The hours at which survey pages were opened, behind the first publication; the sums stay.
        Openings = "openings",
        /// Jobs that ended.
        Jobs = "jobs",
        /// Files that jobs made.
        JobFiles = "job_files",
    }
}

impl RetentionRule {
    /// Days that it is kept, from when it ended.
    #[must_use]
    pub fn days(self) -> i64 {
        match self {
            Self::Mails => 90,
            Self::Callbacks | Self::Openings => 30,
            Self::Jobs => 365,
            Self::JobFiles => 7,
        }
    }
}

/// A deletion that is announced, held or done.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = retention)]
pub struct Deletion {
    /// Id.
    pub id: i64,
    rule: String,
    /// What is older is deleted, milliseconds since the epoch.
    pub before: i64,
    /// Rows when it was announced.
    pub n: i64,
    /// When it was announced.
    pub announced_at: i64,
    /// When it is done.
    pub due_at: i64,
    /// `announced`, `held` or `done`.
    pub state: String,
    /// Who did or held it.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<i64>,
    /// Rows that were deleted.
    pub deleted: Option<i64>,
}

impl Deletion {
    /// Its rule.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a word of a newer binary.
    pub fn rule(&self) -> Result<RetentionRule> {
        RetentionRule::from_word(&self.rule).ok_or(StoreError::Corrupt { what: "retention rule" })
    }
}

/// Mails that nobody waits for.
const MAIL_ENDS: [&str; 3] = ["sent", "dead", "dropped"];

/// Rounds first published before a time.
#[diesel::dsl::auto_type]
fn published(before: i64) -> _ {
    publication::table
        .filter(publication::number.eq(1_i32))
        .filter(publication::published_at.lt(before))
        .select(publication::round_id)
}

fn count(conn: &mut Conn, rule: RetentionRule, before: i64) -> Result<i64> {
    Ok(match rule {
        RetentionRule::Mails => outbox::table
            .filter(outbox::state.eq_any(MAIL_ENDS).and(outbox::due_at.lt(before)))
            .count()
            .get_result(conn)?,
        RetentionRule::Callbacks => callback::table
            .filter(callback::round_id.eq_any(published(before)))
            .filter(callback::sheet.ne(Vec::<u8>::new()))
            .count()
            .get_result(conn)?,
        RetentionRule::Openings => tally::table
            .filter(tally::round_id.eq_any(published(before)))
            .filter(tally::what.eq(What::Opened.word()).and(tally::hour.ne(0_i64)))
            .count()
            .get_result(conn)?,
        RetentionRule::Jobs => job::table
            .filter(job::ended_at.lt(before).assume_not_null())
            .count()
            .get_result(conn)?,
        RetentionRule::JobFiles => {
            let old = job::table.filter(job::ended_at.lt(before).assume_not_null()).select(job::id);
            job_file::table.filter(job_file::job_id.eq_any(old)).count().get_result(conn)?
        }
    })
}

fn delete(conn: &mut Conn, rule: RetentionRule, before: i64) -> Result<usize> {
    Ok(match rule {
        RetentionRule::Mails => {
            let old = outbox::state.eq_any(MAIL_ENDS).and(outbox::due_at.lt(before));
            diesel::delete(outbox::table.filter(old)).execute(conn)?
        }
        RetentionRule::Callbacks => {
            // What people said stays: it is published, and computed again from here.
            let old = callback::table
                .filter(callback::round_id.eq_any(published(before)))
                .filter(callback::sheet.ne(Vec::<u8>::new()));
            diesel::update(old).set(callback::sheet.eq(Vec::<u8>::new())).execute(conn)?
        }
        RetentionRule::Openings => openings(conn, before)?,
        RetentionRule::Jobs => {
            let old = job::table.filter(job::ended_at.lt(before).assume_not_null()).select(job::id);
            diesel::delete(job_file::table.filter(job_file::job_id.eq_any(old))).execute(conn)?;
            diesel::delete(job::table.filter(job::ended_at.lt(before).assume_not_null()))
                .execute(conn)?
        }
        RetentionRule::JobFiles => {
            let old = job::table.filter(job::ended_at.lt(before).assume_not_null()).select(job::id);
            diesel::delete(job_file::table.filter(job_file::job_id.eq_any(old))).execute(conn)?
        }
    })
}

/// Sums openings by counter and kind and forgets the hours.
fn openings(conn: &mut Conn, before: i64) -> Result<usize> {
    let opened = What::Opened.word();
    let rows = tally::table
        .filter(tally::round_id.eq_any(published(before)))
        .filter(tally::what.eq(opened).and(tally::hour.ne(0_i64)))
        .select((tally::round_id, tally::counter_id, tally::kind, tally::n))
        .load::<(RoundId, CounterId, String, i64)>(conn)?;
    let mut sums = std::collections::BTreeMap::new();
    for (round_id, counter_id, kind, n) in rows {
        let kind = Kind::from_word(&kind).ok_or(StoreError::Corrupt { what: "link kind" })?;
        let key = Count { round_id, counter_id, kind, what: What::Opened, hour: 0 };
        *sums.entry(key).or_insert(0) += n;
    }
    let gone = diesel::delete(
        tally::table
            .filter(tally::round_id.eq_any(published(before)))
            .filter(tally::what.eq(opened).and(tally::hour.ne(0_i64))),
    )
    .execute(conn)?;
    batch::add_to_tallies(conn, &sums)?;
    Ok(gone)
}

impl Store {
    /// How many rows a rule would delete that are older than `before`.
    ///
    /// # Errors
    /// What the database says.
    pub fn retention_count(&self, rule: RetentionRule, before: Millis) -> Result<i64> {
        self.read(|conn| count(conn, rule, before.0))
    }

    /// Announces a deletion; one that is announced already stays as it is.
    ///
    /// # Errors
    /// What the database says.
    pub fn announce(
        &self,
        act: &Act,
        rule: RetentionRule,
        before: Millis,
        due_at: Millis,
    ) -> Result<()> {
        let announced = self.write(act, |tx| {
            let conn = tx.conn();
            let n = count(conn, rule, before.0)?;
            diesel::insert_into(retention::table)
                .values((
                    retention::rule.eq(rule.word()),
                    retention::before.eq(before.0),
                    retention::n.eq(n),
                    retention::announced_at.eq(act.at.0),
                    retention::due_at.eq(due_at.0),
                    retention::state.eq("announced"),
                ))
                .execute(conn)?;
            Ok(())
        });
        match announced {
            Err(error) if error.is_unique_violation() => Ok(()),
            done => done,
        }
    }

    /// Deletions, the newest first, those before id `before`, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn deletions(&self, before: Option<i64>, limit: i64) -> Result<Vec<Deletion>> {
        self.read(|conn| {
            Ok(retention::table
                .filter(retention::id.lt(before.unwrap_or(i64::MAX)))
                .order(retention::id.desc())
                .limit(limit)
                .select(Deletion::as_select())
                .load(conn)?)
        })
    }

    /// Deletions that are announced.
    ///
    /// # Errors
    /// What the database says.
    pub fn announced(&self) -> Result<Vec<Deletion>> {
        self.read(|conn| {
            Ok(retention::table
                .filter(retention::state.eq("announced"))
                .order(retention::id)
                .select(Deletion::as_select())
                .load(conn)?)
        })
    }

    /// Does a deletion as it was announced; how many rows. `None` when it was done or held meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn carry_out(&self, act: &Act, id: i64) -> Result<Option<i64>> {
        let done = self.write(act, |tx| {
            let conn = tx.conn();
            let waiting = retention::id.eq(id).and(retention::state.eq("announced"));
            // The update comes first: on PostgreSQL it makes a second server wait and then find nothing.
            let n = diesel::update(retention::table.filter(waiting))
                .set((
                    retention::state.eq("done"),
                    retention::settled_by.eq(act.actor.name()),
                    retention::settled_at.eq(act.at.0),
                    retention::deleted.eq(0_i64),
                ))
                .execute(conn)?;
            if n != 1 {
                return Err(StoreError::Stopped);
            }
            let found = retention::table.find(id).select(Deletion::as_select()).first(conn)?;
            let deleted = delete(conn, found.rule()?, found.before)?;
            let deleted = i64::try_from(deleted).unwrap_or(i64::MAX);
            diesel::update(retention::table.find(id))
                .set(retention::deleted.eq(deleted))
                .execute(conn)?;
            Ok(deleted)
        });
        match done {
            Ok(deleted) => Ok(Some(deleted)),
            Err(StoreError::Stopped) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Holds an announced deletion: nothing is deleted, and it is announced anew when its time comes again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it was done or held before.
    pub fn hold_deletion(&self, act: &Act, id: i64) -> Result<()> {
        self.write(act, |tx| {
            let waiting = retention::id.eq(id).and(retention::state.eq("announced"));
            let n = diesel::update(retention::table.filter(waiting))
                .set((
                    retention::state.eq("held"),
                    retention::settled_by.eq(act.actor.name()),
                    retention::settled_at.eq(act.at.0),
                ))
                .execute(tx.conn())?;
            if n == 1 {
                Ok(())
            } else {
                Err(StoreError::Refused("this deletion was done or held before".to_owned()))
            }
        })
    }
}

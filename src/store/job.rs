//! Work in the background: asked for once, taken by one server at a time, ended once.
//!
//! A server takes a job by a lease with a number. Whatever a job writes is written through a store that is fenced by the
//! lease ([`Store::fenced`]): the same transaction checks that the lease is still held, so that a job taken over or
//! cancelled writes nothing more, wherever its first server stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;

use super::actor::{Act, words};
use super::schema::{job, job_file};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// How far a job is.
    JobState {
        /// Nobody has begun it, or it was let go.
        Waiting = "waiting",
        /// A server holds it.
        Running = "running",
        /// Done.
        Done = "done",
        /// It failed; a person may try it again.
        Failed = "failed",
        /// A person stopped it.
        Cancelled = "cancelled",
    }
}

/// A job that is asked for.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which work.
    pub kind: &'static str,
    /// What it is done to, e.g. a round's code.
    pub subject: String,
    /// Settings, JSON; never answers, codes or addresses.
    pub params: serde_json::Value,
    /// Second person, where two are needed.
    pub witness: Option<String>,
    /// Pieces of a file that it takes, encrypted where it is anybody's.
    pub file: Vec<Vec<u8>>,
}

/// A job as stored.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = job)]
pub struct Job {
    /// Id.
    pub id: i64,
    /// Which work.
    pub kind: String,
    /// What it is done to.
    pub subject: String,
    /// Settings, JSON.
    pub params: String,
    /// Who asked for it.
    pub asked_by: String,
    /// Second person.
    pub witness: Option<String>,
    /// When, milliseconds since the epoch.
    pub asked_at: i64,
    state: String,
    /// Until when a server holds it.
    pub lease_until: Option<i64>,
    /// How often it was begun.
    pub attempts: i32,
    /// It is to stop.
    pub cancel: bool,
    /// What is being done, a word.
    pub step: String,
    /// How much of it is done.
    pub done: i64,
    /// How much there is; 0 where that is not known.
    pub total: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// What it did, JSON.
    pub result: Option<String>,
    /// When it ended.
    pub ended_at: Option<i64>,
}

impl Job {
    /// How far it is.
    #[must_use]
    pub fn state(&self) -> JobState {
        JobState::from_word(&self.state).unwrap_or(JobState::Failed)
    }

    /// The lease of the server that has just taken it.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease { job: self.id, attempt: self.attempts }
    }
}

/// One server's hold on a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: i64,
    /// Which beginning of it.
    pub attempt: i32,
}

/// How a hold ends.
#[derive(Clone, Debug)]
pub enum JobEnd {
    /// With what it did.
    Done(serde_json::Value),
    /// With why not.
    Failed(String),
    /// A person stopped it.
    Cancelled,
    /// The server stops; another goes on.
    Released,
}

/// What stands between a job and the database: its lease, and whether it is to stop.
#[derive(Clone, Debug)]
pub struct Fence {
    lease: Lease,
    lease_ms: i64,
    stop: Arc<AtomicBool>,
}

impl Fence {
    /// A fence of this lease; `stop` turns true once the job is cancelled, lost or let go.
    #[must_use]
    pub fn new(lease: Lease, lease_ms: i64, stop: Arc<AtomicBool>) -> Self {
        Self { lease, lease_ms, stop }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) { Err(StoreError::Stopped) } else { Ok(()) }
    }

    /// Within a writing transaction, at its beginning and its end: the lease is held, and held on. In between the row is
    /// locked, so that nobody takes the job however long it takes.
    pub(super) fn hold(&self, conn: &mut Conn, at: Millis) -> Result<()> {
        self.check()?;
        let held = diesel::update(held(self.lease).filter(job::cancel.eq(false)))
            .set(job::lease_until.eq(at.plus(self.lease_ms).0))
            .execute(conn)?;
        if held == 1 { Ok(()) } else { Err(StoreError::Stopped) }
    }
}

#[diesel::dsl::auto_type]
fn held(lease: Lease) -> _ {
    let id: i64 = lease.job;
    let attempt: i32 = lease.attempt;
    job::table
        .filter(job::id.eq(id))
        .filter(job::attempts.eq(attempt))
        .filter(job::state.eq("running"))
}

/// Bytes of a piece of a file.
pub const PART_BYTES: usize = 512 * 1024;

impl Store {
    /// The same store for one job: nothing is written once its lease is gone.
    #[must_use]
    pub fn fenced(&self, fence: Fence) -> Self {
        let mut store = self.clone();
        store.fence = Some(Arc::new(fence));
        store
    }

    /// Asks for a job; where the same is waiting or running already, that one's id.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn ask_job(&self, act: &Act, new: &NewJob) -> Result<i64> {
        let asked = self.write(act, |tx| {
            let conn = tx.conn();
            if let Some(id) = active(conn, new)? {
                return Ok(id);
            }
            let id = diesel::insert_into(job::table)
                .values((
                    job::kind.eq(new.kind),
                    job::subject.eq(&new.subject),
                    job::params.eq(new.params.to_string()),
                    job::asked_by.eq(act.actor.name()),
                    job::witness.eq(&new.witness),
                    job::asked_at.eq(act.at.0),
                    job::state.eq(JobState::Waiting.word()),
                ))
                .returning(job::id)
                .get_result::<i64>(conn)?;
            put_parts(conn, id, &new.file)?;
            Ok(id)
        });
        match asked {
            // Two servers at once: the other's is the one.
            Err(error) if error.is_unique_violation() => {
                let known = self.read(|conn| active(conn, new))?;
                known.ok_or(error)
            }
            asked => asked,
        }
    }

    /// Jobs, the newest first, those before id `before`, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn jobs(&self, before: Option<i64>, limit: i64) -> Result<Vec<Job>> {
        self.read(|conn| {
            Ok(job::table
                .filter(job::id.lt(before.unwrap_or(i64::MAX)))
                .order(job::id.desc())
                .limit(limit)
                .select(Job::as_select())
                .load(conn)?)
        })
    }

    /// One job.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn job(&self, id: i64) -> Result<Job> {
        self.read(|conn| {
            job::table
                .find(id)
                .select(Job::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "job", name: id.to_string() })
        })
    }

    /// Takes the job that has waited longest, or one whose server is gone, for `lease_ms`. One begun `attempts_max` times
    /// without an end is given up.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_job(&self, now: Millis, lease_ms: i64, attempts_max: i32) -> Result<Option<Job>> {
        if self.read(|conn| free(conn, now))?.is_none() {
            return Ok(None);
        }
        self.transaction(|conn| {
            while let Some(found) = free(conn, now)? {
                // On PostgreSQL another server may have taken what was just read: the update sees its attempts.
                let late =
                    job::lease_until.is_null().or(job::lease_until.le(now.0).assume_not_null());
                let mine = job::table
                    .filter(job::id.eq(found.id))
                    .filter(late)
                    .filter(job::attempts.eq(found.attempts))
                    .filter(job::state.eq(found.state.clone()));
                let over = found.attempts >= attempts_max;
                if found.cancel || over {
                    let end = if found.cancel { JobState::Cancelled } else { JobState::Failed };
                    let error = (!found.cancel).then(|| {
                        format!("given up: begun {} times without an end", found.attempts)
                    });
                    diesel::update(mine)
                        .set((
                            job::state.eq(end.word()),
                            job::lease_until.eq(None::<i64>),
                            job::ended_at.eq(now.0),
                            job::last_error.eq(error),
                        ))
                        .execute(conn)?;
                    continue;
                }
                let won = diesel::update(mine)
                    .set((
                        job::state.eq(JobState::Running.word()),
                        job::attempts.eq(found.attempts + 1),
                        job::lease_until.eq(now.plus(lease_ms).0),
                    ))
                    .execute(conn)?;
                if won == 1 {
                    return Ok(Some(Job {
                        state: JobState::Running.word().to_owned(),
                        attempts: found.attempts + 1,
                        lease_until: Some(now.plus(lease_ms).0),
                        ..found
                    }));
                }
            }
            Ok(None)
        })
    }

    /// Holds a job on; `None` when it is another's by now, `Some(true)` when it is to stop.
    ///
    /// # Errors
    /// What the database says.
    pub fn renew_job(&self, lease: Lease, now: Millis, lease_ms: i64) -> Result<Option<bool>> {
        self.transaction(|conn| {
            diesel::update(held(lease))
                .set(job::lease_until.eq(now.plus(lease_ms).0))
                .execute(conn)?;
            Ok(held(lease).select(job::cancel).first(conn).optional()?)
        })
    }

    /// Tells how far a job is.
    ///
    /// # Errors
    /// What the database says.
    pub fn tell_job(&self, lease: Lease, step: &str, done: i64, total: i64) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(held(lease))
                .set((job::step.eq(step), job::done.eq(done), job::total.eq(total)))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Ends a hold; false when the job is another's by now.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_job(&self, lease: Lease, now: Millis, end: &JobEnd) -> Result<bool> {
        self.transaction(|conn| {
            let (state, error, result) = match end {
                JobEnd::Done(result) => (JobState::Done, None, Some(result.to_string())),
                JobEnd::Failed(error) => (JobState::Failed, Some(error.clone()), None),
                JobEnd::Cancelled => (JobState::Cancelled, None, None),
                JobEnd::Released => (JobState::Waiting, None, None),
            };
            let ended = (state != JobState::Waiting).then_some(now.0);
            let n = diesel::update(held(lease))
                .set((
                    job::state.eq(state.word()),
                    job::lease_until.eq(None::<i64>),
                    job::ended_at.eq(ended),
                    job::last_error.eq(error),
                    job::result.eq(result),
                ))
                .execute(conn)?;
            // A server that stops in order has not tried in vain.
            if n == 1 && state == JobState::Waiting {
                diesel::update(job::table.filter(job::id.eq(lease.job)))
                    .set(job::attempts.eq(lease.attempt))
                    .execute(conn)?;
            }
            Ok(n == 1)
        })
    }

    /// Stops a job: one that waits at once, one that runs at its next step.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has ended.
    pub fn cancel_job(&self, act: &Act, id: i64) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let waiting = job::id.eq(id).and(job::state.eq(JobState::Waiting.word()));
            let stopped = diesel::update(job::table.filter(waiting))
                .set((
                    job::state.eq(JobState::Cancelled.word()),
                    job::cancel.eq(true),
                    job::ended_at.eq(act.at.0),
                ))
                .execute(conn)?;
            let running = job::id.eq(id).and(job::state.eq(JobState::Running.word()));
            let told = diesel::update(job::table.filter(running))
                .set(job::cancel.eq(true))
                .execute(conn)?;
            if stopped + told == 0 {
                return Err(StoreError::Refused("this job has ended already".to_owned()));
            }
            Ok(())
        })
    }

    /// Lets a job that failed or was stopped wait again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has not, or when the same is waiting or running.
    pub fn retry_job(&self, act: &Act, id: i64) -> Result<()> {
        let tried = self.write(act, |tx| {
            let ended = [JobState::Failed.word(), JobState::Cancelled.word()];
            let n = diesel::update(job::table.filter(job::id.eq(id).and(job::state.eq_any(ended))))
                .set((
                    job::state.eq(JobState::Waiting.word()),
                    job::cancel.eq(false),
                    job::ended_at.eq(None::<i64>),
                    job::attempts.eq(0),
                ))
                .execute(tx.conn())?;
            if n == 1 {
                Ok(())
            } else {
                Err(StoreError::Refused(
                    "only a job that failed or was stopped is tried again".to_owned(),
                ))
            }
        });
        match tried {
            Err(error) if error.is_unique_violation() => {
                Err(StoreError::Refused("the same job is waiting or running already".to_owned()))
            }
            tried => tried,
        }
    }

    /// Puts the pieces of a file in the place of those before.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the job is another's by now.
    pub fn put_job_file(&self, lease: Lease, parts: &[Vec<u8>]) -> Result<()> {
        self.transaction(|conn| {
            if held(lease).select(job::id).first::<i64>(conn).optional()?.is_none() {
                return Err(StoreError::Stopped);
            }
            diesel::delete(job_file::table.filter(job_file::job_id.eq(lease.job))).execute(conn)?;
            put_parts(conn, lease.job, parts)
        })
    }

    /// A piece of a job's file; `None` behind the last.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_part(&self, id: i64, part: i32) -> Result<Option<Vec<u8>>> {
        self.read(|conn| {
            Ok(job_file::table.find((id, part)).select(job_file::bytes).first(conn).optional()?)
        })
    }
}

fn put_parts(conn: &mut Conn, id: i64, parts: &[Vec<u8>]) -> Result<()> {
    for (part, bytes) in (0_i32..).zip(parts) {
        diesel::insert_into(job_file::table)
            .values((job_file::job_id.eq(id), job_file::part.eq(part), job_file::bytes.eq(bytes)))
            .execute(conn)?;
    }
    Ok(())
}

fn active(conn: &mut Conn, new: &NewJob) -> Result<Option<i64>> {
    let open = [JobState::Waiting.word(), JobState::Running.word()];
    Ok(job::table
        .filter(job::kind.eq(new.kind).and(job::subject.eq(&new.subject)))
        .filter(job::state.eq_any(open))
        .select(job::id)
        .first(conn)
        .optional()?)
}

/// The job to be taken next.
fn free(conn: &mut Conn, now: Millis) -> Result<Option<Job>> {
    let waits = job::state.eq(JobState::Waiting.word());
    let left = job::state.eq(JobState::Running.word()).and(job::lease_until.le(now.0));
    Ok(job::table
        .filter(waits.or(left.assume_not_null()))
        .order(job::id)
        .select(Job::as_select())
        .first(conn)
        .optional()?)
}

//! A server at work: it takes the next job, holds it on while it is done, and ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::work::{Told, is_stop, work};
use crate::round::{Desk, Result};
use crate::store::StoreError;
use crate::store::job::{Fence, Job, JobEnd};

/// How long a server that is silent keeps a job, milliseconds.
const LEASE_MS: i64 = 15_000;
/// Between two beats of a server that works.
const BEAT: Duration = Duration::from_secs(1);
/// Between two looks for work.
const LOOK: Duration = Duration::from_secs(1);
/// Tenths of a beat that a server waits for its work when it stops.
const PATIENCE: u32 = 150;
/// Beginnings without an end after which a job is given up.
const ATTEMPTS_MAX: i32 = 5;

/// A server's thread for jobs; asked to stop when dropped, and waited for as long as it takes to let go.
#[derive(Debug)]
pub struct Workers {
    stop: Arc<AtomicBool>,
    wake: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Workers {
    /// Starts working.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(desk: Desk) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = channel::<()>();
        let stopping = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(move || {
            while !stopping.load(Ordering::Relaxed) {
                match work_one(&desk, &stopping) {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(error = %error, "jobs cannot be looked at; trying again")
                    }
                }
                if woken.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
            }
        })?;
        Ok(Self { stop, wake, thread: Some(thread) })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.wake.send(());
        let Some(thread) = self.thread.take() else { return };
        let mut left = PATIENCE;
        while !thread.is_finished() && left > 0 {
            left -= 1;
            std::thread::sleep(BEAT / 10);
        }
        // One that computes on has let its job go and can write nothing; it ends with the process.
        if thread.is_finished() {
            let _ = thread.join();
        }
    }
}

/// Takes the next job, if any, and does it; false when there is none.
///
/// # Errors
/// What the database says of jobs; why a job failed is written with the job.
pub fn work_one(desk: &Desk, stop: &Arc<AtomicBool>) -> Result<bool> {
    let Some(job) = desk.store.take_job(desk.clock.now(), LEASE_MS, ATTEMPTS_MAX)? else {
        return Ok(false);
    };
    let lease = job.lease();
    let halt = Arc::new(AtomicBool::new(false));
    let fence = Fence::new(lease, LEASE_MS, Arc::clone(&halt));
    let fenced = Desk { store: desk.store.fenced(fence), ..desk.clone() };
    let (done, ended) = channel::<()>();
    let (held, halted) = (&job, &halt);
    let done = std::thread::scope(move |scope| {
        scope.spawn(move || hold(desk, held, stop, halted, &ended));
        let told = Told { desk, lease };
        let work = || work(&fenced, held, told);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        drop(done);
        result
    });
    let end = match done {
        // A panic is told in the log with its place; the thread goes on with other work.
        Err(_) => JobEnd::Failed("the work broke off; the log of the server says where".to_owned()),
        Ok(Ok(result)) => JobEnd::Done(result),
        Ok(Err(error)) if is_stop(&error) => {
            let now = desk.store.job(job.id)?;
            if now.cancel { JobEnd::Cancelled } else { JobEnd::Released }
        }
        Ok(Err(error)) => {
            tracing::warn!(job.id = job.id, job.kind = job.kind, error = %error, "a job failed");
            JobEnd::Failed(told_of(&error))
        }
    };
    end_patiently(desk, &job, &end)?;
    Ok(true)
}

/// Tries to record an end: one that is not recorded makes the job run once more.
const RECORDS: u32 = 5;

fn end_patiently(desk: &Desk, job: &Job, end: &JobEnd) -> Result<()> {
    let mut left = RECORDS;
    loop {
        left -= 1;
        match desk.store.end_job(job.lease(), desk.clock.now(), end) {
            Err(StoreError::Busy | StoreError::Database(_)) if left > 0 => std::thread::sleep(BEAT),
            ended => return Ok(ended.map(drop)?),
        }
    }
}

/// Holds a job on until its work ends; turns `halt` on when it is to stop.
fn hold(desk: &Desk, job: &Job, stop: &AtomicBool, halt: &AtomicBool, ended: &Receiver<()>) {
    while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
        if stop.load(Ordering::Relaxed) {
            halt.store(true, Ordering::Relaxed);
            // Let go now: another server need not wait for the lease to run out.
            let _ = desk.store.end_job(job.lease(), desk.clock.now(), &JobEnd::Released);
            return;
        }
        match desk.store.renew_job(job.lease(), desk.clock.now(), LEASE_MS) {
            Ok(Some(false)) => {}
            Ok(Some(true) | None) => halt.store(true, Ordering::Relaxed),
            // The lease outlives many beats.
            Err(error) => tracing::debug!(error = %error, "a job was not held on; trying again"),
        }
    }
}

/// Most characters of an error that is kept.
const ERROR_CHARS_MAX: usize = 2_000;

fn told_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text.push_str(": ");
        text.push_str(&one.to_string());
        cause = one.source();
    }
    text.chars().take(ERROR_CHARS_MAX).collect()
}

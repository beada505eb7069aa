//! Group commit: handlers hand their row to a bounded queue, one writer takes whatever waits, writes it in one
//! transaction, and only then are the waiting handlers answered. No timer: under load batches grow by themselves.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{CollectError, Rejection};
use crate::store::intake::{Fate, Submission, Writer};

/// Rows of one transaction: keeps the write lock well under 50 ms (design §3).
const BATCH_MAX: usize = 512;
/// Tries of one batch before its senders are told to come back.
const TRIES: usize = 3;
/// What a full queue asks for.
const RETRY_AFTER_S: u32 = 2;

struct Job {
    submission: Submission,
    answer: oneshot::Sender<Result<Fate, CollectError>>,
}

/// Depth and totals, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueNumbers {
    /// Rows waiting or being written.
    pub waiting: usize,
    /// Transactions so far.
    pub batches: usize,
    /// Rows handed to the writer so far.
    pub rows: usize,
    /// Rows refused because the queue was full.
    pub refused: usize,
}

#[derive(Default)]
struct Counters {
    waiting: AtomicUsize,
    batches: AtomicUsize,
    rows: AtomicUsize,
    refused: AtomicUsize,
}

/// The queue and its writer.
pub struct Queue {
    sender: RwLock<Option<SyncSender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

impl Queue {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// [`CollectError::Stopped`] when the system gives no thread.
    pub fn start(writer: Writer, length: usize) -> Result<Self, CollectError> {
        let (sender, receiver) = sync_channel(length);
        let counters = Arc::new(Counters::default());
        let shared = Arc::clone(&counters);
        let thread = std::thread::Builder::new()
            .name("intake-writer".to_owned())
            .spawn(move || run(writer, &receiver, &shared))
            .map_err(|_| CollectError::Stopped)?;
        Ok(Self { sender: RwLock::new(Some(sender)), writer: Mutex::new(Some(thread)), counters })
    }

    /// Hands a row to the writer and waits for its fate.
    ///
    /// # Errors
    /// [`Rejection::Busy`] at once when the queue is full or draining, [`Rejection::Failed`].
    pub async fn write(&self, submission: Submission) -> Result<Fate, Rejection> {
        let (answer, fate) = oneshot::channel();
        self.push(Job { submission, answer })?;
        match fate.await {
            Ok(fate) => Ok(fate?),
            Err(_) => Err(Rejection::Failed(CollectError::Stopped)),
        }
    }

    fn push(&self, job: Job) -> Result<(), Rejection> {
        let busy = || {
            self.counters.refused.fetch_add(1, Ordering::Relaxed);
            Err(Rejection::Busy { retry_after: RETRY_AFTER_S })
        };
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = &*sender else { return busy() };
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        match sender.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
                busy()
            }
        }
    }

    /// Takes no more rows and returns when all that waited are written and answered.
    pub fn drain(&self) {
        drop(self.sender.write().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!(
                "the intake writer ended by a panic; unacknowledged answers were not stored"
            );
        }
    }

    /// Depth and totals.
    #[must_use]
    pub fn numbers(&self) -> QueueNumbers {
        QueueNumbers {
            waiting: self.counters.waiting.load(Ordering::Relaxed),
            batches: self.counters.batches.load(Ordering::Relaxed),
            rows: self.counters.rows.load(Ordering::Relaxed),
            refused: self.counters.refused.load(Ordering::Relaxed),
        }
    }
}

fn run(mut writer: Writer, receiver: &Receiver<Job>, counters: &Counters) {
    while let Ok(first) = receiver.recv() {
        let mut rows = vec![first.submission];
        let mut answers = vec![first.answer];
        while rows.len() < BATCH_MAX {
            let Ok(job) = receiver.try_recv() else { break };
            rows.push(job.submission);
            answers.push(job.answer);
        }
        counters.batches.fetch_add(1, Ordering::Relaxed);
        counters.rows.fetch_add(rows.len(), Ordering::Relaxed);
        let written = write(&mut writer, &rows);
        counters.waiting.fetch_sub(rows.len(), Ordering::Relaxed);
        for (answer, fate) in answers.into_iter().zip(written) {
            // A receiver that is gone had its connection cut; it will ask again with the same id.
            let _ = answer.send(fate);
        }
    }
}

/// Writes a batch. If it fails as a whole again and again, each row is tried by itself, so that one bad row harms no other.
fn write(writer: &mut Writer, rows: &[Submission]) -> Vec<Result<Fate, CollectError>> {
    for attempt in 1..=TRIES {
        match writer.accept(rows) {
            Ok(fates) => return fates.into_iter().map(Ok).collect(),
            Err(error) => tracing::warn!(
                error = %error, cause = ?error.source().map(ToString::to_string),
                attempt, rows = rows.len(), "a batch of answers was not written"
            ),
        }
    }
    rows.iter()
        .map(|row| {
            let fates = writer.accept(std::slice::from_ref(row))?;
            fates.into_iter().next().ok_or(CollectError::Stopped)
        })
        .collect()
}

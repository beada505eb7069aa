//! Moves SQLite's write-ahead log into the database file beside the writer, so that no answer waits for it.
//!
//! Most of the log is moved while answers go on being written; what came in meanwhile is moved in the writer's turn, which
//! lets the log begin anew. Without that second step it would grow as long as the rush lasts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::engine::{Conn, Engine};
use super::{Result, Store, StoreError};

/// How often the length of the log is looked at.
const EVERY: Duration = Duration::from_millis(100);
/// Answers in the log that make moving worth its while: about 64 MiB. The longer it may grow, the more of its pages were
/// written again meanwhile and need not be moved.
const ROWS: usize = 32_000;
/// Looks without a rush after which the little that is there is moved, too.
const QUIET_LOOKS: u32 = 50;
/// Pages that may be left for the writer's turn: a few milliseconds.
const REST_PAGES: i32 = 2_000;
/// Tries to get the rest that small.
const TRIES: usize = 4;

/// Rows written since the log was last moved.
#[derive(Debug, Default)]
pub struct Logged(AtomicUsize);

impl Logged {
    pub(super) fn add(&self, rows: usize) {
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}

/// A running thread that moves the log; ends when dropped.
#[derive(Debug)]
pub struct Checkpoints {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = Integer)]
    checkpointed: i32,
}

impl Store {
    /// Starts moving the log from time to time; nothing on PostgreSQL, which does so by itself.
    ///
    /// # Errors
    /// When the database cannot be reached or the system gives no thread.
    pub fn start_checkpoints(&self) -> Result<Option<Checkpoints>> {
        if matches!(self.engine(), Engine::Postgres(_)) {
            return Ok(None);
        }
        let (stop, stopped) = channel::<()>();
        let mut conn = self.engine().connect()?;
        let store = self.clone();
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || {
                let mut looks = 0;
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    looks += 1;
                    let rows = store.logged().0.load(Ordering::Relaxed);
                    if rows >= ROWS || (rows > 0 && looks >= QUIET_LOOKS) {
                        looks = 0;
                        store.logged().0.store(0, Ordering::Relaxed);
                        if let Err(error) = store.move_log(&mut conn) {
                            tracing::warn!(error = %error, "the write-ahead log was not moved; it is tried again");
                        }
                    }
                }
            })
            .map_err(|_| StoreError::Busy)?;
        Ok(Some(Checkpoints { stop: Some(stop), thread: Some(thread) }))
    }

    /// Moves all of the log into the database file and empties it, so that what was erased is in neither; nothing on
    /// PostgreSQL.
    ///
    /// # Errors
    /// What the database says.
    pub fn checkpoint(&self) -> Result<()> {
        if let Conn::Sqlite(sqlite) = &mut *self.connection()? {
            sqlite.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    fn move_log(&self, conn: &mut Conn) -> Result<()> {
        let mut moved = passive(conn)?;
        for _ in 1..TRIES {
            let further = passive(conn)?;
            let rest = further - std::mem::replace(&mut moved, further);
            if rest <= REST_PAGES {
                break;
            }
        }
        let _turn = self.turn();
        passive(conn)?;
        Ok(())
    }
}

/// Moves what is in the log now without stopping anyone; how many of its pages are moved since it began anew.
fn passive(conn: &mut Conn) -> Result<i32> {
    let Conn::Sqlite(sqlite) = conn else { return Ok(0) };
    Ok(diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)")
        .get_result::<Moved>(sqlite)?
        .checkpointed)
}

//! The store itself: a pool for reading, and one way to write.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::{Pool, PooledConnection};

use super::actor::Act;
use super::checkpoint::Logged;
use super::engine::{Conn, Engine, Manager};
use super::job::Fence;
use super::{Result, StoreError, actor, audit};

/// A handle on one database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    pool: Pool<Manager>,
    /// SQLite has one writer: threads of this process queue here instead of polling its lock.
    writer: Arc<Mutex<()>>,
    logged: Arc<Logged>,
    /// What a job writes and reads through.
    pub(super) fence: Option<Arc<Fence>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine.name()).finish_non_exhaustive()
    }
}

/// A writing transaction whose right was checked.
pub struct Tx<'a> {
    conn: &'a mut Conn,
}

impl Tx<'_> {
    /// The connection, for the queries of this module's aggregates.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }
}

/// How long a caller waits for a free connection.
const WAIT: Duration = Duration::from_secs(10);

fn pool(
    engine: &Engine,
    connections: u32,
    wait: Duration,
    deadline: Option<Duration>,
) -> Result<Pool<Manager>> {
    Pool::builder()
        .max_size(connections.max(1))
        .min_idle(Some(0))
        .connection_timeout(wait)
        .test_on_check_out(matches!(engine, Engine::Postgres(_)))
        .build(Manager { engine: engine.clone(), deadline })
        .map_err(|_| StoreError::Busy)
}

impl Store {
    /// Opens the database, checks that it keeps what it acknowledges, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Connect`], [`StoreError::NotDurable`], [`StoreError::Newer`].
    pub fn open(address: &str, connections: u32) -> Result<Self> {
        let engine = Engine::parse(address)?;
        engine.connect()?.migrate()?;
        let pool = pool(&engine, connections, WAIT, None)?;
        Ok(Self { engine, pool, writer: Arc::default(), logged: Arc::default(), fence: None })
    }

    /// The same database through connections of its own, for a face whose slow questions must not keep others waiting:
    /// at most `connections` at once, nobody waits longer than `wait` for one, and PostgreSQL breaks off a statement after
    /// `deadline`. SQLite cannot be broken off from here, so whoever reads through this asks in small steps.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the pool cannot be made.
    pub fn aside(&self, connections: u32, wait: Duration, deadline: Duration) -> Result<Self> {
        let pool = pool(&self.engine, connections, wait, Some(deadline))?;
        Ok(Self { pool, ..self.clone() })
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn connection(&self) -> Result<PooledConnection<Manager>> {
        self.pool.get().map_err(|_| StoreError::Busy)
    }

    /// Reads. The closure sees a connection outside any transaction.
    ///
    /// # Errors
    /// What the closure or the pool says.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(fence) = &self.fence {
            fence.check()?;
        }
        work(&mut *self.connection()?)
    }

    /// Checks an act's right and does nothing, for work of several steps that is done whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn permits(&self, act: &Act) -> Result<()> {
        self.read(|conn| actor::check(conn, act))
    }

    /// Checks the act's right, then runs `work` and writes the audit entry in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`], or what the work says; then nothing is changed.
    pub fn write<T>(&self, act: &Act, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.transaction(|conn| {
            actor::check(conn, act)?;
            let begun = Instant::now();
            if let Some(fence) = &self.fence {
                fence.hold(conn, act.at)?;
            }
            let done = work(&mut Tx { conn })?;
            audit::append(conn, act)?;
            if let Some(fence) = &self.fence {
                let lasted = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX / 4);
                fence.hold(conn, act.at.plus(lasted))?;
            }
            Ok(done)
        })
    }

    /// A writing transaction without an audit entry: for machinery that records itself elsewhere (intake, outbox).
    pub(super) fn transaction<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        let _turn = self.turn();
        self.logged.add(1);
        conn.write_transaction(work)
    }

    /// This process's turn to write; PostgreSQL has many writers and needs none.
    pub(super) fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self.engine {
            Engine::Sqlite(_) => Some(self.writer.lock().unwrap_or_else(PoisonError::into_inner)),
            Engine::Postgres(_) => None,
        }
    }

    /// What the log holds since it was last moved.
    pub(super) fn logged(&self) -> &Logged {
        &self.logged
    }

    /// `PRAGMA synchronous` of every connection the pool can give at once (2 = FULL), for the test that reads it.
    ///
    /// # Errors
    /// What the database says.
    pub fn synchronous_levels(&self) -> Result<Vec<i32>> {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Level {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            synchronous: i32,
        }
        let mut held = Vec::new();
        let mut levels = Vec::new();
        for _ in 0..self.pool.max_size() {
            let mut conn = self.connection()?;
            if let Conn::Sqlite(sqlite) = &mut *conn {
                let level = diesel::sql_query("PRAGMA synchronous").get_result::<Level>(sqlite)?;
                levels.push(level.synchronous);
            }
            held.push(conn);
        }
        Ok(levels)
    }
}

//! Everything that differs between SQLite and PostgreSQL: connecting, settings that durability needs, batch writes.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::StoreError;

pub(super) mod batch;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Key of the PostgreSQL advisory lock that lets one of several starting servers migrate.
const MIGRATION_LOCK: i64 = 0x6b68_616f_7361_7401;

/// One connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL ≥ 15.
    Pg(PgConnection),
    /// The embedded SQLite.
    Sqlite(SqliteConnection),
}

/// Which engine an address means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of the embedded SQLite.
    Sqlite(PathBuf),
    /// A `postgres://` address, kept whole; it may hold a password, so it never goes to logs.
    Postgres(String),
}

impl Engine {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH`, or a plain path.
    ///
    /// # Errors
    /// [`StoreError::Address`] for another scheme, an empty path, or TLS that this build cannot speak.
    pub fn parse(address: &str) -> Result<Self, StoreError> {
        let refuse = |reason: &str| Err(StoreError::Address { reason: reason.to_owned() });
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let demands_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
            if demands_tls.iter().any(|mode| address.contains(mode)) {
                return refuse(
                    "sslmode asks for TLS, which this build has not; use a socket, loopback or a local tunnel",
                );
            }
            return Ok(Self::Postgres(address.to_owned()));
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(address);
        if path.contains("://") {
            return refuse("the scheme is neither postgres:// nor sqlite:");
        }
        if path.is_empty() {
            return refuse("the path is empty");
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// `SQLite` or `PostgreSQL`, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Opens a connection with the settings that an acknowledged answer relies on.
    ///
    /// # Errors
    /// [`StoreError::Connect`] or [`StoreError::NotDurable`].
    pub fn connect(&self) -> Result<Conn, StoreError> {
        match self {
            Self::Sqlite(path) => connect_sqlite(path).map(Conn::Sqlite),
            Self::Postgres(url) => {
                let mut pg = PgConnection::establish(url)
                    .map_err(|cause| StoreError::Connect { engine: "PostgreSQL", cause })?;
                pg.batch_execute("SET client_min_messages = warning; SET timezone = 'UTC'")?;
                Ok(Conn::Pg(pg))
            }
        }
    }
}

/// A writer never waits longer for SQLite's single write lock.
const BUSY_MS: u32 = 10_000;

/// Of a new file. Keys of answers are random within their hour, so that nearly every one touches pages of its own, and a
/// commit logs whole pages: half the size is half of what must reach the disk.
const PAGE_BYTES: u32 = 2048;
/// SQLite looks through its whole cache at nearly every commit that splits a page (`balance_nonroot` borrows the page
/// number of the pending byte, and the commit then truncates to the true end): with 64 MiB that was a third of the
/// writer's time. The operating system's cache serves the rest.
const CACHE_KIB: u32 = 16_384;
/// A server moves the log into the file beside its writer (`store::checkpoint`); this is for commands, and a last resort.
const AUTOCHECKPOINT_PAGES: u32 = 100_000;

/// Makes a new database file for its owner alone; SQLite gives its log beside it the same mode. Where it cannot be made,
/// opening it says why.
fn make_private(path: &std::path::Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

fn connect_sqlite(path: &std::path::Path) -> Result<SqliteConnection, StoreError> {
    let connect = |cause| StoreError::Connect { engine: "SQLite", cause };
    make_private(path);
    let mut sqlite = SqliteConnection::establish(&path.to_string_lossy()).map_err(connect)?;
    // FULL: a commit is on disk before anyone is answered. secure_delete: what sealing erases is gone from the file.
    sqlite.batch_execute(&format!(
        "PRAGMA page_size = {PAGE_BYTES};
         PRAGMA busy_timeout = {BUSY_MS};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{CACHE_KIB};
         PRAGMA mmap_size = 0;
         PRAGMA trusted_schema = OFF;
         PRAGMA wal_autocheckpoint = {AUTOCHECKPOINT_PAGES};"
    ))?;
    Ok(sqlite)
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Text)]
    source: String,
}

/// Refuses a PostgreSQL that may lose what it has acknowledged.
fn check_durable(pg: &mut PgConnection) -> Result<(), StoreError> {
    let effective = diesel::sql_query(
        "SELECT name, setting AS value, source FROM pg_settings
         WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'",
    )
    .load::<Setting>(pg)?;
    // A role's or database's own setting may catch another server's connection though this one is fine. It is kept as
    // it was typed; these are all the words that PostgreSQL takes for off.
    let stored = diesel::sql_query(
        "SELECT split_part(s, '=', 1) AS name, split_part(s, '=', 2) AS value,
                'ALTER ' || CASE WHEN setrole = 0 THEN 'DATABASE' ELSE 'ROLE' END || ' SET' AS source
         FROM pg_db_role_setting, unnest(setconfig) AS s
         WHERE (setdatabase = 0 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
           AND (setrole = 0 OR setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user))
           AND split_part(s, '=', 1) = 'synchronous_commit'
           AND lower(split_part(s, '=', 2)) IN ('off', 'false', 'no', '0')",
    )
    .load::<Setting>(pg)?;
    match effective.into_iter().chain(stored).next() {
        Some(s) => Err(StoreError::NotDurable { name: s.name, value: s.value, source_: s.source }),
        None => Ok(()),
    }
}

impl Conn {
    /// Brings the tables to this binary's version.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when the database was made by a newer binary, [`StoreError::NotDurable`] for unsafe settings.
    pub fn migrate(&mut self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => run_migrations(sqlite, SQLITE_MIGRATIONS),
            Self::Pg(pg) => {
                check_durable(pg)?;
                diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
                    .execute(pg)?;
                let done = run_migrations(pg, POSTGRES_MIGRATIONS);
                diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
                    .execute(pg)?;
                done
            }
        }
    }

    /// Runs `work` in one transaction that takes SQLite's write lock at its start: a deferred one would fail at once
    /// when upgraded under another writer.
    ///
    /// # Errors
    /// What `work` or the database says.
    pub fn write_transaction<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        if let Self::Sqlite(sqlite) = self {
            sqlite.batch_execute("BEGIN IMMEDIATE")?;
            let done = work(self);
            let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
            let ended = match self {
                Self::Sqlite(sqlite) => sqlite.batch_execute(end),
                Self::Pg(_) => Ok(()),
            };
            if done.is_ok() {
                if let (Err(_), Self::Sqlite(sqlite)) = (&ended, self) {
                    let _ = sqlite.batch_execute("ROLLBACK");
                }
                ended?;
            }
            return done;
        }
        self.transaction(work)
    }

    /// True when any table of khaosat is there already.
    ///
    /// # Errors
    /// What the database says.
    pub fn holds_tables(&mut self) -> Result<bool, StoreError> {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let count = match self {
            Self::Pg(pg) => diesel::sql_query(
                "SELECT count(*) AS n FROM information_schema.tables
                 WHERE table_schema = current_schema() AND table_name IN ('round', 'response', '__diesel_schema_migrations')",
            )
            .get_result::<Count>(pg)?,
            Self::Sqlite(sqlite) => diesel::sql_query(
                "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'
                 AND name IN ('round', 'response', '__diesel_schema_migrations')",
            )
            .get_result::<Count>(sqlite)?,
        };
        Ok(count.n > 0)
    }
}

fn run_migrations<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, StoreError> {
    use diesel::migration::MigrationSource;
    let migration = |cause| StoreError::Migration { cause };
    let known: Vec<String> = MigrationSource::<DB>::migrations(&migrations)
        .map_err(migration)?
        .iter()
        .map(|m| m.name().version().to_string())
        .collect();
    let applied = conn.applied_migrations().map_err(migration)?;
    if let Some(unknown) = applied.iter().map(ToString::to_string).find(|v| !known.contains(v)) {
        return Err(StoreError::Newer { version: unknown });
    }
    let run = conn.run_pending_migrations(migrations).map_err(migration)?;
    Ok(run.iter().map(ToString::to_string).collect())
}

/// Makes pooled connections of one engine.
#[derive(Debug)]
pub struct Manager {
    /// Which engine.
    pub engine: Engine,
    /// How long PostgreSQL may work on one statement; without it as long as it takes.
    pub deadline: Option<std::time::Duration>,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        let mut conn = self.engine.connect()?;
        if let (Conn::Pg(pg), Some(deadline)) = (&mut conn, self.deadline) {
            pg.batch_execute(&format!("SET statement_timeout = {}", deadline.as_millis()))?;
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        match conn {
            Conn::Pg(pg) => pg.batch_execute("SELECT 1")?,
            Conn::Sqlite(_) => {}
        }
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        use diesel::connection::{AnsiTransactionManager, TransactionManager};
        match conn {
            Conn::Pg(pg) => AnsiTransactionManager::is_broken_transaction_manager(pg),
            Conn::Sqlite(sqlite) => AnsiTransactionManager::is_broken_transaction_manager(sqlite),
        }
    }
}

//! Copies of an SQLite database: taken while it is serving, put back only where there is none.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::StoreError;
use super::engine::{Conn, Engine};

/// Why there is no copy, or why it was not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own.
    #[error("the database is PostgreSQL: use {tool}, which knows how")]
    Postgres {
        /// The tool to use.
        tool: &'static str,
    },
    /// Something would be overwritten.
    #[error("{} is there already and is not overwritten; move it away first", path.display())]
    Exists {
        /// What.
        path: PathBuf,
    },
    /// There is no database to copy.
    #[error("there is no database {}", path.display())]
    NoDatabase {
        /// Where it should be.
        path: PathBuf,
    },
    /// Not a database of khaosat.
    #[error("{} holds no khaosat database", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// SQLite finds it broken.
    #[error("{} is damaged: {finding}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        finding: String,
    },
    /// A file.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Result<T> = std::result::Result<T, BackupError>;

fn failed(path: &Path) -> impl Fn(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |cause| BackupError::File { path: path.clone(), cause }
}

fn sqlite_path(address: &str, tool: &'static str) -> Result<PathBuf> {
    match Engine::parse(address)? {
        Engine::Sqlite(path) => Ok(path),
        Engine::Postgres(_) => Err(BackupError::Postgres { tool }),
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_directory(directory: &Path) -> Result<()> {
    File::open(directory).and_then(|d| d.sync_all()).map_err(failed(directory))
}

/// Copies the SQLite database at `address` into the new file `to` (mode 600), as it is at one moment, whoever writes
/// meanwhile. Tables are not brought up to date: the copy is of the version that is there. Pages that were freed are not
/// copied, so nothing that sealing erased gets into it.
///
/// # Errors
/// [`BackupError::Postgres`], [`BackupError::Exists`], [`BackupError::NoDatabase`], [`BackupError::Foreign`].
pub fn backup(address: &str, to: &Path) -> Result<()> {
    let path = sqlite_path(address, "pg_dump")?;
    if !path.exists() {
        return Err(BackupError::NoDatabase { path });
    }
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let directory = directory_of(to);
    let mut conn = Engine::Sqlite(path.clone()).connect()?;
    if !conn.holds_tables()? {
        return Err(BackupError::Foreign { path });
    }
    // VACUUM INTO takes an empty file, too: made here, it is private from its first byte on.
    let aside = tempfile::Builder::new()
        .prefix(".backup-")
        .permissions(PermissionsExt::from_mode(0o600))
        .tempfile_in(directory)
        .map_err(failed(to))?;
    if let Conn::Sqlite(sqlite) = &mut conn {
        diesel::sql_query("VACUUM INTO ?")
            .bind::<Text, _>(aside.path().to_string_lossy())
            .execute(sqlite)
            .map_err(StoreError::from)?;
    }
    // SQLite does not force such a copy to disk.
    aside.as_file().sync_all().map_err(failed(to))?;
    aside.persist_noclobber(to).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists { path: to.to_owned() },
        _ => failed(to)(error.error),
    })?;
    sync_directory(directory)
}

/// Puts the backup `from` where `address` names an SQLite database and there is none; where that is.
///
/// # Errors
/// [`BackupError::Exists`]; [`BackupError::Damaged`] or [`BackupError::Foreign`] for a file that is no sound database of
/// khaosat; [`StoreError::Newer`] for one of a newer binary. Then nothing is left behind.
pub fn restore(from: &Path, address: &str) -> Result<PathBuf> {
    let path = sqlite_path(address, "pg_restore")?;
    // A log without its database would be played into the restored one.
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = OsString::from(&path);
        name.push(ending);
        if Path::new(&name).exists() {
            return Err(BackupError::Exists { path: name.into() });
        }
    }
    let directory = directory_of(&path);
    // A directory of its own, for SQLite's files beside the copy, too.
    let aside = tempfile::Builder::new()
        .prefix(".restore-")
        .permissions(PermissionsExt::from_mode(0o700))
        .tempdir_in(directory)
        .map_err(failed(directory))?;
    let copy = aside.path().join("copy");
    copy_private(from, &copy)?;
    check(from, &copy)?;
    File::open(&copy).and_then(|file| file.sync_all()).map_err(failed(&path))?;
    let copy = tempfile::TempPath::try_from_path(copy).map_err(failed(&path))?;
    copy.persist_noclobber(&path).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists { path: path.clone() },
        _ => failed(&path)(error.error),
    })?;
    sync_directory(directory)?;
    Ok(path)
}

fn copy_private(from: &Path, to: &Path) -> Result<()> {
    let mut source = File::open(from).map_err(failed(from))?;
    let mut copy =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed(to))?;
    std::io::copy(&mut source, &mut copy).map_err(failed(from))?;
    copy.sync_all().map_err(failed(to))
}

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Checks the copy of `from`, brings it to this binary's version, and leaves it as one file.
fn check(from: &Path, copy: &Path) -> Result<()> {
    let damaged = |finding: String| BackupError::Damaged { path: from.to_owned(), finding };
    let broken = |error: diesel::result::Error| damaged(error.to_string());
    let mut conn = match Engine::Sqlite(copy.to_owned()).connect() {
        Err(StoreError::Database(error)) => return Err(broken(error)),
        other => other?,
    };
    if let Conn::Sqlite(sqlite) = &mut conn {
        let findings = diesel::sql_query("PRAGMA integrity_check(1)")
            .load::<Finding>(sqlite)
            .map_err(broken)?;
        if let Some(finding) = findings.into_iter().find(|f| f.integrity_check != "ok") {
            return Err(damaged(finding.integrity_check));
        }
        let loose = diesel::sql_query("SELECT count(*) AS n FROM pragma_foreign_key_check")
            .get_result::<Count>(sqlite)
            .map_err(broken)?;
        if loose.n > 0 {
            return Err(damaged(format!("{} rows refer to rows that are not there", loose.n)));
        }
    }
    if !conn.holds_tables()? {
        return Err(BackupError::Foreign { path: from.to_owned() });
    }
    conn.migrate()?;
    if let Conn::Sqlite(sqlite) = &mut conn {
        sqlite.batch_execute("PRAGMA journal_mode = DELETE").map_err(broken)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! A fresh, empty database of each engine, gone afterwards.
//!
//! Leans on nothing else here, so that `store` may take this file for its own tests.

use std::env;
use std::io::{self, Write};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tempfile::TempDir;

/// The variable that holds the address of a PostgreSQL server on which databases may be made; `tests/run` sets it.
const SERVER: &str = "KHAOSAT_TEST_POSTGRES";

/// One empty database, dropped with this value.
pub struct Engine {
    /// "SQLite" or "PostgreSQL".
    pub name: &'static str,
    /// As `DATABASE_URL` takes it: the path of a file that does not exist yet, or `postgres://…`.
    pub url: String,
    home: Home,
}

enum Home {
    Directory { _files: TempDir },
    Server { address: String, database: String },
}

/// Runs `test` on a fresh database of every engine, one after the other.
///
/// Without [`SERVER`], PostgreSQL is left out with a line on stderr; under CI that is a failure.
pub fn on_each_engine(test: impl Fn(&Engine)) {
    let engines = [Some(sqlite()), postgres()];
    for engine in engines.iter().flatten() {
        eprintln!("on {}", engine.name);
        test(engine);
    }
}

/// Says that a test cannot run here and what to do; under CI it is a failure, for nobody would read the line.
pub fn left_out(what: &str, remedy: &str) {
    assert!(env::var_os("CI").is_none(), "{what} is missing: {remedy}");
    // Not eprintln: the harness would keep it to itself.
    let _ = writeln!(io::stderr(), "left out: {what} is missing: {remedy}");
}

fn sqlite() -> Engine {
    let directory = tempfile::tempdir().unwrap();
    let url = directory.path().join("khaosat.sqlite3").display().to_string();
    Engine { name: "SQLite", url, home: Home::Directory { _files: directory } }
}

fn postgres() -> Option<Engine> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(address) = env::var(SERVER) else {
        left_out("PostgreSQL", &format!("tests/run starts one, or set {SERVER}=postgres://…"));
        return None;
    };
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let database = format!("khaosat_{}_{number}", process::id());
    let (server, _) = address.rsplit_once('/').unwrap();
    let url = format!("{server}/{database}");
    let mut connection = PgConnection::establish(&address).unwrap();
    connection.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).unwrap();
    connection.batch_execute(&format!("CREATE DATABASE {database}")).unwrap();
    Some(Engine { name: "PostgreSQL", url, home: Home::Server { address, database } })
}

impl Drop for Engine {
    fn drop(&mut self) {
        match &self.home {
            Home::Directory { .. } => {}
            Home::Server { address, database } => {
                let dropped = PgConnection::establish(address).map(|mut connection| {
                    connection.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)"))
                });
                if !matches!(dropped, Ok(Ok(()))) {
                    eprintln!("{database} could not be dropped: {dropped:?}");
                }
            }
        }
    }
}

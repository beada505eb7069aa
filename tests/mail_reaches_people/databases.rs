//! A fresh database of each engine.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use khaosat::store::Store;

/// The variable with the address of a PostgreSQL server on which databases may be made.
const SERVER: &str = "KHAOSAT_TEST_POSTGRES";

/// Runs `test` with the address of a fresh database of every engine; PostgreSQL only where [`SERVER`] names one.
pub fn on_each_engine(test: impl Fn(&str)) {
    let directory = tempfile::tempdir().unwrap();
    eprintln!("on SQLite");
    test(&format!("sqlite:{}", directory.path().join("khaosat.sqlite3").display()));
    let Ok(server) = env::var(SERVER) else {
        assert!(env::var_os("CI").is_none(), "{SERVER} is not set");
        eprintln!("left out: PostgreSQL; set {SERVER}=postgres://…");
        return;
    };
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name =
        format!("khaosat_mail_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let admin =
        |sql: String| PgConnection::establish(&server).unwrap().batch_execute(&sql).unwrap();
    admin(format!("CREATE DATABASE {name}"));
    let (base, _) = server.rsplit_once('/').unwrap();
    eprintln!("on PostgreSQL");
    let outcome =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&format!("{base}/{name}"))));
    admin(format!("DROP DATABASE {name} WITH (FORCE)"));
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Opens it as one more server would.
pub fn open(address: &str) -> Store {
    Store::open(address, 4).unwrap()
}

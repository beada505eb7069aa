use std::cell::RefCell;
use std::env;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::support::{Engine, on_each_engine};

fn execute(engine: &Engine, statement: &str) -> Result<(), String> {
    let told = |error: &dyn std::error::Error| error.to_string();
    if engine.url.starts_with("postgres://") {
        let mut connection = PgConnection::establish(&engine.url).map_err(|error| told(&error))?;
        connection.batch_execute(statement).map_err(|error| told(&error))
    } else {
        let mut connection =
            SqliteConnection::establish(&engine.url).map_err(|error| told(&error))?;
        connection.batch_execute(statement).map_err(|error| told(&error))
    }
}

#[test]
fn every_test_gets_an_empty_database_of_each_engine() {
    let urls = RefCell::new(Vec::new());
    for _ in 0..2 {
        on_each_engine(|engine| {
            execute(engine, "CREATE TABLE response (id INTEGER PRIMARY KEY)").unwrap();
            urls.borrow_mut().push(engine.url.clone());
        });
    }
    let mut urls = urls.into_inner();
    assert_eq!(urls.len(), if env::var_os("KHAOSAT_TEST_POSTGRES").is_some() { 4 } else { 2 });
    urls.sort();
    urls.dedup();
    assert!(urls.len() == 2 || urls.len() == 4, "a database was given twice: {urls:?}");
}

#[test]
fn a_database_is_gone_after_its_test() {
    let last = RefCell::new(Vec::new());
    on_each_engine(|engine| last.borrow_mut().push(engine.url.clone()));
    for url in last.into_inner() {
        if url.starts_with("postgres://") {
            assert!(PgConnection::establish(&url).is_err(), "{url} is still there");
        } else {
            assert!(!std::path::Path::new(&url).parent().unwrap().exists(), "{url} is still there");
        }
    }
}

#[test]
fn our_postgresql_writes_to_disk_and_sorts_as_vietnamese() {
    on_each_engine(|engine| {
        if engine.name == "PostgreSQL" && env::var_os("CI").is_some() {
            execute(
                engine,
                "DO $$ BEGIN ASSERT current_setting('fsync') = 'on'; ASSERT 'Đ' < 'E'; END $$",
            )
            .unwrap();
        }
    });
}

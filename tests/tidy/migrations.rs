//! The same tables on both engines: the migrations are run and what they made is compared.

use std::collections::BTreeSet;
use std::fs;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::none;
use crate::support::{on_each_engine, places};

/// Table and column.
pub type Column = (String, String);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS of, c.name AS name \
    FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS of, column_name::text AS name \
    FROM information_schema.columns WHERE table_schema = current_schema()";

/// Whether there are tables yet; before the first migration the rules about them have nothing to hold.
pub fn exist() -> bool {
    let exist = places::root().join("migrations").exists();
    if !exist {
        eprintln!("no migrations/ yet");
    }
    exist
}

/// The names of the migrations for one engine, in order.
fn versions(engine: &str) -> Vec<String> {
    let folder = places::root().join("migrations").join(engine);
    let read = fs::read_dir(&folder).unwrap_or_else(|error| panic!("migrations/{engine}: {error}"));
    let mut names: Vec<_> =
        read.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The statements of the migrations for one engine, in order.
fn statements(engine: &str) -> impl Iterator<Item = String> {
    let folder = places::root().join("migrations").join(engine);
    versions(engine).into_iter().map(move |version| {
        let file = folder.join(version).join("up.sql");
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    })
}

/// The columns that the migrations make in the empty SQLite database at `url`, ":memory:" for one of our own.
pub fn sqlite_columns(url: &str) -> BTreeSet<Column> {
    let mut connection = SqliteConnection::establish(url).unwrap();
    statements("sqlite").for_each(|up| connection.batch_execute(&up).unwrap());
    named(sql_query(SQLITE_COLUMNS).load(&mut connection).unwrap())
}

fn postgres_columns(url: &str) -> BTreeSet<Column> {
    let mut connection = PgConnection::establish(url).unwrap();
    statements("postgres").for_each(|up| connection.batch_execute(&up).unwrap());
    named(sql_query(POSTGRES_COLUMNS).load(&mut connection).unwrap())
}

fn named(rows: Vec<Row>) -> BTreeSet<Column> {
    rows.into_iter().map(|row| (row.of, row.name)).collect()
}

#[test]
fn both_engines_have_the_same_migrations() {
    if exist() {
        assert_eq!(
            versions("sqlite"),
            versions("postgres"),
            "a table is one migration of the same name per engine"
        );
    }
}

#[test]
fn both_engines_have_the_same_columns() {
    if !exist() {
        return;
    }
    let expected = sqlite_columns(":memory:");
    assert!(!expected.is_empty(), "the migrations make no table");
    on_each_engine(|engine| {
        let postgres = engine.url.starts_with("postgres:");
        let found =
            if postgres { postgres_columns(&engine.url) } else { sqlite_columns(&engine.url) };
        let differing = expected.symmetric_difference(&found);
        none(
            "one engine alone has",
            differing.map(|(table, column)| format!("{table}.{column}")).collect(),
        );
    });
}

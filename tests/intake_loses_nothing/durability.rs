//! A database that may forget what it acknowledged is refused at start, with the reason.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use khaosat::store::Store;

use crate::support::{Installation, OwnServer, on_each_engine};

#[test]
fn every_connection_of_the_pool_waits_for_the_disk() {
    on_each_engine(|engine| {
        let store = Store::open(&engine.url, 5).unwrap();
        let levels = store.synchronous_levels().unwrap();
        // 2 is FULL; PostgreSQL has no such pragma.
        let full = if engine.name == "SQLite" { vec![2; 5] } else { Vec::new() };
        assert_eq!(levels, full);
    });
}

/// Runs `test` with the address of a fresh database and a session on it, where there is a PostgreSQL.
fn on_postgres(test: impl Fn(&str, &mut PgConnection)) {
    on_each_engine(|engine| {
        if engine.name == "PostgreSQL" {
            test(&engine.url, &mut PgConnection::establish(&engine.url).unwrap());
        }
    });
}

/// What `khaosat serve` says of the database at `url`, which it must refuse.
fn refusal(url: &str) -> String {
    on_address(url).run(&["serve"]).refused()
}

fn on_address(url: &str) -> Installation {
    Installation::anywhere().with("DATABASE_URL", url)
}

fn name_of(session: &mut PgConnection) -> String {
    use diesel::{RunQueryDsl, select};
    select(diesel::dsl::sql::<diesel::sql_types::Text>("current_database()::text"))
        .get_result(session)
        .unwrap()
}

#[test]
fn a_database_set_to_forget_is_refused_however_it_is_written() {
    on_postgres(|url, session| {
        let database = name_of(session);
        for off in ["off", "false", "no", "0"] {
            let set = format!("ALTER DATABASE {database} SET synchronous_commit = {off}");
            session.batch_execute(&set).unwrap();
            let told = refusal(url);
            assert!(told.contains("PostgreSQL has synchronous_commit = "), "{off}: {told}");
            // Hidden from this connection by its own options, it still hits every other one.
            let told = refusal(&format!("{url}?options=-c%20synchronous_commit%3Don"));
            assert!(told.contains("set by ALTER DATABASE SET"), "{off}: {told}");
        }
        session
            .batch_execute(&format!("ALTER DATABASE {database} RESET synchronous_commit"))
            .unwrap();
        on_address(url).serve();
    });
}

#[test]
fn a_role_set_to_forget_is_refused() {
    on_postgres(|url, session| {
        let database = name_of(session);
        let (role, password) = (format!("{database}_role"), "only-here");
        let make = format!(
            "CREATE ROLE {role} LOGIN PASSWORD '{password}'; GRANT ALL ON SCHEMA public TO {role}"
        );
        session.batch_execute(&make).unwrap();
        let (_, place) = url.rsplit_once('@').unwrap();
        let as_role = format!("postgres://{role}:{password}@{place}");
        for level in ["", &format!(" IN DATABASE {database}")] {
            let alter = format!("ALTER ROLE {role}{level}");
            session.batch_execute(&format!("{alter} SET synchronous_commit = off")).unwrap();
            let told = refusal(&as_role);
            assert!(told.contains("synchronous_commit = off"), "{level}: {told}");
            session.batch_execute(&format!("{alter} RESET ALL")).unwrap();
        }
        on_address(&as_role).serve();
        let gone = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        session.batch_execute(&gone).unwrap();
    });
}

#[test]
fn an_address_whose_options_forget_is_refused() {
    on_postgres(|url, _| {
        let told = refusal(&format!("{url}?options=-c%20synchronous_commit%3Doff"));
        assert!(told.contains("PostgreSQL has synchronous_commit = off (set by client)"), "{told}");
    });
}

#[test]
fn a_server_without_fsync_is_refused() {
    on_postgres(|_, _| {
        for setting in ["fsync", "full_page_writes"] {
            let server = OwnServer::with(&format!("{setting}=off"));
            let told = refusal(&server.url);
            assert!(told.contains(&format!("PostgreSQL has {setting} = off")), "{told}");
            assert!(told.contains("could be lost"), "{told}");
        }
    });
}

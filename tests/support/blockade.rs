//! Another session that keeps every answer from being written until it lets go, as a slow disk or a long lock would.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use super::engines::Engine;

/// Holds the lock; dropped, it lets go.
pub struct Blockade(#[expect(dead_code, reason = "held for its lock only")] Held);

#[expect(dead_code, reason = "held for their locks only")]
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Blockade {
    /// Nothing is written into the table of responses from now on; reading goes on.
    pub fn of_responses(engine: &Engine) -> Self {
        if engine.url.starts_with("postgres://") {
            let mut session = PgConnection::establish(&engine.url).unwrap();
            session.batch_execute("BEGIN; LOCK TABLE response IN EXCLUSIVE MODE").unwrap();
            return Self(Held::Postgres(session));
        }
        let mut session = SqliteConnection::establish(&engine.url).unwrap();
        session.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").unwrap();
        Self(Held::Sqlite(session))
    }
}

//! Whatever is altered behind khaosat's back, `verify` names it.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use super::authority::{ROUND, alter};
use super::published::published;
use crate::support::{Installation, on_each_engine};

/// An alteration, how it is taken back, and what `verify` must name.
struct Attack {
    sqlite: &'static str,
    postgres: &'static str,
    back: [&'static str; 2],
    named: &'static str,
}

/// One that both engines write alike.
const fn alike(sql: &'static str, back: &'static str, named: &'static str) -> Attack {
    Attack { sqlite: sql, postgres: sql, back: [back, back], named }
}

const FLIP: &str = "UPDATE sealed_record SET excluded = NOT excluded
     WHERE id = (SELECT id FROM sealed_record ORDER BY id LIMIT 1)";

const ATTACKS: [Attack; 5] = [
    Attack {
        sqlite: "UPDATE publication SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Hai xã', 'Ba xã') AS BLOB)",
        postgres: "UPDATE publication
             SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Hai xã', 'Ba xã'), 'UTF8')",
        back: [
            "UPDATE publication SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Ba xã', 'Hai xã') AS BLOB)",
            "UPDATE publication
             SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Ba xã', 'Hai xã'), 'UTF8')",
        ],
        named: "the digest is",
    },
    alike(
        "UPDATE publication SET signature = replace(signature, '..', '..A')",
        "UPDATE publication SET signature = replace(signature, '..A', '..')",
        "signature",
    ),
    alike(FLIP, FLIP, "the sealed records are not those that were published"),
    alike(
        "UPDATE margin SET total = total * 3",
        "UPDATE margin SET total = total / 3",
        "the margins are not those that were published",
    ),
    alike(
        "UPDATE tally SET n = n + 1",
        "UPDATE tally SET n = n - 1",
        "the counts of links and answers are not those that were published",
    ),
];

#[test]
fn an_altered_publication_record_margin_or_count_is_named() {
    on_each_engine(|engine| {
        let (authority, _) = published(Installation::on(engine));
        for Attack { sqlite, postgres, back, named } in ATTACKS {
            authority.at.run(&["verify", ROUND]).done();
            alter(engine, sqlite, postgres);
            let told = authority.at.run(&["verify", ROUND]);
            assert_eq!(told.code, Some(1), "{sqlite}: {told:?}");
            assert!(told.stderr.contains(named), "{sqlite}: {told:?}");
            alter(engine, back[0], back[1]);
        }
        authority.at.run(&["verify", ROUND]).done();
    });
}

#[test]
fn a_publication_is_never_altered_by_plain_sql() {
    on_each_engine(|engine| {
        published(Installation::on(engine));
        for sql in ["UPDATE publication SET number = 7", "DELETE FROM publication"] {
            let refused = if engine.name == "SQLite" {
                SqliteConnection::establish(&engine.url).unwrap().batch_execute(sql)
            } else {
                PgConnection::establish(&engine.url).unwrap().batch_execute(sql)
            };
            assert!(refused.is_err(), "{sql} went through");
        }
    });
}

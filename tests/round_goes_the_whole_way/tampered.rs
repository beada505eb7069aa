//! Whatever is altered behind khaosat's back, `verify` names it.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use super::authority::{Authority, ROUND, alter};
use super::published::{answered, decide, published};
use crate::support::{Engine, Installation, on_each_engine};

/// An alteration of one table and what `verify` must name.
struct Attack {
    table: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    named: &'static str,
}

/// One that both engines write alike.
const fn alike(table: &'static str, sql: &'static str, named: &'static str) -> Attack {
    Attack { table, sqlite: sql, postgres: sql, named }
}

/// What may be done to a round that is flagged and decided, but not sealed.
const BEFORE_SEALING: [Attack; 18] = [
    alike(
        "response",
        "UPDATE response SET answers = (SELECT answers FROM response ORDER BY id DESC LIMIT 1)
         WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)",
        "does not match what was received",
    ),
    alike(
        "response",
        "UPDATE response SET tie = (SELECT tie FROM response ORDER BY id DESC LIMIT 1)
         WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)",
        "does not match what was received",
    ),
    alike(
        "response",
        "UPDATE response SET language = 'xx' WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)",
        "was edited",
    ),
    alike(
        "response",
        "DELETE FROM response WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)",
        "1 answers of",
    ),
    alike(
        "response",
        "UPDATE response SET withdrawn = TRUE
         WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)",
        "the ledger knows of no withdrawal",
    ),
    Attack {
        table: "response",
        sqlite: "INSERT INTO response SELECT CAST(substr(id, 2) || substr(id, 1, 1) AS BLOB), round_id, answers,
                 comment_enc, language, NULL, tie, withdrawn FROM response ORDER BY id LIMIT 1",
        postgres: "INSERT INTO response SELECT substr(id, 2) || substr(id, 1, 1), round_id, answers,
                 comment_enc, language, NULL, tie, withdrawn FROM response ORDER BY id LIMIT 1",
        named: "does not match what was received",
    },
    alike(
        "verdict",
        "UPDATE verdict SET decision = CASE decision WHEN 'keep' THEN 'exclude' ELSE 'keep' END",
        "was edited",
    ),
    alike("verdict", "UPDATE verdict SET decided_by = 'province'", "was edited"),
    alike("verdict", "UPDATE verdict SET reason = 'as I was told to'", "was edited"),
    alike("verdict", "DELETE FROM verdict", "was deleted"),
    alike("flag", "DELETE FROM flag", "the flags are not those"),
    alike("flag", "UPDATE flag SET severity = 'low'", "the flags are not those"),
    alike("margin", "UPDATE margin SET total = total + 1", "the margins are not those"),
    alike("margin", "DELETE FROM margin", "the margins are not those"),
    alike("audit", "UPDATE audit SET actor = 'nobody' WHERE seq = 3", "audit entry 3 was edited"),
    alike("audit", "DELETE FROM audit WHERE seq = 3", "audit:3 was deleted"),
    alike(
        "audit",
        "INSERT INTO audit SELECT seq + 100000, at, actor, witness, action, subject, detail FROM audit WHERE seq = 3",
        "it was inserted",
    ),
    alike(
        "ledger_leaf",
        "DELETE FROM ledger_leaf WHERE seq >= (SELECT max(size) - 1 FROM ledger_head)",
        "but they are not there",
    ),
];

/// A verdict that nobody gave.
const INVENTED: [Attack; 1] = [alike(
    "verdict",
    "INSERT INTO verdict (response_id, round_id, number, is_current, decision, reason, decided_by, decided_at)
     SELECT id, round_id, 1, TRUE, 'exclude', 'too low a mark', 'reviewer', 1 FROM response",
    "it was inserted",
)];

/// What may be done to a published round.
const AFTER_SEALING: [Attack; 17] = [
    Attack {
        table: "publication",
        sqlite: "UPDATE publication SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Hai xã', 'Ba xã') AS BLOB)",
        postgres: "UPDATE publication
             SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Hai xã', 'Ba xã'), 'UTF8')",
        named: "the digest is",
    },
    alike(
        "publication",
        "UPDATE publication SET signature = replace(signature, '..', '..A')",
        "signature",
    ),
    alike("publication", "DELETE FROM publication", "was deleted"),
    alike(
        "sealed_record",
        "UPDATE sealed_record SET excluded = NOT excluded
         WHERE id = (SELECT id FROM sealed_record ORDER BY id LIMIT 1)",
        "the sealed records are not those that were sealed",
    ),
    alike(
        "sealed_record",
        "UPDATE sealed_record SET answers = (SELECT answers FROM sealed_record ORDER BY id DESC LIMIT 1)
         WHERE id = (SELECT id FROM sealed_record ORDER BY id LIMIT 1)",
        "the sealed records are not those that were sealed",
    ),
    alike(
        "sealed_record",
        "UPDATE sealed_record SET psu = psu + 1",
        "the sealed records are not those that were sealed",
    ),
    alike(
        "sealed_record",
        "DELETE FROM sealed_record WHERE id = (SELECT id FROM sealed_record ORDER BY id LIMIT 1)",
        "records were sealed",
    ),
    Attack {
        table: "sealed_record",
        sqlite: "INSERT INTO sealed_record SELECT CAST(substr(id, 2) || substr(id, 1, 1) AS BLOB), round_id, unit_id,
                 kind, service, sex, age_group, stratum, population, drawn, psu, excluded, answers
                 FROM sealed_record ORDER BY id LIMIT 1",
        postgres: "INSERT INTO sealed_record SELECT substr(id, 2) || substr(id, 1, 1), round_id, unit_id,
                 kind, service, sex, age_group, stratum, population, drawn, psu, excluded, answers
                 FROM sealed_record ORDER BY id LIMIT 1",
        named: "records were sealed",
    },
    alike("margin", "UPDATE margin SET total = total * 3", "the margins are not those"),
    alike(
        "tally",
        "UPDATE tally SET n = n + 1",
        "the counts of links and answers are not those that were published",
    ),
    Attack {
        table: "weight_run",
        sqlite: "UPDATE weight_run SET weights = CAST(substr(weights, 9) || substr(weights, 1, 8) AS BLOB)",
        postgres: "UPDATE weight_run SET weights = substr(weights, 9) || substr(weights, 1, 8)",
        named: "the stored weights are not those",
    },
    alike(
        "round",
        "UPDATE round SET outcome = replace(outcome, '\"witnessed\":true', '\"witnessed\":false')",
        "the outcome of sealing is not what the ledger says",
    ),
    alike(
        "ledger_leaf",
        "UPDATE ledger_leaf SET day = '2020-01-01' WHERE seq = 5",
        "ledger leaf 5 was edited",
    ),
    alike("ledger_leaf", "DELETE FROM ledger_leaf WHERE seq = 5", "ledger leaf 5 is missing"),
    alike(
        "ledger_leaf",
        "UPDATE ledger_leaf SET hash = commitment WHERE seq = 5",
        "the ledger was rewritten",
    ),
    alike(
        "ledger_head",
        "UPDATE ledger_head SET signature = replace(signature, '..', '..A')",
        "signature",
    ),
    alike("audit", "UPDATE audit SET detail = '{}' WHERE action = 'round.seal'", "was edited"),
];

/// Makes each attack on its own, looks what `verify` says, and puts the table back.
fn every_one_is_named(engine: &Engine, authority: &Authority, attacks: &[Attack]) {
    for Attack { table, sqlite, postgres, named } in attacks {
        authority.at.run(&["verify", ROUND]).done();
        let keep = format!("CREATE TABLE kept AS SELECT * FROM {table}");
        alter(engine, &keep, &keep);
        alter(engine, sqlite, postgres);
        let told = authority.at.run(&["verify", ROUND]);
        assert_eq!(told.code, Some(1), "{sqlite}: {told:?}");
        assert!(told.stderr.contains(named), "{sqlite}: {told:?}");
        let back =
            format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept");
        alter(engine, &back, &back);
    }
    authority.at.run(&["verify", ROUND]).done();
}

#[test]
fn whatever_is_altered_before_sealing_is_named_and_keeps_the_round_from_being_sealed() {
    on_each_engine(|engine| {
        let (authority, rules) = answered(Installation::on(engine));
        every_one_is_named(engine, &authority, &INVENTED);
        decide(&authority, &rules);
        every_one_is_named(engine, &authority, &BEFORE_SEALING);
        let edit = "UPDATE verdict SET reason = 'as I was told to'";
        alter(engine, edit, edit);
        let refused = authority.seal().refused();
        assert!(refused.contains("the verdict on response"), "{refused}");
    });
}

#[test]
fn whatever_is_altered_after_sealing_is_named() {
    on_each_engine(|engine| {
        let (authority, _) = published(Installation::on(engine));
        every_one_is_named(engine, &authority, &AFTER_SEALING);
        let flip = "UPDATE sealed_record SET excluded = NOT excluded";
        alter(engine, flip, flip);
        let refused = authority.step("publisher-1", "weigh", &[]).refused();
        assert!(refused.contains("are not those that were sealed"), "{refused}");
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

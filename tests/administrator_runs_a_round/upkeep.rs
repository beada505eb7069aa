//! Clients, keys, the audit log, backups.

use super::office::Office;
use crate::support::{Installation, on_each_engine};

#[test]
fn the_secret_of_a_client_is_shown_once_and_stored_nowhere() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        let add = [
            "client",
            "add",
            "kbang-portal",
            "--name",
            "Cổng Kbang",
            "--scopes",
            "scorecards:read,results:read",
            "--contact",
            "it@kbang.example",
        ];
        let printed = office.done("an", &add);
        let secret = printed.lines().find_map(|line| line.strip_prefix("client_secret  ")).unwrap();
        assert!(secret.len() >= 43, "256 bits in base64url: {printed}");
        assert!(office.refused("an", &add).contains("\"kbang-portal\" is there already"));
        let listed = office.0.run(&["client", "list"]).done();
        assert_eq!(
            listed,
            "kbang-portal  Cổng Kbang  results:read scorecards:read  <it@kbang.example>\n"
        );
        let audit = office.0.run(&["audit", "list"]).done();
        assert!(
            audit.contains("client.add  client kbang-portal") && !audit.contains(secret),
            "{audit}"
        );
        office.done("an", &["client", "disable", "kbang-portal"]);
        assert_eq!(office.0.run(&["client", "list"]).done(), "");
    });
}

#[test]
fn a_rotated_key_stays_among_those_that_verify() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        office.done("an", &["key", "rotate", "publication"]);
        office.done("an", &["key", "rotate", "publication"]);
        office.done("an", &["key", "rotate", "token"]);
        let listed = office.0.run(&["key", "list"]).done();
        assert_eq!(listed.lines().filter(|line| line.ends_with("current")).count(), 2, "{listed}");
        assert_eq!(listed.lines().filter(|line| line.contains("until")).count(), 1, "{listed}");
        let jwks: serde_json::Value =
            serde_json::from_str(&office.0.run(&["key", "list", "--jwks"]).done()).unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 3);
        assert!(keys.iter().all(|key| key["crv"] == "Ed25519" && key.get("d").is_none()), "{jwks}");
    });
}

#[test]
fn the_audit_log_is_read_in_pieces() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        let all = office.0.run(&["audit", "list"]).done();
        let numbers = |text: &str| -> Vec<i64> {
            text.lines().map(|line| line.split_once("  ").unwrap().0.parse().unwrap()).collect()
        };
        let seqs = numbers(&all);
        assert!(seqs.len() >= 10 && seqs.is_sorted(), "{all}");
        let after = seqs[3].to_string();
        let piece = office.0.run(&["audit", "list", "--after", &after, "--limit", "2"]).done();
        assert_eq!(numbers(&piece), seqs[4..6]);
        assert!(all.lines().next().unwrap().contains("setup  account.grant  account an"), "{all}");
    });
}

#[test]
fn a_backup_becomes_an_installation_again() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let backup = office.0.run(&["backup", "one.backup"]);
        if engine.name == "PostgreSQL" {
            assert!(backup.refused().contains("pg_dump"));
            assert!(office.0.run(&["restore", "one.backup"]).refused().contains("pg_restore"));
            return;
        }
        backup.done();
        assert!(
            office
                .0
                .run(&["backup", "one.backup"])
                .refused()
                .contains("one.backup is there already")
        );
        assert!(office.0.run(&["restore", "one.backup"]).refused().contains("is not overwritten"));

        let file = office.0.directory().join("one.backup");
        let other = Installation::on(engine).with("DATABASE_URL", "restored.sqlite3");
        other.run(&["restore", file.to_str().unwrap()]).done();
        let rounds = other.run(&["round", "list"]).done();
        assert!(rounds.starts_with("kbang  open"), "{rounds}");
    });
}

#[test]
fn a_wrong_use_is_told_with_exit_2_and_help_shows_examples() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        for wrong in [
            &["round"][..],
            &["unit", "import"],
            &["round", "extend", "x", "--to", "soon", "--reason", "y"],
        ] {
            assert_eq!(installation.run(wrong).code, Some(2), "{wrong:?}");
        }
        let help = installation.run(&["help", "round"]).done();
        assert!(help.contains("khaosat round seal 2018-kbang --as giang --with hai"), "{help}");
    });
}

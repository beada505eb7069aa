//! What is left in the files after sealing, and what a backup taken before it still tells: nothing that leads to a person.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName};

use crate::support::ready::{self, ROUND};
use crate::support::{Engine, Installation, on_each_engine};

const ANSWERS: usize = 6;
const SEAL: [&str; 7] = ["round", "seal", ROUND, "--as", "publisher-1", "--with", "inspector"];

/// What must not be found in any file.
struct Secret {
    what: String,
    bytes: Vec<u8>,
}

fn compact(code: &str) -> String {
    code.replace('-', "")
}

/// A flagged round, and everything that its citizens hold or that leads to them.
fn flagged(engine: &Engine) -> (Installation, Vec<Secret>) {
    let at = Installation::on(engine);
    let links = ready::round(&at, ANSWERS);
    let service = at.serve();
    let mut secrets = Vec::new();
    let mut keep = |what: &str, n: usize, bytes: &[u8]| {
        secrets.push(Secret { what: format!("{what} {n}"), bytes: bytes.to_vec() });
    };
    for (n, ticket) in links.tickets.iter().enumerate() {
        let raw: [u8; 16] = std::array::from_fn(|i| u8::try_from(37 * n + 11 * i + 5).unwrap_or(9));
        let submission = raw.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let choice = ((n % 5) + 1).to_string();
        let fields = [("submission", submission.as_str()), ("q01", choice.as_str()), ("q02", "5")];
        let sent = service.client.post_form(ticket, &fields);
        assert_eq!(sent.status, 303);
        for (what, cookie) in [("receipt", "bien_nhan"), ("withdrawal code", "rut_phieu")] {
            let code = sent.cookie(cookie).unwrap_or_else(|| panic!("no {cookie}")).to_owned();
            keep(what, n, compact(&code).as_bytes());
            keep(what, n, code.as_bytes());
        }
        keep("submission id", n, &raw);
        keep("submission id", n, submission.as_bytes());
        let code = ticket.trim_start_matches("/s/");
        keep("ticket", n, compact(code).as_bytes());
        keep("dossier number", n, format!("H21.01-261124-{:05}", n + 1).as_bytes());
    }
    service.kill9();
    ready::flagged(&at);
    (at, secrets)
}

fn files_under(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    data_directory: String,
}

/// The files of the database: SQLite's beside each other; PostgreSQL's tables after VACUUM FULL.
fn files(engine: &Engine) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if engine.name == "SQLite" {
        for end in ["", "-wal", "-shm"] {
            let path = PathBuf::from(format!("{}{end}", engine.url));
            if path.exists() {
                found.push(path);
            }
        }
        return found;
    }
    let mut session = PgConnection::establish(&engine.url).unwrap();
    diesel::sql_query("VACUUM FULL").execute(&mut session).unwrap();
    diesel::sql_query("CHECKPOINT").execute(&mut session).unwrap();
    let setting = diesel::sql_query("SHOW data_directory").get_result::<Setting>(&mut session);
    files_under(&Path::new(&setting.unwrap().data_directory).join("base"), &mut found);
    found
}

fn holds(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|window| window == needle)
}

fn assert_nothing_is_left(files: &[PathBuf], secrets: &[Secret]) {
    assert!(!files.is_empty());
    for path in files {
        // A table of another database of the same server may go away meanwhile.
        let Ok(content) = fs::read(path) else { continue };
        for secret in secrets {
            assert!(
                !holds(&content, &secret.bytes),
                "{} is in {}",
                secret.what,
                path.file_name().unwrap().display()
            );
        }
    }
}

#[test]
fn no_file_of_the_database_holds_what_leads_to_a_person_before_or_after_sealing() {
    on_each_engine(|engine| {
        let (at, secrets) = flagged(engine);
        // Even before sealing all of it is under a key that is no part of the database.
        assert_nothing_is_left(&files(engine), &secrets);
        at.run(&SEAL).done();
        assert_nothing_is_left(&files(engine), &secrets);
    });
}

#[test]
fn a_backup_taken_before_sealing_joins_nothing_afterwards() {
    on_each_engine(|engine| {
        if engine.name != "SQLite" {
            return;
        }
        let (at, secrets) = flagged(engine);
        at.run(&["backup", "before.backup"]).done();
        let before = at.directory().join("before.backup");
        assert_nothing_is_left(std::slice::from_ref(&before), &secrets);
        at.run(&SEAL).done();
        let elsewhere = Installation::on(engine);
        let file = elsewhere.directory().join("again.sqlite3").display().to_string();
        let keys = at.directory().join("keys").display().to_string();
        let elsewhere = elsewhere.with("DATABASE_URL", &file).with("KHAOSAT_KEYS_DIR", &keys);
        elsewhere.run(&["restore", &before.display().to_string()]).done();
        // The answers are in the copy, but neither khaosat nor anybody else finds out whose they were.
        for step in [
            &["round", "status", ROUND, "--submissions"][..],
            &["round", "dedup", ROUND, "--as", "reviewer"][..],
            &["verify", ROUND][..],
        ] {
            let refused = elsewhere.run(step).refused();
            assert!(refused.contains("linking key"), "{step:?}: {refused}");
        }
        // Nor do ids lead from the copy to what was sealed.
        let ids = |file: &str, table: &str| -> Vec<Vec<u8>> {
            #[derive(QueryableByName)]
            struct Id {
                #[diesel(sql_type = diesel::sql_types::Binary)]
                id: Vec<u8>,
            }
            let mut session = SqliteConnection::establish(file).unwrap();
            let rows =
                diesel::sql_query(format!("SELECT id FROM {table}")).load::<Id>(&mut session);
            rows.unwrap().into_iter().map(|row| row.id).collect()
        };
        let (responses, records) = (ids(&file, "response"), ids(&engine.url, "sealed_record"));
        assert_eq!((responses.len(), records.len()), (ANSWERS, ANSWERS));
        assert!(responses.iter().all(|id| !records.contains(id)));
    });
}

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::clock::Millis;
use crate::store::actor::{Act, Actor, Right};
use crate::store::{Role, Store};

fn add_account(store: &Store, name: &str) {
    let actor = Actor::Service("test");
    let act = Act::new(&actor, Right::ManageAccounts, Millis(0), "account.grant", name);
    store.grant_role(&act, name, None, Role::SystemAdmin, None).unwrap();
}

fn names(address: &str) -> Vec<String> {
    Store::open(address, 1).unwrap().accounts().unwrap().into_iter().map(|a| a.name).collect()
}

/// A directory with a database that holds one account, and the database's address.
fn installation() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let address = directory.path().join("khaosat.sqlite3").display().to_string();
    add_account(&Store::open(&address, 1).unwrap(), "an");
    (directory, address)
}

#[test]
fn a_backup_taken_while_others_write_restores_to_what_was_there() {
    let (directory, address) = installation();
    let file = directory.path().join("one.backup");
    let store = Store::open(&address, 1).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| (0..20).for_each(|n| add_account(&store, &format!("u{n:02}"))));
        backup(&address, &file).unwrap();
    });
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = directory.path().join("new/khaosat.sqlite3");
    std::fs::create_dir(directory.path().join("new")).unwrap();
    let address = elsewhere.display().to_string();
    assert_eq!(restore(&file, &address).unwrap(), elsewhere);
    assert_eq!(elsewhere.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        std::fs::read_dir(directory.path().join("new")).unwrap().count(),
        1,
        "one file, nothing aside"
    );
    // A prefix of what was written, as it was at one moment.
    let restored = names(&address);
    let expected: Vec<String> = std::iter::once("an".to_owned())
        .chain((0..20).map(|n| format!("u{n:02}")))
        .take(restored.len())
        .collect();
    assert_eq!(restored, expected);
}

#[test]
fn neither_a_database_nor_its_log_nor_a_backup_is_overwritten() {
    let (directory, address) = installation();
    let file = directory.path().join("one.backup");
    backup(&address, &file).unwrap();
    assert!(matches!(backup(&address, &file), Err(BackupError::Exists { .. })));
    assert!(matches!(restore(&file, &address), Err(BackupError::Exists { .. })));
    let elsewhere = directory.path().join("other.sqlite3");
    std::fs::write(directory.path().join("other.sqlite3-wal"), "x").unwrap();
    let refused = restore(&file, &elsewhere.display().to_string()).unwrap_err().to_string();
    assert!(refused.contains("other.sqlite3-wal is there already"), "{refused}");
    assert_eq!(names(&address), ["an"]);
}

#[test]
fn a_damaged_foreign_or_newer_file_is_refused_and_leaves_nothing() {
    let (directory, address) = installation();
    let good = directory.path().join("one.backup");
    backup(&address, &good).unwrap();
    let home = directory.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let target = home.join("khaosat.sqlite3").display().to_string();
    let refused = |name: &str, change: &dyn Fn(&Path)| {
        let file = directory.path().join(name);
        std::fs::copy(&good, &file).unwrap();
        change(&file);
        let error = restore(&file, &target).unwrap_err();
        assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "{name}: {error}");
        error
    };
    let execute = |file: &Path, sql: &str| {
        let mut conn = SqliteConnection::establish(&file.display().to_string()).unwrap();
        conn.batch_execute(sql).unwrap();
    };

    let text =
        refused("text", &|file| std::fs::write(file, "no database at all\n".repeat(99)).unwrap());
    assert!(matches!(text, BackupError::Damaged { .. }), "{text}");
    let torn = refused("torn", &|file| {
        let mut bytes = std::fs::read(file).unwrap();
        let half = bytes.len() / 2;
        bytes[half..].fill(0xa5);
        std::fs::write(file, bytes).unwrap();
    });
    assert!(matches!(torn, BackupError::Damaged { .. }), "{torn}");
    let loose = refused("loose", &|file| {
        execute(
            file,
            "PRAGMA foreign_keys = OFF; INSERT INTO account_role VALUES (99, 'reviewer', NULL)",
        );
    });
    assert!(loose.to_string().contains("1 rows refer"), "{loose}");
    let foreign = refused("foreign", &|file| {
        std::fs::remove_file(file).unwrap();
        execute(file, "CREATE TABLE other (x)");
    });
    assert!(matches!(foreign, BackupError::Foreign { .. }), "{foreign}");
    let newer = refused("newer", &|file| {
        execute(file, "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
    });
    assert!(matches!(newer, BackupError::Store(StoreError::Newer { .. })), "{newer}");
    assert!(restore(&good, &target).is_ok());
}

#[test]
fn postgresql_is_left_to_its_own_tools() {
    let refused = backup("postgres://u:secret@h/d", Path::new("x")).unwrap_err().to_string();
    assert!(refused.contains("pg_dump") && !refused.contains("secret"), "{refused}");
}

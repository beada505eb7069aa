//! An operator starts the service, looks whether it is well, stops it, and finds it whole after it was killed.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Installation, on_each_engine};

#[test]
fn the_service_is_ready_on_a_fresh_database_and_ends_when_asked() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let service = installation.serve();
        assert_eq!(service.client.get("/healthz").status, 200);
        assert_eq!(service.client.get("/").status, 200);
        let (status, messages) = service.terminate();
        assert!(status.success(), "{status}: {messages}");
        assert!(!messages.contains("ERROR"), "{messages}");
    });
}

#[test]
fn a_killed_service_starts_again_on_what_it_left() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        for _ in 0..3 {
            let service = installation.serve();
            assert_eq!(service.client.get("/healthz").status, 200);
            service.kill9();
        }
        assert_eq!(installation.serve().client.get("/").status, 200);
    });
}

#[test]
fn a_mistyped_setting_is_refused_in_one_line_that_names_it() {
    on_each_engine(|engine| {
        let refused =
            Installation::on(engine).with("KHAOSAT_LISTN", "127.0.0.1:1").run(&["serve"]).refused();
        assert!(refused.contains("KHAOSAT_LISTN"), "{refused}");
    });
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_by_the_name_of_its_variable() {
    on_each_engine(|engine| {
        let refused =
            Installation::on(engine).with("KHAOSAT_QUEUE", "many").run(&["serve"]).refused();
        assert!(refused.contains("KHAOSAT_QUEUE: "), "{refused}");
        let broken = OsStr::from_bytes(b"info\xff");
        let refused =
            Installation::on(engine).with("KHAOSAT_LOG", broken).run(&["serve"]).refused();
        assert!(refused.contains("KHAOSAT_LOG: its value is no UTF-8"), "{refused}");
    });
}

#[test]
fn a_variable_of_somebody_else_may_hold_anything() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine).with("LESSOPEN", OsStr::from_bytes(b"|\xff"));
        assert_eq!(installation.serve().client.get("/healthz").status, 200);
    });
}

#[test]
fn the_database_is_for_its_owner_alone() {
    let installation = Installation::anywhere();
    let service = installation.serve();
    let mut modes = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(installation.directory()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        modes.insert(entry.file_name().into_string().unwrap(), mode);
    }
    for name in ["khaosat.sqlite3", "khaosat.sqlite3-wal", "khaosat.sqlite3-shm"] {
        assert_eq!(modes.get(name), Some(&0o600), "{name}: {modes:?}");
    }
    drop(service);
}

#[test]
fn the_keys_that_will_sign_are_there_from_the_first_moment() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let first = installation.serve().client.get("/.well-known/jwks.json").json();
        assert_eq!(first["keys"].as_array().unwrap().len(), 2, "{first}");
        let again = installation.serve().client.get("/.well-known/jwks.json").json();
        assert_eq!(first, again, "starting again makes no new ones");
    });
}

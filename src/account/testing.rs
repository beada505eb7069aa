//! A desk of its own for each test of this module.

use std::sync::Arc;

use crate::clock::{ManualClock, Millis};
use crate::desk::Desk;
use crate::store::Store;
use crate::vault::Vault;

/// A desk on a fresh database and fresh keys, its clock standing at 2026-11-24T08:00 in Vietnam.
pub fn desk() -> (Desk, ManualClock, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Millis::parse("2026-11-24T08:00").unwrap());
    let database = dir.path().join("khaosat.sqlite3").display().to_string();
    let desk = Desk {
        store: Store::open(&database, 2).unwrap(),
        vault: Arc::new(Vault::open(&dir.path().join("keys")).unwrap()),
        clock: Arc::new(clock.clone()),
        public_url: "https://khaosat.example".to_owned(),
    };
    (desk, clock, dir)
}

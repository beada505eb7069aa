//! What an import did, row by row: the same words for every kind of row.

use crate::store::unit::Imported;

/// Counts a row that is wished to be called `name`; true when it has to be written.
pub fn differs(known: Option<&String>, name: &str, done: &mut Imported) -> bool {
    match known {
        Some(known) if known == name => {
            done.unchanged += 1;
            return false;
        }
        Some(_) => done.updated += 1,
        None => done.inserted += 1,
    }
    true
}

/// The line a person reads.
pub fn told(what: &str, done: &Imported) -> String {
    format!(
        "{what}: {} inserted, {} updated, {} unchanged",
        done.inserted, done.updated, done.unchanged
    )
}

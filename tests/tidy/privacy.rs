//! Every column says what it may tell about a person: `src/store/privacy.toml`.
//!
//! ```toml
//! [response]
//! id = { class = "internal", why = "Random behind the hour; leads to nobody." }
//! comment_enc = { class = "personal-encrypted", why = "Free text may name people; opened for sealing only." }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use super::migrations::{self, Column};
use super::none;
use crate::support::places;

const MAP: &str = "src/store/privacy.toml";

/// Table → column → what it may tell.
type Map = BTreeMap<String, BTreeMap<String, Entry>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    class: Class,
    /// One sentence: why it is of this class.
    why: String,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Class {
    /// May be published as it is.
    Public,
    /// For those who work with the round; tells nothing about one citizen.
    Internal,
    /// Ties an answer or an address to a person; encrypted under a key kept outside the database.
    PersonalEncrypted,
    /// A keyed or one-way digest of what a person holds.
    SecretHash,
}

impl Entry {
    fn explains_itself(&self) -> bool {
        self.why.split_whitespace().count() >= 3 && self.why.ends_with('.')
    }
}

/// What the map lacks, has too much of, does not explain, or calls other than the column's name does.
fn breaches(map: &Map, columns: &BTreeSet<Column>) -> Vec<String> {
    let mut told = Vec::new();
    for (table, column) in columns {
        if map.get(table).is_none_or(|of| !of.contains_key(column)) {
            told.push(format!("{table}.{column} is not in {MAP}"));
        }
    }
    for (table, of) in map {
        for (column, entry) in of {
            let name = format!("{table}.{column}");
            if !columns.contains(&(table.clone(), column.clone())) {
                told.push(format!("{name} is no column; remove it from {MAP}"));
            }
            if !entry.explains_itself() {
                told.push(format!("{name}: `why` is one whole sentence"));
            }
            if column.ends_with("_enc") && entry.class != Class::PersonalEncrypted {
                told.push(format!("{name} is encrypted, so its class is personal-encrypted"));
            }
        }
    }
    told
}

#[test]
fn every_column_is_in_the_privacy_map() {
    if !migrations::exist() {
        return;
    }
    // Without the file every column is told as missing.
    let text = fs::read_to_string(places::root().join(MAP)).unwrap_or_default();
    let map: Map = toml::from_str(&text).unwrap_or_else(|error| panic!("{MAP}: {error}"));
    none(
        "what a column may tell about a person",
        breaches(&map, &migrations::sqlite_columns(":memory:")),
    );
}

#[test]
fn an_unmapped_column_is_named() {
    let map = |text: &str| toml::from_str::<Map>(text);
    let columns = BTreeSet::from([
        ("link".to_owned(), "code_enc".to_owned()),
        ("link".to_owned(), "id".to_owned()),
    ]);
    let written = "[link]\nid = { class = 'internal', why = 'A number of ours.' }\n\
        code_enc = { class = 'personal-encrypted', why = 'Leads to the dossier.' }\n";
    let found = |text: &str| breaches(&map(text).unwrap(), &columns);
    assert_eq!(found(written), Vec::<String>::new());
    assert_eq!(
        found(""),
        [
            "link.code_enc is not in src/store/privacy.toml",
            "link.id is not in src/store/privacy.toml"
        ]
    );
    assert_eq!(found(&written.replace("[link]", "[gone]")).len(), 4);
    assert_eq!(found(&written.replace("A number of ours.", "why")).len(), 1);
    assert_eq!(found(&written.replace("personal-encrypted", "public")).len(), 1);
    assert!(map(&written.replace("internal", "secret")).is_err());
}

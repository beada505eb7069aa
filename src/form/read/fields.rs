//! One table of a form file while it is read: it remembers which keys were asked for, so that what is left over is
//! known to be a mistake.

use toml::de::{DeTable, DeValue};

use crate::form::problem::printable_key;

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::form) enum Need {
    Required,
    Optional,
}

/// A table under reading. `at` is the byte at which it begins.
pub(in crate::form) struct Fields<'t> {
    table: &'t DeTable<'t>,
    path: String,
    pub(in crate::form) at: usize,
    asked: Vec<&'static str>,
    pub(super) missing: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) fn root(table: &'t DeTable<'t>) -> Self {
        Self::new(table, String::new(), 0)
    }

    pub(super) fn new(table: &'t DeTable<'t>, path: String, at: usize) -> Self {
        Self { table, path, at, asked: Vec::new(), missing: Vec::new() }
    }

    /// The full name of `key` in messages.
    pub(in crate::form) fn key(&self, key: &str) -> String {
        if self.path.is_empty() {
            printable_key(key)
        } else {
            format!("{}.{}", self.path, printable_key(key))
        }
    }

    /// The name of the table itself in messages.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Names the table by what was found in it.
    pub(super) fn rename(&mut self, path: String) {
        self.path = path;
    }

    pub(in crate::form) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where `key` stands, or the table when it is not there.
    pub(in crate::form) fn at_of(&self, key: &str) -> usize {
        self.table.get_key_value(key).map_or(self.at, |(key, _)| key.span().start)
    }

    /// Notes that `key` is known here, whether or not its value is used.
    pub(super) fn know(&mut self, key: &'static str) {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
    }

    /// The value of `key` and where the key stands; notes a required key that is missing.
    pub(super) fn take(
        &mut self,
        key: &'static str,
        need: Need,
    ) -> Option<(usize, &'t DeValue<'t>)> {
        self.know(key);
        let found = self.table.get_key_value(key);
        if found.is_none() && need == Need::Required {
            self.missing.push(key);
        }
        found.map(|(key, value)| (key.span().start, value.get_ref()))
    }

    /// All keys with their values, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(usize, &'t str, &'t DeValue<'t>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (key.span().start, key.get_ref().as_ref(), value.get_ref()))
            .collect();
        entries.sort_by_key(|(at, ..)| *at);
        entries
    }

    /// The keys nobody asked for.
    pub(super) fn unknown(&self) -> Vec<(usize, &'t str)> {
        self.entries()
            .into_iter()
            .filter(|(_, key, _)| !self.asked.contains(key))
            .map(|(at, key, _)| (at, key))
            .collect()
    }

    pub(super) fn asked(&self) -> &[&'static str] {
        &self.asked
    }
}

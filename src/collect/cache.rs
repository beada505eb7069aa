//! Short memory of what rarely changes while a round is open, so that an answer costs no read of the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::CollectError;
use crate::form::Form;
use crate::store::Store;
use crate::store::id::FormVersionId;

/// How stale an entry may be: a link made void or a round closed elsewhere is noticed within it.
const LIFE: Duration = Duration::from_secs(1);
/// More entries than this are forgotten at once.
const ENTRIES_MAX: usize = 10_000;

/// Entries that live for a second.
pub struct Short<K, V>(Mutex<HashMap<K, (Instant, Arc<V>)>>);

impl<K, V> Default for Short<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V> Short<K, V> {
    /// The entry, unless it is stale.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, value) = entries.get(key)?;
        (since.elapsed() < LIFE).then(|| Arc::clone(value))
    }

    /// Puts an entry.
    pub fn put(&self, key: K, value: &Arc<V>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(key, (Instant::now(), Arc::clone(value)));
    }
}

/// Parsed forms; a stored version never changes, so they stay.
#[derive(Default)]
pub struct Forms(Mutex<HashMap<FormVersionId, Arc<Form>>>);

impl Forms {
    /// The parsed form of that version.
    pub fn get(&self, store: &Store, id: FormVersionId) -> Result<Arc<Form>, CollectError> {
        if let Some(form) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(form));
        }
        let stored = store.form(id)?;
        let form =
            Form::parse(&stored.source, "stored form").map_err(|_| CollectError::Form(id))?;
        let form = Arc::new(form);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&form));
        Ok(form)
    }
}

//! The key of link codes: the database holds a keyed digest to look a link up by and, until it is spent, the code
//! encrypted for printing. Whoever reads the database cannot answer in a citizen's place.

use super::Result;
use super::cipher::{Secret, derive, mac16, open, seal};
use crate::store::id::LinkId;

/// Looks up and encrypts link codes.
#[derive(Debug)]
pub struct CodeKey {
    lookup: Secret,
    code: Secret,
}

impl CodeKey {
    pub(super) fn from_master(master: &Secret) -> Self {
        Self { lookup: derive(master, "link lookup"), code: derive(master, "link code") }
    }

    /// What a code is looked up by.
    #[must_use]
    pub fn lookup(&self, canonical_code: &str) -> [u8; 16] {
        mac16(&self.lookup, "code", &[canonical_code.as_bytes()])
    }

    /// The code, encrypted for its link's row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal(&self, id: LinkId, canonical_code: &str) -> Result<Vec<u8>> {
        seal(&self.code, &id.0, "link.code", canonical_code.as_bytes())
    }

    /// The code back, for printing.
    #[must_use]
    pub fn open(&self, id: LinkId, sealed: &[u8]) -> Option<String> {
        String::from_utf8(open(&self.code, &id.0, "link.code", sealed)?).ok()
    }
}

//! What every effect works with: the database, the keys and the clock.

use std::sync::Arc;

use crate::clock::Clock;
use crate::store::Store;
use crate::vault::Vault;

/// Database, keys and clock of one installation; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub store: Store,
    /// The keys.
    pub vault: Arc<Vault>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Address that QR codes, mail and receipts carry, without a trailing slash.
    pub public_url: String,
}

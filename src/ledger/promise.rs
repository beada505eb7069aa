//! The promise that comes with a receipt: an answer that is missing from the next day's head is then provably missing.

use serde::{Deserialize, Serialize};

use super::{LedgerError, leaf_hash};
use crate::desk::Desk;
use crate::publish::{PublishError, Purpose, canonical, sign, signing_pair};
use crate::store::ledger::NewLeaf;

/// What is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Always `khaosat promise 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Address of the installation that promises.
    pub log: String,
    /// SHA-256 of the receipt, hex.
    pub receipt_sha256: String,
    /// The leaf that will be in the tree by the end of the next day, hex.
    pub leaf_hash: String,
    /// Day of arrival, ISO.
    pub day: String,
}

/// Names a promise.
pub const TYPE: &str = "khaosat promise 1";

/// The promise for an answer's leaf and its detached signature over the canonical bytes.
///
/// # Errors
/// [`LedgerError`].
pub fn promise(desk: &Desk, leaf: &NewLeaf, round: &str) -> Result<(Promise, String), LedgerError> {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let promise = Promise {
        kind: TYPE.to_owned(),
        log: desk.public_url.clone(),
        receipt_sha256: leaf.receipt.as_ref().map(|r| hex(r)).unwrap_or_default(),
        leaf_hash: hex(&leaf_hash(leaf, round)),
        day: leaf.day.clone(),
    };
    let bytes = canonical(&promise)?.bytes;
    let pair = signing_pair(desk, Purpose::Publication)?;
    let signature = sign(&pair, &bytes).map_err(PublishError::Vault)?;
    Ok((promise, signature))
}

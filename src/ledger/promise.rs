//! What a citizen can take along: the promise that comes with a receipt and, once the leaf has its place under a signed
//! head, the proof. An answer that is missing from the next day's head is then provably missing.

use serde::{Deserialize, Serialize};

use super::prove::{Inclusion, inclusion};
use super::{HeadStatement, LedgerError, leaf_hash, signed, unhex};
use crate::desk::Desk;
use crate::publish::{PublishError, Purpose, canonical, check, sign, signing_pair};
use crate::store::ledger::{Hash, LeafKind, NewLeaf};
use crate::vault::sha256;

/// What is promised: signed as canonical JSON.
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

/// The leaf of an answer, as anybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerLeaf {
    /// Code of the round.
    pub round: String,
    /// Day of arrival, ISO.
    pub day: String,
    /// SHA-256 of the receipt, hex.
    pub receipt_sha256: String,
    /// Salted hash of the answer, hex.
    pub commitment: String,
}

/// A signed head as files carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// The statement.
    pub statement: HeadStatement,
    /// Detached JWS over its canonical bytes.
    pub signature: String,
}

/// The file that comes with a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptProof {
    /// Always `khaosat receipt proof 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The leaf.
    pub leaf: AnswerLeaf,
    /// The promise.
    pub promise: Promise,
    /// Detached JWS over its canonical bytes.
    pub promise_signature: String,
    /// The leaf's place under `head`, once it has one.
    pub inclusion: Option<Inclusion>,
    /// The newest signed head, once there is one over the leaf.
    pub head: Option<SignedHead>,
}

const PROMISE: &str = "khaosat promise 1";
/// Names the file.
pub const RECEIPT_PROOF: &str = "khaosat receipt proof 1";

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The file for a receipt; `None` when no answer has it.
///
/// # Errors
/// [`LedgerError`].
pub fn receipt_proof(desk: &Desk, receipt: &Hash) -> Result<Option<ReceiptProof>, LedgerError> {
    let Some((leaf, numbered)) = desk.store.ledger_receipt(receipt)? else { return Ok(None) };
    let round = match leaf.round_id {
        Some(id) => desk.store.round_by_id(id)?.code,
        None => String::new(),
    };
    let promise = Promise {
        kind: PROMISE.to_owned(),
        log: desk.public_url.clone(),
        receipt_sha256: hex(receipt),
        leaf_hash: hex(&leaf_hash(&leaf, &round)),
        day: leaf.day.clone(),
    };
    let pair = signing_pair(desk, Purpose::Publication)?;
    let bytes = canonical(&promise)?.bytes;
    let promise_signature = sign(&pair, &bytes).map_err(PublishError::Vault)?;
    let newest = desk.store.heads(1)?.into_iter().next();
    let (inclusion, head) = match (numbered, newest) {
        (Some(stored), Some(head)) if stored.seq < head.size => {
            (Some(inclusion(&desk.store, &stored, head.size.unsigned_abs())?), Some(signed(head)?))
        }
        _ => (None, None),
    };
    Ok(Some(ReceiptProof {
        kind: RECEIPT_PROOF.to_owned(),
        leaf: AnswerLeaf {
            round,
            day: leaf.day,
            receipt_sha256: hex(receipt),
            commitment: hex(&leaf.commitment),
        },
        promise,
        promise_signature,
        inclusion,
        head,
    }))
}

/// Key id and its 32 public bytes.
type Key = (String, Vec<u8>);

fn known(keys: &[Key]) -> impl Iterator<Item = (&str, &[u8])> {
    keys.iter().map(|(kid, key)| (kid.as_str(), key.as_slice()))
}

impl SignedHead {
    /// What is wrong with the signature under these keys.
    ///
    /// # Errors
    /// Text that canonical JSON cannot hold, which a file does not carry.
    pub fn fault(&self, keys: &[Key]) -> Result<Option<String>, LedgerError> {
        let bytes = canonical(&self.statement)?.bytes;
        let fault = check(&self.signature, &bytes, known(keys)).err();
        Ok(fault.map(|fault| format!("the head over {} leaves: {fault}", self.statement.size)))
    }
}

/// What a file says after it was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What holds, a sentence each.
    pub told: Vec<String>,
    /// What does not.
    pub faults: Vec<String>,
}

impl ReceiptProof {
    /// Checks the file by itself, with public keys where they are given and the receipt where its holder types it.
    ///
    /// # Errors
    /// As [`SignedHead::fault`].
    pub fn check(
        &self,
        keys: Option<&[Key]>,
        receipt: Option<&str>,
    ) -> Result<Checked, LedgerError> {
        let mut checked = Checked::default();
        let leaf = &self.leaf;
        let parts = (unhex(&leaf.receipt_sha256), unhex(&leaf.commitment));
        let (Some(receipt_hash), Some(commitment)) = parts else {
            checked.faults.push("the leaf's hashes are not 64 hex digits".to_owned());
            return Ok(checked);
        };
        let of_leaf = NewLeaf {
            kind: LeafKind::Response,
            round_id: None,
            day: leaf.day.clone(),
            receipt: Some(receipt_hash),
            commitment,
            salt: None,
            subject: String::new(),
        };
        match receipt {
            Some(typed) if sha256(typed.as_bytes()) == receipt_hash => {
                checked.told.push("the file belongs to this receipt".to_owned());
            }
            Some(_) => checked.faults.push("the file belongs to another receipt".to_owned()),
            None => {}
        }
        let promised = &self.promise;
        if unhex(&promised.leaf_hash) != Some(leaf_hash(&of_leaf, &leaf.round))
            || promised.receipt_sha256 != leaf.receipt_sha256
            || promised.day != leaf.day
            || promised.kind != PROMISE
        {
            checked.faults.push("the promise is about another leaf".to_owned());
        }
        checked.told.push(format!("an answer of round {} arrived on {}", leaf.round, leaf.day));
        self.check_place(&of_leaf, &mut checked);
        match keys {
            None => {
                checked.told.push(
                    "signatures: not checked; give the public keys with --jwks FILE".to_owned(),
                );
            }
            Some(keys) => {
                let bytes = canonical(promised)?.bytes;
                match check(&self.promise_signature, &bytes, known(keys)) {
                    Ok(kid) => checked.told.push(format!("promise signed by key {kid}: good")),
                    Err(fault) => checked.faults.push(format!("the promise: {fault}")),
                }
                if let Some(head) = &self.head {
                    match head.fault(keys)? {
                        None => checked.told.push("signature of the head: good".to_owned()),
                        Some(fault) => checked.faults.push(fault),
                    }
                }
            }
        }
        Ok(checked)
    }

    fn check_place(&self, leaf: &NewLeaf, checked: &mut Checked) {
        match (&self.inclusion, &self.head) {
            (Some(inclusion), Some(head)) => {
                let bytes = super::leaf_bytes(leaf, &self.leaf.round);
                let root = unhex(&head.statement.root).unwrap_or_default();
                if inclusion.size == head.statement.size && inclusion.holds(&bytes, &root) {
                    checked.told.push(format!(
                        "it is leaf {} of the {} under the head of {}, signed {}",
                        inclusion.number, inclusion.size, head.statement.log, head.statement.at
                    ));
                } else {
                    checked.faults.push("the leaf is not under this head".to_owned());
                }
            }
            (None, None) => checked.told.push(
                "it has no place under a signed head yet: take the file again after the next day"
                    .to_owned(),
            ),
            _ => checked.faults.push("the proof lacks its head, or the head its proof".to_owned()),
        }
    }
}

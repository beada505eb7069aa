//! One walk over the whole ledger: every leaf is hashed again, every signed head compared.

use std::collections::BTreeMap;

use super::head::{HeadStatement, root_at};
use super::merkle::Growing;
use super::{LedgerError, leaf_hash, number_all};
use crate::desk::Desk;
use crate::publish::check;
use crate::store::key::PublicKey;
use crate::store::ledger::{Head, StoredLeaf};

/// Numbers what waits, shows every leaf to `visit` in order, and tells what is wrong with leaves, tree and heads.
///
/// # Errors
/// [`LedgerError::Store`] when the tables cannot be read at all.
pub fn walk(desk: &Desk, mut visit: impl FnMut(&StoredLeaf)) -> Result<Vec<String>, LedgerError> {
    number_all(&desk.store)?;
    let rounds: BTreeMap<_, _> =
        desk.store.rounds()?.into_iter().map(|round| (round.id, round.code)).collect();
    let mut heads: BTreeMap<u64, Head> = BTreeMap::new();
    for head in desk.store.heads(i64::MAX)? {
        heads.insert(head.size.unsigned_abs(), head);
    }
    let keys = desk.store.keys()?;
    let mut faults = Vec::new();
    let mut tree = Growing::default();
    let mut size = 0_u64;
    loop {
        let page = desk.store.ledger_leaves(i64::try_from(size).unwrap_or(i64::MAX))?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            let round = stored.leaf.round_id.and_then(|id| rounds.get(&id));
            if stored.seq.unsigned_abs() != size {
                faults.push(format!("ledger leaf {size} is missing: it was deleted"));
                size = stored.seq.unsigned_abs();
            }
            if leaf_hash(&stored.leaf, round.map_or("", String::as_str)) != stored.hash {
                faults.push(format!("ledger leaf {size} was edited: it has another hash"));
            }
            tree.push(stored.hash, |_, _| {});
            size += 1;
            visit(&stored);
            if let Some(head) = heads.remove(&size) {
                let root = tree.root();
                faults.extend(head_faults(&keys, &head, root.as_ref().map(<[u8; 32]>::as_slice)));
            }
        }
    }
    for size in heads.keys() {
        faults.push(format!("a head over {size} leaves was signed, but they are not there"));
    }
    if faults.is_empty()
        && let Some(root) = tree.root()
        && root_at(&desk.store, size).ok() != Some(root)
    {
        faults.push("the ledger's nodes are not those of its leaves; they were edited".to_owned());
    }
    Ok(faults)
}

fn head_faults(keys: &[PublicKey], head: &Head, root: Option<&[u8]>) -> Vec<String> {
    let mut faults = Vec::new();
    let size = head.size;
    let known = keys.iter().map(|k| (k.kid.as_str(), k.public_key.as_slice()));
    if let Err(fault) = check(&head.signature, &head.statement, known) {
        faults.push(format!("the head over {size} leaves: {fault}"));
    }
    match HeadStatement::read(&head.statement) {
        Ok(statement) => {
            let root = root.map(|root| data_encoding::HEXLOWER.encode(root)).unwrap_or_default();
            if statement.root != root || statement.size != size.unsigned_abs() {
                faults.push(format!(
                    "the signed head over {size} leaves has another root than the leaves: the ledger was rewritten"
                ));
            }
        }
        Err(fault) => faults.push(format!("the head over {size} leaves: {fault}")),
    }
    faults
}

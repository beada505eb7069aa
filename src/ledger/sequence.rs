//! Numbering: waiting leaves get their place in the tree.

use super::merkle::Growing;
use super::{LedgerError, leaf_hash};
use crate::store::Store;
use crate::store::ledger::{Placed, Waiting};

/// Leaves of one turn: keeps the write lock well under 50 ms (design §3).
const TURN: usize = 500;

/// Between two turns beside intake, whose writer waits for the same lock.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(5);

fn number_some(store: &Store) -> Result<usize, LedgerError> {
    Ok(store.sequence(TURN, place)?)
}

/// Numbers everything that waits; how many.
///
/// # Errors
/// [`LedgerError::Store`].
pub fn number_all(store: &Store) -> Result<usize, LedgerError> {
    let mut all = 0;
    loop {
        match number_some(store)? {
            0 => return Ok(all),
            n => all += n,
        }
    }
}

/// [`number_all`] in turns with pauses between them, so that answers are written meanwhile.
///
/// # Errors
/// [`LedgerError::Store`].
pub fn number_gently(store: &Store) -> Result<(), LedgerError> {
    while number_some(store)? > 0 {
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Orders and hashes. Commitments are as good as random, so their order says nothing of who came first.
fn place(waiting: Waiting) -> Placed {
    let Waiting { size, frontier, mut leaves, rounds } = waiting;
    leaves.sort_unstable_by_key(|leaf| leaf.commitment);
    let mut tree = Growing::new(size, frontier);
    let mut placed = Placed::default();
    for leaf in leaves {
        let round = leaf.round_id.and_then(|id| rounds.get(&id)).map_or("", String::as_str);
        let hash = leaf_hash(&leaf, round);
        tree.push(hash, |at, hash| placed.nodes.push((at, hash)));
        placed.leaves.push((leaf, hash));
    }
    placed
}

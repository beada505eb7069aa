//! The ledger's tables: leaves that wait, leaves in their order, node hashes of the tree, signed heads.
//!
//! What is accepted or decided puts its leaf into the queue in the same transaction. One sequencer at a time numbers what
//! waits and writes the node hashes (`crate::ledger`); the tables refuse to change what is numbered.

mod commit;
mod queued;

use std::collections::BTreeMap;

use diesel::prelude::*;

pub use commit::{Salt, commitment, new_salt};

use super::actor::words;
use super::engine::batch;
use super::id::RoundId;
use super::outbox::{self, Notice};
use super::schema::{ledger_head, ledger_leaf, ledger_node, ledger_queue, round};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// SHA-256.
pub type Hash = [u8; 32];

words! {
    /// What a leaf records.
    LeafKind {
        /// An accepted answer.
        Response = "response",
        /// An answer withdrawn by its giver.
        Withdrawal = "withdrawal",
        /// A decision on flags.
        Verdict = "verdict",
        /// An import of margins.
        Margins = "margins",
        /// What dedup looked at and what it flagged.
        Flags = "flags",
        /// The records that sealing left: their root and counts.
        Sealed = "sealed",
        /// A publication.
        Publication = "publication",
        /// An entry of the audit trail.
        Audit = "audit",
        /// A link made void.
        Void = "void",
    }
}

words! {
    /// Why a head was signed.
    HeadReason {
        /// A day ended.
        Daily = "daily",
        /// A round closed.
        Closing = "closing",
        /// A round was sealed.
        Sealing = "sealing",
        /// A round was published.
        Publication = "publication",
    }
}

/// A leaf as it is recorded. Its hash covers kind, round, day, receipt and commitment; salt and subject never leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLeaf {
    /// What it records.
    pub kind: LeafKind,
    /// Of which round.
    pub round_id: Option<RoundId>,
    /// Day in Vietnam, ISO.
    pub day: String,
    /// SHA-256 of the receipt, of an answer.
    pub receipt: Option<Hash>,
    /// Salted hash of what is recorded.
    pub commitment: Hash,
    /// The salt, where it is not kept under the linking key.
    pub salt: Option<Salt>,
    /// Where the content is found: a row of another table.
    pub subject: String,
}

/// A numbered leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLeaf {
    /// Place in the tree, from 0.
    pub seq: i64,
    /// As recorded.
    pub leaf: NewLeaf,
    /// Its hash in the tree.
    pub hash: Hash,
}

/// A signed tree head.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = ledger_head)]
pub struct Head {
    /// Leaves under it.
    pub size: i64,
    /// When it was signed.
    pub at: i64,
    /// Why.
    pub reason: String,
    /// The signed statement, canonical JSON.
    pub statement: Vec<u8>,
    /// Detached JWS over it.
    pub signature: String,
    /// Key that signed.
    pub kid: String,
}

/// A node above the leaves: `2^level` leaves from `pos · 2^level` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeAt {
    /// 0 = leaf.
    pub level: u32,
    /// From 0 within its level.
    pub pos: u64,
}

/// What the sequencer made of waiting leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Leaves in their order, with hashes.
    pub leaves: Vec<(NewLeaf, Hash)>,
    /// Nodes that became whole.
    pub nodes: Vec<(NodeAt, Hash)>,
}

/// What waits, and the tree it goes to.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Leaves of the tree so far.
    pub size: u64,
    /// Hashes of the largest whole subtrees of the tree so far, left to right.
    pub frontier: Vec<Hash>,
    /// What waits.
    pub leaves: Vec<NewLeaf>,
    /// Codes of their rounds.
    pub rounds: BTreeMap<RoundId, String>,
}

/// Leaves as the queue holds them.
pub(super) fn queued<'a>(leaves: impl IntoIterator<Item = &'a NewLeaf>) -> Vec<u8> {
    queued::write(leaves)
}

/// Puts leaves into the queue, inside the caller's transaction.
pub(super) fn enqueue<'a>(
    conn: &mut Conn,
    leaves: impl IntoIterator<Item = &'a NewLeaf>,
) -> Result<()> {
    let bytes = queued::write(leaves);
    if bytes.is_empty() {
        return Ok(());
    }
    diesel::insert_into(ledger_queue::table)
        .values(ledger_queue::leaves.eq(bytes))
        .execute(conn)?;
    Ok(())
}

/// Records something that was done: its leaf, with a salt of its own, goes into the queue.
pub(super) fn record(
    conn: &mut Conn,
    kind: LeafKind,
    round_id: Option<RoundId>,
    at: Millis,
    subject: String,
    content: impl FnOnce(&Salt) -> Hash,
) -> Result<()> {
    let salt = new_salt()?;
    let leaf = NewLeaf {
        kind,
        round_id,
        day: at.vietnam_day().to_string(),
        receipt: None,
        commitment: content(&salt),
        salt: Some(salt),
        subject,
    };
    enqueue(conn, [&leaf])
}

/// The largest whole subtrees of a tree of `size` leaves, left to right (RFC 9162, 2.1: the binary digits of the size).
#[must_use]
pub fn whole_subtrees(size: u64) -> Vec<NodeAt> {
    let mut start = 0_u64;
    let mut nodes = Vec::new();
    for level in (0..u64::BITS).rev() {
        let width = 1_u64 << level;
        if size & width != 0 {
            nodes.push(NodeAt { level, pos: start >> level });
            start += width;
        }
    }
    nodes
}

fn hash_of(bytes: Vec<u8>) -> Result<Hash> {
    bytes.try_into().map_err(|_| StoreError::Corrupt { what: "ledger hash" })
}

fn node(conn: &mut Conn, at: NodeAt) -> Result<Hash> {
    let pos = i64::try_from(at.pos).map_err(|_| StoreError::Corrupt { what: "ledger node" })?;
    let found = if at.level == 0 {
        ledger_leaf::table.find(pos).select(ledger_leaf::hash).first::<Vec<u8>>(conn).optional()?
    } else {
        let level =
            i32::try_from(at.level).map_err(|_| StoreError::Corrupt { what: "ledger node" })?;
        ledger_node::table
            .find((level, pos))
            .select(ledger_node::hash)
            .first::<Vec<u8>>(conn)
            .optional()?
    };
    hash_of(found.ok_or(StoreError::Corrupt { what: "ledger: a node is missing" })?)
}

fn size(conn: &mut Conn) -> Result<u64> {
    let last =
        ledger_leaf::table.select(diesel::dsl::max(ledger_leaf::seq)).first::<Option<i64>>(conn)?;
    Ok(last.map_or(0, |seq| seq.unsigned_abs() + 1))
}

type Row =
    (i64, String, Option<i32>, String, Option<Vec<u8>>, Vec<u8>, Vec<u8>, Option<Vec<u8>>, String);

fn read_row(row: Row) -> Result<StoredLeaf> {
    let (seq, kind, round_id, day, receipt, commitment, hash, salt, subject) = row;
    let kind = LeafKind::from_word(&kind).ok_or(StoreError::Corrupt { what: "ledger leaf" })?;
    let salt = salt
        .map(|salt| salt.try_into().map_err(|_| StoreError::Corrupt { what: "ledger salt" }))
        .transpose()?;
    Ok(StoredLeaf {
        seq,
        leaf: NewLeaf {
            kind,
            round_id: round_id.map(RoundId),
            day,
            receipt: receipt.map(hash_of).transpose()?,
            commitment: hash_of(commitment)?,
            salt,
            subject,
        },
        hash: hash_of(hash)?,
    })
}

/// Transactions whose leaves are numbered in one turn, at most: each may bring a batch.
const TRANSACTIONS: i64 = 64;
/// Leaves read in one go.
const PAGE: i64 = 5_000;

impl Store {
    /// Numbers leaves that wait, oldest first and at most about `most`, as `place` orders and hashes them. One caller at a
    /// time over all servers. Returns how many.
    ///
    /// # Errors
    /// What the database says.
    pub fn sequence(&self, most: usize, place: impl FnOnce(Waiting) -> Placed) -> Result<usize> {
        self.transaction(|conn| {
            batch::lock_ledger(conn)?;
            let rows: Vec<(i64, Vec<u8>)> =
                ledger_queue::table.order(ledger_queue::seq).limit(TRANSACTIONS).load(conn)?;
            let (mut taken, mut leaves) = (Vec::new(), Vec::new());
            for (seq, bytes) in rows {
                if leaves.len() >= most {
                    break;
                }
                leaves.extend(
                    queued::read(&bytes).ok_or(StoreError::Corrupt { what: "ledger queue" })?,
                );
                taken.push(seq);
            }
            if taken.is_empty() {
                return Ok(0);
            }
            let size = size(conn)?;
            let frontier = whole_subtrees(size)
                .into_iter()
                .map(|at| node(conn, at))
                .collect::<Result<Vec<_>>>()?;
            let rounds = round::table
                .select((round::id, round::code))
                .load::<(RoundId, String)>(conn)?
                .into_iter()
                .collect();
            let placed = place(Waiting { size, frontier, leaves, rounds });
            batch::insert_leaves(conn, size, &placed)?;
            diesel::delete(ledger_queue::table.filter(ledger_queue::seq.eq_any(&taken)))
                .execute(conn)?;
            Ok(placed.leaves.len())
        })
    }

    /// Rows of the queue; each holds the leaves of one transaction.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_waiting(&self) -> Result<i64> {
        self.read(|conn| Ok(ledger_queue::table.count().get_result(conn)?))
    }

    /// Leaves in the tree.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_size(&self) -> Result<u64> {
        self.read(size)
    }

    /// A node hash of the tree.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is not there.
    pub fn ledger_node(&self, at: NodeAt) -> Result<Hash> {
        self.read(|conn| node(conn, at))
    }

    /// The leaf of an answer, by SHA-256 of its receipt; `None` in second place while it waits for its number.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_receipt(&self, receipt: &Hash) -> Result<Option<(NewLeaf, Option<StoredLeaf>)>> {
        self.read(|conn| {
            let found = ledger_leaf::table
                .filter(ledger_leaf::receipt.eq(receipt.as_slice()))
                .first::<Row>(conn)
                .optional()?;
            if let Some(row) = found {
                let stored = read_row(row)?;
                return Ok(Some((stored.leaf.clone(), Some(stored))));
            }
            // What waits is what came in since the sequencer's last turn, a minute's answers at most.
            for bytes in ledger_queue::table.select(ledger_queue::leaves).load::<Vec<u8>>(conn)? {
                let leaves =
                    queued::read(&bytes).ok_or(StoreError::Corrupt { what: "ledger queue" })?;
                if let Some(leaf) = leaves.into_iter().find(|l| l.receipt == Some(*receipt)) {
                    return Ok(Some((leaf, None)));
                }
            }
            Ok(None)
        })
    }

    /// The leaf of an entry of the audit trail; `None` while it waits for its number.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_audit(&self, entry: i64) -> Result<Option<StoredLeaf>> {
        self.read(|conn| {
            let this = ledger_leaf::kind
                .eq(LeafKind::Audit.word())
                .and(ledger_leaf::subject.eq(format!("audit:{entry}")));
            let found = ledger_leaf::table.filter(this).first::<Row>(conn).optional()?;
            found.map(read_row).transpose()
        })
    }

    /// Leaves from `from` on, at most a page.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_leaves(&self, from: i64) -> Result<Vec<StoredLeaf>> {
        self.read(|conn| {
            ledger_leaf::table
                .filter(ledger_leaf::seq.ge(from))
                .order(ledger_leaf::seq)
                .limit(PAGE)
                .load::<Row>(conn)?
                .into_iter()
                .map(read_row)
                .collect()
        })
    }

    /// The leaves of a round but those of its answers, in their order.
    ///
    /// # Errors
    /// What the database says.
    pub fn ledger_decisions(&self, round_id: RoundId) -> Result<Vec<StoredLeaf>> {
        self.read(|conn| {
            ledger_leaf::table
                .filter(
                    ledger_leaf::round_id
                        .eq(round_id.0)
                        .and(ledger_leaf::kind.ne(LeafKind::Response.word())),
                )
                .order(ledger_leaf::seq)
                .load::<Row>(conn)?
                .into_iter()
                .map(read_row)
                .collect()
        })
    }

    /// Keeps a signed head and queues what tells of it. A head of that size that is there already stays.
    ///
    /// # Errors
    /// What the database says.
    pub fn put_head(&self, head: &Head, notices: &[Notice]) -> Result<()> {
        self.transaction(|conn| {
            batch::lock_ledger(conn)?;
            let there = ledger_head::table.find(head.size).count().get_result::<i64>(conn)? > 0;
            if !there {
                diesel::insert_into(ledger_head::table)
                    .values((
                        ledger_head::size.eq(head.size),
                        ledger_head::at.eq(head.at),
                        ledger_head::reason.eq(&head.reason),
                        ledger_head::statement.eq(&head.statement),
                        ledger_head::signature.eq(&head.signature),
                        ledger_head::kid.eq(&head.kid),
                    ))
                    .execute(conn)?;
            }
            outbox::queue(conn, &head.size.to_string(), Millis(head.at), notices)
        })
    }

    /// The head over so many leaves.
    ///
    /// # Errors
    /// What the database says.
    pub fn head(&self, size: i64) -> Result<Option<Head>> {
        self.read(|conn| {
            Ok(ledger_head::table.find(size).select(Head::as_select()).first(conn).optional()?)
        })
    }

    /// Heads over fewer leaves than `before`, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn heads_before(&self, before: Option<i64>, limit: i64) -> Result<Vec<Head>> {
        self.read(|conn| {
            Ok(ledger_head::table
                .filter(ledger_head::size.lt(before.unwrap_or(i64::MAX)))
                .order(ledger_head::size.desc())
                .limit(limit)
                .select(Head::as_select())
                .load(conn)?)
        })
    }

    /// Heads, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn heads(&self, limit: i64) -> Result<Vec<Head>> {
        self.read(|conn| {
            Ok(ledger_head::table
                .order(ledger_head::size.desc())
                .limit(limit)
                .select(Head::as_select())
                .load(conn)?)
        })
    }
}

/// Destroys the salts of withdrawals and verdicts of a round, so that its leaves tell nothing of them any more.
pub(super) fn destroy_salts(conn: &mut Conn, round_id: RoundId) -> Result<()> {
    let kinds = [LeafKind::Withdrawal.word(), LeafKind::Verdict.word()];
    diesel::update(
        ledger_leaf::table
            .filter(ledger_leaf::round_id.eq(round_id.0).and(ledger_leaf::kind.eq_any(kinds))),
    )
    .set((ledger_leaf::salt.eq(None::<Vec<u8>>), ledger_leaf::subject.eq("")))
    .execute(conn)?;
    Ok(())
}

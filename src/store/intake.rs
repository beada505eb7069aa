//! Writing accepted answers: one batch, one transaction. Uniqueness is decided by the constraints alone.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::engine::batch;
use super::id::{CounterId, LinkId, ResponseId, RoundId};
use super::ledger::{self, NewLeaf};
use super::schema::{response, round};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store};

/// A checked answer, its tying columns already under the round's linking key.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Round.
    pub round_id: RoundId,
    /// Response id, which the submission id leads to: sent again, it meets itself.
    pub id: ResponseId,
    /// Compact answer codes.
    pub answers: Vec<u8>,
    /// The comment, encrypted.
    pub comment_enc: Option<Vec<u8>>,
    /// Language of the page.
    pub language: String,
    /// Keyed digest of the link's id where it takes one answer.
    pub ticket: Option<[u8; 16]>,
    /// What ties the answer to link, time, device and receipt, encrypted.
    pub tie: Vec<u8>,
    /// Its leaf in the ledger.
    pub leaf: NewLeaf,
    /// The link to be spent, where it takes one answer.
    pub spends: Option<LinkId>,
    /// Counter, for the running counts.
    pub counter_id: CounterId,
    /// Kind, for the running counts.
    pub kind: Kind,
    /// Hour of arrival, for the running counts.
    pub hour: i64,
    /// True for an answer that was begun in time and arrives after closing.
    pub in_grace: bool,
}

/// What became of one submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Written.
    Stored,
    /// The same submission id is stored already; the caller compares the answers in the tie.
    Known {
        /// Response id, which the tie is bound to.
        id: ResponseId,
        /// The stored tie.
        tie: Vec<u8>,
    },
    /// The ticket has its answer already.
    Spent,
    /// The link was made void meanwhile.
    Void,
    /// The round takes no more answers.
    RoundClosed,
}

#[derive(Queryable)]
struct KnownRow {
    id: Vec<u8>,
    tie: Vec<u8>,
}

impl Store {
    /// Writes a batch in one transaction; the fates are in the batch's order.
    ///
    /// # Errors
    /// What the database says; then nothing of the batch is stored.
    pub fn accept(&self, batch: &[Submission]) -> Result<Vec<Fate>> {
        self.transaction(|conn| accept(conn, batch))
    }
}

/// [`Store::accept`] on a connection of the caller's, inside its transaction.
///
/// # Errors
/// What the database says.
pub fn accept(conn: &mut Conn, all: &[Submission]) -> Result<Vec<Fate>> {
    let rounds: BTreeSet<i32> = all.iter().map(|s| s.round_id.0).collect();
    let states = batch::round_states(conn, &rounds.into_iter().collect::<Vec<_>>())?;
    let takes = |s: &Submission| {
        let state = states.get(&s.round_id.0).map(String::as_str);
        state == Some("open") || (s.in_grace && state == Some("closed"))
    };
    let open: Vec<&Submission> = all.iter().filter(|s| takes(s)).collect();
    let mut inserted = batch::insert_responses(conn, &open)?;

    let spends: Vec<Vec<u8>> =
        picked(&open, &inserted).filter_map(|s| s.spends.map(LinkId::bytes)).collect();
    let spent = batch::spend_links(conn, &spends)?;
    let void: BTreeSet<usize> = inserted
        .iter()
        .copied()
        .filter(|i| {
            let link = open.get(*i).and_then(|s| s.spends);
            link.is_some_and(|id| !spent.contains(id.0.as_slice()))
        })
        .collect();
    for s in picked(&open, &void) {
        let this = response::round_id.eq(s.round_id.0).and(response::id.eq(s.id.bytes()));
        diesel::delete(response::table.filter(this)).execute(conn)?;
    }
    inserted.retain(|i| !void.contains(i));

    let stored: Vec<&Submission> = picked(&open, &inserted).collect();
    if !stored.is_empty() {
        ledger::enqueue(conn, stored.iter().map(|s| &s.leaf))?;
        batch::add_to_tallies(conn, &counted(stored.iter().copied()))?;
    }

    // By place, not by id: a submission that is twice in one batch has one id, and only its first is stored.
    let mut place = 0..;
    all.iter()
        .map(|s| {
            if !takes(s) {
                // The round may have closed between two tries of one answer: the person is told of the first.
                return Ok(known(conn, s)?.unwrap_or(Fate::RoundClosed));
            }
            let at = place.next().unwrap_or_default();
            if inserted.contains(&at) {
                return Ok(Fate::Stored);
            }
            if void.contains(&at) {
                return Ok(Fate::Void);
            }
            Ok(known(conn, s)?.unwrap_or(Fate::Spent))
        })
        .collect()
}

/// What a batch adds to the running counts.
fn counted<'a>(stored: impl Iterator<Item = &'a Submission>) -> BTreeMap<Count, i64> {
    let mut counts = BTreeMap::new();
    for s in stored {
        let count = Count {
            round_id: s.round_id,
            counter_id: s.counter_id,
            kind: s.kind,
            what: What::Stored,
            hour: s.hour,
        };
        *counts.entry(count).or_insert(0) += 1;
    }
    counts
}

/// A batch in which nothing is sent again, spent or late, where the engine can take it in one round trip; else `None`, and
/// nothing is stored.
fn accept_at_once(conn: &mut Conn, all: &[Submission]) -> Result<Option<Vec<Fate>>> {
    let leaves = ledger::queued(all.iter().map(|s| &s.leaf));
    let stored = batch::store_at_once(conn, all, &leaves, &counted(all.iter()))?;
    Ok(stored.then(|| vec![Fate::Stored; all.len()]))
}

fn picked<'a>(
    from: &'a [&Submission],
    which: &'a BTreeSet<usize>,
) -> impl Iterator<Item = &'a Submission> {
    which.iter().filter_map(|i| from.get(*i).copied())
}

fn known(conn: &mut Conn, s: &Submission) -> Result<Option<Fate>> {
    let row = response::table
        .find((s.round_id.0, s.id.0.as_slice()))
        .select((response::id, response::tie))
        .first::<KnownRow>(conn)
        .optional()?;
    row.map(|row| Ok(Fate::Known { id: row.id.try_into()?, tie: row.tie })).transpose()
}

/// A connection of its own for the one writer of a process, outside the pool.
pub struct Writer {
    conn: Conn,
    store: Store,
}

impl Store {
    /// Opens the writer's connection.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn writer(&self) -> Result<Writer> {
        Ok(Writer { conn: self.engine().connect()?, store: self.clone() })
    }
}

impl Writer {
    /// Writes a batch in one transaction, connecting anew after a failure.
    ///
    /// # Errors
    /// What the database says; then nothing of the batch is stored.
    pub fn accept(&mut self, batch: &[Submission]) -> Result<Vec<Fate>> {
        let done = {
            let _turn = self.store.turn();
            match accept_at_once(&mut self.conn, batch) {
                Ok(None) => self.conn.write_transaction(|conn| accept(conn, batch)),
                Ok(Some(fates)) => Ok(fates),
                Err(error) => Err(error),
            }
        };
        self.store.logged().add(batch.len());
        if done.is_err()
            && let Ok(fresh) = self.store.engine().connect()
        {
            self.conn = fresh;
        }
        done
    }
}

/// True when the round exists and takes answers now or in its grace.
///
/// # Errors
/// What the database says.
pub fn round_is_taking(conn: &mut Conn, id: RoundId) -> Result<bool> {
    let state = round::table.find(id.0).select(round::state).first::<String>(conn).optional()?;
    Ok(matches!(state.as_deref(), Some("open" | "closed")))
}

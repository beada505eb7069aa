//! Batch writes, which the two engines spell differently: arrays and `RETURNING` on PostgreSQL, single prepared
//! statements inside the transaction on SQLite.

use std::collections::{BTreeMap, BTreeSet};

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error::DatabaseError};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::clock::Millis;
use crate::store::Result;
use crate::store::id::LinkId;
use crate::store::intake::Submission;
use crate::store::ledger::Placed;
use crate::store::schema::{dossier, ledger_leaf, ledger_node, link, outbox, tally};
use crate::store::tally::Count;

#[derive(QueryableByName)]
struct Returned {
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
}

#[derive(QueryableByName)]
struct RoundRow {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    state: String,
}

/// States of the given rounds; on PostgreSQL they are held against change until the transaction ends (SQLite's single
/// writer holds them anyway).
pub fn round_states(conn: &mut Conn, rounds: &[i32]) -> Result<BTreeMap<i32, String>> {
    use crate::store::schema::round;
    let rows: Vec<(i32, String)> = match conn {
        Conn::Pg(pg) => {
            diesel::sql_query("SELECT id, state FROM round WHERE id = ANY($1) FOR SHARE")
                .bind::<Array<Integer>, _>(rounds)
                .load::<RoundRow>(pg)?
                .into_iter()
                .map(|row| (row.id, row.state))
                .collect()
        }
        Conn::Sqlite(sqlite) => round::table
            .filter(round::id.eq_any(rounds))
            .select((round::id, round::state))
            .load(sqlite)?,
    };
    Ok(rows.into_iter().collect())
}

/// Inserts what violates no uniqueness; the indices of what was inserted.
pub fn insert_responses(conn: &mut Conn, batch: &[&Submission]) -> Result<BTreeSet<usize>> {
    match conn {
        Conn::Pg(pg) => {
            let column =
                |f: fn(&Submission) -> &[u8]| batch.iter().map(|s| f(s)).collect::<Vec<_>>();
            let done = diesel::sql_query(
                "INSERT INTO response
                     (round_id, id, answers, comment_enc, language, ticket, tie)
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind::<Array<Integer>, _>(batch.iter().map(|s| s.round_id.0).collect::<Vec<_>>())
            .bind::<Array<Binary>, _>(column(|s| &s.id.0))
            .bind::<Array<Binary>, _>(column(|s| &s.answers))
            .bind::<Array<Nullable<Binary>>, _>(
                batch.iter().map(|s| s.comment_enc.as_deref()).collect::<Vec<_>>(),
            )
            .bind::<Array<Text>, _>(batch.iter().map(|s| s.language.as_str()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Binary>>, _>(
                batch
                    .iter()
                    .map(|s| s.ticket.as_ref().map(<[u8; 16]>::as_slice))
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Binary>, _>(column(|s| &s.tie))
            .load::<Returned>(pg)?;
            let mut done: BTreeSet<Vec<u8>> = done.into_iter().map(|r| r.id).collect();
            // The first of two with one id is the one that was inserted.
            Ok(batch
                .iter()
                .enumerate()
                .filter(|(_, s)| done.remove(s.id.0.as_slice()))
                .map(|(i, _)| i)
                .collect())
        }
        Conn::Sqlite(sqlite) => {
            let mut done = BTreeSet::new();
            for (i, s) in batch.iter().enumerate() {
                // What is there already fails by itself; SQLite's transaction goes on.
                match InsertResponse(s).execute(sqlite) {
                    Ok(_) => {
                        done.insert(i);
                    }
                    Err(DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(done)
        }
    }
}

/// One answer's row, written out here: diesel's own insert writes its SQL anew for each row, and `OR FAIL`, which does here
/// what the default does as the statement writes one row, spares SQLite the copies of pages with which it could undo half
/// a statement.
struct InsertResponse<'a>(&'a Submission);

impl QueryId for InsertResponse<'_> {
    type QueryId = InsertResponse<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for InsertResponse<'_> {}

impl QueryFragment<Sqlite> for InsertResponse<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let row = self.0;
        out.push_sql(
            "INSERT OR FAIL INTO response
                 (round_id, id, answers, comment_enc, language, ticket, tie) VALUES (",
        );
        out.push_bind_param::<Integer, _>(&row.round_id.0)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(&row.id.0)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(&row.answers)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Binary>, _>(&row.comment_enc)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&row.language)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Binary>, _>(&row.ticket)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(&row.tie)?;
        out.push_sql(")");
        Ok(())
    }
}

/// A call of `store_answers` (`migrations/postgres/…_ledger`), which tells whether the whole batch is stored. Its columns
/// are in the order of the arguments; one statement of one text, so that PostgreSQL plans it once for a connection.
struct StoreAnswers<'a> {
    asked: Vec<i32>,
    to_be_open: Vec<i32>,
    rounds: Vec<i32>,
    ids: Vec<&'a [u8]>,
    answers: Vec<&'a [u8]>,
    comments: Vec<Option<&'a [u8]>>,
    languages: Vec<&'a str>,
    tickets: Vec<Option<&'a [u8]>>,
    ties: Vec<&'a [u8]>,
    links: Vec<Vec<u8>>,
    leaves: &'a [u8],
    counted_rounds: Vec<i32>,
    counted_counters: Vec<i32>,
    counted_kinds: Vec<&'static str>,
    counted_hours: Vec<i64>,
    counts: Vec<i64>,
}

impl<'a> StoreAnswers<'a> {
    fn of(batch: &'a [Submission], leaves: &'a [u8], counts: &BTreeMap<Count, i64>) -> Self {
        let rounds = |of: fn(&&Submission) -> bool| {
            let ids: BTreeSet<i32> = batch.iter().filter(of).map(|s| s.round_id.0).collect();
            ids.into_iter().collect()
        };
        Self {
            asked: rounds(|_| true),
            to_be_open: rounds(|s| !s.in_grace),
            rounds: batch.iter().map(|s| s.round_id.0).collect(),
            ids: batch.iter().map(|s| s.id.0.as_slice()).collect(),
            answers: batch.iter().map(|s| s.answers.as_slice()).collect(),
            comments: batch.iter().map(|s| s.comment_enc.as_deref()).collect(),
            languages: batch.iter().map(|s| s.language.as_str()).collect(),
            tickets: batch.iter().map(|s| s.ticket.as_ref().map(<[u8; 16]>::as_slice)).collect(),
            ties: batch.iter().map(|s| s.tie.as_slice()).collect(),
            links: batch.iter().filter_map(|s| s.spends.map(LinkId::bytes)).collect(),
            leaves,
            counted_rounds: counts.keys().map(|c| c.round_id.0).collect(),
            counted_counters: counts.keys().map(|c| c.counter_id.0).collect(),
            counted_kinds: counts.keys().map(|c| c.kind.word()).collect(),
            counted_hours: counts.keys().map(|c| c.hour).collect(),
            counts: counts.values().copied().collect(),
        }
    }
}

impl Query for StoreAnswers<'_> {
    type SqlType = Bool;
}

impl QueryId for StoreAnswers<'_> {
    type QueryId = StoreAnswers<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<PgConnection> for StoreAnswers<'_> {}

impl QueryFragment<Pg> for StoreAnswers<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT store_answers(");
        out.push_bind_param::<Array<Integer>, _>(&self.asked)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.to_be_open)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.rounds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.answers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Binary>>, _>(&self.comments)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.languages)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Binary>>, _>(&self.tickets)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.ties)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.links)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(self.leaves)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.counted_rounds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.counted_counters)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.counted_kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.counted_hours)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.counts)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Stores a batch whole or not at all in one statement that is its own transaction; false when a row of it is there
/// already, a link spent or a round shut, and always on SQLite, where statements cost no round trip.
///
/// A server waits for the network between the statements of a transaction and PostgreSQL plans each anew, which for a
/// batch of thirty answers was half of its work.
pub fn store_at_once(
    conn: &mut Conn,
    batch: &[Submission],
    leaves: &[u8],
    counts: &BTreeMap<Count, i64>,
) -> Result<bool> {
    let Conn::Pg(pg) = conn else { return Ok(false) };
    let stored = StoreAnswers::of(batch, leaves, counts).get_result::<bool>(pg);
    match stored {
        Err(DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        other => Ok(other?),
    }
}

/// Key of the PostgreSQL advisory lock under which leaves are numbered.
const LEDGER_LOCK: i64 = 0x6b68_616f_7361_7402;

/// Lets one transaction at a time number leaves; SQLite has one writer anyway.
pub fn lock_ledger(conn: &mut Conn) -> Result<()> {
    if let Conn::Pg(pg) = conn {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({LEDGER_LOCK})")).execute(pg)?;
    }
    Ok(())
}

/// Writes numbered leaves, the first of them as number `first`, and the nodes above them.
pub fn insert_leaves(conn: &mut Conn, first: u64, placed: &Placed) -> Result<()> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    let level = |level: u32| i32::try_from(level).unwrap_or(i32::MAX);
    let pos = |pos: u64| i64::try_from(pos).unwrap_or(i64::MAX);
    match conn {
        Conn::Pg(pg) => {
            let (leaves, hashes): (Vec<_>, Vec<_>) =
                placed.leaves.iter().map(|(leaf, hash)| (leaf, hash.as_slice())).unzip();
            diesel::sql_query(
                "INSERT INTO ledger_leaf
                     (seq, kind, round_id, day, receipt, commitment, hash, salt, subject)
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind::<Array<BigInt>, _>((first..).take(leaves.len()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(leaves.iter().map(|l| l.kind.word()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Integer>>, _>(
                leaves.iter().map(|l| l.round_id.map(|id| id.0)).collect::<Vec<_>>(),
            )
            .bind::<Array<Text>, _>(leaves.iter().map(|l| l.day.as_str()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Binary>>, _>(
                leaves
                    .iter()
                    .map(|l| l.receipt.as_ref().map(<[u8; 32]>::as_slice))
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Binary>, _>(
                leaves.iter().map(|l| l.commitment.as_slice()).collect::<Vec<_>>(),
            )
            .bind::<Array<Binary>, _>(hashes)
            .bind::<Array<Nullable<Binary>>, _>(
                leaves
                    .iter()
                    .map(|l| l.salt.as_ref().map(<[u8; 16]>::as_slice))
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Text>, _>(leaves.iter().map(|l| l.subject.as_str()).collect::<Vec<_>>())
            .execute(pg)?;
            let nodes = &placed.nodes;
            diesel::sql_query(
                "INSERT INTO ledger_node (level, pos, hash) SELECT * FROM unnest($1, $2, $3)",
            )
            .bind::<Array<Integer>, _>(
                nodes.iter().map(|(at, _)| level(at.level)).collect::<Vec<_>>(),
            )
            .bind::<Array<BigInt>, _>(nodes.iter().map(|(at, _)| pos(at.pos)).collect::<Vec<_>>())
            .bind::<Array<Binary>, _>(
                nodes.iter().map(|(_, hash)| hash.as_slice()).collect::<Vec<_>>(),
            )
            .execute(pg)?;
        }
        Conn::Sqlite(sqlite) => {
            for (seq, (leaf, hash)) in (first..).zip(&placed.leaves) {
                diesel::insert_into(ledger_leaf::table)
                    .values((
                        ledger_leaf::seq.eq(seq),
                        ledger_leaf::kind.eq(leaf.kind.word()),
                        ledger_leaf::round_id.eq(leaf.round_id.map(|id| id.0)),
                        ledger_leaf::day.eq(leaf.day.as_str()),
                        ledger_leaf::receipt.eq(leaf.receipt.as_ref().map(<[u8; 32]>::as_slice)),
                        ledger_leaf::commitment.eq(leaf.commitment.as_slice()),
                        ledger_leaf::hash.eq(hash.as_slice()),
                        ledger_leaf::salt.eq(leaf.salt.as_ref().map(<[u8; 16]>::as_slice)),
                        ledger_leaf::subject.eq(leaf.subject.as_str()),
                    ))
                    .execute(sqlite)?;
            }
            for (at, hash) in &placed.nodes {
                diesel::insert_into(ledger_node::table)
                    .values((
                        ledger_node::level.eq(level(at.level)),
                        ledger_node::pos.eq(pos(at.pos)),
                        ledger_node::hash.eq(hash.as_slice()),
                    ))
                    .execute(sqlite)?;
            }
        }
    }
    Ok(())
}

/// Marks the links as spent and erases number and address of their dossiers; the links that were ready.
pub fn spend_links(conn: &mut Conn, links: &[Vec<u8>]) -> Result<BTreeSet<Vec<u8>>> {
    if links.is_empty() {
        return Ok(BTreeSet::new());
    }
    match conn {
        Conn::Pg(pg) => {
            let spent = diesel::sql_query(
                "UPDATE link SET state = 'spent', code_enc = NULL
                 WHERE id = ANY($1) AND state = 'ready' RETURNING id",
            )
            .bind::<Array<Binary>, _>(links)
            .load::<Returned>(pg)?;
            diesel::sql_query(
                "UPDATE dossier SET number_mac = NULL, number_enc = NULL, contact_enc = NULL
                 WHERE id IN (SELECT dossier_id FROM link WHERE id = ANY($1) AND state = 'spent')",
            )
            .bind::<Array<Binary>, _>(links)
            .execute(pg)?;
            Ok(spent.into_iter().map(|r| r.id).collect())
        }
        Conn::Sqlite(sqlite) => {
            let mut spent = BTreeSet::new();
            for id in links {
                let ready = link::id.eq(id).and(link::state.eq("ready"));
                let n = diesel::update(link::table.filter(ready))
                    .set((link::state.eq("spent"), link::code_enc.eq(None::<Vec<u8>>)))
                    .execute(sqlite)?;
                if n == 1 {
                    spent.insert(id.clone());
                    let of = link::table.filter(link::id.eq(id)).select(link::dossier_id);
                    if let Some(of) = of.first::<Option<Vec<u8>>>(sqlite)? {
                        diesel::update(dossier::table.filter(dossier::id.eq(of)))
                            .set((
                                dossier::number_mac.eq(None::<Vec<u8>>),
                                dossier::number_enc.eq(None::<Vec<u8>>),
                                dossier::contact_enc.eq(None::<Vec<u8>>),
                            ))
                            .execute(sqlite)?;
                    }
                }
            }
            Ok(spent)
        }
    }
}

/// Adds to running counts. `counts` must hold each key once.
pub fn add_to_tallies(conn: &mut Conn, counts: &BTreeMap<Count, i64>) -> Result<()> {
    match conn {
        Conn::Pg(pg) => {
            diesel::sql_query(
                "INSERT INTO tally (round_id, counter_id, kind, what, hour, n)
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (round_id, counter_id, kind, what, hour) DO UPDATE SET n = tally.n + excluded.n",
            )
            .bind::<Array<Integer>, _>(counts.keys().map(|c| c.round_id.0).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(counts.keys().map(|c| c.counter_id.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(counts.keys().map(|c| c.kind.word()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(counts.keys().map(|c| c.what.word()).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(counts.keys().map(|c| c.hour).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(counts.values().copied().collect::<Vec<_>>())
            .execute(pg)?;
        }
        Conn::Sqlite(sqlite) => {
            for (count, n) in counts {
                diesel::insert_into(tally::table)
                    .values((
                        tally::round_id.eq(count.round_id.0),
                        tally::counter_id.eq(count.counter_id.0),
                        tally::kind.eq(count.kind.word()),
                        tally::what.eq(count.what.word()),
                        tally::hour.eq(count.hour),
                        tally::n.eq(n),
                    ))
                    .on_conflict((
                        tally::round_id,
                        tally::counter_id,
                        tally::kind,
                        tally::what,
                        tally::hour,
                    ))
                    .do_update()
                    .set(tally::n.eq(tally::n + n))
                    .execute(sqlite)?;
            }
        }
    }
    Ok(())
}

/// Queues a mail about a link, once for each kind and reference; 1 when it was not there yet.
pub fn queue_mail(
    conn: &mut Conn,
    kind: &str,
    link_id: LinkId,
    reference: &str,
    message_id: &str,
    due_at: Millis,
) -> Result<usize> {
    let values = (
        outbox::kind.eq(kind),
        outbox::recipient.eq(""),
        outbox::link_id.eq(Some(link_id.bytes())),
        outbox::subject_ref.eq(reference),
        outbox::message_id.eq(message_id),
        outbox::state.eq("queued"),
        outbox::due_at.eq(due_at.0),
    );
    let into = diesel::insert_into(outbox::table).values(values);
    Ok(match conn {
        Conn::Pg(pg) => into.on_conflict_do_nothing().execute(pg)?,
        Conn::Sqlite(sqlite) => into.on_conflict_do_nothing().execute(sqlite)?,
    })
}

/// Holds counters until the transaction ends, so that running numbers are given out one after the other and a dossier
/// that two servers report at once is seen by the second. SQLite's single writer holds everything anyway.
pub fn hold_counters(conn: &mut Conn, counters: &BTreeSet<i32>) -> Result<()> {
    if let Conn::Pg(pg) = conn {
        diesel::sql_query(
            "SELECT id FROM counter WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        )
        .bind::<Array<Integer>, _>(counters.iter().copied().collect::<Vec<_>>())
        .execute(pg)?;
    }
    Ok(())
}

/// Holds a round until the transaction ends, against another freezing or drawing.
pub fn hold_round(conn: &mut Conn, round: i32) -> Result<()> {
    if let Conn::Pg(pg) = conn {
        diesel::sql_query("SELECT id FROM round WHERE id = $1 FOR NO KEY UPDATE")
            .bind::<Integer, _>(round)
            .execute(pg)?;
    }
    Ok(())
}

/// Holds the tries of one name until the transaction ends, so that no two servers count past each other.
pub fn hold_guesses(conn: &mut Conn, who: [u8; 16]) -> Result<()> {
    if let Conn::Pg(pg) = conn {
        let (first, _) = who.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(i64::from_be_bytes(*first))
            .execute(pg)?;
    }
    Ok(())
}

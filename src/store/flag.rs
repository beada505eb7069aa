//! Quality flags on responses, before sealing.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::Act;
use super::id::{ResponseId, RoundId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::review;
use super::round::{Change, State, move_round};
use super::schema::{flag, review_case};
use super::{Conn, Result, Store};
use crate::clock::Millis;

/// One flag as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFlag {
    /// On which response.
    pub response_id: ResponseId,
    /// Rule's name.
    pub rule: String,
    /// `low`, `medium`, `high`.
    pub severity: String,
    /// The rule's score.
    pub score: f64,
    /// The other response of a pair.
    pub related_id: Option<ResponseId>,
    /// One sentence for a person; names no rate of satisfaction.
    pub explanation: String,
}

/// What the leaf of a round's flags commits to: SHA-256 of what dedup looked at, in hex, and the flags, in order of
/// response and rule.
#[must_use]
pub fn flags_commitment(inputs: &str, flags: &[StoredFlag], salt: &Salt) -> Hash {
    let mut lines: Vec<String> = flags
        .iter()
        .map(|f| {
            let related = f.related_id.map(ResponseId::hex).unwrap_or_default();
            let (id, score) = (f.response_id.hex(), f.score.to_bits());
            format!("{id} {} {} {score:016x} {related} {:?}\n", f.rule, f.severity, f.explanation)
        })
        .collect();
    lines.sort_unstable();
    commitment(salt, &[inputs.as_bytes(), lines.concat().as_bytes()])
}

/// Records the flags of a round as they are now.
pub(super) fn record_flags(
    conn: &mut Conn,
    round_id: RoundId,
    at: Millis,
    inputs: &str,
    flags: &[StoredFlag],
) -> Result<()> {
    let subject = format!("flags:{}:{inputs}", at.0);
    ledger::record(conn, LeafKind::Flags, Some(round_id), at, subject, |salt| {
        flags_commitment(inputs, flags, salt)
    })
}

impl Store {
    /// Replaces all flags of a round and moves it to flagged. `inputs` is SHA-256, in hex, of what dedup looked at;
    /// `cases` says with which answer a flagged one is decided on together, by default with itself.
    ///
    /// # Errors
    /// [`super::StoreError::Refused`] when the round is in another state.
    pub fn put_flags(
        &self,
        act: &Act,
        round_id: RoundId,
        inputs: &str,
        flags: &[StoredFlag],
        cases: &BTreeMap<ResponseId, ResponseId>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let from = [State::Closed, State::Flagged];
            move_round(conn, act.at, round_id, &from, State::Flagged, &Change::default())?;
            diesel::delete(flag::table.filter(flag::round_id.eq(round_id.0))).execute(conn)?;
            let old = review_case::round_id.eq(round_id.0);
            diesel::delete(review_case::table.filter(old)).execute(conn)?;
            let case_of = |id: ResponseId| cases.get(&id).copied().unwrap_or(id);
            for one in flags {
                diesel::insert_into(flag::table)
                    .values((
                        flag::round_id.eq(round_id.0),
                        flag::response_id.eq(one.response_id.bytes()),
                        flag::rule.eq(&one.rule),
                        flag::severity.eq(&one.severity),
                        flag::score.eq(one.score),
                        flag::related_id.eq(one.related_id.map(ResponseId::bytes)),
                        flag::explanation.eq(&one.explanation),
                        flag::case_id.eq(case_of(one.response_id).bytes()),
                    ))
                    .execute(conn)?;
            }
            for case in flags.iter().map(|f| case_of(f.response_id)).collect::<BTreeSet<_>>() {
                review::recount(conn, round_id, &case.bytes())?;
            }
            record_flags(conn, round_id, act.at, inputs, flags)
        })
    }

    /// All flags of a round, by severity (high first), rule and response.
    ///
    /// # Errors
    /// What the database says.
    pub fn flags(&self, round_id: RoundId) -> Result<Vec<StoredFlag>> {
        self.read(|conn| flags_of(conn, round_id))
    }

    /// The flags on some responses.
    ///
    /// # Errors
    /// What the database says.
    pub fn flags_on(&self, round_id: RoundId, ids: &[ResponseId]) -> Result<Vec<StoredFlag>> {
        let mut flags = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let ids: Vec<Vec<u8>> = chunk.iter().map(|id| id.bytes()).collect();
            flags.extend(self.read(|conn| {
                let these = flag::round_id.eq(round_id.0).and(flag::response_id.eq_any(ids));
                read(conn, flag::table.filter(these).into_boxed())
            })?);
        }
        Ok(flags)
    }

    /// Flags of a round counted by severity.
    ///
    /// # Errors
    /// What the database says.
    pub fn flag_counts(&self, round_id: RoundId) -> Result<BTreeMap<String, i64>> {
        self.read(|conn| {
            Ok(flag::table
                .filter(flag::round_id.eq(round_id.0))
                .group_by(flag::severity)
                .select((flag::severity, diesel::dsl::count_star()))
                .load::<(String, i64)>(conn)?
                .into_iter()
                .collect())
        })
    }
}

/// Ids in one query.
const CHUNK: usize = 500;

/// See [`Store::flags`].
pub(super) fn flags_of(conn: &mut Conn, round_id: RoundId) -> Result<Vec<StoredFlag>> {
    read(conn, flag::table.filter(flag::round_id.eq(round_id.0)).into_boxed())
}

fn read(
    conn: &mut Conn,
    rows: flag::BoxedQuery<'_, super::engine::MultiBackend>,
) -> Result<Vec<StoredFlag>> {
    type Row = (Vec<u8>, String, String, f64, Option<Vec<u8>>, String);
    let mut flags = rows
        .order((flag::rule, flag::response_id))
        .select((
            flag::response_id,
            flag::rule,
            flag::severity,
            flag::score,
            flag::related_id,
            flag::explanation,
        ))
        .load::<Row>(conn)?
        .into_iter()
        .map(|(id, rule, severity, score, related, explanation)| {
            Ok(StoredFlag {
                response_id: id.try_into()?,
                rule,
                severity,
                score,
                related_id: related.map(ResponseId::try_from).transpose()?,
                explanation,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let rank = |word: &str| ["high", "medium", "low"].iter().position(|w| *w == word);
    flags.sort_by_key(|f| rank(&f.severity));
    Ok(flags)
}

//! Decisions on flagged responses.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::{self, Act, words};
use super::id::{ResponseId, RoundId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::review;
use super::schema::{flag, round, verdict};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// What is decided.
    Decision {
        /// It counts.
        Keep = "keep",
        /// It does not count; published as a number.
        Exclude = "exclude",
        /// What was decided before is taken back: no verdict.
        Undone = "undone",
    }
}

/// A verdict as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// On which response.
    pub response_id: ResponseId,
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// Account, or `policy`.
    pub decided_by: String,
    /// Second person, where the decision reached far.
    pub confirmed_by: Option<String>,
}

/// A verdict with its place among those on the same response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastVerdict {
    /// What was decided.
    pub verdict: Verdict,
    /// From 1.
    pub number: i32,
    /// None came after it.
    pub is_current: bool,
    /// When.
    pub at: Millis,
}

impl Verdict {
    /// What the verdict's leaf commits to.
    #[must_use]
    pub fn commitment(&self, salt: &Salt) -> Hash {
        let decision = self.decision.word();
        let confirmed =
            self.confirmed_by.as_ref().map_or_else(Vec::new, |w| [&[1], w.as_bytes()].concat());
        commitment(
            salt,
            &[
                &self.response_id.0,
                decision.as_bytes(),
                self.reason.as_bytes(),
                self.decided_by.as_bytes(),
                &confirmed,
            ],
        )
    }

    /// Where the leaf of a verdict given at `at` finds it.
    #[must_use]
    pub fn subject(response_id: ResponseId, at: Millis) -> String {
        format!("verdict:{}:{}", response_id.hex(), at.0)
    }
}

fn check_flagged(conn: &mut Conn, round_id: RoundId) -> Result<()> {
    let state = round::table.find(round_id).select(round::state).first::<String>(conn)?;
    if state != super::round::State::Flagged.word() {
        return Err(StoreError::Refused(format!(
            "verdicts are given while a round is flagged; it is {state}"
        )));
    }
    Ok(())
}

impl Store {
    /// Writes verdicts; earlier ones on the same responses are superseded, not deleted.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the round is not flagged.
    pub fn put_verdicts(&self, act: &Act, round_id: RoundId, new: &[Verdict]) -> Result<()> {
        if new.is_empty() {
            // Nothing is decided, so nothing is audited; whoever may not decide, or not now, is still told so.
            return self.read(|conn| {
                actor::check(conn, act)?;
                check_flagged(conn, round_id)
            });
        }
        self.write(act, |tx| {
            let conn = tx.conn();
            check_flagged(conn, round_id)?;
            let mut cases: BTreeSet<Vec<u8>> = BTreeSet::new();
            for one in new {
                let id = one.response_id.bytes();
                let last = verdict::table
                    .filter(verdict::round_id.eq(round_id).and(verdict::response_id.eq(&id)))
                    .order(verdict::number.desc())
                    .select(verdict::number)
                    .first::<i32>(conn)
                    .optional()?;
                let before = verdict::round_id
                    .eq(round_id)
                    .and(verdict::response_id.eq(&id))
                    .and(verdict::is_current.eq(true));
                diesel::update(verdict::table.filter(before))
                    .set(verdict::is_current.eq(false))
                    .execute(conn)?;
                diesel::insert_into(verdict::table)
                    .values((
                        verdict::round_id.eq(round_id),
                        verdict::response_id.eq(&id),
                        verdict::number.eq(last.unwrap_or(0) + 1),
                        verdict::is_current.eq(true),
                        verdict::decision.eq(one.decision.word()),
                        verdict::reason.eq(&one.reason),
                        verdict::decided_by.eq(&one.decided_by),
                        verdict::confirmed_by.eq(&one.confirmed_by),
                        verdict::decided_at.eq(act.at.0),
                    ))
                    .execute(conn)?;
                let subject = Verdict::subject(one.response_id, act.at);
                let content = |salt: &Salt| one.commitment(salt);
                ledger::record(conn, LeafKind::Verdict, Some(round_id), act.at, subject, content)?;
                cases.extend(
                    flag::table
                        .filter(flag::round_id.eq(round_id.0).and(flag::response_id.eq(&id)))
                        .select(flag::case_id)
                        .first::<Vec<u8>>(conn)
                        .optional()?,
                );
            }
            for case in cases {
                review::recount(conn, round_id, &case)?;
            }
            Ok(())
        })
    }

    /// The verdicts of a round that stand, by response.
    ///
    /// # Errors
    /// What the database says.
    pub fn verdicts(&self, round_id: RoundId) -> Result<BTreeMap<ResponseId, Verdict>> {
        let all = self.read(|conn| {
            load(
                conn,
                verdict::table
                    .filter(verdict::round_id.eq(round_id).and(verdict::is_current.eq(true)))
                    .into_boxed(),
            )
        })?;
        Ok(standing(all))
    }

    /// The verdicts on some responses that stand.
    ///
    /// # Errors
    /// What the database says.
    pub fn verdicts_on(
        &self,
        round_id: RoundId,
        ids: &[ResponseId],
    ) -> Result<BTreeMap<ResponseId, Verdict>> {
        Ok(standing(
            self.past_verdicts_on(round_id, ids)?
                .into_iter()
                .filter(|past| past.is_current)
                .collect(),
        ))
    }

    /// All verdicts on some responses, by response and number.
    ///
    /// # Errors
    /// What the database says.
    pub fn past_verdicts_on(
        &self,
        round_id: RoundId,
        ids: &[ResponseId],
    ) -> Result<Vec<PastVerdict>> {
        let mut all = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let ids: Vec<Vec<u8>> = chunk.iter().map(|id| id.bytes()).collect();
            all.extend(self.read(|conn| {
                load(
                    conn,
                    verdict::table
                        .filter(verdict::round_id.eq(round_id))
                        .filter(verdict::response_id.eq_any(ids))
                        .into_boxed(),
                )
            })?);
        }
        Ok(all)
    }

    /// All verdicts of a round, those superseded too, by response and number.
    ///
    /// # Errors
    /// What the database says.
    pub fn past_verdicts(&self, round_id: RoundId) -> Result<Vec<PastVerdict>> {
        self.read(|conn| {
            load(conn, verdict::table.filter(verdict::round_id.eq(round_id)).into_boxed())
        })
    }
}

/// Ids in one query.
const CHUNK: usize = 500;

fn standing(all: Vec<PastVerdict>) -> BTreeMap<ResponseId, Verdict> {
    all.into_iter()
        .map(|past| past.verdict)
        .filter(|verdict| verdict.decision != Decision::Undone)
        .map(|verdict| (verdict.response_id, verdict))
        .collect()
}

type Row = (Vec<u8>, i32, bool, String, String, String, Option<String>, i64);

fn load(
    conn: &mut Conn,
    rows: verdict::BoxedQuery<'_, super::engine::MultiBackend>,
) -> Result<Vec<PastVerdict>> {
    rows.order((verdict::response_id, verdict::number))
        .select((
            verdict::response_id,
            verdict::number,
            verdict::is_current,
            verdict::decision,
            verdict::reason,
            verdict::decided_by,
            verdict::confirmed_by,
            verdict::decided_at,
        ))
        .load::<Row>(conn)?
        .into_iter()
        .map(|(id, number, is_current, decision, reason, decided_by, confirmed_by, at)| {
            let response_id = ResponseId::try_from(id)?;
            let decision =
                Decision::from_word(&decision).ok_or(StoreError::Corrupt { what: "verdict" })?;
            let verdict = Verdict { response_id, decision, reason, decided_by, confirmed_by };
            Ok(PastVerdict { verdict, number, is_current, at: Millis(at) })
        })
        .collect()
}

//! Decisions on flagged responses.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{self, Act, words};
use super::id::{ResponseId, RoundId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::schema::{round, verdict};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// What is decided.
    Decision {
        /// It counts.
        Keep = "keep",
        /// It does not count; published as a number.
        Exclude = "exclude",
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
}

impl Verdict {
    /// What the verdict's leaf commits to.
    #[must_use]
    pub fn commitment(&self, salt: &Salt) -> Hash {
        let decision = self.decision.word();
        commitment(
            salt,
            &[
                &self.response_id.0,
                decision.as_bytes(),
                self.reason.as_bytes(),
                self.decided_by.as_bytes(),
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
    /// Writes verdicts, replacing earlier ones on the same responses.
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
            for one in new {
                let key = verdict::round_id
                    .eq(round_id)
                    .and(verdict::response_id.eq(one.response_id.bytes()));
                diesel::delete(verdict::table.filter(key)).execute(conn)?;
                diesel::insert_into(verdict::table)
                    .values((
                        verdict::round_id.eq(round_id),
                        verdict::response_id.eq(one.response_id.bytes()),
                        verdict::decision.eq(one.decision.word()),
                        verdict::reason.eq(&one.reason),
                        verdict::decided_by.eq(&one.decided_by),
                        verdict::decided_at.eq(act.at.0),
                    ))
                    .execute(conn)?;
                let subject = Verdict::subject(one.response_id, act.at);
                let content = |salt: &Salt| one.commitment(salt);
                ledger::record(conn, LeafKind::Verdict, Some(round_id), act.at, subject, content)?;
            }
            Ok(())
        })
    }

    /// All verdicts of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn verdicts(&self, round_id: RoundId) -> Result<BTreeMap<ResponseId, Verdict>> {
        self.read(|conn| {
            verdict::table
                .filter(verdict::round_id.eq(round_id))
                .select((
                    verdict::response_id,
                    verdict::decision,
                    verdict::reason,
                    verdict::decided_by,
                ))
                .load::<(Vec<u8>, String, String, String)>(conn)?
                .into_iter()
                .map(|(id, decision, reason, decided_by)| {
                    let response_id = ResponseId::try_from(id)?;
                    let decision = Decision::from_word(&decision)
                        .ok_or(StoreError::Corrupt { what: "verdict" })?;
                    Ok((response_id, Verdict { response_id, decision, reason, decided_by }))
                })
                .collect()
        })
    }
}

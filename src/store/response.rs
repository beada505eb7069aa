//! Reading stored responses before sealing, and withdrawing one.

use diesel::prelude::*;

use super::actor::Act;
use super::engine::batch;
use super::flag::{flags_of, record_flags};
use super::id::{ResponseId, RoundId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::review;
use super::schema::{flag, response, verdict};
use super::tally::{Count, What};
use super::{Result, Store, StoreError};

/// A response as stored; the tie and the comment are under the round's linking key.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Id.
    pub id: ResponseId,
    /// Compact answer codes.
    pub answers: Vec<u8>,
    /// The comment, encrypted.
    pub comment_enc: Option<Vec<u8>>,
    /// Language of the page.
    pub language: String,
    /// What ties it to link, time, device and receipt, encrypted.
    pub tie: Vec<u8>,
    /// Withdrawn by its second code; holds no answers.
    pub withdrawn: bool,
}

type Columns = (
    response::id,
    response::answers,
    response::comment_enc,
    response::language,
    response::tie,
    response::withdrawn,
);

/// What makes a [`Row`].
const COLUMNS: Columns = (
    response::id,
    response::answers,
    response::comment_enc,
    response::language,
    response::tie,
    response::withdrawn,
);

type Row = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, String, Vec<u8>, bool);

/// What the leaf of a withdrawal commits to.
#[must_use]
pub fn withdrawal_commitment(id: ResponseId, salt: &Salt) -> Hash {
    commitment(salt, &[&id.0])
}

/// Rows read in one go, so that no reader holds the database long.
const PAGE: i64 = 5_000;
/// Ids in one query.
const CHUNK: usize = 500;

fn read_row((id, answers, comment_enc, language, tie, withdrawn): Row) -> Result<Stored> {
    Ok(Stored { id: id.try_into()?, answers, comment_enc, language, tie, withdrawn })
}

impl Store {
    /// All responses of a round in order of id, read in pages.
    ///
    /// # Errors
    /// What the database says.
    pub fn responses(&self, round_id: RoundId) -> Result<Vec<Stored>> {
        let mut all: Vec<Stored> = Vec::new();
        loop {
            let after = all.last().map(|r| r.id.bytes()).unwrap_or_default();
            let page = self.read(|conn| {
                response::table
                    .filter(response::round_id.eq(round_id.0).and(response::id.gt(after)))
                    .order(response::id)
                    .limit(PAGE)
                    .select(COLUMNS)
                    .load::<Row>(conn)?
                    .into_iter()
                    .map(read_row)
                    .collect::<Result<Vec<_>>>()
            })?;
            let full = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }

    /// Some responses of a round, in order of id.
    ///
    /// # Errors
    /// What the database says.
    pub fn responses_by_id(&self, round_id: RoundId, ids: &[ResponseId]) -> Result<Vec<Stored>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let ids: Vec<Vec<u8>> = chunk.iter().map(|id| id.bytes()).collect();
            found.extend(self.read(|conn| {
                response::table
                    .filter(response::round_id.eq(round_id.0).and(response::id.eq_any(ids)))
                    .order(response::id)
                    .select(COLUMNS)
                    .load::<Row>(conn)?
                    .into_iter()
                    .map(read_row)
                    .collect::<Result<Vec<_>>>()
            })?);
        }
        Ok(found)
    }

    /// One response of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn response(&self, round_id: RoundId, id: ResponseId) -> Result<Option<Stored>> {
        self.read(|conn| {
            response::table
                .find((round_id.0, id.bytes()))
                .select(COLUMNS)
                .first::<Row>(conn)
                .optional()?
                .map(read_row)
                .transpose()
        })
    }

    /// Erases the answers of one response; its ticket stays spent. Flags and verdicts on it go too; `inputs` is what dedup
    /// looked at, once it has.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is withdrawn already or sealed.
    pub fn withdraw(
        &self,
        act: &Act,
        id: ResponseId,
        count: Count,
        inputs: Option<&str>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let key = (count.round_id.0, id.bytes());
            let case = flag::table
                .filter(flag::round_id.eq(key.0).and(flag::response_id.eq(&key.1)))
                .select(flag::case_id)
                .first::<Vec<u8>>(conn)
                .optional()?;
            diesel::delete(
                flag::table.filter(flag::round_id.eq(key.0).and(flag::response_id.eq(&key.1))),
            )
            .execute(conn)?;
            diesel::delete(
                verdict::table
                    .filter(verdict::round_id.eq(key.0).and(verdict::response_id.eq(&key.1))),
            )
            .execute(conn)?;
            if let Some(case) = case {
                review::recount(conn, count.round_id, &case)?;
            }
            let stored = response::round_id.eq(key.0).and(response::id.eq(key.1));
            let n =
                diesel::update(response::table.filter(stored.and(response::withdrawn.eq(false))))
                    .set((
                        response::answers.eq(Vec::<u8>::new()),
                        response::comment_enc.eq(None::<Vec<u8>>),
                        response::withdrawn.eq(true),
                    ))
                    .execute(conn)?;
            if n != 1 {
                return Err(StoreError::Refused("this answer is withdrawn already".to_owned()));
            }
            let subject = format!("withdrawal:{}", id.hex());
            let content = |salt: &Salt| withdrawal_commitment(id, salt);
            let round_id = count.round_id;
            ledger::record(conn, LeafKind::Withdrawal, Some(round_id), act.at, subject, content)?;
            // What is left of the flags is recorded anew, so that a flag that is taken away by other means is found.
            if let Some(inputs) = inputs {
                let left = flags_of(conn, round_id)?;
                record_flags(conn, round_id, act.at, inputs, &left)?;
            }
            let count = Count { what: What::Withdrawn, hour: act.at.hour(), ..count };
            batch::add_to_tallies(conn, &[(count, 1)].into())
        })
    }
}

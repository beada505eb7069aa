//! What one person asks for and another grants, each in his own session.

use diesel::prelude::*;

use super::actor::{Act, words};
use super::id::RoundId;
use super::schema::approval;
use super::{Result, Store, StoreError};

words! {
    /// How a request stands.
    ApprovalState {
        /// The second person has not answered.
        Waiting = "waiting",
        /// Granted, and done.
        Granted = "granted",
        /// Declined by the second person.
        Declined = "declined",
        /// Taken back by who asked.
        TakenBack = "taken_back",
    }
}

/// A request as stored.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = approval)]
pub struct Approval {
    /// Id.
    pub id: i64,
    /// What is asked for.
    pub kind: String,
    /// Of which round.
    pub round_id: RoundId,
    /// Settings, JSON.
    pub detail: String,
    /// Why, in words.
    pub reason: String,
    /// Who asks.
    pub asked_by: String,
    /// When, milliseconds since the epoch.
    pub asked_at: i64,
    state: String,
    /// Who granted, declined or took it back.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<i64>,
    /// Why it was declined.
    pub answer: Option<String>,
}

impl Approval {
    /// How it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a word of a newer binary.
    pub fn state(&self) -> Result<ApprovalState> {
        ApprovalState::from_word(&self.state).ok_or(StoreError::Corrupt { what: "request" })
    }
}

impl Store {
    /// Writes a request.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn ask_approval(
        &self,
        act: &Act,
        kind: &'static str,
        round_id: RoundId,
        detail: &str,
        reason: &str,
    ) -> Result<i64> {
        self.write(act, |tx| {
            Ok(diesel::insert_into(approval::table)
                .values((
                    approval::kind.eq(kind),
                    approval::round_id.eq(round_id),
                    approval::detail.eq(detail),
                    approval::reason.eq(reason),
                    approval::asked_by.eq(act.actor.name()),
                    approval::asked_at.eq(act.at.0),
                    approval::state.eq(ApprovalState::Waiting.word()),
                ))
                .returning(approval::id)
                .get_result(tx.conn())?)
        })
    }

    /// Settles a request that waits.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it was settled before.
    pub fn settle_approval(
        &self,
        act: &Act,
        id: i64,
        state: ApprovalState,
        answer: Option<&str>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let waiting =
                approval::id.eq(id).and(approval::state.eq(ApprovalState::Waiting.word()));
            let n = diesel::update(approval::table.filter(waiting))
                .set((
                    approval::state.eq(state.word()),
                    approval::settled_by.eq(act.actor.name()),
                    approval::settled_at.eq(act.at.0),
                    approval::answer.eq(answer),
                ))
                .execute(tx.conn())?;
            if n == 1 {
                Ok(())
            } else {
                Err(StoreError::Refused("this request was settled before".to_owned()))
            }
        })
    }

    /// One request.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn approval(&self, id: i64) -> Result<Approval> {
        self.read(|conn| {
            approval::table
                .find(id)
                .select(Approval::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "request", name: id.to_string() })
        })
    }

    /// Requests of a round, the newest first, those before id `before`, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn approvals(
        &self,
        round_id: RoundId,
        only_waiting: bool,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Approval>> {
        self.read(|conn| {
            let mut rows = approval::table
                .filter(approval::round_id.eq(round_id))
                .filter(approval::id.lt(before.unwrap_or(i64::MAX)))
                .order(approval::id.desc())
                .limit(limit)
                .select(Approval::as_select())
                .into_boxed();
            if only_waiting {
                rows = rows.filter(approval::state.eq(ApprovalState::Waiting.word()));
            }
            Ok(rows.load(conn)?)
        })
    }
}

//! Rounds and their state.

use diesel::prelude::*;

use super::actor::{Act, words};
use super::id::{FormVersionId, RoundId, UnitId};
use super::schema::{round, round_unit, unit};
use super::unit::Unit;
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// Where a round is in its life (design §4).
    State {
        /// Created, may still change.
        Planned = "planned",
        /// Takes answers; rules frozen.
        Open = "open",
        /// Takes only answers begun in time, until the grace ends.
        Closed = "closed",
        /// Flags are computed; takes nothing.
        Flagged = "flagged",
        /// Every tie between answers and people is cut.
        Sealed = "sealed",
        /// Weights are computed.
        Weighed = "weighed",
        /// Sub-indexes are computed.
        Indexed = "indexed",
        /// Published at least once.
        Published = "published",
    }
}

/// A round as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Id.
    pub id: RoundId,
    /// Code in addresses and commands.
    pub code: String,
    /// Form version, frozen.
    pub form_id: FormVersionId,
    /// State.
    pub state: State,
    /// First moment that answers count.
    pub opens_at: Millis,
    /// Last moment.
    pub closes_at: Millis,
    /// How long an answer begun in time may arrive after closing, milliseconds.
    pub grace_ms: i64,
    /// Rules as JSON; frozen at opening.
    pub rules: String,
    /// SHA-256 of the frozen rules, hex; `None` while planned.
    pub rules_digest: Option<String>,
    /// JSON with SHA-256 of the keys that decide who is asked; `None` while planned.
    pub asked_digests: Option<String>,
    /// JSON list of amendments by two persons.
    pub amendments: String,
    /// JSON with the counts that sealing leaves behind.
    pub outcome: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = round)]
struct Row {
    id: RoundId,
    code: String,
    form_id: FormVersionId,
    state: String,
    opens_at: i64,
    closes_at: i64,
    grace_ms: i64,
    rules: String,
    rules_digest: Option<String>,
    asked_digests: Option<String>,
    amendments: String,
    outcome: Option<String>,
}

impl TryFrom<Row> for Round {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            code: row.code,
            form_id: row.form_id,
            state: State::from_word(&row.state)
                .ok_or(StoreError::Corrupt { what: "round state" })?,
            opens_at: Millis(row.opens_at),
            closes_at: Millis(row.closes_at),
            grace_ms: row.grace_ms,
            rules: row.rules,
            rules_digest: row.rules_digest,
            asked_digests: row.asked_digests,
            amendments: row.amendments,
            outcome: row.outcome,
        })
    }
}

/// A round to be created.
#[derive(Clone, Debug)]
pub struct NewRound {
    /// Code.
    pub code: String,
    /// Form version.
    pub form_id: FormVersionId,
    /// Opening.
    pub opens_at: Millis,
    /// Closing.
    pub closes_at: Millis,
    /// Grace, milliseconds.
    pub grace_ms: i64,
    /// Rules as JSON.
    pub rules: String,
    /// Units taking part.
    pub units: Vec<UnitId>,
}

/// What a change of state sets besides the state.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Freezes the rules under this digest.
    pub rules_digest: Option<String>,
    /// Publishes the digests of the keys that decide who is asked.
    pub asked_digests: Option<String>,
    /// Moves the closing time.
    pub closes_at: Option<Millis>,
    /// Replaces the list of amendments.
    pub amendments: Option<String>,
    /// Leaves counts behind.
    pub outcome: Option<String>,
}

impl Store {
    /// Creates a round in state planned, or replaces the plan of one that is still planned.
    ///
    /// # Errors
    /// [`StoreError::Exists`] once it is opened.
    pub fn put_round(&self, act: &Act, new: &NewRound) -> Result<RoundId> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let known = round::table
                .filter(round::code.eq(&new.code))
                .select(Row::as_select())
                .first(conn)
                .optional()?;
            let values = (
                round::form_id.eq(new.form_id),
                round::opens_at.eq(new.opens_at.0),
                round::closes_at.eq(new.closes_at.0),
                round::grace_ms.eq(new.grace_ms),
                round::rules.eq(&new.rules),
                round::changed_at.eq(act.at.0),
            );
            let id = match known {
                Some(old) if old.state == State::Planned.word() => {
                    diesel::update(round::table.find(old.id)).set(values).execute(conn)?;
                    diesel::delete(round_unit::table.filter(round_unit::round_id.eq(old.id)))
                        .execute(conn)?;
                    old.id
                }
                Some(_) => {
                    return Err(StoreError::Exists {
                        what: "round",
                        name: new.code.clone(),
                        hint: " and open; its rules are frozen",
                    });
                }
                None => diesel::insert_into(round::table)
                    .values((
                        round::code.eq(&new.code),
                        round::state.eq(State::Planned.word()),
                        values,
                    ))
                    .returning(round::id)
                    .get_result(conn)?,
            };
            for unit_id in &new.units {
                diesel::insert_into(round_unit::table)
                    .values((round_unit::round_id.eq(id), round_unit::unit_id.eq(unit_id)))
                    .execute(conn)?;
            }
            Ok(id)
        })
    }

    /// Moves a round from one of `from` to `to`.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is in another state by now.
    pub fn move_round(
        &self,
        act: &Act,
        id: RoundId,
        from: &[State],
        to: State,
        change: &Change,
    ) -> Result<()> {
        self.write(act, |tx| move_round(tx.conn(), act.at, id, from, to, change))
    }

    /// The round of that code.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn round(&self, code: &str) -> Result<Round> {
        // PostgreSQL takes no such text, not even to compare with.
        if code.contains('\0') {
            return Err(StoreError::Missing { what: "round", name: code.to_owned() });
        }
        self.read(|conn| {
            round::table
                .filter(round::code.eq(code))
                .select(Row::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "round", name: code.to_owned() })?
                .try_into()
        })
    }

    /// The round of that id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn round_by_id(&self, id: RoundId) -> Result<Round> {
        self.read(|conn| {
            round::table
                .find(id)
                .select(Row::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "round", name: id.0.to_string() })?
                .try_into()
        })
    }

    /// All rounds, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn rounds(&self) -> Result<Vec<Round>> {
        self.read(|conn| {
            round::table
                .order((round::opens_at, round::code))
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(Round::try_from)
                .collect()
        })
    }

    /// Units of a round, by code.
    ///
    /// # Errors
    /// What the database says.
    pub fn round_units(&self, id: RoundId) -> Result<Vec<Unit>> {
        self.read(|conn| {
            Ok(round_unit::table
                .inner_join(unit::table)
                .filter(round_unit::round_id.eq(id))
                .order((unit::code, unit::valid_from))
                .select(Unit::as_select())
                .load(conn)?)
        })
    }
}

/// [`Store::move_round`] inside a transaction of the caller's.
///
/// # Errors
/// [`StoreError::Refused`] when it is in another state by now.
pub(super) fn move_round(
    conn: &mut Conn,
    at: Millis,
    id: RoundId,
    from: &[State],
    to: State,
    change: &Change,
) -> Result<()> {
    let words: Vec<&str> = from.iter().map(|s| s.word()).collect();
    let this = round::table.filter(round::id.eq(id).and(round::state.eq_any(words.clone())));
    // One statement: the table's checks hold between state and digest at every moment.
    let moved = diesel::update(this)
        .set((
            round::state.eq(to.word()),
            round::changed_at.eq(at.0),
            change.rules_digest.as_ref().map(|digest| round::rules_digest.eq(Some(digest))),
            change.asked_digests.as_ref().map(|digests| round::asked_digests.eq(Some(digests))),
            change.closes_at.map(|closes_at| round::closes_at.eq(closes_at.0)),
            change.amendments.as_ref().map(|list| round::amendments.eq(list)),
            change.outcome.as_ref().map(|counts| round::outcome.eq(Some(counts))),
        ))
        .execute(conn)?;
    if moved == 1 {
        return Ok(());
    }
    Err(StoreError::Refused(format!(
        "the round is not {} (any more); see khaosat round status",
        words.join(" or ")
    )))
}

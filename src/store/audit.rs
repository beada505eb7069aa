//! The audit trail: every change with who, what, when; the tables refuse to alter it.

use diesel::prelude::*;

use super::actor::Act;
use super::engine::Conn;
use super::schema::audit;
use super::{Result, Store};

/// One line of the trail.
#[derive(Clone, Debug, Queryable, PartialEq, Eq)]
pub struct Entry {
    /// Running number.
    pub seq: i64,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Second person, where two were needed.
    pub witness: Option<String>,
    /// `verb.object`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// JSON with more facts.
    pub detail: String,
}

pub(super) fn append(conn: &mut Conn, act: &Act) -> Result<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::at.eq(act.at.0),
            audit::actor.eq(act.actor.name()),
            audit::witness.eq(act.witness.as_ref().map(|(w, _)| w.name())),
            audit::action.eq(act.action),
            audit::subject.eq(&act.subject),
            audit::detail.eq(act.detail.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

impl Store {
    /// Checks an act's right and records it, where it changes nothing but is to leave a trace.
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`].
    pub fn record(&self, act: &Act) -> Result<()> {
        self.write(act, |_| Ok(()))
    }

    /// The entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn audit_after(&self, after: i64, limit: i64) -> Result<Vec<Entry>> {
        self.read(|conn| {
            Ok(audit::table
                .filter(audit::seq.gt(after))
                .order(audit::seq)
                .limit(limit)
                .load(conn)?)
        })
    }
}

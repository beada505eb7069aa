//! The audit trail: every change with who, what, when; the tables refuse to alter it.

use diesel::prelude::*;

use super::actor::Act;
use super::engine::Conn;
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
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

impl Entry {
    /// What the entry's leaf commits to.
    #[must_use]
    pub fn commitment(&self, salt: &Salt) -> Hash {
        let witness =
            self.witness.as_ref().map_or_else(Vec::new, |w| [&[1], w.as_bytes()].concat());
        commitment(
            salt,
            &[
                &self.seq.to_be_bytes(),
                &self.at.to_be_bytes(),
                self.actor.as_bytes(),
                &witness,
                self.action.as_bytes(),
                self.subject.as_bytes(),
                self.detail.as_bytes(),
            ],
        )
    }
}

/// Writes the entry of an act and its leaf.
pub(super) fn append(conn: &mut Conn, act: &Act) -> Result<()> {
    let mut entry = Entry {
        seq: 0,
        at: act.at.0,
        actor: act.actor.name().to_owned(),
        witness: act.witness.as_ref().map(|(w, _)| w.name().to_owned()),
        action: act.action.to_owned(),
        subject: act.subject.clone(),
        detail: act.detail.to_string(),
    };
    entry.seq = diesel::insert_into(audit::table)
        .values((
            audit::at.eq(entry.at),
            audit::actor.eq(&entry.actor),
            audit::witness.eq(&entry.witness),
            audit::action.eq(&entry.action),
            audit::subject.eq(&entry.subject),
            audit::detail.eq(&entry.detail),
        ))
        .returning(audit::seq)
        .get_result(conn)?;
    let subject = format!("audit:{}", entry.seq);
    ledger::record(conn, LeafKind::Audit, None, act.at, subject, |salt| entry.commitment(salt))
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

    /// The entries before `before`, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn audit_before(&self, before: i64, limit: i64) -> Result<Vec<Entry>> {
        self.read(|conn| {
            Ok(audit::table
                .filter(audit::seq.lt(before))
                .order(audit::seq.desc())
                .limit(limit)
                .load(conn)?)
        })
    }

    /// The entry of that number.
    ///
    /// # Errors
    /// What the database says.
    pub fn audit_entry(&self, seq: i64) -> Result<Option<Entry>> {
        self.read(|conn| Ok(audit::table.find(seq).first(conn).optional()?))
    }
}

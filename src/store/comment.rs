//! Comments of sealed rounds, and the list of topics they are sorted by.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{RoundId, SealedId, UnitId};
use super::schema::{sealed_comment, topic_list};
use super::{Result, Store};

/// A comment under a random id of its own, which leads to no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedComment {
    /// Id.
    pub id: SealedId,
    /// Unit it speaks of.
    pub unit_id: UnitId,
    /// As it was written.
    pub comment: String,
}

impl Store {
    /// Comments of a round behind the id `after`, at most `limit`, of one unit or of all.
    ///
    /// # Errors
    /// What the database says.
    pub fn sealed_comments(
        &self,
        round_id: RoundId,
        unit: Option<UnitId>,
        after: Option<SealedId>,
        limit: i64,
    ) -> Result<Vec<SealedComment>> {
        let after = after.map(SealedId::bytes).unwrap_or_default();
        self.read(|conn| {
            let mut rows = sealed_comment::table
                .filter(sealed_comment::round_id.eq(round_id.0).and(sealed_comment::id.gt(after)))
                .order(sealed_comment::id)
                .limit(limit)
                .select((sealed_comment::id, sealed_comment::unit_id, sealed_comment::comment))
                .into_boxed();
            if let Some(unit) = unit {
                rows = rows.filter(sealed_comment::unit_id.eq(unit));
            }
            rows.load::<(Vec<u8>, UnitId, String)>(conn)?
                .into_iter()
                .map(|(id, unit_id, comment)| {
                    Ok(SealedComment { id: id.try_into()?, unit_id, comment })
                })
                .collect()
        })
    }

    /// Writes a new list of topics; those before stay.
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`].
    pub fn put_topics(&self, act: &Act, source: &str) -> Result<()> {
        self.write(act, |tx| {
            diesel::insert_into(topic_list::table)
                .values((topic_list::source.eq(source), topic_list::at.eq(act.at.0)))
                .execute(tx.conn())?;
            Ok(())
        })
    }

    /// The latest list of topics, if one was written.
    ///
    /// # Errors
    /// What the database says.
    pub fn topics(&self) -> Result<Option<String>> {
        self.read(|conn| {
            Ok(topic_list::table
                .order(topic_list::number.desc())
                .select(topic_list::source)
                .first(conn)
                .optional()?)
        })
    }
}

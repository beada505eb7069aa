//! Margins: known population totals of a round.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Act;
use super::id::RoundId;
use super::schema::{margin, round};
use super::{Result, Store, StoreError};

/// `variable → category → total`.
pub type Margins = BTreeMap<String, BTreeMap<String, i64>>;

impl Store {
    /// Replaces the margins of a round, until it is sealed.
    ///
    /// # Errors
    /// [`StoreError::Refused`] once the round is sealed.
    pub fn put_margins(&self, act: &Act, round_id: RoundId, new: &Margins) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let state = round::table.find(round_id).select(round::state).first::<String>(conn)?;
            if matches!(state.as_str(), "sealed" | "weighed" | "indexed" | "published") {
                return Err(StoreError::Refused(format!(
                    "margins are frozen once a round is sealed; it is {state}"
                )));
            }
            diesel::delete(margin::table.filter(margin::round_id.eq(round_id))).execute(conn)?;
            for (variable, categories) in new {
                for (category, total) in categories {
                    diesel::insert_into(margin::table)
                        .values((
                            margin::round_id.eq(round_id),
                            margin::variable.eq(variable),
                            margin::category.eq(category),
                            margin::total.eq(total),
                        ))
                        .execute(conn)?;
                }
            }
            Ok(())
        })
    }

    /// The margins of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn margins(&self, round_id: RoundId) -> Result<Margins> {
        let rows = self.read(|conn| {
            Ok(margin::table
                .filter(margin::round_id.eq(round_id))
                .select((margin::variable, margin::category, margin::total))
                .load::<(String, String, i64)>(conn)?)
        })?;
        let mut margins = Margins::new();
        for (variable, category, total) in rows {
            margins.entry(variable).or_default().insert(category, total);
        }
        Ok(margins)
    }
}

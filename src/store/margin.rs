//! Margins: known population totals of a round.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Act;
use super::id::RoundId;
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::schema::{margin, round};
use super::{Result, Store, StoreError};

/// `variable → category → total`.
pub type Margins = BTreeMap<String, BTreeMap<String, i64>>;

/// The margins as text, a line each, in their order.
#[must_use]
pub fn margins_text(margins: &Margins) -> String {
    let mut text = String::new();
    for (variable, categories) in margins {
        for (category, total) in categories {
            text.push_str(&format!("{variable:?} {category:?} {total}\n"));
        }
    }
    text
}

/// What the leaf of a round's margins commits to.
#[must_use]
pub fn margins_commitment(margins: &Margins, salt: &Salt) -> Hash {
    commitment(salt, &[margins_text(margins).as_bytes()])
}

impl Store {
    /// Replaces the margins of a round. After sealing that is a correction, which needs a second person.
    ///
    /// # Errors
    /// [`StoreError::Refused`] once the round is sealed, unless the act is witnessed.
    pub fn put_margins(&self, act: &Act, round_id: RoundId, new: &Margins) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let state = round::table.find(round_id).select(round::state).first::<String>(conn)?;
            let sealed = matches!(state.as_str(), "sealed" | "weighed" | "indexed" | "published");
            if sealed && act.witness.is_none() {
                return Err(StoreError::Refused(format!(
                    "margins are frozen once a round is sealed; it is {state}: correct them with --correction and a second person"
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
            let subject = format!("margins:{}", act.at.0);
            let content = |salt: &Salt| margins_commitment(new, salt);
            ledger::record(conn, LeafKind::Margins, Some(round_id), act.at, subject, content)
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

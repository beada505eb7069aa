//! Scorecards: one document per year and series.

use diesel::prelude::*;

use super::actor::Act;
use super::schema::scorecard;
use super::{Result, Store};

impl Store {
    /// Stores or replaces a scorecard's document (JSON).
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`] or what the database says.
    pub fn put_scorecard(&self, act: &Act, year: i32, series: &str, document: &str) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let this = scorecard::year.eq(year).and(scorecard::series.eq(series));
            diesel::delete(scorecard::table.filter(this)).execute(conn)?;
            diesel::insert_into(scorecard::table)
                .values((
                    scorecard::year.eq(year),
                    scorecard::series.eq(series),
                    scorecard::document.eq(document),
                    scorecard::changed_at.eq(act.at.0),
                ))
                .execute(conn)?;
            Ok(())
        })
    }

    /// The document of a scorecard.
    ///
    /// # Errors
    /// What the database says.
    pub fn scorecard(&self, year: i32, series: &str) -> Result<Option<String>> {
        self.read(|conn| {
            Ok(scorecard::table
                .find((year, series))
                .select(scorecard::document)
                .first(conn)
                .optional()?)
        })
    }
}

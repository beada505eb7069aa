//! Scorecards: one document per year and series.

use diesel::prelude::*;

use super::actor::Act;
use super::schema::scorecard;
use super::{Result, Store, StoreError};

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

    /// Year and series of every scorecard, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn scorecards(&self) -> Result<Vec<(i32, String)>> {
        let mut all = self.read(|conn| {
            Ok(scorecard::table
                .select((scorecard::year, scorecard::series))
                .load::<(i32, String)>(conn)?)
        })?;
        // Sorted here: engines sort text each in its own way.
        all.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(all)
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

    /// Stores a scorecard's document if the stored one (`None` = none) is what `expected` expects; what it was.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another document is there, or none; then nothing is changed.
    pub fn replace_scorecard(
        &self,
        act: &Act,
        year: i32,
        series: &str,
        expected: impl Fn(Option<&str>) -> bool,
        document: &str,
    ) -> Result<Option<String>> {
        let changed = || StoreError::Exists {
            what: "scorecard",
            name: format!("{year} {series}"),
            hint: " in another version; read it again",
        };
        self.write(act, |tx| {
            let conn = tx.conn();
            let stored: Option<String> = scorecard::table
                .find((year, series))
                .select(scorecard::document)
                .first(conn)
                .optional()?;
            if !expected(stored.as_deref()) {
                return Err(changed());
            }
            let values = (scorecard::document.eq(document), scorecard::changed_at.eq(act.at.0));
            let written = match &stored {
                // Named again, since PostgreSQL lets another writer in between.
                Some(old) => diesel::update(
                    scorecard::table.find((year, series)).filter(scorecard::document.eq(old)),
                )
                .set(values)
                .execute(conn)?,
                None => diesel::insert_into(scorecard::table)
                    .values((scorecard::year.eq(year), scorecard::series.eq(series), values))
                    .execute(conn)?,
            };
            if written == 1 { Ok(stored) } else { Err(changed()) }
        })
        .map_err(|error| if error.is_unique_violation() { changed() } else { error })
    }
}

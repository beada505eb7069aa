//! Names of officials, so that comments do not show them.

use diesel::prelude::*;

use super::actor::Act;
use super::id::UnitId;
use super::schema::staff;
use super::{Result, Store};

impl Store {
    /// Puts the list of a unit in the place of the one before.
    ///
    /// # Errors
    /// [`super::StoreError::Forbidden`].
    pub fn put_staff(&self, act: &Act, unit_id: UnitId, names: &[String]) -> Result<()> {
        self.write(&act.clone().on(unit_id.0), |tx| {
            let conn = tx.conn();
            diesel::delete(staff::table.filter(staff::unit_id.eq(unit_id.0))).execute(conn)?;
            for name in names {
                diesel::insert_into(staff::table)
                    .values((staff::unit_id.eq(unit_id.0), staff::name.eq(name)))
                    .execute(conn)?;
            }
            Ok(())
        })
    }

    /// All names by unit.
    ///
    /// # Errors
    /// What the database says.
    pub fn staff(&self) -> Result<Vec<(UnitId, String)>> {
        self.read(|conn| {
            Ok(staff::table
                .order((staff::unit_id, staff::name))
                .select((staff::unit_id, staff::name))
                .load::<(i32, String)>(conn)?
                .into_iter()
                .map(|(unit, name)| (UnitId(unit), name))
                .collect())
        })
    }
}

//! Units, aliases, successors.

use diesel::prelude::*;

use super::actor::Act;
use super::id::UnitId;
use super::schema::{unit, unit_alias, unit_successor};
use super::{Conn, Result, Store, StoreError};
use crate::unit::UnitKind;

/// A unit as stored; dates are ISO days.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = unit)]
pub struct Unit {
    /// Surrogate id.
    pub id: UnitId,
    /// Official code, unique only together with its validity.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind word, e.g. `huyện`.
    pub kind: String,
    /// Parent.
    pub parent_id: Option<UnitId>,
    /// First day of validity.
    pub valid_from: String,
    /// Last day of validity.
    pub valid_to: String,
}

impl Unit {
    /// The name as people say it, with its kind: `Xã Kbang`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match UnitKind::new(&self.kind).ok().and_then(UnitKind::prefix) {
            Some(prefix) => format!("{prefix} {}", self.name),
            None => self.name.clone(),
        }
    }
}

/// `valid_from` of a unit whose beginning is not on record.
pub const FIRST_DAY: &str = "0001-01-01";
/// `valid_to` of a unit that has not ended.
pub const LAST_DAY: &str = "9999-12-31";

/// A unit to be written; the parent by its place in the same list, or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnit {
    /// Official code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind word.
    pub kind: String,
    /// `(code, valid_from)` of the parent.
    pub parent: Option<(String, String)>,
    /// First day of validity.
    pub valid_from: String,
    /// Last day of validity.
    pub valid_to: String,
    /// Other spellings, each with its search key.
    pub aliases: Vec<(String, String)>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// New rows.
    pub inserted: usize,
    /// Rows that changed.
    pub updated: usize,
    /// Rows that were so already.
    pub unchanged: usize,
}

fn find(conn: &mut Conn, code: &str, valid_from: &str) -> Result<Option<Unit>> {
    Ok(unit::table
        .filter(unit::code.eq(code).and(unit::valid_from.eq(valid_from)))
        .select(Unit::as_select())
        .first(conn)
        .optional()?)
}

impl Store {
    /// Writes all units or none; parents must come before their children or be stored already.
    ///
    /// # Errors
    /// [`StoreError::Missing`] names a parent that is not there.
    pub fn import_units(&self, act: &Act, rows: &[NewUnit]) -> Result<Imported> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let mut done = Imported::default();
            for row in rows {
                let parent_id = match &row.parent {
                    None => None,
                    Some((code, from)) => Some(
                        find(conn, code, from)?
                            .ok_or_else(|| StoreError::Missing {
                                what: "parent unit",
                                name: format!("{code} (valid from {from})"),
                            })?
                            .id,
                    ),
                };
                let values = (
                    unit::name.eq(&row.name),
                    unit::kind.eq(&row.kind),
                    unit::parent_id.eq(parent_id),
                    unit::valid_to.eq(&row.valid_to),
                );
                let id = match find(conn, &row.code, &row.valid_from)? {
                    Some(old) => {
                        let same = old.name == row.name
                            && old.kind == row.kind
                            && old.parent_id == parent_id
                            && old.valid_to == row.valid_to;
                        if same {
                            done.unchanged += 1;
                        } else {
                            done.updated += 1;
                            diesel::update(unit::table.filter(unit::id.eq(old.id)))
                                .set(values)
                                .execute(conn)?;
                        }
                        old.id
                    }
                    None => {
                        done.inserted += 1;
                        diesel::insert_into(unit::table)
                            .values((
                                unit::code.eq(&row.code),
                                unit::valid_from.eq(&row.valid_from),
                                values,
                            ))
                            .returning(unit::id)
                            .get_result(conn)?
                    }
                };
                replace_aliases(conn, id, &row.aliases)?;
            }
            Ok(done)
        })
    }

    /// Writes successors, each `(old code, old valid_to, new code, new valid_from, kind)`; known ones are left alone.
    ///
    /// # Errors
    /// [`StoreError::Missing`] names a unit that is not there.
    pub fn import_successors(
        &self,
        act: &Act,
        rows: &[(String, String, String, String, String)],
    ) -> Result<Imported> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let mut done = Imported::default();
            for (old_code, old_to, new_code, new_from, kind) in rows {
                let missing = |code: &str, when: &str| StoreError::Missing {
                    what: "unit",
                    name: format!("{code} ({when})"),
                };
                let old = unit::table
                    .filter(unit::code.eq(old_code).and(unit::valid_to.eq(old_to)))
                    .select(unit::id)
                    .first::<UnitId>(conn)
                    .optional()?
                    .ok_or_else(|| missing(old_code, &format!("until {old_to}")))?;
                let new = find(conn, new_code, new_from)?
                    .ok_or_else(|| missing(new_code, &format!("from {new_from}")))?
                    .id;
                let known = unit_successor::table
                    .find((old, new))
                    .select(unit_successor::kind)
                    .first::<String>(conn)
                    .optional()?;
                match known {
                    Some(stored) if stored == *kind => done.unchanged += 1,
                    Some(_) => {
                        done.updated += 1;
                        diesel::update(unit_successor::table.find((old, new)))
                            .set(unit_successor::kind.eq(kind))
                            .execute(conn)?;
                    }
                    None => {
                        done.inserted += 1;
                        diesel::insert_into(unit_successor::table)
                            .values((
                                unit_successor::old_unit_id.eq(old),
                                unit_successor::new_unit_id.eq(new),
                                unit_successor::kind.eq(kind),
                            ))
                            .execute(conn)?;
                    }
                }
            }
            Ok(done)
        })
    }

    /// All units, by code and validity.
    ///
    /// # Errors
    /// What the database says.
    pub fn units(&self) -> Result<Vec<Unit>> {
        self.read(|conn| {
            Ok(unit::table
                .order((unit::code, unit::valid_from))
                .select(Unit::as_select())
                .load(conn)?)
        })
    }

    /// All aliases, each with its unit, by unit and spelling.
    ///
    /// # Errors
    /// What the database says.
    pub fn unit_aliases(&self) -> Result<Vec<(UnitId, String)>> {
        self.read(|conn| {
            Ok(unit_alias::table
                .order((unit_alias::unit_id, unit_alias::alias))
                .select((unit_alias::unit_id, unit_alias::alias))
                .load(conn)?)
        })
    }

    /// The unit that bears `code` on `day` (ISO).
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn unit_on(&self, code: &str, day: &str) -> Result<Unit> {
        self.read(|conn| {
            unit::table
                .filter(unit::code.eq(code))
                .filter(unit::valid_from.le(day).and(unit::valid_to.ge(day)))
                .select(Unit::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing {
                    what: "unit",
                    name: format!("{code} on {day}"),
                })
        })
    }
}

fn replace_aliases(conn: &mut Conn, id: UnitId, aliases: &[(String, String)]) -> Result<()> {
    diesel::delete(unit_alias::table.filter(unit_alias::unit_id.eq(id))).execute(conn)?;
    for (alias, key) in aliases {
        diesel::insert_into(unit_alias::table)
            .values((
                unit_alias::unit_id.eq(id),
                unit_alias::alias.eq(alias),
                unit_alias::search_key.eq(key),
            ))
            .execute(conn)?;
    }
    Ok(())
}

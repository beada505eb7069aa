//! Counters and services.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, ServiceId, UnitId};
use super::schema::{counter, service};
use super::{Result, Store, StoreError};

/// A counter.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = counter)]
pub struct Counter {
    /// Id.
    pub id: CounterId,
    /// The unit it belongs to.
    pub unit_id: UnitId,
    /// Short code within the unit.
    pub code: String,
    /// Name as on the sign.
    pub name: String,
}

/// A field of procedures.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = service)]
pub struct Service {
    /// Id.
    pub id: ServiceId,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
}

impl Store {
    /// Adds a counter or renames it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] or what the database says.
    pub fn put_counter(
        &self,
        act: &Act,
        unit_id: UnitId,
        code: &str,
        name: &str,
    ) -> Result<CounterId> {
        self.write(&act.clone().on(unit_id.0), |tx| {
            let conn = tx.conn();
            let mine = counter::unit_id.eq(unit_id).and(counter::code.eq(code));
            let known = counter::table
                .filter(mine)
                .select(counter::id)
                .first::<CounterId>(conn)
                .optional()?;
            match known {
                Some(id) => {
                    diesel::update(counter::table.filter(counter::id.eq(id)))
                        .set(counter::name.eq(name))
                        .execute(conn)?;
                    Ok(id)
                }
                None => Ok(diesel::insert_into(counter::table)
                    .values((
                        counter::unit_id.eq(unit_id),
                        counter::code.eq(code),
                        counter::name.eq(name),
                    ))
                    .returning(counter::id)
                    .get_result(conn)?),
            }
        })
    }

    /// Adds a service or renames it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] or what the database says.
    pub fn put_service(&self, act: &Act, code: &str, name: &str) -> Result<ServiceId> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let known = service::table
                .filter(service::code.eq(code))
                .select(service::id)
                .first::<ServiceId>(conn)
                .optional()?;
            match known {
                Some(id) => {
                    diesel::update(service::table.filter(service::id.eq(id)))
                        .set(service::name.eq(name))
                        .execute(conn)?;
                    Ok(id)
                }
                None => Ok(diesel::insert_into(service::table)
                    .values((service::code.eq(code), service::name.eq(name)))
                    .returning(service::id)
                    .get_result(conn)?),
            }
        })
    }

    /// Counters of the given units, by unit and code.
    ///
    /// # Errors
    /// What the database says.
    pub fn counters(&self, units: &[UnitId]) -> Result<Vec<Counter>> {
        self.read(|conn| {
            Ok(counter::table
                .filter(counter::unit_id.eq_any(units.to_vec()))
                .order((counter::unit_id, counter::code))
                .select(Counter::as_select())
                .load(conn)?)
        })
    }

    /// One counter of a unit by its code.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn counter(&self, unit_id: UnitId, code: &str) -> Result<Counter> {
        self.read(|conn| {
            counter::table
                .filter(counter::unit_id.eq(unit_id).and(counter::code.eq(code)))
                .select(Counter::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "counter", name: code.to_owned() })
        })
    }

    /// All services, by code.
    ///
    /// # Errors
    /// What the database says.
    pub fn services(&self) -> Result<Vec<Service>> {
        self.read(|conn| {
            Ok(service::table.order(service::code).select(Service::as_select()).load(conn)?)
        })
    }
}

//! API clients: an id, the digest of a secret, what they may do, and for which units.

use diesel::prelude::*;

use super::actor::Act;
use super::id::UnitId;
use super::schema::{client, client_unit};
use super::{Result, Store, StoreError};

/// An API client as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = client)]
pub struct Client {
    /// Public id.
    pub id: String,
    /// Who it is.
    pub name: String,
    /// Address that is told of publications.
    pub contact: Option<String>,
    /// SHA-256 of the secret (256 random bits, so a plain digest suffices).
    pub secret_hash: Vec<u8>,
    /// Scopes, separated by spaces.
    pub scopes: String,
}

impl Store {
    /// Adds a client.
    ///
    /// # Errors
    /// [`StoreError::Exists`].
    pub fn add_client(&self, act: &Act, new: &Client, units: &[UnitId]) -> Result<()> {
        self.write(act, |tx| {
            diesel::insert_into(client::table)
                .values((
                    client::id.eq(&new.id),
                    client::name.eq(&new.name),
                    client::contact.eq(&new.contact),
                    client::secret_hash.eq(&new.secret_hash),
                    client::scopes.eq(&new.scopes),
                    client::created_at.eq(act.at.0),
                ))
                .execute(tx.conn())?;
            for unit in units {
                diesel::insert_into(client_unit::table)
                    .values((client_unit::client_id.eq(&new.id), client_unit::unit_id.eq(unit.0)))
                    .execute(tx.conn())?;
            }
            Ok(())
        })
        .map_err(|error| {
            if error.is_unique_violation() {
                StoreError::Exists {
                    what: "API client",
                    name: new.id.clone(),
                    hint: "; choose another id",
                }
            } else {
                error
            }
        })
    }

    /// The client of that id, unless disabled.
    ///
    /// # Errors
    /// What the database says.
    pub fn client(&self, id: &str) -> Result<Option<Client>> {
        self.read(|conn| {
            Ok(client::table
                .filter(client::id.eq(id).and(client::disabled_at.is_null()))
                .select(Client::as_select())
                .first(conn)
                .optional()?)
        })
    }

    /// Units that a client may report dossiers of, with all below them.
    ///
    /// # Errors
    /// What the database says.
    pub fn client_units(&self, id: &str) -> Result<Vec<UnitId>> {
        self.read(|conn| {
            Ok(client_unit::table
                .filter(client_unit::client_id.eq(id))
                .order(client_unit::unit_id)
                .select(client_unit::unit_id)
                .load::<i32>(conn)?
                .into_iter()
                .map(UnitId)
                .collect())
        })
    }

    /// All clients that are not disabled, by id.
    ///
    /// # Errors
    /// What the database says.
    pub fn clients(&self) -> Result<Vec<Client>> {
        self.read(|conn| {
            Ok(client::table
                .filter(client::disabled_at.is_null())
                .order(client::id)
                .select(Client::as_select())
                .load(conn)?)
        })
    }

    /// Disables a client; tokens it holds run out within their life.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn disable_client(&self, act: &Act, id: &str) -> Result<()> {
        self.write(act, |tx| {
            let changed = diesel::update(client::table.filter(client::id.eq(id)))
                .set(client::disabled_at.eq(act.at.0))
                .execute(tx.conn())?;
            if changed == 0 {
                return Err(StoreError::Missing { what: "API client", name: id.to_owned() });
            }
            Ok(())
        })
    }
}

//! Form versions: stored once, never altered.

use diesel::prelude::*;

use super::actor::Act;
use super::id::FormVersionId;
use super::schema::form;
use super::{Result, Store, StoreError};

/// A stored form version.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = form)]
pub struct FormVersion {
    /// Id.
    pub id: FormVersionId,
    /// Form's code.
    pub code: String,
    /// Version.
    pub version: i32,
    /// SHA-256 of the canonical form, hex.
    pub digest: String,
    /// TOML source.
    pub source: String,
}

impl Store {
    /// Stores a form version; the same content again is no change.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when this version is stored with other content.
    pub fn put_form(
        &self,
        act: &Act,
        code: &str,
        version: i32,
        digest: &str,
        source: &str,
    ) -> Result<FormVersionId> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let known = form::table
                .filter(form::code.eq(code).and(form::version.eq(version)))
                .select(FormVersion::as_select())
                .first(conn)
                .optional()?;
            match known {
                Some(stored) if stored.digest == digest => Ok(stored.id),
                Some(_) => Err(StoreError::Exists {
                    what: "form version",
                    name: format!("{code} {version}"),
                    hint: " with other content; a version is never altered: raise `version` in the file",
                }),
                None => Ok(diesel::insert_into(form::table)
                    .values((
                        form::code.eq(code),
                        form::version.eq(version),
                        form::digest.eq(digest),
                        form::source.eq(source),
                    ))
                    .returning(form::id)
                    .get_result(conn)?),
            }
        })
    }

    /// All form versions, by code and version.
    ///
    /// # Errors
    /// What the database says.
    pub fn forms(&self) -> Result<Vec<FormVersion>> {
        self.read(|conn| {
            Ok(form::table
                .order((form::code, form::version))
                .select(FormVersion::as_select())
                .load(conn)?)
        })
    }

    /// A form version by id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn form(&self, id: FormVersionId) -> Result<FormVersion> {
        self.read(|conn| {
            form::table
                .filter(form::id.eq(id))
                .select(FormVersion::as_select())
                .first(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "form version", name: id.0.to_string() })
        })
    }
}

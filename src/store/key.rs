//! Public halves of the signing keys; the private ones are files in `keys_dir`.

use diesel::prelude::*;

use super::actor::Act;
use super::schema::signing_key;
use super::{Result, Store};

/// A signing key's public half.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = signing_key)]
pub struct PublicKey {
    /// Key id.
    pub kid: String,
    /// `publication` or `token`.
    pub purpose: String,
    /// 32 bytes of Ed25519.
    pub public_key: Vec<u8>,
    /// Since when it signs.
    pub created_at: i64,
    /// Since when it signs no more; it still verifies.
    pub retired_at: Option<i64>,
}

impl Store {
    /// Puts `new` in the place of the current key of its purpose.
    ///
    /// # Errors
    /// What the database says.
    pub fn rotate_key(&self, act: &Act, new: &PublicKey) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            diesel::update(signing_key::table.filter(
                signing_key::purpose.eq(&new.purpose).and(signing_key::retired_at.is_null()),
            ))
            .set(signing_key::retired_at.eq(act.at.0))
            .execute(conn)?;
            diesel::insert_into(signing_key::table)
                .values((
                    signing_key::kid.eq(&new.kid),
                    signing_key::purpose.eq(&new.purpose),
                    signing_key::public_key.eq(&new.public_key),
                    signing_key::created_at.eq(new.created_at),
                ))
                .execute(conn)?;
            Ok(())
        })
    }

    /// All keys, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn keys(&self) -> Result<Vec<PublicKey>> {
        self.read(|conn| {
            Ok(signing_key::table
                .order((signing_key::created_at.desc(), signing_key::kid))
                .select(PublicKey::as_select())
                .load(conn)?)
        })
    }
}

//! Accounts as those who manage them see and change them.

use diesel::prelude::*;

use super::actor::{Act, Role};
use super::id::{AccountId, UnitId};
use super::schema::{account, account_role, credential, session, unit};
use super::unit::Unit;
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// A grant as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Role.
    pub role: Role,
    /// Unit that it is held for.
    pub unit: Option<Unit>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// Address for mail.
    pub email: Option<String>,
    /// When it was closed.
    pub disabled_at: Option<Millis>,
    /// Whether a password was set.
    pub has_password: bool,
    /// Whether a second factor is enrolled.
    pub has_factor: bool,
    /// When its holder was last here, of sessions that are not over.
    pub seen_at: Option<Millis>,
    /// What the person may.
    pub grants: Vec<Grant>,
}

type Row = (AccountId, String, Option<String>, Option<i64>, Option<String>, Option<Vec<u8>>);

fn with_grants(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Person>> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.0).collect();
    let grants = account_role::table
        .left_join(unit::table.on(account_role::unit_id.eq(unit::id.nullable())))
        .filter(account_role::account_id.eq_any(ids.clone()))
        .order((account_role::role, account_role::unit_id))
        .select((account_role::account_id, account_role::role, Option::<Unit>::as_select()))
        .load::<(AccountId, String, Option<Unit>)>(conn)?;
    let seen = session::table
        .filter(session::account_id.eq_any(ids))
        .select((session::account_id, session::seen_at))
        .load::<(AccountId, i64)>(conn)?;
    let person = |(id, name, email, disabled_at, hash, factor): Row| Person {
        id,
        name,
        email,
        disabled_at: disabled_at.map(Millis),
        has_password: hash.is_some(),
        has_factor: factor.is_some(),
        seen_at: seen.iter().filter(|(of, _)| *of == id).map(|(_, at)| Millis(*at)).max(),
        grants: grants
            .iter()
            .filter(|(of, ..)| *of == id)
            .filter_map(|(_, role, unit)| {
                let role = Role::from_word(role)?;
                Some(Grant { role, unit: unit.clone() })
            })
            .collect(),
    };
    Ok(rows.into_iter().map(person).collect())
}

/// An account that anybody may still act with, for the last system administrator's sake.
fn others(conn: &mut Conn, id: AccountId) -> Result<i64> {
    Ok(account_role::table
        .inner_join(account::table)
        .filter(account_role::role.eq(Role::SystemAdmin.word()))
        .filter(account::disabled_at.is_null().and(account::id.ne(id)))
        .count()
        .get_result(conn)?)
}

fn keep_one(conn: &mut Conn, id: AccountId) -> Result<()> {
    if others(conn, id)? > 0 {
        return Ok(());
    }
    Err(StoreError::Refused(
        "this is the last system administrator; give the role to somebody else first".to_owned(),
    ))
}

fn known(conn: &mut Conn, name: &str) -> Result<AccountId> {
    account::table
        .filter(account::name.eq(name))
        .select(account::id)
        .first::<AccountId>(conn)
        .optional()?
        .ok_or_else(|| StoreError::Missing { what: "account", name: name.to_owned() })
}

impl Store {
    /// Accounts by name, at most `limit` after `after`; closed ones too.
    ///
    /// # Errors
    /// What the database says.
    pub fn people(&self, after: &str, limit: i64) -> Result<Vec<Person>> {
        self.read(|conn| {
            let rows = account::table
                .left_join(credential::table)
                .filter(account::name.gt(after))
                .order(account::name)
                .limit(limit)
                .select((
                    account::id,
                    account::name,
                    account::email,
                    account::disabled_at,
                    credential::password_hash.nullable(),
                    credential::factor_enc.nullable(),
                ))
                .load::<Row>(conn)?;
            with_grants(conn, rows)
        })
    }

    /// The account of that name, closed or not.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn person(&self, name: &str) -> Result<Person> {
        self.read(|conn| {
            let rows = account::table
                .left_join(credential::table)
                .filter(account::name.eq(name))
                .select((
                    account::id,
                    account::name,
                    account::email,
                    account::disabled_at,
                    credential::password_hash.nullable(),
                    credential::factor_enc.nullable(),
                ))
                .load::<Row>(conn)?;
            let missing = || StoreError::Missing { what: "account", name: name.to_owned() };
            with_grants(conn, rows)?.into_iter().next().ok_or_else(missing)
        })
    }

    /// Takes a role from an account.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for the last system administrator; [`StoreError::Missing`] when it has not the role.
    pub fn revoke_role(
        &self,
        act: &Act,
        name: &str,
        role: Role,
        unit: Option<UnitId>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let id = known(conn, name)?;
            if role == Role::SystemAdmin {
                keep_one(conn, id)?;
            }
            let this = account_role::account_id.eq(id).and(account_role::role.eq(role.word()));
            let gone = match unit {
                Some(unit) => diesel::delete(
                    account_role::table.filter(this.and(account_role::unit_id.eq(Some(unit)))),
                )
                .execute(conn)?,
                None => diesel::delete(
                    account_role::table.filter(this.and(account_role::unit_id.is_null())),
                )
                .execute(conn)?,
            };
            if gone == 0 {
                return Err(StoreError::Missing { what: "role", name: role.word().to_owned() });
            }
            Ok(())
        })
    }

    /// Closes an account and signs it out, or opens it again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for the last system administrator.
    pub fn close_account(&self, act: &Act, name: &str, closed: bool) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let id = known(conn, name)?;
            if closed {
                keep_one(conn, id)?;
                diesel::delete(session::table.filter(session::account_id.eq(id))).execute(conn)?;
            }
            diesel::update(account::table.filter(account::id.eq(id)))
                .set(account::disabled_at.eq(closed.then_some(act.at.0)))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Signs an account out everywhere.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn sign_out(&self, act: &Act, name: &str) -> Result<usize> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let id = known(conn, name)?;
            Ok(diesel::delete(session::table.filter(session::account_id.eq(id))).execute(conn)?)
        })
    }
}

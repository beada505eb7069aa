//! Accounts and their roles.

use diesel::prelude::*;

use super::actor::{Act, Actor, Role};
use super::id::{AccountId, UnitId};
use super::schema::{account, account_role, unit};
use super::{Result, Store, StoreError};

/// An account as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Name.
    pub name: String,
    /// Address for notices.
    pub email: Option<String>,
    /// Roles, each with the code of the unit it is held for.
    pub roles: Vec<(Role, Option<String>)>,
}

impl Store {
    /// Adds an account, or a role to one that is there.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::Refused`] for a unit role without a unit.
    pub fn grant_role(
        &self,
        act: &Act,
        name: &str,
        email: Option<&str>,
        role: Role,
        unit_id: Option<UnitId>,
    ) -> Result<()> {
        let bound = matches!(role, Role::UnitAdmin | Role::Clerk | Role::PaperClerk);
        if bound && unit_id.is_none() {
            return Err(StoreError::Refused(format!(
                "the role {role} is held for one unit; name it with --unit CODE"
            )));
        }
        self.write(act, |tx| {
            let conn = tx.conn();
            let known = account::table
                .filter(account::name.eq(name))
                .select(account::id)
                .first::<AccountId>(conn)
                .optional()?;
            let id = match known {
                Some(id) => id,
                None => diesel::insert_into(account::table)
                    .values((
                        account::name.eq(name),
                        account::email.eq(email),
                        account::created_at.eq(act.at.0),
                    ))
                    .returning(account::id)
                    .get_result::<AccountId>(conn)?,
            };
            if let Some(email) = email {
                diesel::update(account::table.filter(account::id.eq(id)))
                    .set(account::email.eq(email))
                    .execute(conn)?;
            }
            let held = account_role::table
                .filter(account_role::account_id.eq(id).and(account_role::role.eq(role.word())))
                .select(account_role::unit_id)
                .load::<Option<UnitId>>(conn)?;
            if !held.contains(&unit_id) {
                diesel::insert_into(account_role::table)
                    .values((
                        account_role::account_id.eq(id),
                        account_role::role.eq(role.word()),
                        account_role::unit_id.eq(unit_id),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        })
    }

    /// The person of that name with all grants.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none or the account is disabled.
    pub fn actor(&self, name: &str) -> Result<Actor> {
        self.read(|conn| {
            let id = account::table
                .filter(account::name.eq(name).and(account::disabled_at.is_null()))
                .select(account::id)
                .first::<AccountId>(conn)
                .optional()?
                .ok_or_else(|| StoreError::Missing { what: "account", name: name.to_owned() })?;
            let grants = account_role::table
                .filter(account_role::account_id.eq(id))
                .order((account_role::role, account_role::unit_id))
                .select((account_role::role, account_role::unit_id))
                .load::<(String, Option<i32>)>(conn)?
                .into_iter()
                .filter_map(|(role, unit)| Role::from_word(&role).map(|role| (role, unit)))
                .collect();
            Ok(Actor::Person { name: name.to_owned(), grants })
        })
    }

    /// True while nobody has an account: then the first may be added without an actor.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_no_account(&self) -> Result<bool> {
        self.read(|conn| {
            Ok(account::table.select(account::id).first::<i32>(conn).optional()?.is_none())
        })
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// What the database says.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.read(|conn| {
            let people = account::table
                .filter(account::disabled_at.is_null())
                .order(account::name)
                .select((account::id, account::name, account::email))
                .load::<(AccountId, String, Option<String>)>(conn)?;
            let roles = account_role::table
                .left_join(unit::table.on(account_role::unit_id.eq(unit::id.nullable())))
                .order((account_role::role, account_role::unit_id))
                .select((account_role::account_id, account_role::role, unit::code.nullable()))
                .load::<(AccountId, String, Option<String>)>(conn)?;
            Ok(people
                .into_iter()
                .map(|(id, name, email)| Account {
                    name,
                    email,
                    roles: roles
                        .iter()
                        .filter(|(of, _, _)| *of == id)
                        .filter_map(|(_, role, unit)| Some((Role::from_word(role)?, unit.clone())))
                        .collect(),
                })
                .collect())
        })
    }

    /// Addresses of everyone who holds `role`, in order of name.
    ///
    /// # Errors
    /// What the database says.
    pub fn addresses_of(&self, role: Role) -> Result<Vec<String>> {
        self.read(|conn| {
            Ok(account::table
                .inner_join(account_role::table.on(account_role::account_id.eq(account::id)))
                .filter(account_role::role.eq(role.word()).and(account::disabled_at.is_null()))
                .order(account::name)
                .select(account::email)
                .load::<Option<String>>(conn)?
                .into_iter()
                .flatten()
                .collect())
        })
    }
}

//! What people prove themselves with: password, second factor, recovery codes, links that work once.

use diesel::prelude::*;

use super::actor::Act;
use super::id::AccountId;
use super::schema::{account, credential, one_time_link, outbox, recovery_code, session};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// An account as signing in needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Its address for mail.
    pub email: Option<String>,
    /// Argon2id in PHC form; `None` before the first password.
    pub password_hash: Option<String>,
    /// Secret of the second factor, encrypted; `None` before it is enrolled.
    pub factor_enc: Option<Vec<u8>>,
}

/// Kind of the mail that brings a link to set a new password.
pub const PASSWORD_RESET: &str = "password_reset";

/// A notice that is queued with a link.
#[derive(Clone, Debug)]
pub struct LinkMail {
    /// Address.
    pub recipient: String,
    /// What the letter makes the link from.
    pub reference: String,
    /// Message-ID.
    pub message_id: String,
}

fn find(conn: &mut Conn, which: Which<'_>) -> Result<Option<Credential>> {
    type Row = (AccountId, String, Option<String>, Option<String>, Option<Vec<u8>>);
    let all = account::table
        .left_join(credential::table)
        .filter(account::disabled_at.is_null())
        .select((
            account::id,
            account::name,
            account::email,
            credential::password_hash.nullable(),
            credential::factor_enc.nullable(),
        ));
    let row = match which {
        Which::Name(name) => all.filter(account::name.eq(name)).first::<Row>(conn),
        Which::Id(id) => all.filter(account::id.eq(id)).first::<Row>(conn),
    };
    let row = row.optional()?;
    Ok(row.map(|(account_id, name, email, password_hash, factor_enc)| Credential {
        account_id,
        name,
        email,
        password_hash,
        factor_enc,
    }))
}

enum Which<'a> {
    Name(&'a str),
    Id(AccountId),
}

impl Store {
    /// The account of that name, unless disabled.
    ///
    /// # Errors
    /// What the database says.
    pub fn credential(&self, name: &str) -> Result<Option<Credential>> {
        self.read(|conn| find(conn, Which::Name(name)))
    }

    /// The account of that id, unless disabled.
    ///
    /// # Errors
    /// What the database says.
    pub fn credential_of(&self, id: AccountId) -> Result<Option<Credential>> {
        self.read(|conn| find(conn, Which::Id(id)))
    }

    /// Keeps a new password; ends every session but `but` and every link that would set another.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; what the database says.
    pub fn put_password(
        &self,
        act: &Act,
        id: AccountId,
        hash: &str,
        but: Option<[u8; 32]>,
    ) -> Result<()> {
        self.write(act, |tx| set_password(tx.conn(), id, hash, act.at, but))
    }

    /// Spends a link and keeps the password that came with it.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the link was used or is too old.
    pub fn spend_one_time(&self, act: &Act, nonce: [u8; 16], hash: &str) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let this = one_time_link::nonce
                .eq(nonce.to_vec())
                .and(one_time_link::valid_until.gt(act.at.0));
            let id = one_time_link::table
                .filter(this)
                .select(one_time_link::account_id)
                .first::<AccountId>(conn)
                .optional()?;
            let spent = diesel::delete(one_time_link::table.find(nonce.to_vec())).execute(conn)?;
            match id {
                Some(id) if spent == 1 => set_password(conn, id, hash, act.at, None),
                _ => Err(StoreError::Refused("the link was used already or is too old".to_owned())),
            }
        })
    }

    /// The account that a link is for, while it works.
    ///
    /// # Errors
    /// What the database says.
    pub fn one_time(&self, nonce: [u8; 16], now: Millis) -> Result<Option<Credential>> {
        self.read(|conn| {
            let id = one_time_link::table
                .filter(
                    one_time_link::nonce
                        .eq(nonce.to_vec())
                        .and(one_time_link::valid_until.gt(now.0)),
                )
                .select(one_time_link::account_id)
                .first::<AccountId>(conn)
                .optional()?;
            match id {
                Some(id) => find(conn, Which::Id(id)),
                None => Ok(None),
            }
        })
    }

    /// Until when a link works; `None` once it was used.
    ///
    /// # Errors
    /// What the database says.
    pub fn one_time_until(&self, nonce: [u8; 16]) -> Result<Option<Millis>> {
        self.read(|conn| {
            Ok(one_time_link::table
                .find(nonce.to_vec())
                .select(one_time_link::valid_until)
                .first::<i64>(conn)
                .optional()?
                .map(Millis))
        })
    }

    /// Makes a link for an account in the place of all it had, and queues the mail that brings it, if any.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; what the database says.
    pub fn put_one_time(
        &self,
        act: &Act,
        id: AccountId,
        nonce: [u8; 16],
        valid_until: Millis,
        mail: Option<&LinkMail>,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            diesel::delete(one_time_link::table.filter(one_time_link::account_id.eq(id)))
                .execute(conn)?;
            diesel::insert_into(one_time_link::table)
                .values((
                    one_time_link::nonce.eq(nonce.to_vec()),
                    one_time_link::account_id.eq(id),
                    one_time_link::valid_until.eq(valid_until.0),
                ))
                .execute(conn)?;
            if let Some(mail) = mail {
                diesel::insert_into(outbox::table)
                    .values((
                        outbox::kind.eq(PASSWORD_RESET),
                        outbox::recipient.eq(&mail.recipient),
                        outbox::subject_ref.eq(&mail.reference),
                        outbox::message_id.eq(&mail.message_id),
                        outbox::state.eq("queued"),
                        outbox::due_at.eq(act.at.0),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        })
    }

    /// Keeps a second factor and its recovery codes' digests, in the place of those there were.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::Missing`] for an account without a password.
    pub fn put_factor(
        &self,
        act: &Act,
        id: AccountId,
        factor_enc: &[u8],
        step: i64,
        codes: &[[u8; 32]],
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let kept = diesel::update(credential::table.find(id))
                .set((credential::factor_enc.eq(factor_enc), credential::factor_step.eq(step)))
                .execute(conn)?;
            if kept == 0 {
                return Err(StoreError::Missing { what: "password of", name: id.0.to_string() });
            }
            replace_codes(conn, id, codes)
        })
    }

    /// Keeps new recovery codes in the place of the old.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; what the database says.
    pub fn put_recovery(&self, act: &Act, id: AccountId, codes: &[[u8; 32]]) -> Result<()> {
        self.write(act, |tx| replace_codes(tx.conn(), id, codes))
    }

    /// Takes the second factor from an account whose holder lost it, and signs him out everywhere.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; what the database says.
    pub fn drop_factor(&self, act: &Act, id: AccountId) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            diesel::update(credential::table.find(id))
                .set(credential::factor_enc.eq(None::<Vec<u8>>))
                .execute(conn)?;
            replace_codes(conn, id, &[])?;
            diesel::delete(session::table.filter(session::account_id.eq(id))).execute(conn)?;
            Ok(())
        })
    }

    /// Marks the one-time password of `step` as used; false when one of that step or a later one was.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_step(&self, id: AccountId, step: i64) -> Result<bool> {
        self.transaction(|conn| {
            let this = credential::account_id.eq(id).and(credential::factor_step.lt(step));
            let moved = diesel::update(credential::table.filter(this))
                .set(credential::factor_step.eq(step))
                .execute(conn)?;
            Ok(moved == 1)
        })
    }

    /// Spends a recovery code; false when the account has none of that digest.
    ///
    /// # Errors
    /// What the database says.
    pub fn spend_recovery(&self, id: AccountId, digest: [u8; 32]) -> Result<bool> {
        self.transaction(|conn| {
            let spent =
                diesel::delete(recovery_code::table.find((id.0, digest.to_vec()))).execute(conn)?;
            Ok(spent == 1)
        })
    }

    /// How many recovery codes an account has left.
    ///
    /// # Errors
    /// What the database says.
    pub fn recovery_left(&self, id: AccountId) -> Result<i64> {
        self.read(|conn| {
            let mine = recovery_code::table.filter(recovery_code::account_id.eq(id));
            Ok(mine.count().get_result(conn)?)
        })
    }
}

fn replace_codes(conn: &mut Conn, id: AccountId, codes: &[[u8; 32]]) -> Result<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(id))).execute(conn)?;
    for digest in codes {
        diesel::insert_into(recovery_code::table)
            .values((recovery_code::account_id.eq(id), recovery_code::digest.eq(digest.to_vec())))
            .execute(conn)?;
    }
    Ok(())
}

fn set_password(
    conn: &mut Conn,
    id: AccountId,
    hash: &str,
    at: Millis,
    but: Option<[u8; 32]>,
) -> Result<()> {
    let values = (credential::password_hash.eq(hash), credential::password_at.eq(at.0));
    let kept = diesel::update(credential::table.find(id)).set(values).execute(conn)?;
    if kept == 0 {
        diesel::insert_into(credential::table)
            .values((credential::account_id.eq(id), values.0, values.1))
            .execute(conn)?;
    }
    diesel::delete(one_time_link::table.filter(one_time_link::account_id.eq(id))).execute(conn)?;
    let but = but.map(|digest| digest.to_vec()).unwrap_or_default();
    let others = session::account_id.eq(id).and(session::digest.ne(but));
    diesel::delete(session::table.filter(others)).execute(conn)?;
    Ok(())
}

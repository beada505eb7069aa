//! Who is signed in, and how often somebody tried to: in the database, so that all servers agree.

use diesel::prelude::*;

use super::actor::{Actor, Role, words};
use super::engine::batch;
use super::id::AccountId;
use super::schema::{account, account_role, guess, session};
use super::{Result, Store, StoreError};
use crate::clock::Millis;

words! {
    /// How far somebody is in.
    Stage {
        /// The password was right; the second factor is still to come.
        Half = "half",
        /// All that the account needs was given.
        Whole = "whole",
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's value.
    pub digest: [u8; 32],
    /// Whose.
    pub account_id: AccountId,
    /// How far.
    pub stage: Stage,
    /// When it began.
    pub began_at: Millis,
    /// When its holder was last here, to the minute.
    pub seen_at: Millis,
    /// When its holder last gave the password.
    pub proved_at: Millis,
    /// The browser, in words.
    pub browser: String,
}

type Row = (Vec<u8>, AccountId, String, i64, i64, i64, String);

fn read(row: Row) -> Result<Session> {
    let (digest, account_id, stage, began_at, seen_at, proved_at, browser) = row;
    let corrupt = || StoreError::Corrupt { what: "session" };
    Ok(Session {
        digest: digest.try_into().map_err(|_| corrupt())?,
        account_id,
        stage: Stage::from_word(&stage).ok_or_else(corrupt)?,
        began_at: Millis(began_at),
        seen_at: Millis(seen_at),
        proved_at: Millis(proved_at),
        browser,
    })
}

impl Store {
    /// Begins a session and ends `instead` in the same step, so that no cookie outlives the step it was made for.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin_session(&self, new: &Session, instead: Option<[u8; 32]>) -> Result<()> {
        self.transaction(|conn| {
            if let Some(old) = instead {
                diesel::delete(session::table.find(old.to_vec())).execute(conn)?;
            }
            diesel::insert_into(session::table)
                .values((
                    session::digest.eq(new.digest.to_vec()),
                    session::account_id.eq(new.account_id),
                    session::stage.eq(new.stage.word()),
                    session::began_at.eq(new.began_at.0),
                    session::seen_at.eq(new.seen_at.0),
                    session::proved_at.eq(new.proved_at.0),
                    session::browser.eq(&new.browser),
                ))
                .execute(conn)?;
            Ok(())
        })
    }

    /// The session of that digest with its holder as he may act now; `None` too for a disabled account.
    ///
    /// # Errors
    /// What the database says.
    pub fn session(&self, digest: [u8; 32]) -> Result<Option<(Session, Actor)>> {
        self.read(|conn| {
            let found = session::table
                .inner_join(account::table)
                .filter(session::digest.eq(digest.to_vec()).and(account::disabled_at.is_null()))
                .select((session::all_columns, account::name))
                .first::<(Row, String)>(conn)
                .optional()?;
            let Some((row, name)) = found else { return Ok(None) };
            let session = read(row)?;
            let grants = account_role::table
                .filter(account_role::account_id.eq(session.account_id))
                .order((account_role::role, account_role::unit_id))
                .select((account_role::role, account_role::unit_id))
                .load::<(String, Option<i32>)>(conn)?
                .into_iter()
                .filter_map(|(role, unit)| Role::from_word(&role).map(|role| (role, unit)))
                .collect();
            Ok(Some((session, Actor::Person { name, grants })))
        })
    }

    /// Notes that a session's holder is here.
    ///
    /// # Errors
    /// What the database says.
    pub fn touch_session(&self, digest: [u8; 32], now: Millis) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(session::table.find(digest.to_vec()))
                .set(session::seen_at.eq(now.0))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Notes that a session's holder gave the password just now.
    ///
    /// # Errors
    /// What the database says.
    pub fn prove_session(&self, digest: [u8; 32], now: Millis) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(session::table.find(digest.to_vec()))
                .set((session::proved_at.eq(now.0), session::seen_at.eq(now.0)))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Ends one session of an account; false when the account has none of that digest.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_session(&self, account_id: AccountId, digest: [u8; 32]) -> Result<bool> {
        self.transaction(|conn| {
            let this = session::digest.eq(digest.to_vec()).and(session::account_id.eq(account_id));
            Ok(diesel::delete(session::table.filter(this)).execute(conn)? > 0)
        })
    }

    /// Ends all sessions of an account but one; how many.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_sessions(&self, account_id: AccountId, but: Option<[u8; 32]>) -> Result<usize> {
        self.transaction(|conn| {
            let but = but.map(|digest| digest.to_vec()).unwrap_or_default();
            let these = session::account_id.eq(account_id).and(session::digest.ne(but));
            Ok(diesel::delete(session::table.filter(these)).execute(conn)?)
        })
    }

    /// Sessions of an account that began after `since`, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn sessions(&self, account_id: AccountId, since: Millis) -> Result<Vec<Session>> {
        self.read(|conn| {
            session::table
                .filter(session::account_id.eq(account_id).and(session::began_at.gt(since.0)))
                .order((session::began_at.desc(), session::digest))
                .select(session::all_columns)
                .load::<Row>(conn)?
                .into_iter()
                .map(read)
                .collect()
        })
    }

    /// Forgets sessions that began before `before`; how many.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_sessions(&self, before: Millis) -> Result<usize> {
        self.transaction(|conn| {
            let old = session::table.filter(session::began_at.lt(before.0));
            Ok(diesel::delete(old).execute(conn)?)
        })
    }

    /// Counts a try of `who`, unless there were `most` since `since`: then false. Older tries of everybody are forgotten.
    ///
    /// # Errors
    /// What the database says.
    pub fn count_guess(
        &self,
        who: [u8; 16],
        now: Millis,
        since: Millis,
        most: i64,
    ) -> Result<bool> {
        self.transaction(|conn| {
            batch::hold_guesses(conn, who)?;
            diesel::delete(guess::table.filter(guess::at.le(since.0))).execute(conn)?;
            let tries: i64 = guess::table
                .filter(guess::who.eq(who.to_vec()).and(guess::at.gt(since.0)))
                .count()
                .get_result(conn)?;
            // A refused try leaves nothing, or whoever goes on trying would keep the pot full for good.
            if tries >= most {
                return Ok(false);
            }
            diesel::insert_into(guess::table)
                .values((guess::who.eq(who.to_vec()), guess::at.eq(now.0)))
                .execute(conn)?;
            Ok(true)
        })
    }

    /// Forgets the tries of `who`, who turned out to be the one.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_guesses(&self, who: [u8; 16]) -> Result<()> {
        self.transaction(|conn| {
            diesel::delete(guess::table.filter(guess::who.eq(who.to_vec()))).execute(conn)?;
            Ok(())
        })
    }
}

//! Sessions: a random cookie of which only the digest is kept, with a limit of rest and a limit of life.

use data_encoding::BASE64URL_NOPAD;

use super::AccountError;
use crate::clock::{HOUR_MS, Millis};
use crate::desk::Desk;
use crate::store::Actor;
use crate::store::id::AccountId;
use crate::store::session::{Session, Stage};
use crate::vault::{random, sha256};

/// Nobody who has not been here for so long is still signed in.
pub const IDLE_MS: i64 = 30 * MINUTE_MS;
/// Nobody is signed in for longer than a day's work.
pub const LIFE_MS: i64 = 12 * HOUR_MS;
/// Time between the password and the second factor.
const HALF_MS: i64 = 10 * MINUTE_MS;
/// How long the password counts as just given.
pub const FRESH_MS: i64 = 5 * MINUTE_MS;
/// Being here is noted once a minute, not at every page.
const NOTED_MS: i64 = MINUTE_MS;
const MINUTE_MS: i64 = 60_000;
/// Longest name of a browser.
const BROWSER_CHARS_MAX: usize = 200;

/// What a browser holds. It does not print.
pub struct Cookie(String);

impl Cookie {
    /// The cookie's value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cookie(secret)")
    }
}

/// Somebody who is signed in, as far as `session.stage` says.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The session.
    pub session: Session,
    /// Its holder.
    pub actor: Actor,
}

impl Signed {
    /// Whether the password was given within the last five minutes.
    #[must_use]
    pub fn is_fresh(&self, now: Millis) -> bool {
        now.0 - self.session.proved_at.0 < FRESH_MS
    }
}

/// Begins a session in the place of `instead`, under a cookie that nobody has seen before.
///
/// # Errors
/// Without randomness or database.
pub fn begin(
    desk: &Desk,
    account_id: AccountId,
    stage: Stage,
    browser: &str,
    instead: Option<[u8; 32]>,
) -> Result<Cookie, AccountError> {
    let now = desk.clock.now();
    let value = BASE64URL_NOPAD.encode(&random::<32>()?);
    let new = Session {
        digest: sha256(value.as_bytes()),
        account_id,
        stage,
        began_at: now,
        seen_at: now,
        proved_at: now,
        browser: browser.chars().filter(|c| !c.is_control()).take(BROWSER_CHARS_MAX).collect(),
    };
    desk.store.begin_session(&new, instead)?;
    desk.store.forget_sessions(now.plus(-LIFE_MS))?;
    Ok(Cookie(value))
}

/// Who holds a cookie; `None` when nobody does, or rested or stayed too long, which ends the session.
///
/// # Errors
/// What the database says.
pub fn holder(desk: &Desk, cookie: &str) -> Result<Option<Signed>, AccountError> {
    let now = desk.clock.now();
    let digest = sha256(cookie.as_bytes());
    let Some((session, actor)) = desk.store.session(digest)? else { return Ok(None) };
    let life = if session.stage == Stage::Half { HALF_MS } else { LIFE_MS };
    let over = now.0 - session.began_at.0 >= life || now.0 - session.seen_at.0 >= IDLE_MS;
    if over {
        desk.store.end_session(session.account_id, digest)?;
        return Ok(None);
    }
    if now.0 - session.seen_at.0 >= NOTED_MS {
        desk.store.touch_session(digest, now)?;
    }
    Ok(Some(Signed { session, actor }))
}

/// The sessions of an account that are not over, newest first.
///
/// # Errors
/// What the database says.
pub fn list(desk: &Desk, account_id: AccountId) -> Result<Vec<Session>, AccountError> {
    let now = desk.clock.now();
    let all = desk.store.sessions(account_id, now.plus(-LIFE_MS))?;
    let alive = |one: &Session| one.stage == Stage::Whole && now.0 - one.seen_at.0 < IDLE_MS;
    Ok(all.into_iter().filter(alive).collect())
}

//! Signing in: a name and a password, then the second factor where the account needs one.
//!
//! Tries are counted in the database before anything is looked at: ten a quarter of an hour for each name, whether there is
//! such an account or not, and ten for each browser that its owner signed in with before, so that nobody keeps him out by
//! guessing. A right answer forgets them.

use data_encoding::BASE64URL_NOPAD;
use secrecy::SecretString;

use super::factor::{SecondFactor, Totp};
use super::session::{self, Cookie, Signed};
use super::{AccountError, password, recovery};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right, Role};
use crate::store::credential::Credential;
use crate::store::session::Stage;
use crate::vault::{AccountKey, random};

/// Tries within [`WINDOW_MS`].
pub const TRIES: i64 = 10;
/// A quarter of an hour.
pub const WINDOW_MS: i64 = 15 * 60_000;
/// Longest name that is looked up, bytes.
const NAME_BYTES_MAX: usize = 64;

/// What came of a name and a password.
#[derive(Debug)]
pub enum Begun {
    /// Both are right and nothing else is needed.
    In(Arrived),
    /// Both are right; now the second factor.
    Half {
        /// For the way to the second factor only.
        cookie: Cookie,
        /// Whether one is enrolled; without it that comes first.
        enrolled: bool,
    },
    /// One of them is wrong, whichever.
    Wrong,
    /// Too many tries within a quarter of an hour.
    Wait,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct Arrived {
    /// The session's cookie.
    pub cookie: Cookie,
    /// What this browser is known by the next time.
    pub browser: String,
}

/// Roles that need a second factor: all but those who hand out links and key in paper.
#[must_use]
pub fn needs_factor(actor: &Actor) -> bool {
    match actor {
        Actor::Person { grants, .. } => {
            grants.iter().any(|(role, _)| !matches!(role, Role::Clerk | Role::PaperClerk))
        }
        Actor::Client { .. } | Actor::Service(_) => true,
    }
}

/// A name as it is looked up; one that cannot be one is looked up as the empty one, which nobody has.
fn looked_up(name: &str) -> &str {
    let name = name.trim();
    if name.len() <= NAME_BYTES_MAX { name } else { "" }
}

fn pot(key: &AccountKey, name: &str, known: Option<&str>) -> [u8; 16] {
    key.pot(name, known.and_then(|token| key.is_known_browser(name, token)))
}

/// Counts a try; false when there were too many.
fn may_try(desk: &Desk, who: [u8; 16]) -> Result<bool, AccountError> {
    let now = desk.clock.now();
    Ok(desk.store.count_guess(who, now, now.plus(-WINDOW_MS), TRIES)?)
}

/// Tries a name and a password. `known`: what the browser kept of an earlier time; `browser`: its name, for the list.
///
/// # Errors
/// Without keys or database.
pub fn with_password(
    desk: &Desk,
    name: &str,
    typed: &SecretString,
    known: Option<&str>,
    browser: &str,
) -> Result<Begun, AccountError> {
    let key = desk.vault.account_key()?;
    let name = looked_up(name);
    let who = pot(&key, name, known);
    if !may_try(desk, who)? {
        return Ok(Begun::Wait);
    }
    let found = desk.store.credential(name)?;
    let stored = found.as_ref().and_then(|found| found.password_hash.as_deref());
    let right = password::is_right(typed, stored);
    let Some(found) = found.filter(|_| right) else { return Ok(Begun::Wrong) };
    let actor = desk.store.actor(&found.name)?;
    let enrolled = found.factor_enc.is_some();
    if enrolled || needs_factor(&actor) {
        let cookie = session::begin(desk, found.account_id, Stage::Half, browser, None)?;
        return Ok(Begun::Half { cookie, enrolled });
    }
    Ok(Begun::In(arrive(desk, &key, &found, &actor, browser, known, None)?))
}

/// What came of a second factor.
#[derive(Debug)]
pub enum Checked {
    /// It is right.
    In(Arrived),
    /// It is wrong, or was used before.
    Wrong,
    /// Too many tries within a quarter of an hour.
    Wait,
}

/// Tries a one-time password or a recovery code for who is half in.
///
/// # Errors
/// Without keys or database; [`AccountError::NoFactor`] when none is enrolled.
pub fn with_factor(
    desk: &Desk,
    half: &Signed,
    answer: &str,
    known: Option<&str>,
) -> Result<Checked, AccountError> {
    let key = desk.vault.account_key()?;
    let found = own(desk, half)?;
    if !may_try(desk, pot(&key, &found.name, known))? {
        return Ok(Checked::Wait);
    }
    if !is_factor(desk, &key, &found, answer)? {
        return Ok(Checked::Wrong);
    }
    let old = Some(half.session.digest);
    let browser = &half.session.browser;
    Ok(Checked::In(arrive(desk, &key, &found, &half.actor, browser, known, old)?))
}

fn is_factor(
    desk: &Desk,
    key: &AccountKey,
    found: &Credential,
    answer: &str,
) -> Result<bool, AccountError> {
    let sealed = found.factor_enc.as_deref().ok_or(AccountError::NoFactor)?;
    let id = found.account_id;
    if let Some(code) = recovery::typed(answer) {
        return Ok(desk.store.spend_recovery(id, key.recovery_digest(id.0, &code))?);
    }
    let kept = key.open_factor(id.0, sealed).and_then(|kept| Totp::of_kept(&kept));
    let factor = kept.ok_or(AccountError::NoFactor)?;
    match factor.proved(answer, desk.clock.now()) {
        Some(step) => Ok(desk.store.take_step(id, step)?),
        None => Ok(false),
    }
}

/// The account of who is signed in.
///
/// # Errors
/// [`AccountError::Gone`] when it was disabled meanwhile.
pub fn own(desk: &Desk, signed: &Signed) -> Result<Credential, AccountError> {
    desk.store.credential_of(signed.session.account_id)?.ok_or(AccountError::Gone)
}

/// A secret to enrol, and its way through the page.
#[derive(Debug)]
pub struct Offer {
    /// The secret, for the app.
    pub totp: Totp,
    /// What the form carries back.
    pub sealed: String,
}

/// Offers a new secret to enrol, or the one that a form brought back.
///
/// # Errors
/// Without keys or randomness.
pub fn offer(desk: &Desk, signed: &Signed, brought: Option<&str>) -> Result<Offer, AccountError> {
    let key = desk.vault.account_key()?;
    let id = signed.session.account_id.0;
    let kept = brought.and_then(|text| key.open_offer(id, text));
    let totp = match kept.and_then(|kept| Totp::of_kept(&kept)) {
        Some(totp) => totp,
        None => Totp::random()?,
    };
    let sealed = key.seal_offer(id, &totp.kept())?;
    Ok(Offer { totp, sealed })
}

/// Enrols an offered secret once its first answer is right: recovery codes, to be shown once, and who is in.
///
/// # Errors
/// Without keys or database.
pub fn enrol(
    desk: &Desk,
    signed: &Signed,
    brought: &str,
    answer: &str,
    known: Option<&str>,
) -> Result<Option<(Vec<String>, Arrived)>, AccountError> {
    let offered = offer(desk, signed, Some(brought))?;
    let now = desk.clock.now();
    let Some(step) = offered.totp.proved(answer, now) else { return Ok(None) };
    let found = own(desk, signed)?;
    // Who is half in proved a password only: that must not replace a factor which is there.
    if found.factor_enc.is_some() && signed.session.stage == Stage::Half {
        return Err(AccountError::Enrolled);
    }
    let key = desk.vault.account_key()?;
    let id = found.account_id;
    let sealed = key.seal_factor(id.0, &offered.totp.kept())?;
    let (shown, kept) = recovery::codes(&key, id)?;
    let subject = format!("account {}", found.name);
    let act = Act::new(&signed.actor, Right::UseConsole, now, "account.factor", subject);
    desk.store.put_factor(&act, id, &sealed, step, &kept)?;
    let old = Some(signed.session.digest);
    let browser = &signed.session.browser;
    let arrived = arrive(desk, &key, &found, &signed.actor, browser, known, old)?;
    Ok(Some((shown, arrived)))
}

/// New recovery codes in the place of the old, to be shown once.
///
/// # Errors
/// Without keys or database.
pub fn new_codes(desk: &Desk, signed: &Signed) -> Result<Vec<String>, AccountError> {
    let key = desk.vault.account_key()?;
    let id = signed.session.account_id;
    let (shown, kept) = recovery::codes(&key, id)?;
    let subject = format!("account {}", signed.actor.name());
    let now = desk.clock.now();
    let act = Act::new(&signed.actor, Right::UseConsole, now, "account.recovery", subject);
    desk.store.put_recovery(&act, id, &kept)?;
    Ok(shown)
}

/// Whether who is signed in gave the password again; counted like a sign-in.
///
/// # Errors
/// Without keys or database.
pub fn confirm(
    desk: &Desk,
    signed: &Signed,
    typed: &SecretString,
    known: Option<&str>,
) -> Result<Option<bool>, AccountError> {
    let key = desk.vault.account_key()?;
    let found = own(desk, signed)?;
    let who = pot(&key, &found.name, known);
    if !may_try(desk, who)? {
        return Ok(None);
    }
    let right = password::is_right(typed, found.password_hash.as_deref());
    if right {
        desk.store.forget_guesses(who)?;
        desk.store.prove_session(signed.session.digest, desk.clock.now())?;
    }
    Ok(Some(right))
}

fn arrive(
    desk: &Desk,
    key: &AccountKey,
    found: &Credential,
    actor: &Actor,
    browser: &str,
    known: Option<&str>,
    instead: Option<[u8; 32]>,
) -> Result<Arrived, AccountError> {
    let before = known.and_then(|token| key.is_known_browser(&found.name, token));
    desk.store.forget_guesses(key.pot(&found.name, before))?;
    let now = desk.clock.now();
    let subject = format!("account {}", found.name);
    desk.store.record(&Act::new(actor, Right::UseConsole, now, "account.sign_in", subject))?;
    let cookie = session::begin(desk, found.account_id, Stage::Whole, browser, instead)?;
    let number = match before {
        Some(number) => number,
        None => random::<16>()?,
    };
    Ok(Arrived { cookie, browser: key.known_browser(&found.name, number) })
}

/// A fresh value for a form that nobody is signed in for.
///
/// # Errors
/// Without randomness.
pub fn stranger() -> Result<String, AccountError> {
    Ok(BASE64URL_NOPAD.encode(&random::<16>()?))
}

/// Sets a new password by the old one; all other sessions end. False when the old one is wrong.
///
/// # Errors
/// [`AccountError::Weak`]; [`AccountError::Wait`] after too many tries.
pub fn change_password(
    desk: &Desk,
    signed: &Signed,
    old: &SecretString,
    new: &SecretString,
    known: Option<&str>,
) -> Result<bool, AccountError> {
    password::check(new, signed.actor.name())?;
    match confirm(desk, signed, old, known)? {
        Some(true) => {}
        Some(false) => return Ok(false),
        None => return Err(AccountError::Wait),
    }
    let hash = password::hash(new)?;
    let now = desk.clock.now();
    let subject = format!("account {}", signed.actor.name());
    let act = Act::new(&signed.actor, Right::UseConsole, now, "account.password", subject);
    let (id, this) = (signed.session.account_id, signed.session.digest);
    desk.store.put_password(&act, id, &hash, Some(this))?;
    Ok(true)
}

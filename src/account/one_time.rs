//! Links that set a password once: the first one, printed for whoever adds an account, or a new one, by mail.

use secrecy::SecretString;

use super::{AccountError, password, sign_in};
use crate::clock::{DAY_MS, HOUR_MS};
use crate::desk::Desk;
use crate::mail::new_message_id;
use crate::store::actor::{Act, Actor, Right};
use crate::store::credential::{Credential, LinkMail};
use crate::vault::random;

/// How long the first link works: an official who is away for some days finds it on Monday.
pub const FIRST_MS: i64 = 3 * DAY_MS;
/// How long a mailed one works.
pub const RESET_MS: i64 = HOUR_MS;

/// Mails to one account within a quarter of an hour.
const MAILS: i64 = 3;

/// The address that sets a password once, for the person alone.
///
/// # Errors
/// Without keys.
pub fn link(desk: &Desk, nonce: [u8; 16]) -> Result<String, AccountError> {
    let token = desk.vault.account_key()?.link_token(nonce);
    Ok(format!("{}/console/link/{token}", desk.public_url))
}

/// Makes a link for an account, in the place of those it had.
///
/// # Errors
/// [`crate::store::StoreError::Missing`]; [`crate::store::StoreError::Forbidden`] when the actor may not.
pub fn issue(desk: &Desk, actor: &Actor, name: &str) -> Result<String, AccountError> {
    let found = desk.store.credential(name)?.ok_or_else(|| missing(name))?;
    let now = desk.clock.now();
    let nonce = random::<16>()?;
    let act =
        Act::new(actor, Right::ManageAccounts, now, "account.link", format!("account {name}"));
    desk.store.put_one_time(&act, found.account_id, nonce, now.plus(FIRST_MS), None)?;
    link(desk, nonce)
}

fn missing(name: &str) -> AccountError {
    AccountError::Store(crate::store::StoreError::Missing {
        what: "account",
        name: name.to_owned(),
    })
}

/// Queues a mail with a link for the account of that name. Nothing tells whether there is one, or has an address.
///
/// # Errors
/// Without keys or database.
pub fn mail(desk: &Desk, name: &str) -> Result<(), AccountError> {
    let name: String = name.trim().chars().take(64).collect();
    let now = desk.clock.now();
    // Nobody fills another's mailbox. The pot is not that of signing in: no name of an account holds a space.
    let who = desk.vault.account_key()?.pot(&format!("mail to {name}"), None);
    if !desk.store.count_guess(who, now, now.plus(-sign_in::WINDOW_MS), MAILS)? {
        return Ok(());
    }
    let Some(found) = desk.store.credential(&name)? else { return Ok(()) };
    let Some(recipient) = found.email else { return Ok(()) };
    let nonce = random::<16>()?;
    let mail = LinkMail {
        recipient,
        reference: data_encoding::HEXLOWER.encode(&nonce),
        message_id: new_message_id(random::<16>()?, &desk.public_url),
    };
    let subject = format!("account {}", found.name);
    let act = Act::new(&Actor::Service("mail"), Right::UseConsole, now, "account.reset", subject);
    let until = now.plus(RESET_MS);
    Ok(desk.store.put_one_time(&act, found.account_id, nonce, until, Some(&mail))?)
}

/// The account that a link's token is for, while it works.
///
/// # Errors
/// Without keys or database.
pub fn holder(desk: &Desk, token: &str) -> Result<Option<Credential>, AccountError> {
    let Some(nonce) = desk.vault.account_key()?.link_nonce(token) else { return Ok(None) };
    Ok(desk.store.one_time(nonce, desk.clock.now())?)
}

/// Spends a link and sets the password; signs the account out everywhere.
///
/// # Errors
/// [`AccountError::Weak`]; [`AccountError::Gone`] when the link works no more.
pub fn set_password(desk: &Desk, token: &str, typed: &SecretString) -> Result<(), AccountError> {
    let nonce = desk.vault.account_key()?.link_nonce(token).ok_or(AccountError::Gone)?;
    let found = holder(desk, token)?.ok_or(AccountError::Gone)?;
    password::check(typed, &found.name)?;
    let hash = password::hash(typed)?;
    let actor = desk.store.actor(&found.name)?;
    let now = desk.clock.now();
    let subject = format!("account {}", found.name);
    let act = Act::new(&actor, Right::UseConsole, now, "account.password", subject);
    Ok(desk.store.spend_one_time(&act, nonce, &hash)?)
}

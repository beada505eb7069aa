//! Tablets at a counter: issued with a code that enrols one device once, known from then on by that device's own key.
//!
//! Whoever reads the tablet's address cannot answer by it elsewhere; making the link void ends the key.

use subtle::ConstantTimeEq;

use super::code::{Code, CodeKind};
use super::expiry::LinkDays;
use super::{IssueError, draw_code, fresh, issuable};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::LinkId;
use crate::store::kiosk::Enrolment;
use crate::store::tally::Kind;
use crate::vault::{is_tablet_key, random, sha256, signed_by_tablet};

/// How long a code enrols: one working day.
pub const ENROL_MS: i64 = 24 * 60 * 60 * 1000;

/// A tablet's link that waits for its tablet.
pub struct Issued {
    /// Running number at the counter.
    pub serial: i64,
    /// The address to open on the tablet, once.
    pub address: String,
}

/// What a code at a kiosk's address is.
pub enum Opened {
    /// It enrols a tablet.
    Enrols,
    /// It is the link of a tablet, perhaps.
    Link,
}

/// Issues the link of a tablet at a counter.
///
/// # Errors
/// [`IssueError::Refused`] for a round that takes no links or a unit it does not have.
pub fn issue(
    desk: &Desk,
    actor: &Actor,
    round_code: &str,
    (unit, counter): (&str, &str),
) -> Result<Issued, IssueError> {
    let round = desk.store.round(round_code)?;
    issuable(desk, &round)?;
    let (unit, counter) = super::counter_of(desk, &round, (unit, counter))?;
    let keys = desk.vault.code_key()?;
    let now = desk.clock.now();
    let end = LinkDays::of(&round).end(Kind::Kiosk, now);
    let link = fresh(&keys, Kind::Kiosk, counter.id, None, end)?;
    let code = draw_code(CodeKind::Ticket)?;
    let enrolment = Enrolment { lookup: keys.lookup(&code.compact()), until: now.plus(ENROL_MS) };
    let act = Act::new(actor, Right::IssueLinks, now, "link.issue", format!("round {round_code}"))
        .on(unit.0)
        .with(serde_json::json!({ "kind": "kiosk", "counter": counter.code, "links": 1 }));
    let serial = desk.store.issue_kiosk(&act, round.id, &link, &enrolment)?;
    Ok(Issued { serial, address: format!("{}/k/{code}", desk.public_url) })
}

/// Whether a code enrols a tablet now, or may be a tablet's link.
///
/// # Errors
/// When the database or a key fails.
pub fn opened(desk: &Desk, code: &Code) -> Result<Opened, IssueError> {
    let lookup = desk.vault.code_key()?.lookup(&code.compact());
    Ok(match desk.store.enrolment(&lookup, desk.clock.now())? {
        Some(_) => Opened::Enrols,
        None => Opened::Link,
    })
}

/// What a tablet is given when it enrols.
pub struct Enrolled {
    /// The code of its link.
    pub code: String,
    /// The key it shows from now on: 64 hex digits.
    pub key: String,
}

/// Enrols the tablet that shows this code; `None` when the code was used, ended, or never was.
///
/// # Errors
/// When the database or a key fails.
pub fn enrol(desk: &Desk, code: &Code) -> Result<Option<Enrolled>, IssueError> {
    let keys = desk.vault.code_key()?;
    let lookup = keys.lookup(&code.compact());
    let now = desk.clock.now();
    let Some(id) = desk.store.enrolment(&lookup, now)? else { return Ok(None) };
    let link = desk.store.link(id)?;
    let Some(code) = desk.store.link_code(id)?.and_then(|sealed| keys.open(id, &sealed)) else {
        return Ok(None);
    };
    let key: [u8; 32] = random()?;
    let act = Act::new(&Actor::Service("kiosk"), Right::IssueLinks, now, "kiosk.enrol", "kiosk")
        .on(link.unit_id.0)
        .with(serde_json::json!({ "counter": link.counter_name }));
    match desk.store.enrol(&act, &lookup, &sha256(&key)) {
        Err(StoreError::Refused(_)) => return Ok(None),
        done => done?,
    }
    let key = data_encoding::HEXLOWER.encode(&key);
    let code = Code::parse(&code).map(|code| code.to_string()).unwrap_or(code);
    Ok(Some(Enrolled { code, key }))
}

/// Whether `shown` is the key of the tablet enrolled for a link.
///
/// # Errors
/// When the database fails.
pub fn holds_key(desk: &Desk, link: LinkId, shown: &str) -> Result<bool, IssueError> {
    let Ok(key) = data_encoding::HEXLOWER.decode(shown.as_bytes()) else { return Ok(false) };
    let known = desk.store.kiosk_key(link)?;
    Ok(known.is_some_and(|known| bool::from(known.ct_eq(&sha256(&key)))))
}

/// Takes note of the pair with which the enrolled tablet of a link signs what it keeps without a network; nothing is written
/// when it is known, or no point of the curve's form.
///
/// # Errors
/// When the database fails.
pub fn signs_with(desk: &Desk, link: LinkId, key: &[u8]) -> Result<(), IssueError> {
    if !is_tablet_key(key) || desk.store.tablet_sign_key(link)?.as_deref() == Some(key) {
        return Ok(());
    }
    let unit = desk.store.link(link)?.unit_id;
    let (actor, now) = (Actor::Service("kiosk"), desk.clock.now());
    let act = Act::new(&actor, Right::IssueLinks, now, "kiosk.key", "kiosk").on(unit.0);
    Ok(desk.store.set_tablet_sign_key(&act, link, key)?)
}

/// Whether the tablet of a link signed this.
///
/// # Errors
/// When the database fails.
pub fn signed(
    desk: &Desk,
    link: LinkId,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, IssueError> {
    let key = desk.store.tablet_sign_key(link)?;
    Ok(key.is_some_and(|key| signed_by_tablet(&key, message, signature)))
}

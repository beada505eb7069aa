//! Signed tree heads: at the end of each day, at closing, at sealing, at a publication.

use serde::{Deserialize, Serialize};

use super::merkle::range;
use super::witness::{Witnesses, concerns};
use super::{LedgerError, SignedHead, number_all};
use crate::desk::Desk;
use crate::publish::{PublishError, Purpose, canonical, sign, signing_pair};
use crate::store::id::RoundId;
use crate::store::ledger::{Hash, Head, HeadReason};
use crate::store::outbox::{HEAD, HEAD_WEB, Notice};
use crate::store::{Store, StoreError};
use crate::vault::random;

/// Names the statement of a head.
const TYPE: &str = "khaosat tree head 1";

/// What is signed: canonical JSON of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadStatement {
    /// Always `khaosat tree head 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Address of the installation that keeps the ledger.
    pub log: String,
    /// Leaves.
    pub size: u64,
    /// Root, hex.
    pub root: String,
    /// When, RFC 3339.
    pub at: String,
    /// `daily`, `closing`, `sealing` or `publication`.
    pub reason: String,
}

impl HeadStatement {
    /// Reads the statement of a head.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, LedgerError> {
        serde_json::from_slice::<Self>(bytes)
            .ok()
            .filter(|statement| statement.kind == TYPE)
            .ok_or_else(|| LedgerError::Refused("this is no tree head of khaosat".to_owned()))
    }
}

/// The root over the first `size` leaves, from the whole subtrees that are kept.
pub(super) fn root_at(store: &Store, size: u64) -> Result<Hash, StoreError> {
    range(0, size, &mut |at| store.ledger_node(at))
}

/// A stored head as files carry it.
///
/// # Errors
/// [`LedgerError::Refused`] when its statement cannot be read.
pub fn signed(head: Head) -> Result<SignedHead, LedgerError> {
    Ok(SignedHead { statement: HeadStatement::read(&head.statement)?, signature: head.signature })
}

/// Numbers what waits and signs the head of the whole tree; `None` while the tree is empty. The head goes to the witnesses of
/// the round whose step it is, and of all that are under way: their letters are queued with it.
///
/// # Errors
/// [`LedgerError`].
pub fn sign_head(
    desk: &Desk,
    reason: HeadReason,
    of: Option<RoundId>,
) -> Result<Option<Head>, LedgerError> {
    number_all(&desk.store)?;
    let size = desk.store.ledger_size()?;
    if size == 0 {
        return Ok(None);
    }
    let at = desk.clock.now();
    let statement = HeadStatement {
        kind: TYPE.to_owned(),
        log: desk.public_url.clone(),
        size,
        root: data_encoding::HEXLOWER.encode(&root_at(&desk.store, size)?),
        at: at.rfc3339(),
        reason: reason.word().to_owned(),
    };
    let statement = canonical(&statement)?.bytes;
    let pair = signing_pair(desk, Purpose::Publication)?;
    let signature = sign(&pair, &statement).map_err(PublishError::Vault)?;
    let head = Head {
        size: i64::try_from(size).unwrap_or(i64::MAX),
        at: at.0,
        reason: reason.word().to_owned(),
        statement,
        signature,
        kid: pair.kid().to_owned(),
    };
    desk.store.put_head(&head, &notices(desk, of)?)?;
    Ok(Some(head))
}

/// Signs a head once a day, when leaves have come since the last one.
///
/// # Errors
/// [`LedgerError`].
pub fn sign_if_due(desk: &Desk) -> Result<Option<Head>, LedgerError> {
    let today = desk.clock.now().vietnam_day_number();
    let last = desk.store.heads(1)?.into_iter().next();
    let day_of = |head: &Head| crate::clock::Millis(head.at).vietnam_day_number();
    if last.as_ref().is_some_and(|head| day_of(head) >= today) {
        return Ok(None);
    }
    let waiting = desk.store.ledger_waiting()? > 0;
    let size = i64::try_from(desk.store.ledger_size()?).unwrap_or(i64::MAX);
    if !waiting && last.is_some_and(|head| head.size >= size) {
        return Ok(None);
    }
    sign_head(desk, HeadReason::Daily, None)
}

/// A letter or a POST for every witness, each once however many rounds name it.
fn notices(desk: &Desk, of: Option<RoundId>) -> Result<Vec<Notice>, LedgerError> {
    let mut to = std::collections::BTreeSet::new();
    for round in desk.store.rounds()?.iter().filter(|round| concerns(round, of)) {
        let witnesses = Witnesses::of(round);
        to.extend(witnesses.mail.into_iter().map(|address| (HEAD, address)));
        to.extend(witnesses.web.into_iter().map(|address| (HEAD_WEB, address)));
    }
    to.into_iter()
        .map(|(kind, recipient)| {
            let random = random::<16>().map_err(PublishError::Vault)?;
            let message_id = crate::mail::new_message_id(random, &desk.public_url);
            Ok(Notice { kind, recipient, message_id })
        })
        .collect()
}

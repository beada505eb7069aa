//! Who was to be asked, for everybody to check: digests of the keys published at opening, the lists and their draws,
//! and the keys themselves, for inspectors, once the round is sealed.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{Desk, Result, RoundError, Rules, refused};
use crate::issue::Asking;
use crate::issue::asked::is_asked;
use crate::issue::draw::{self, Strata};
use crate::issue::keys::{self, AskedDigests};
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::draw::List;
use crate::store::round::{Round, State};
use crate::vault::{Secret, sha256};

/// How a round asks, as far as anybody may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// SHA-256 of the 32-byte key of the asked rule, hex.
    pub key_sha256: String,
    /// SHA-256 of the 32-byte salt of the drawn lists, hex.
    pub salt_sha256: String,
    /// The drawn lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListNote>,
}

/// A drawn list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListNote {
    /// 1 for the first of its round.
    pub number: i32,
    /// SHA-256 of the file `hash,stratum`.
    pub sha256: String,
    /// When it was frozen, RFC 3339.
    pub frozen_at: String,
    /// Dossiers and draws by unit code.
    pub strata: Strata,
    /// The public random value, once it decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<String>,
    /// When it was drawn, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_at: Option<String>,
}

/// The keys themselves, hex.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedKeys {
    /// Of the asked rule.
    pub key: String,
    /// Of the drawn lists.
    pub salt: String,
}

/// Whether a number was to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFate {
    /// Its hash in lists.
    pub hash: String,
    /// The list it stands in.
    pub list: Option<i32>,
    /// Whether it was to be asked.
    pub asked: bool,
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// How a round asks; `None` while it is planned.
///
/// # Errors
/// What the database says.
pub fn asked(desk: &Desk, round: &Round) -> Result<Option<Asked>> {
    let Some(digests) = &round.asked_digests else { return Ok(None) };
    let AskedDigests { key_sha256, salt_sha256 } =
        serde_json::from_str(digests).map_err(RoundError::Canonical)?;
    let lists = desk.store.draw_lists(round.id)?.into_iter().map(note);
    Ok(Some(Asked { key_sha256, salt_sha256, lists: lists.collect::<Result<_>>()? }))
}

fn note(list: List) -> Result<ListNote> {
    Ok(ListNote {
        number: list.number,
        sha256: list.digest,
        frozen_at: list.frozen_at.rfc3339(),
        strata: serde_json::from_str(&list.strata).map_err(RoundError::Canonical)?,
        random: list.random,
        drawn_at: list.drawn_at.map(crate::clock::Millis::rfc3339),
    })
}

/// The keys, for an inspector, once the round is sealed; that they were shown is audited.
///
/// # Errors
/// [`RoundError::Refused`] before sealing; [`StoreError::Forbidden`] for anybody else.
pub fn asked_keys(desk: &Desk, inspector: &Actor, code: &str) -> Result<AskedKeys> {
    let round = desk.store.round(code)?;
    if matches!(round.state, State::Planned | State::Open | State::Closed | State::Flagged) {
        return refused(format!(
            "the keys of round {code} are shown once it is sealed; until then they tell who will be asked"
        ));
    }
    let subject = format!("round {code}");
    let act = Act::new(inspector, Right::WitnessSeal, desk.clock.now(), "asked.show", subject);
    desk.store.record(&act)?;
    keys::held(desk, &round)?;
    let of = |secret: &Secret| hex(secret.expose_secret());
    let shown = AskedKeys {
        key: of(&desk.vault.asked_key(round.id)?),
        salt: of(&desk.vault.draw_salt(round.id)?),
    };
    Ok(shown)
}

/// Whether a number was to be asked, by the keys and the lists. For inspectors: see [`asked_keys`], which is called
/// first.
///
/// # Errors
/// What the database or the keys say.
pub fn was_asked(desk: &Desk, code: &str, number: &str) -> Result<AskedFate> {
    let round = desk.store.round(code)?;
    let rules = Rules::read(&round.rules)?;
    let hash = draw::hash(&desk.vault.draw_salt(round.id)?, number);
    let mut fate = AskedFate { hash: hex(&hash), list: None, asked: false };
    if let Asking::AtOnce { share, .. } = rules.who_is_asked() {
        fate.asked = is_asked(&desk.vault.asked_key(round.id)?, number, share);
        return Ok(fate);
    }
    for list in desk.store.draw_lists(round.id)? {
        let corrupt = || StoreError::Corrupt { what: "drawn list" };
        let text = std::str::from_utf8(&list.entries).map_err(|_| corrupt())?;
        let entries: BTreeMap<_, _> = draw::read(text).ok_or_else(corrupt)?;
        if !entries.contains_key(&hash) {
            continue;
        }
        fate.list = Some(list.number);
        let strata: Strata = serde_json::from_str(&list.strata).map_err(RoundError::Canonical)?;
        let digest = sha256(&list.entries);
        fate.asked = list
            .random
            .is_some_and(|value| draw::drawn(&entries, &strata, &digest, &value).contains(&hash));
    }
    Ok(fate)
}

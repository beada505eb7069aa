//! What may be known of a round at any time: its state and counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::asked::Asked;
use super::tablets::TabletStatus;
use super::{Desk, Result, Rules, refused};
use crate::store::round::{Round, State};
use crate::store::tally::{Kind, What};

/// Counts of a round; no answer enters any of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Code.
    pub round: String,
    /// State.
    pub state: State,
    /// Opening, RFC 3339.
    pub opens_at: String,
    /// Closing, RFC 3339.
    pub closes_at: String,
    /// Responses stored.
    pub stored: i64,
    /// Responses withdrawn.
    pub withdrawn: i64,
    /// Survey pages opened.
    pub opened: i64,
    /// Links issued, by kind.
    pub links: BTreeMap<Kind, i64>,
    /// Flags by severity.
    pub flags: BTreeMap<String, i64>,
    /// Verdicts given.
    pub verdicts: usize,
    /// What does not fit in the known totals; until the round is sealed.
    pub margin_faults: Vec<String>,
    /// What is conspicuous in the frame: missing numbers, addresses; until the round is sealed.
    pub frame: Vec<String>,
    /// Digests of the keys that decide who is asked, and the drawn lists; from opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// Mails to citizens of this round, by what became of them; not with those that wait.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mail: BTreeMap<What, i64>,
    /// Tablets at counters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kiosks: Vec<TabletStatus>,
}

/// Reads the status of a round from its running counts.
///
/// # Errors
/// [`crate::store::StoreError::Missing`].
pub fn status(desk: &Desk, code: &str) -> Result<Status> {
    let round = desk.store.round(code)?;
    let tallies = desk.store.tallies(round.id)?;
    let sum = |wanted: What| -> i64 {
        tallies.iter().filter(|((_, _, what), _)| *what == wanted).map(|(_, n)| n).sum()
    };
    let mut links = BTreeMap::new();
    for ((_, kind, what), n) in &tallies {
        if *what == What::Issued {
            *links.entry(*kind).or_default() += n;
        }
    }
    Ok(Status {
        round: round.code.clone(),
        state: round.state,
        opens_at: round.opens_at.rfc3339(),
        closes_at: round.closes_at.rfc3339(),
        stored: sum(What::Stored),
        withdrawn: sum(What::Withdrawn),
        opened: sum(What::Opened),
        links,
        flags: desk.store.flag_counts(round.id)?,
        verdicts: desk.store.verdicts(round.id)?.len(),
        margin_faults: match round.state {
            State::Planned | State::Open | State::Closed | State::Flagged => {
                super::margin_faults(desk, code)?
            }
            _ => Vec::new(),
        },
        frame: frame(desk, &round)?,
        asked: super::asked::asked(desk, &round)?,
        mail: MAIL.iter().map(|what| (*what, sum(*what))).filter(|(_, n)| *n > 0).collect(),
        kiosks: super::tablets::tablets(desk, &round)?,
    })
}

/// What is counted of mails.
const MAIL: [What; 5] =
    [What::Mailed, What::Reminded, What::PerhapsTwice, What::Undelivered, What::Unsubscribed];

fn frame(desk: &Desk, round: &Round) -> Result<Vec<String>> {
    if !matches!(round.state, State::Open | State::Closed | State::Flagged) {
        return Ok(Vec::new());
    }
    let rules = Rules::read(&round.rules)?;
    let found = crate::issue::frame::check(desk, round, &rules.own_domains)?;
    Ok(found.into_iter().map(|finding| finding.0).collect())
}

/// Submission ids of everything stored, as 32 hex digits; before sealing only, after it nobody can know them.
///
/// # Errors
/// [`super::RoundError::Refused`] once sealed.
pub fn submissions(desk: &Desk, code: &str) -> Result<Vec<String>> {
    let round = desk.store.round(code)?;
    if !desk.vault.has_linking_key(round.id) {
        return refused(format!(
            "round {code} is {}: submission ids exist only between opening and sealing",
            round.state
        ));
    }
    let linking = desk.vault.linking_key(round.id)?;
    let mut ids = Vec::new();
    for stored in desk.store.responses(round.id)? {
        let tie = linking.open_tie(stored.id, &stored.tie)?;
        ids.push(data_encoding::HEXLOWER.encode(&tie.submission));
    }
    ids.sort_unstable();
    Ok(ids)
}

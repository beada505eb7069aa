//! Freezing and drawing the lists of a round; see [`super::draw`] for what a list is.

use std::collections::{BTreeMap, BTreeSet};

use super::dossier::{NUMBER, ask};
use super::draw::{self, DrawRule, Hash, Strata};
use super::expiry::LinkDays;
use super::{IssueError, issuable, keys};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::draw::{CHUNK, List, Waiting};
use crate::store::id::DossierId;
use crate::store::round::Round;
use crate::vault::sha256;

/// Longest random value, characters.
const VALUE_CHARS_MAX: usize = 200;

/// What a draw did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The list, drawn.
    pub list: List,
    /// Tickets issued by this run.
    pub tickets: usize,
    /// Invitations queued by this run.
    pub invitations: usize,
}

/// Freezes the dossiers that wait into a list; its digest is what is published before the random value is known.
///
/// # Errors
/// [`IssueError::Refused`] when the round takes no links or nothing waits.
pub fn freeze(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    rule: &DrawRule,
) -> Result<List, IssueError> {
    issuable(desk, round)?;
    keys::held(desk, round)?;
    let lists = desk.store.draw_lists(round.id)?;
    let number = lists.last().map_or(0, |list| list.number) + 1;
    let before = totals(&lists)?;
    // Those put into a list that was never frozen, by a run that broke off, wait still.
    let waiting = desk.store.waiting_dossiers(round.id, number)?;
    if waiting.is_empty() {
        return Err(IssueError::Refused(format!(
            "no dossier of round {} waits for a draw; import them first",
            round.code
        )));
    }
    let free: Vec<DossierId> = waiting.iter().filter(|w| w.list.is_none()).map(|w| w.id).collect();
    let entries = entries(desk, round, &waiting)?.into_keys().collect::<BTreeMap<_, _>>();
    let mut listed: BTreeMap<String, u64> = BTreeMap::new();
    for stratum in entries.values() {
        *listed.entry(stratum.clone()).or_default() += 1;
    }
    let strata = draw::sizes(rule, &before, &listed);
    let file = draw::file(&entries);
    let list = List {
        number,
        digest: data_encoding::HEXLOWER.encode(&sha256(file.as_bytes())),
        entries: file.into_bytes(),
        strata: serde_json::to_string(&strata).map_err(|_| corrupt())?,
        frozen_at: desk.clock.now(),
        random: None,
        drawn_at: None,
    };
    desk.store.enlist(round.id, number, &free)?;
    let act = act(desk, actor, round, "draw.freeze").with(serde_json::json!({
        "list": number, "digest": list.digest, "strata": strata,
    }));
    desk.store.freeze_list(&act, round.id, &list, entries.len())?;
    Ok(list)
}

/// Draws a frozen list by the public random value. Cut anywhere, it is simply run again with the same value.
///
/// # Errors
/// [`IssueError::Refused`] for an unknown list, another value than before, or a list that was altered.
pub fn draw(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    number: i32,
    value: &str,
) -> Result<Drawn, IssueError> {
    let value = value.trim();
    if value.is_empty()
        || value.chars().count() > VALUE_CHARS_MAX
        || value.chars().any(char::is_control)
    {
        return Err(IssueError::Refused(format!(
            "the random value has 1 to {VALUE_CHARS_MAX} characters in one line"
        )));
    }
    let find = || -> Result<List, IssueError> {
        let found = desk.store.draw_lists(round.id)?.into_iter().find(|l| l.number == number);
        found.ok_or_else(|| {
            IssueError::Refused(format!("round {} has no list {number}", round.code))
        })
    };
    let list = find()?;
    let digest = sha256(&list.entries);
    let frozen = std::str::from_utf8(&list.entries).ok().and_then(draw::read);
    let Some(entries) = frozen.filter(|_| data_encoding::HEXLOWER.encode(&digest) == list.digest)
    else {
        return Err(IssueError::Refused(format!(
            "list {number} is not the one whose digest was published; the database was altered"
        )));
    };
    let act = act(desk, actor, round, "draw.run")
        .with(serde_json::json!({ "list": number, "random": value }));
    if list.drawn_at.is_some() {
        if list.random.as_deref() == Some(value) {
            return Ok(Drawn { list, tickets: 0, invitations: 0 });
        }
        return Err(IssueError::Refused(format!(
            "list {number} is drawn already, by another random value"
        )));
    }
    issuable(desk, round)?;
    keys::held(desk, round)?;
    desk.store.fix_random(&act, round.id, number, value)?;
    let strata: Strata = serde_json::from_str(&list.strata).map_err(|_| corrupt())?;
    let chosen = draw::drawn(&entries, &strata, &digest, value);
    let (tickets, invitations) = issue(desk, actor, round, number, &entries, &chosen)?;
    desk.store.finish_draw(&act, round.id, number)?;
    Ok(Drawn { list: find()?, tickets, invitations })
}

fn issue(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    number: i32,
    entries: &BTreeMap<Hash, String>,
    chosen: &BTreeSet<Hash>,
) -> Result<(usize, usize), IssueError> {
    let codes = desk.vault.code_key()?;
    let waiting: Vec<Waiting> = desk
        .store
        .waiting_dossiers(round.id, number)?
        .into_iter()
        .filter(|w| w.list == Some(number))
        .collect();
    let found: Vec<((Hash, String), Waiting)> =
        self::entries(desk, round, &waiting)?.into_iter().collect();
    if found.iter().any(|((hash, stratum), _)| entries.get(hash) != Some(stratum)) {
        return Err(IssueError::Refused(format!(
            "a dossier was put into list {number} after it was frozen; the database was altered"
        )));
    }
    let days = LinkDays::of(round);
    let (mut tickets, mut invitations) = (0, 0);
    for chunk in found.chunks(CHUNK) {
        let (mut asks, mut left) = (Vec::new(), Vec::new());
        for ((hash, _), waiting) in chunk {
            if !chosen.contains(hash) {
                left.push(waiting.id);
                continue;
            }
            let place = (waiting.counter_id, waiting.id);
            asks.push(ask(desk, &codes, days, place, waiting.has_contact)?);
        }
        let act = act(desk, actor, round, "draw.issue")
            .with(serde_json::json!({ "list": number, "links": asks.len() }));
        let issued = desk.store.ask_drawn(&act, round.id, &asks, &left)?;
        tickets += issued.0;
        invitations += issued.1;
    }
    Ok((tickets, invitations))
}

/// Dossiers by their entry.
fn entries(
    desk: &Desk,
    round: &Round,
    waiting: &[Waiting],
) -> Result<BTreeMap<(Hash, String), Waiting>, IssueError> {
    let linking = desk.vault.linking_key(round.id)?;
    let salt = desk.vault.draw_salt(round.id)?;
    let mut entries = BTreeMap::new();
    for one in waiting {
        let number = linking.open_dossier(one.id, NUMBER, &one.number_enc).map_err(|_| {
            IssueError::Refused(
                "a dossier's number cannot be read; keys_dir is not the round's".to_owned(),
            )
        })?;
        entries.insert((draw::hash(&salt, &number), one.unit_code.clone()), one.clone());
    }
    Ok(entries)
}

/// Strata of several lists together.
fn totals(lists: &[List]) -> Result<Strata, IssueError> {
    let mut sums = Strata::new();
    for list in lists {
        let strata: Strata = serde_json::from_str(&list.strata).map_err(|_| corrupt())?;
        for (code, stratum) in strata {
            let sum = sums.entry(code).or_default();
            sum.listed += stratum.listed;
            sum.drawn += stratum.drawn;
        }
    }
    Ok(sums)
}

fn corrupt() -> IssueError {
    crate::store::StoreError::Corrupt { what: "strata of a list" }.into()
}

fn act(desk: &Desk, actor: &Actor, round: &Round, action: &'static str) -> Act {
    let subject = format!("round {}", round.code);
    Act::new(actor, Right::RunRound, desk.clock.now(), action, subject)
}

//! Posters: one per counter, many answers. Nobody was drawn, so they never make the official index.

use super::expiry::LinkDays;
use super::{IssueError, fresh, issuable};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::counter::Counter;
use crate::store::id::CounterId;
use crate::store::tally::{Kind, What};

/// Issues a poster for every counter that has none, in the units that `actor` may issue for (of `unit` only, if named);
/// how many were issued.
///
/// # Errors
/// [`IssueError::Refused`] when the round takes no links; [`crate::store::StoreError::Forbidden`].
pub fn issue(
    desk: &Desk,
    actor: &Actor,
    round_code: &str,
    unit: Option<&str>,
) -> Result<usize, IssueError> {
    let round = desk.store.round(round_code)?;
    issuable(desk, &round)?;
    let units: Vec<_> = desk
        .store
        .round_units(round.id)?
        .into_iter()
        .filter(|u| unit.is_none_or(|code| u.code == code))
        .map(|u| u.id)
        .collect();
    let units = desk.store.permitted(actor, Right::IssueLinks, &units)?;
    let tallies = desk.store.tallies(round.id)?;
    let in_use = |id: CounterId| {
        let n = |what| tallies.get(&(id, Kind::Poster, what)).copied().unwrap_or(0);
        n(What::Issued) > n(What::Voided)
    };
    let counters: Vec<Counter> =
        desk.store.counters(&units)?.into_iter().filter(|c| !in_use(c.id)).collect();
    let end = LinkDays::of(&round).end(Kind::Poster, desk.clock.now());
    let keys = desk.vault.code_key()?;
    for unit in &units {
        let mut links = Vec::new();
        for counter in counters.iter().filter(|c| c.unit_id == *unit) {
            links.push(fresh(&keys, Kind::Poster, counter.id, None, end)?);
        }
        if links.is_empty() {
            continue;
        }
        let act = Act::new(
            actor,
            Right::IssueLinks,
            desk.clock.now(),
            "link.issue",
            format!("round {round_code}"),
        )
        .on(unit.0)
        .with(serde_json::json!({ "kind": "poster", "links": links.len() }));
        desk.store.issue_links(&act, round.id, &links)?;
    }
    Ok(counters.len())
}

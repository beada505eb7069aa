//! Numbered paper forms for a counter. Nobody was drawn for them, so they never make the official index; a form in the
//! place of a ticket ([`super::replace`]) does.

use super::expiry::LinkDays;
use super::{IssueError, fresh, issuable};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::tally::Kind;

/// Most forms issued at once.
pub const SHEETS_MAX: usize = 2_000;

/// Issues `sheets` forms for a counter of the round.
///
/// # Errors
/// [`IssueError::Refused`] for a round that takes no links, a unit it does not have, too many at once.
pub fn issue(
    desk: &Desk,
    actor: &Actor,
    round_code: &str,
    (unit, counter): (&str, &str),
    sheets: usize,
) -> Result<(), IssueError> {
    let round = desk.store.round(round_code)?;
    issuable(desk, &round)?;
    if !(1..=SHEETS_MAX).contains(&sheets) {
        return Err(IssueError::Refused(format!(
            "1 to {SHEETS_MAX} paper forms are issued at once"
        )));
    }
    let (unit, counter) = super::counter_of(desk, &round, (unit, counter))?;
    let end = LinkDays::of(&round).end(Kind::Paper, desk.clock.now());
    let keys = desk.vault.code_key()?;
    let links = (0..sheets)
        .map(|_| fresh(&keys, Kind::Paper, counter.id, None, end))
        .collect::<Result<Vec<_>, _>>()?;
    let subject = format!("round {round_code}");
    let act = Act::new(actor, Right::IssueLinks, desk.clock.now(), "link.issue", subject)
        .on(unit.0)
        .with(serde_json::json!({ "kind": "paper", "counter": counter.code, "links": sheets }));
    desk.store.issue_links(&act, round.id, &links)?;
    Ok(())
}

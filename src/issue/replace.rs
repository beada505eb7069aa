//! A link that was lost, torn or shown to others becomes void and another takes its place: for the same dossier, so that
//! its holder stays asked, and nobody else is.

use super::expiry::LinkDays;
use super::{IssueError, fresh, issuable};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::link::{Link, Origin};
use crate::store::tally::Kind;

/// Replaces `link` by one of `kind`: its own, or a paper form in the place of a ticket; the new one's running number.
///
/// # Errors
/// [`IssueError::Refused`] for a link that is spent or void, a round that takes no more links, another kind.
pub fn run(
    desk: &Desk,
    actor: &Actor,
    link: &Link,
    origin: &Origin,
    kind: Kind,
    reason: &str,
) -> Result<i64, IssueError> {
    let round = desk.store.round_by_id(link.round_id)?;
    issuable(desk, &round)?;
    let by_paper = kind == Kind::DrawnPaper && matches!(link.kind, Kind::Ticket | Kind::Invitation);
    if kind != link.kind && !by_paper {
        return Err(IssueError::Refused(format!(
            "a {} is not replaced by a {kind}; a paper form takes the place of a ticket or an invitation",
            link.kind
        )));
    }
    if kind == Kind::Kiosk {
        return Err(IssueError::Refused(
            "a tablet is not replaced: make its link void and issue another with khaosat link kiosk"
                .to_owned(),
        ));
    }
    let end = LinkDays::of(&round).end(kind, desk.clock.now());
    let new = fresh(&desk.vault.code_key()?, kind, link.counter_id, None, end)?;
    let subject = format!("round {}", round.code);
    let act = Act::new(actor, Right::VoidLinks, desk.clock.now(), "link.replace", subject)
        .on(origin.unit_id.0)
        .with(serde_json::json!({
            "kind": link.kind.word(),
            "counter": link.counter_name,
            "serial": origin.serial,
            "by": kind.word(),
            "reason": reason,
        }));
    Ok(desk.store.replace_link(&act, link.id, &new)?)
}

//! A link that was lost, torn or shown to others becomes void and another takes its place: for the same dossier, so that
//! its holder stays asked, and nobody else is.

use super::expiry::LinkDays;
use super::{IssueError, fresh, issuable};
use crate::desk::Desk;
use crate::mail::new_message_id;
use crate::store::actor::{Act, Actor, Right};
use crate::store::ask::Ask;
use crate::store::link::{Link, Origin};
use crate::store::tally::Kind;
use crate::vault::random;

/// Replaces `link` by one of `kind`: its own, a paper form in the place of a ticket, or what is handed over in the place of
/// an invitation that does not arrive; the new one's running number. Another invitation goes out by mail.
///
/// # Errors
/// [`IssueError::Refused`] for a link that is spent or void, a round that takes no more links, another kind, an invitation
/// whose holder wants no more mail.
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
    let handed_over = match kind {
        Kind::DrawnPaper => matches!(link.kind, Kind::Ticket | Kind::Invitation),
        Kind::Ticket => link.kind == Kind::Invitation,
        _ => false,
    };
    if kind != link.kind && !handed_over {
        return Err(IssueError::Refused(format!(
            "a {} is not replaced by a {kind}; a paper form takes the place of a ticket or an invitation, a ticket that of an \
             invitation",
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
    let message_id = match kind {
        Kind::Invitation => Some(new_message_id(random()?, &desk.public_url)),
        _ => None,
    };
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
    Ok(desk.store.replace_link(&act, link.id, &Ask { link: new, message_id })?)
}

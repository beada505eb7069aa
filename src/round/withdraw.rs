//! Withdrawing one answer by its second code, until sealing.

use super::{Desk, Result, refused};
use crate::issue::code::{Code, CodeKind};
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::ResponseId;
use crate::store::tally::{Count, What};

/// Ids of one query, far below the parameters either engine takes.
const HOURS_AT_ONCE: usize = 1_000;

/// Erases the answer behind a withdrawal code; its ticket stays spent and the receipt stays good.
///
/// # Errors
/// [`super::RoundError::Refused`] for a receipt, a mistyped or unknown code, an answer withdrawn already, or a sealed round.
pub fn withdraw(desk: &Desk, actor: &Actor, code: &str, typed: &str) -> Result<()> {
    let round = desk.store.round(code)?;
    let withdrawal = match Code::parse(typed) {
        Ok(parsed) if parsed.kind() == CodeKind::Withdrawal => parsed,
        Ok(parsed) if parsed.kind() == CodeKind::Receipt => {
            return refused(
                "this is the receipt; withdrawing needs the other code that was shown once",
            );
        }
        _ => return refused("this is no withdrawal code; check it against what was written down"),
    };
    if !desk.vault.has_linking_key(round.id) {
        return refused(format!(
            "round {code} is sealed: no answer can be told from another any more, so none can be withdrawn"
        ));
    }
    let linking = desk.vault.linking_key(round.id)?;
    let digest = linking.withdrawal(&withdrawal.compact());
    // The code says which answer, not in which hour it came: each hour of the round is one look at the primary key.
    let last = round.closes_at.plus(round.grace_ms).hour();
    let hours: Vec<i64> = (round.opens_at.hour()..=last).collect();
    let mut found = None;
    for some in hours.chunks(HOURS_AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|hour| ResponseId::at_hour(*hour, digest)).collect();
        found = desk.store.response_among(round.id, &ids)?;
        if found.is_some() {
            break;
        }
    }
    let Some(stored) = found else {
        return refused(format!("no answer of round {code} has this withdrawal code"));
    };
    let tie = linking.open_tie(stored.id, &stored.tie)?;
    let origins = desk.store.origins(round.id)?;
    let origin = origins.get(&tie.link).ok_or(StoreError::Corrupt { what: "response's link" })?;
    let at = desk.clock.now();
    let count = Count {
        round_id: round.id,
        counter_id: origin.counter_id,
        kind: origin.kind,
        what: What::Withdrawn,
        hour: at.hour(),
    };
    let act =
        Act::new(actor, Right::WithdrawResponse, at, "response.withdraw", format!("round {code}"));
    Ok(desk.store.withdraw(&act, stored.id, count)?)
}

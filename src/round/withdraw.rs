//! Withdrawing one answer by its second code, until sealing.

use super::check::flag_inputs;
use super::{Desk, Result, refused};
use crate::issue::code::{Code, CodeKind};
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::tally::{Count, What};

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
    let found = desk.store.response(round.id, linking.response(&withdrawal.compact()))?;
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
    let inputs = flag_inputs(desk, &round)?;
    Ok(desk.store.withdraw(&act, stored.id, count, inputs.as_deref())?)
}

//! Withdrawing one answer by its second code, until sealing: over the counter by an official who types it, or on the
//! citizen's own phone, where the code alone is the right.

use super::check::flag_inputs;
use super::{Desk, Result, refused};
use crate::issue::code::{Code, CodeKind};
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::response::Stored;
use crate::store::round::{Round, State};
use crate::store::tally::{Count, What};
use crate::vault::LinkingKey;

/// Part of the service that acts for whoever holds a withdrawal code.
const HOLDER: Actor = Actor::Service("holder of a withdrawal code");

/// What became of a code that a citizen typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// The answer is erased.
    Now,
    /// It was erased before.
    Before,
    /// The receipt was typed, which proves that an answer is in and withdraws nothing.
    Receipt,
    /// No answer that can still be withdrawn has this code.
    Nothing,
}

/// Erases the answer behind a withdrawal code of any round that is not sealed; its ticket stays spent and the receipt
/// stays good.
///
/// # Errors
/// When the database or a key fails.
pub fn withdraw_own(desk: &Desk, typed: &str) -> Result<Withdrawn> {
    let withdrawal = match Code::parse(typed) {
        Ok(parsed) if parsed.kind() == CodeKind::Withdrawal => parsed,
        Ok(parsed) if parsed.kind() == CodeKind::Receipt => return Ok(Withdrawn::Receipt),
        _ => return Ok(Withdrawn::Nothing),
    };
    for round in desk.store.rounds()? {
        let holds_ties = matches!(round.state, State::Open | State::Closed | State::Flagged);
        if !holds_ties || !desk.vault.has_linking_key(round.id) {
            continue;
        }
        let linking = desk.vault.linking_key(round.id)?;
        let Some(stored) = find(desk, &round, &linking, &withdrawal)? else { continue };
        if stored.withdrawn {
            return Ok(Withdrawn::Before);
        }
        erase(desk, &HOLDER, &round, &linking, &stored)?;
        return Ok(Withdrawn::Now);
    }
    Ok(Withdrawn::Nothing)
}

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
    match find(desk, &round, &linking, &withdrawal)? {
        Some(stored) => erase(desk, actor, &round, &linking, &stored),
        None => refused(format!("no answer of round {code} has this withdrawal code")),
    }
}

fn find(
    desk: &Desk,
    round: &Round,
    linking: &LinkingKey,
    withdrawal: &Code,
) -> Result<Option<Stored>> {
    Ok(desk.store.response(round.id, linking.response(&withdrawal.compact()))?)
}

fn erase(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    linking: &LinkingKey,
    stored: &Stored,
) -> Result<()> {
    let tie = linking.open_tie(stored.id, &stored.tie)?;
    let origins = desk.store.origins_of(round.id, &[tie.link].into())?;
    let origin = origins.get(&tie.link).ok_or(StoreError::Corrupt { what: "response's link" })?;
    let at = desk.clock.now();
    let count = Count {
        round_id: round.id,
        counter_id: origin.counter_id,
        kind: origin.kind,
        what: What::Withdrawn,
        hour: at.hour(),
    };
    let subject = format!("round {}", round.code);
    let act = Act::new(actor, Right::WithdrawResponse, at, "response.withdraw", subject);
    let inputs = flag_inputs(desk, round)?;
    Ok(desk.store.withdraw(&act, stored.id, count, inputs.as_deref())?)
}

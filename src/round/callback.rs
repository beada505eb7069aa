//! Call-backs: an independent body asks a sample of those who should have been asked whether they were.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules::{CallBack, Rules};
use super::{Desk, Result, RoundError, refused};
use crate::gate::share_interval;
use crate::issue::IssueError;
use crate::issue::dossier::Register;
use crate::store::actor::{Act, Actor, Right};
use crate::store::callback::{Callback, Heard};
use crate::store::id::{CallbackId, UnitId};
use crate::store::round::Round;
use crate::store::unit::Unit;

/// A share with its 95 % interval (Clopper & Pearson).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeardShare {
    /// People who said yes or no.
    pub n: u64,
    /// Share of yes, with its ends; none under the suppression threshold.
    pub share: Option<[f64; 3]>,
}

/// What was heard of one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalledUnit {
    /// Unit's code.
    pub code: String,
    /// Dossiers drawn.
    pub drawn: u64,
    /// A link was given.
    pub given: HeardShare,
    /// Answered without another; of those who answered the survey.
    pub own: HeardShare,
    /// An official stood beside; likewise.
    pub beside: HeardShare,
}

/// What dossiers of an open round may refer to, with the round's own rules on tickets and call-backs.
///
/// # Errors
/// [`IssueError::Refused`] when the round takes none.
pub fn register(desk: &Desk, code: &str) -> std::result::Result<Register, IssueError> {
    let round = desk.store.round(code)?;
    let rules =
        Rules::read(&round.rules).map_err(|error| IssueError::Refused(error.to_string()))?;
    let draw = rules.callback.as_ref().and_then(CallBack::draw);
    Ok(Register::of(desk, code, rules.who_is_asked())?.calling_back(draw))
}

fn sheet_of(desk: &Desk, code: &str) -> Result<(Round, Vec<Callback>)> {
    let round = desk.store.round(code)?;
    if Rules::read(&round.rules)?.callback.is_none() {
        return refused(format!(
            "round {code} calls nobody back; its rules name no independent body"
        ));
    }
    let sheet = desk.store.callbacks(round.id)?;
    Ok((round, sheet))
}

/// The sheet of a round: id and envelope of every dossier drawn. That it was handed out is audited.
///
/// # Errors
/// [`RoundError::Refused`] for a round without call-backs.
pub fn callback_sheet(desk: &Desk, actor: &Actor, code: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let (_, sheet) = sheet_of(desk, code)?;
    let at = desk.clock.now();
    let act = Act::new(actor, Right::CallBack, at, "callback.export", format!("round {code}"))
        .with(serde_json::json!({ "dossiers": sheet.len() }));
    desk.store.hand_out_callbacks(&act)?;
    Ok(sheet.into_iter().map(|line| (line.id.hex(), line.sheet)).collect())
}

/// Ids on the sheet of a round, to check a file against.
///
/// # Errors
/// [`RoundError::Refused`] for a round without call-backs.
pub fn callback_ids(desk: &Desk, code: &str) -> Result<std::collections::BTreeSet<CallbackId>> {
    Ok(sheet_of(desk, code)?.1.into_iter().map(|line| line.id).collect())
}

/// Writes down what people said.
///
/// # Errors
/// [`RoundError::Store`] once the round is published.
pub fn hear(desk: &Desk, actor: &Actor, code: &str, heard: &[(CallbackId, Heard)]) -> Result<()> {
    let (round, _) = sheet_of(desk, code)?;
    let text: Vec<String> =
        heard.iter().map(|(id, said)| format!("{} {said:?}", id.hex())).collect();
    let digest = crate::vault::sha256(text.join("\n").as_bytes());
    let at = desk.clock.now();
    let act = Act::new(actor, Right::CallBack, at, "callback.import", format!("round {code}"))
        .with(serde_json::json!({
            "people": heard.len(),
            "digest": data_encoding::HEXLOWER.encode(&digest),
        }));
    Ok(desk.store.hear(&act, round.id, heard)?)
}

/// What was heard, by unit; empty for a round without call-backs.
pub(super) fn called(
    desk: &Desk,
    round: &Round,
    rules: &Rules,
    units: &[Unit],
) -> std::result::Result<Vec<CalledUnit>, RoundError> {
    let mut by_unit: BTreeMap<UnitId, Vec<Callback>> = BTreeMap::new();
    for line in desk.store.callbacks(round.id)? {
        by_unit.entry(line.unit_id).or_default().push(line);
    }
    let least = u64::from(rules.suppression_threshold);
    Ok(units
        .iter()
        .filter_map(|unit| {
            let lines = by_unit.get(&unit.id)?;
            let share = |of: fn(&Heard) -> Option<bool>| {
                let said = lines.iter().filter_map(|line| of(line.heard.as_ref()?));
                let (yes, n) = said.fold((0, 0), |(yes, n), is| (yes + u64::from(is), n + 1));
                heard_share(yes, n, least)
            };
            Some(CalledUnit {
                code: unit.code.clone(),
                drawn: lines.len() as u64,
                given: share(|said| Some(said.given)),
                own: share(|said| said.own),
                beside: share(|said| said.beside),
            })
        })
        .collect())
}

fn heard_share(yes: u64, n: u64, least: u64) -> HeardShare {
    let places = |value: f64| (value * 1e4).round() / 1e4;
    let share = share_interval(yes, n)
        .filter(|_| n >= least)
        .map(|(low, high)| [yes as f64 / n as f64, low, high].map(places));
    HeardShare { n, share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_an_interval_and_needs_as_many_as_the_threshold() {
        assert_eq!(heard_share(9, 9, 10), HeardShare { n: 9, share: None });
        // 10 of 10: 0.025^(1/10) = 0.6915.
        assert_eq!(heard_share(10, 10, 10).share, Some([1.0, 0.6915, 1.0]));
    }
}

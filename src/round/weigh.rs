//! The step from sealed to weighed: base weights from the draw, raked to the margins.

use super::frame::{Choice, Inputs, Part, Weighted, weigh_part};
use super::records::{check_records, records_root};
use super::sample::form_of;
use super::{Desk, Result, RoundError, Rules, refused};
use crate::form::Form;
use crate::store::actor::{Act, Actor, Right};
use crate::store::dossier::Dossiers;
use crate::store::margin::{Margins, margins_text};
use crate::store::round::{Round, State};
use crate::store::sealed::SealedRecord;
use crate::store::unit::Unit;
use crate::vault::sha256;

/// What is left of a round after sealing: the inputs of everything computed from it.
pub(super) struct Sealed {
    pub round: Round,
    pub rules: Rules,
    pub form: Form,
    pub units: Vec<Unit>,
    pub records: Vec<SealedRecord>,
    pub margins: Margins,
    /// Dossiers by what the register tells of them.
    pub dossiers: Dossiers,
}

impl Sealed {
    pub fn read(desk: &Desk, code: &str) -> Result<Self> {
        let round = desk.store.round(code)?;
        if matches!(round.state, State::Planned | State::Open | State::Closed | State::Flagged) {
            return refused(format!(
                "round {code} is {}; nothing is computed before sealing",
                round.state
            ));
        }
        if desk.vault.has_linking_key(round.id) {
            return refused(format!(
                "the linking key of round {code} is still there; run khaosat round seal again to finish sealing"
            ));
        }
        let records = desk.store.sealed_records(round.id)?;
        check_records(&round, &records)?;
        Self::of(desk, round, records)
    }

    /// The same of a round whose records are looked at whether or not they are those that were sealed.
    pub fn of(desk: &Desk, round: Round, records: Vec<SealedRecord>) -> Result<Self> {
        Ok(Self {
            rules: Rules::read(&round.rules)?,
            form: form_of(desk, &round)?,
            units: desk.store.round_units(round.id)?,
            records,
            margins: desk.store.margins(round.id)?,
            dossiers: desk.store.dossier_cells(round.id)?,
            round,
        })
    }

    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            rules: &self.rules,
            form: &self.form,
            units: &self.units,
            records: &self.records,
            margins: &self.margins,
            dossiers: &self.dossiers,
        }
    }

    /// Root of the Merkle tree over the sealed records in their order, hex.
    pub fn records_digest(&self) -> String {
        records_root(&self.records)
    }

    /// SHA-256 over the margins in their order, hex.
    pub fn margins_digest(&self) -> String {
        data_encoding::HEXLOWER.encode(&sha256(margins_text(&self.margins).as_bytes()))
    }

    pub fn weigh(&self) -> Result<[Option<Weighted>; 2]> {
        let inputs = self.inputs();
        let part = |part| weigh_part(&inputs, &Choice::of(part));
        Ok([part(Part::Official)?, part(Part::Indicative)?])
    }
}

/// Weights as they are stored: in the sealed order, 8 bytes each.
pub(super) fn weight_bytes(records: usize, parts: &[Option<Weighted>; 2]) -> Vec<u8> {
    weights_of(records, parts).iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// Weights of all records in the sealed order; 0 for those that carry none.
pub(super) fn weights_of(records: usize, parts: &[Option<Weighted>; 2]) -> Vec<f64> {
    let mut weights = vec![0.0; records];
    for part in parts.iter().flatten() {
        for (at, weight) in part.rows.iter().zip(&part.calibrated.weights) {
            if let Some(slot) = weights.get_mut(*at) {
                *slot = *weight;
            }
        }
    }
    weights
}

/// Weighs a sealed round and stores the weights; again with the same inputs is the same run.
///
/// # Errors
/// [`RoundError::Refused`] before sealing, [`RoundError::Weigh`] when the answers cannot be weighed.
pub fn weigh(desk: &Desk, actor: &Actor, code: &str) -> Result<()> {
    let sealed = Sealed::read(desk, code)?;
    let parts = sealed.weigh()?;
    let bytes = weight_bytes(sealed.records.len(), &parts);
    let diagnostics: Vec<_> = parts.iter().map(|p| p.as_ref().map(|w| &w.weighting)).collect();
    let diagnostics = serde_json::to_string(&diagnostics).map_err(RoundError::Canonical)?;
    let inputs = format!(
        "{}\n{}\n{}",
        sealed.records_digest(),
        sealed.margins_digest(),
        sealed.round.rules_digest.as_deref().unwrap_or_default()
    );
    let digest = data_encoding::HEXLOWER.encode(&sha256(inputs.as_bytes()));
    let act =
        Act::new(actor, Right::Compute, desk.clock.now(), "round.weigh", format!("round {code}"))
            .with(serde_json::json!({ "inputs": digest }));
    desk.store.put_weight_run(&act, sealed.round.id, &digest, &diagnostics, &bytes)?;
    Ok(())
}

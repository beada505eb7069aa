//! Linearized variance (Binder 1983; with calibration residuals, Deville & Särndal 1992).
//!
//! The influence of a response on R = Σwy/Σwx is z = (y − R·x)/Σwx in the domain and 0 outside; on a total it is y.
//! u = w·z is summed to PSUs; where weights were calibrated, the part of z that the margins fix is taken out first.
//! That part is constant within a joint cell, so PSU sums need only Σwy, Σwx by PSU × domain, Σ of the cells by
//! domain, and the weight each PSU has in each cell.

use crate::weigh::{Calibrated, Frame, Projection, Residual, variance};

use super::answers::Answers;
use super::domain::{Domains, Slots};
use super::error::IndexError;
use super::estimand::Lowered;
use super::features::Plan;
use super::sweep::{self, Sums, Weights};

/// All that the PSU totals of any influence value need.
pub(super) struct Linearized<'a> {
    frame: &'a Frame,
    slots: &'a Slots,
    sums: &'a Sums,
    correction: Option<Correction>,
}

struct Correction {
    residual: Residual,
    /// Cell × domain.
    slots: Slots,
    /// Σ of y and x over cell × domain, in the mass of the residual.
    sums: Sums,
    /// Weight before trimming of each PSU × cell pair.
    pair_weight: Vec<f64>,
}

/// One estimate's sums: Σwy and Σwx per part, in the domain.
pub(super) struct Parts {
    /// Ratio, share of the estimate, R, Σwx; for a total R = 0 and Σwx = 1.
    parts: Vec<(usize, f64, f64, f64)>,
    /// Σ share × R, or Σwy.
    pub estimate: f64,
}

impl Parts {
    /// The estimate from sums by a key; `None` when a part has no valid answer.
    pub fn of(
        lowered: &Lowered,
        y: impl Fn(usize) -> f64,
        x: impl Fn(usize) -> f64,
    ) -> Option<Self> {
        let mut parts = Vec::new();
        let mut estimate = 0.0;
        for &(ratio, share) in &lowered.parts {
            let (y, x) = (y(ratio), x(ratio));
            if lowered.total {
                estimate = y;
                parts.push((ratio, 1.0, 0.0, 1.0));
                continue;
            }
            if x == 0.0 {
                return None;
            }
            estimate += share * (y / x);
            parts.push((ratio, share, y / x, x));
        }
        Some(Self { parts, estimate })
    }
}

impl<'a> Linearized<'a> {
    /// Makes ready for variances: one more pass over the responses where weights were calibrated.
    pub fn new(
        frame: &'a Frame,
        calibrated: &Calibrated,
        answers: &Answers,
        plan: &Plan<'_>,
        domains: Option<Domains<'_>>,
        slots: &'a Slots,
        sums: &'a Sums,
    ) -> Result<Self, IndexError> {
        let cells = frame.cells();
        let mass: &[f64] = match calibrated.projection {
            Projection::Rounds(_) => frame.cell_active(),
            _ => frame.cell_base(),
        };
        let Some(residual) = Residual::new(cells, mass, calibrated.projection)? else {
            return Ok(Self { frame, slots, sums, correction: None });
        };
        let n = frame.len();
        let by_cell = Slots::new(
            n,
            cells.len(),
            |response| cells.of.get(response).copied().unwrap_or_default(),
            domains,
        );
        let mass_sums = mass_sums(frame, calibrated, answers, plan, &by_cell);
        let factor = |cell: u32| calibrated.solution.factors.get(cell as usize).copied();
        let pairs = frame.pairs();
        let pair_weight = pairs
            .base
            .iter()
            .zip(&pairs.cell)
            .map(|(base, &cell)| base * factor(cell).unwrap_or_default())
            .collect();
        let correction = Correction { residual, slots: by_cell, sums: mass_sums, pair_weight };
        Ok(Self { frame, slots, sums, correction: Some(correction) })
    }

    /// u by PSU of the full design, for an estimate in a domain.
    pub fn psu_totals(&self, parts: &Parts, domain: Option<u32>) -> Vec<f64> {
        let mut totals = vec![0.0; self.frame.design().psus()];
        for slot in self.slots.within(domain) {
            if let Some(total) = totals.get_mut(self.slots.part_of(slot)) {
                *total += influence(self.sums, parts, slot);
            }
        }
        let Some(correction) = &self.correction else { return totals };
        let cells = self.frame.cells();
        let mut by_column = vec![0.0; cells.width()];
        for slot in correction.slots.within(domain) {
            let value = influence(&correction.sums, parts, slot);
            for &column in cells.columns_of(correction.slots.part_of(slot)) {
                if let Some(sum) = by_column.get_mut(column as usize) {
                    *sum += value;
                }
            }
        }
        let effects = correction.residual.effects(&by_column);
        let effect = |column: &u32| effects.get(*column as usize).copied().unwrap_or_default();
        let fixed: Vec<f64> =
            (0..cells.len()).map(|cell| cells.columns_of(cell).iter().map(effect).sum()).collect();
        let pairs = self.frame.pairs();
        for ((&psu, &cell), weight) in
            pairs.psu.iter().zip(&pairs.cell).zip(&correction.pair_weight)
        {
            if let (Some(total), Some(fixed)) =
                (totals.get_mut(psu as usize), fixed.get(cell as usize))
            {
                *total -= weight * fixed;
            }
        }
        totals
    }

    /// The variance of an estimate in a domain.
    pub fn variance(&self, parts: &Parts, domain: Option<u32>) -> f64 {
        variance::of_total(self.frame.design(), &self.psu_totals(parts, domain))
    }
}

/// Σ share × (y − R·x)/Σwx over the parts, from the sums of one slot.
fn influence(sums: &Sums, parts: &Parts, slot: usize) -> f64 {
    parts
        .parts
        .iter()
        .map(|&(ratio, share, estimate, x)| {
            share * (sums.y(slot, ratio) - estimate * sums.x(slot, ratio)) / x
        })
        .sum()
}

/// Σ of y and x by cell × domain in the mass of the residual: plain (rounds) or base-weighted (regression); times
/// final weight ÷ weight before trimming.
fn mass_sums(
    frame: &Frame,
    calibrated: &Calibrated,
    answers: &Answers,
    plan: &Plan<'_>,
    slots: &Slots,
) -> Sums {
    let n = frame.len();
    let base = |response: usize| frame.base().get(response).copied().unwrap_or_default();
    let plain = matches!(calibrated.projection, Projection::Rounds(_));
    let kept = |response: usize| {
        let Some(before) = &calibrated.before_trim else { return 1.0 };
        match (calibrated.weights.get(response), before.get(response)) {
            (Some(after), Some(&before)) if before != 0.0 => after / before,
            _ => 0.0,
        }
    };
    let mass = move |response: usize| {
        let base = base(response);
        let unit = if plain { f64::from(u8::from(base != 0.0)) } else { base };
        if unit == 0.0 { 0.0 } else { unit * kept(response) }
    };
    let weights = Weights::ranged(n, mass);
    sweep::sweep(answers, plan, &weights, &slots.of, slots.len())
}

//! Variance by replicates: every replicate is calibrated anew and every estimate computed again.
//!
//! Without trimming a replicate is sums only: base weights by PSU × cell give its margins, Σ base·y by
//! PSU × cell × domain give its estimates. With trimming weights differ within a cell, so a replicate passes over the
//! responses.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::weigh::exact::{self, Grid};
use crate::weigh::replicates::{Replicate, Scheme};
use crate::weigh::{Calibrated, Calibration, Frame, Problem, WeighError, keys};

use super::answers::Answers;
use super::domain::{Domains, Slots};
use super::error::IndexError;
use super::estimand::Lowered;
use super::features::Plan;
use super::linearized::Parts;
use super::sweep::{self, Sums, Weights};

/// Multiplications all replicates together may take.
const WORK_MAX: u64 = 1 << 38;

/// What replicates need.
pub(super) struct Resampling<'a> {
    pub frame: &'a Frame,
    pub calibration: &'a Calibration,
    pub calibrated: &'a Calibrated,
    pub answers: &'a Answers,
    pub domains: Option<Domains<'a>>,
    /// Told how many replicates of how many are done.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// Variances of some estimates.
pub(super) struct Variances {
    /// One per estimate asked for.
    pub variances: Vec<f64>,
    /// Replicates in which the estimate had no valid answer. They are left out of its variance; of a bootstrap the
    /// others then stand for all, so that it is not the smaller for it (NaN where none is left).
    pub undefined: Vec<usize>,
}

impl Resampling<'_> {
    /// The variance of every (estimand, domain, full-sample estimate) asked for.
    pub fn variances(
        &self,
        scheme: Scheme,
        plan: &Plan<'_>,
        asked: &[(&Lowered, Option<u32>, f64)],
    ) -> Result<Variances, IndexError> {
        let replicates = scheme.replicates(self.frame.design())?;
        let pairs = self.frame.pairs();
        let (part_of, parts) = (&pairs.of, pairs.psu.len());
        let n = self.frame.len();
        let fine = Slots::new(
            n,
            parts,
            |response| part_of.get(response).copied().unwrap_or_default(),
            self.domains,
        );
        let trimmed = self.calibration.trim.is_some();
        let cost = if trimmed { n } else { fine.len() } as u64 * plan.len() as u64 * 2;
        if cost.saturating_mul(replicates.len() as u64) > WORK_MAX {
            return Err(IndexError::Weigh(WeighError::TooMuch(format!(
                "{} replicates of {} groups and {} ratios are too much work; use the linearized variance or \
                 larger PSUs",
                replicates.len(),
                fine.len(),
                plan.len()
            ))));
        }
        let table = if trimmed { None } else { Some(Table::new(self, plan, &fine)) };
        let done = AtomicUsize::new(0);
        let rows = replicates
            .par_iter()
            .map(|replicate| {
                let sums = match &table {
                    Some(table) => self.by_sums(replicate, table, &fine, plan.len())?,
                    None => self.by_responses(replicate, plan)?,
                };
                (self.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, replicates.len());
                Ok(asked
                    .iter()
                    .map(|&(lowered, domain, _)| {
                        let at = |ratio: usize, side| sums.get(domain, ratio, side);
                        Parts::of(lowered, |ratio| at(ratio, 0), |ratio| at(ratio, 1))
                            .map(|parts| parts.estimate)
                    })
                    .collect())
            })
            .collect::<Result<Vec<Vec<Option<f64>>>, IndexError>>()?;
        let mut variances = Vec::new();
        let mut undefined = Vec::new();
        for (index, &(_, _, full)) in asked.iter().enumerate() {
            let estimate =
                |replicate: usize| rows.get(replicate).and_then(|row| *row.get(index)?);
            let left_out = (0..rows.len()).filter(|&row| estimate(row).is_none()).count();
            let sum = exact::sum(rows.len(), |replicate| {
                let weight = replicates.get(replicate).map_or(0.0, |replicate| replicate.weight);
                estimate(replicate).map_or(0.0, |value| weight * (value - full) * (value - full))
            });
            variances.push(match scheme {
                Scheme::Bootstrap { .. } if left_out == rows.len() => f64::NAN,
                Scheme::Bootstrap { .. } if left_out > 0 => {
                    sum * (rows.len() as f64 / (rows.len() - left_out) as f64)
                }
                _ => sum,
            });
            undefined.push(left_out);
        }
        Ok(Variances { variances, undefined })
    }

    /// Calibrates a replicate on sums and adds up its estimates.
    fn by_sums(
        &self,
        replicate: &Replicate,
        table: &Table,
        fine: &Slots,
        ratios: usize,
    ) -> Result<ReplicateSums, IndexError> {
        let psu_factors = replicate.factors(self.frame.design());
        let factors = self.factors(replicate, &psu_factors)?;
        let pairs = self.frame.pairs();
        let at =
            |column: &[u32], index: usize| column.get(index).map_or(0, |&value| value as usize);
        let factor_of_pair: Vec<f64> = (0..pairs.psu.len())
            .map(|pair| {
                let psu = psu_factors.get(at(&pairs.psu, pair)).copied().unwrap_or_default();
                psu * factors.get(at(&pairs.cell, pair)).copied().unwrap_or_default()
            })
            .collect();
        let largest = factor_of_pair.iter().fold(0.0, |bound: f64, factor| bound.max(factor.abs()));
        let width = ratios * 2;
        let grids: Vec<Grid> =
            table.bounds.iter().map(|bound| Grid::for_sum(bound * largest, fine.len())).collect();
        let mut sums = vec![0i128; fine.members.len() * width];
        for (slot, row) in table.values.chunks_exact(width.max(1)).enumerate() {
            let factor = factor_of_pair.get(fine.part_of(slot)).copied().unwrap_or_default();
            if factor == 0.0 {
                continue;
            }
            let start = fine.domain_of(slot) * width;
            for ((sum, value), grid) in sums.iter_mut().skip(start).zip(row).zip(&grids) {
                *sum += grid.whole(factor * value);
            }
        }
        Ok(ReplicateSums { width, sums, grids })
    }

    /// Calibrates and trims a replicate and passes over the responses.
    fn by_responses(
        &self,
        replicate: &Replicate,
        plan: &Plan<'_>,
    ) -> Result<ReplicateSums, IndexError> {
        let design = self.frame.design();
        let psu_factors = replicate.factors(design);
        let factors = self.factors(replicate, &psu_factors)?;
        let cells = &self.frame.cells().of;
        let mut weights = keys::collect(self.frame.len(), |response| {
            let base = self.frame.base().get(response).copied().unwrap_or_default();
            let psu =
                psu_factors.get(design.psu_of(response) as usize).copied().unwrap_or_default();
            let cell = cells.get(response).copied().unwrap_or_default();
            base * psu * factors.get(cell as usize).copied().unwrap_or_default()
        });
        if let (Some(trim), Some(bounds)) = (self.calibration.trim, self.calibrated.trim_bounds) {
            trim.apply(&mut weights, bounds).map_err(|cause| self.named(replicate, cause))?;
        }
        let one = Slots::new(self.frame.len(), 1, |_| 0, self.domains);
        let weight = |response: usize| weights.get(response).copied().unwrap_or_default();
        let ranged = Weights::ranged(self.frame.len(), weight);
        let sums = sweep::sweep(self.answers, plan, &ranged, &one.of, one.len());
        Ok(ReplicateSums::from_sweep(&sums, &one, plan.len()))
    }

    fn factors(&self, replicate: &Replicate, psu_factors: &[f64]) -> Result<Vec<f64>, IndexError> {
        let pairs = self.frame.pairs();
        let value = |pair: usize| {
            let psu = pairs.psu.get(pair).map_or(0, |&psu| psu as usize);
            let base = pairs.base.get(pair).copied().unwrap_or_default();
            base * psu_factors.get(psu).copied().unwrap_or_default()
        };
        let bound = (0..pairs.psu.len()).map(value).fold(0.0, f64::max);
        let grid = Grid::for_sum(bound, pairs.psu.len());
        let mut sums = vec![0i128; self.frame.cells().len()];
        for (pair, &cell) in pairs.cell.iter().enumerate() {
            if let Some(sum) = sums.get_mut(cell as usize) {
                *sum += grid.whole(value(pair));
            }
        }
        let base: Vec<f64> = sums.into_iter().map(|sum| grid.value(sum)).collect();
        let problem = Problem::of(self.frame).with_base(&base);
        let solution = self.calibration.method.solve(&problem, &self.calibration.options);
        Ok(solution.map_err(|cause| self.named(replicate, cause))?.factors)
    }

    fn named(&self, replicate: &Replicate, cause: WeighError) -> WeighError {
        let Some(psu) = replicate.left_out() else {
            return WeighError::Drawn { replicate: replicate.index() + 1, cause: Box::new(cause) };
        };
        let design = self.frame.design();
        WeighError::Replicate {
            psu: design.code(psu),
            stratum: design.strata().get(psu).copied().unwrap_or_default(),
            cause: Box::new(cause),
        }
    }
}

/// Σ base·y and Σ base·x by PSU × cell × domain, and the largest of each.
struct Table {
    /// slot × ratios × [y, x].
    values: Vec<f64>,
    bounds: Vec<f64>,
}

impl Table {
    fn new(resampling: &Resampling<'_>, plan: &Plan<'_>, fine: &Slots) -> Self {
        let base = resampling.frame.base();
        let weight = |response: usize| base.get(response).copied().unwrap_or_default();
        let weights = Weights::ranged(base.len(), weight);
        let sums = sweep::sweep(resampling.answers, plan, &weights, &fine.of, fine.len());
        let mut values = Vec::with_capacity(fine.len() * plan.len() * 2);
        let mut bounds = vec![0.0f64; plan.len() * 2];
        for slot in 0..fine.len() {
            for ratio in 0..plan.len() {
                values.extend([sums.y(slot, ratio), sums.x(slot, ratio)]);
            }
        }
        for row in values.chunks_exact(bounds.len().max(1)) {
            for (bound, value) in bounds.iter_mut().zip(row) {
                *bound = bound.max(value.abs());
            }
        }
        Self { values, bounds }
    }
}

/// Σwy and Σwx of a replicate by domain.
struct ReplicateSums {
    width: usize,
    /// domain × ratios × [y, x].
    sums: Vec<i128>,
    grids: Vec<Grid>,
}

impl ReplicateSums {
    fn from_sweep(sums: &Sums, slots: &Slots, ratios: usize) -> Self {
        let width = ratios * 2;
        let grids = sums.flat_grids();
        let mut flat = vec![0i128; slots.members.len() * width];
        for slot in 0..slots.len() {
            let start = slots.domain_of(slot) * width;
            for (sum, part) in flat.iter_mut().skip(start).zip(sums.row(slot)) {
                *sum += part;
            }
        }
        Self { width, sums: flat, grids }
    }

    fn get(&self, domain: Option<u32>, ratio: usize, side: usize) -> f64 {
        let column = ratio * 2 + side;
        let at = |domain: usize| self.sums.get(domain * self.width + column).copied();
        let sum = match domain {
            Some(domain) => at(domain as usize).unwrap_or_default(),
            None => (0..self.sums.len() / self.width.max(1)).filter_map(at).sum(),
        };
        self.grids.get(column).map_or(0.0, |grid| grid.value(sum))
    }
}

/// Silence for callers that show no progress.
pub fn no_progress(_: usize, _: usize) {}

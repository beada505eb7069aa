//! A sample made ready: joint cells, PSU × cell pairs and their base-weight sums. Everything that calibration,
//! replicates and variance need of the responses is here in sums, so that they never touch responses again.

use super::design::Design;
use super::error::WeighError;
use super::keys::{self, Numbered};
use super::margin::{self, Cells, Margin};
use super::tally::{self, Tally};

/// Base weights lie between these, or are 0.
pub const WEIGHT_MIN: f64 = 1e-12;
/// The largest base weight.
pub const WEIGHT_MAX: f64 = 1e12;

/// n responses as weighing sees them.
#[derive(Clone, Debug)]
pub struct Sample {
    /// n base weights: 0 or 1e-12 … 1e12, in persons per response.
    pub base: Vec<f64>,
    /// Strata, PSUs, finite populations.
    pub design: Design,
    /// Known totals, in the order in which raking visits them; may be empty.
    pub margins: Vec<Margin>,
}

/// PSU × joint cell: the finest groups whose members share PSU and calibration factor.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// Pair of each response.
    pub of: Vec<u32>,
    /// PSU of each pair, ascending.
    pub psu: Vec<u32>,
    /// Cell of each pair.
    pub cell: Vec<u32>,
    /// Sum of base weights of each pair.
    pub base: Vec<f64>,
}

/// A checked sample with its sums.
#[derive(Clone, Debug)]
pub struct Frame {
    pub(super) base: Vec<f64>,
    pub(super) design: Design,
    pub(super) margins: Vec<Margin>,
    pub(super) cells: Cells,
    pub(super) pairs: Pairs,
    /// Sum of base weights by cell.
    pub(super) cell_base: Vec<f64>,
    /// Responses with a base weight above zero by cell.
    pub(super) cell_active: Vec<f64>,
    /// Totals by column.
    pub(super) totals: Vec<f64>,
    /// Σ totals of one margin; without margins Σ base weights.
    pub(super) population: f64,
}

impl Frame {
    /// Checks a sample and sums it up.
    /// # Errors
    /// No responses, weights outside their range or all zero, columns of other lengths, margins that cannot be.
    pub fn new(sample: Sample) -> Result<Self, WeighError> {
        let Sample { base, design, margins } = sample;
        let n = base.len();
        if n == 0 {
            return Err(WeighError::NoResponses);
        }
        if let Some((response, &value)) = base
            .iter()
            .enumerate()
            .find(|(_, weight)| **weight != 0.0 && !(WEIGHT_MIN..=WEIGHT_MAX).contains(*weight))
        {
            return Err(WeighError::BaseWeight { response, value });
        }
        let largest = base.iter().fold(0.0, |bound: f64, &weight| bound.max(weight));
        if largest == 0.0 {
            return Err(WeighError::AllZero);
        }
        let (cells, totals, population) = margin::joint_cells(n, &margins)?;
        let width = cells.len() as u64;
        let Numbered { of, keys } =
            keys::number(n, (design.psus() as u64).saturating_mul(width), |response| {
                let cell = cells.of.get(response).copied().unwrap_or_default();
                u64::from(design.psu_of(response)) * width + u64::from(cell)
            });
        let at = |column: &[f64], index: usize| column.get(index).copied().unwrap_or_default();
        let by_pair = tally::by_key(
            n,
            keys.len(),
            largest,
            |response| of.get(response).copied().unwrap_or(u32::MAX),
            |response| at(&base, response),
        );
        let psu = keys.iter().map(|key| (key / width.max(1)) as u32).collect();
        let cell: Vec<u32> = keys.iter().map(|key| (key % width.max(1)) as u32).collect();
        let cell_of_pair = |pair: usize| cell.get(pair).map_or(usize::MAX, |&cell| cell as usize);
        let by_cell: Tally = by_pair.coarser(cells.len(), cell_of_pair);
        let mut cell_active = vec![0.0; cells.len()];
        for (&cell, &weight) in cells.of.iter().zip(&base) {
            if weight > 0.0
                && let Some(count) = cell_active.get_mut(cell as usize)
            {
                *count += 1.0;
            }
        }
        let base_sum = by_cell.grid.value(by_cell.sums.iter().sum());
        let population = population.unwrap_or(base_sum);
        let cell_base = by_cell.values();
        let pairs = Pairs { of, psu, cell, base: by_pair.values() };
        Ok(Self { base, design, margins, cells, pairs, cell_base, cell_active, totals, population })
    }

    /// Number of responses.
    pub fn len(&self) -> usize {
        self.base.len()
    }

    /// Never true: a frame without responses is refused.
    pub fn is_empty(&self) -> bool {
        self.base.is_empty()
    }

    /// The design.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The margins as given.
    pub fn margins(&self) -> &[Margin] {
        &self.margins
    }

    /// The joint cells.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// PSU × cell.
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// n base weights.
    pub fn base(&self) -> &[f64] {
        &self.base
    }

    /// Σ base weights by cell.
    pub fn cell_base(&self) -> &[f64] {
        &self.cell_base
    }

    /// Responses with a base weight above zero, by cell.
    pub fn cell_active(&self) -> &[f64] {
        &self.cell_active
    }

    /// Σ of the totals of one margin; without margins Σ base weights.
    pub fn population(&self) -> f64 {
        self.population
    }
}

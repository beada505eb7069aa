//! What a weighting method is, and the list of them. A new method is a file with its citation and a line in [`METHODS`].

use super::error::WeighError;
use super::frame::Frame;
use super::margin::{Cells, Margin};
use super::{calibrate, none, poststratify, rake};

/// Every weighting method this crate knows.
pub const METHODS: &[&dyn Method] = &[
    &none::NONE,
    &poststratify::POSTSTRATIFY,
    &rake::RAKE,
    &calibrate::LINEAR,
    &calibrate::RAKING,
    &calibrate::LOGIT,
];

/// Finds a method by name.
pub fn method(name: &str) -> Option<&'static dyn Method> {
    METHODS.iter().copied().find(|method| method.name() == name)
}

/// How a method turns base weights into calibrated ones. It sees joint cells only: all responses of one cell get
/// the same factor.
pub trait Method: Sync {
    /// Its name in messages and specifications.
    fn name(&self) -> &'static str;

    /// Factors per cell that make the weights meet the totals.
    /// # Errors
    /// When there are none, saying which totals are missed and by how much.
    fn solve(&self, problem: &Problem<'_>, options: &Options) -> Result<Solution, WeighError>;

    /// How the influence values are corrected for the calibration when variance is linearized.
    fn projection(&self) -> Projection;
}

/// What is taken from the influence values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Nothing: weights were not calibrated.
    None,
    /// Their base-weighted regression on the margins' categories (Deville & Särndal 1992).
    Regression,
    /// So many rounds over the margins of taking out plain cell means, as R's `survey` does after `rake`.
    Rounds(usize),
}

/// Base weights by cell and the totals they are to meet.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// The joint cells.
    pub cells: &'a Cells,
    /// Σ base weights per cell; a replicate has its own.
    pub base: &'a [f64],
    /// Totals per column.
    pub totals: &'a [f64],
    /// Σ of the totals of one margin.
    pub population: f64,
    /// Names, for messages.
    pub margins: &'a [Margin],
}

/// When to stop, and within what bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Largest miss of a total allowed, as a share of the population.
    pub tolerance: f64,
    /// Full cycles (raking) or Newton steps (calibration) at most.
    pub max_iterations: usize,
    /// Bounds of calibrated ÷ base weight (scaled to the population), for `calibrate`.
    pub bounds: Option<(f64, f64)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-10, max_iterations: 1000, bounds: None }
    }
}

/// Factors found.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Calibrated weight ÷ base weight, per cell.
    pub factors: Vec<f64>,
    /// Per column: raking, its product of adjustments; calibration, its λ; for explanations.
    pub effects: Vec<f64>,
    /// Cycles or steps done.
    pub iterations: usize,
}

impl<'a> Problem<'a> {
    /// The problem of the full sample.
    pub fn of(frame: &'a Frame) -> Self {
        Self {
            cells: &frame.cells,
            base: &frame.cell_base,
            totals: &frame.totals,
            population: frame.population,
            margins: &frame.margins,
        }
    }

    /// The same with other base weights.
    pub fn with_base(self, base: &'a [f64]) -> Self {
        Self { base, ..self }
    }

    /// A cell's base weight.
    #[inline]
    pub fn base_of(&self, cell: usize) -> f64 {
        self.base.get(cell).copied().unwrap_or_default()
    }

    /// Σ base × factor by column.
    pub fn reached(&self, factors: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.cells.width()];
        let factor = |cell: usize| factors.get(cell).copied().unwrap_or_default();
        self.cells.add_up(&mut sums, |cell| self.base_of(cell) * factor(cell));
        sums
    }

    /// Refuses what no factors can reach: totals above zero without weight, weight where the total is zero.
    /// # Errors
    /// [`WeighError::EmptyCategories`], [`WeighError::ZeroTotals`].
    pub fn check_reachable(&self) -> Result<(), WeighError> {
        let mut held = vec![0.0; self.cells.width()];
        self.cells.add_up(&mut held, |cell| self.base_of(cell));
        let columns = || held.iter().zip(self.totals).enumerate();
        let empty: Vec<String> = columns()
            .filter(|&(_, (&held, &total))| held == 0.0 && total > 0.0)
            .map(|(column, (_, total))| format!("{} (total {total})", self.label(column)))
            .collect();
        if !empty.is_empty() {
            return Err(WeighError::EmptyCategories(empty));
        }
        let zero: Vec<String> = columns()
            .filter(|&(_, (&held, &total))| held > 0.0 && total == 0.0)
            .map(|(column, _)| self.label(column))
            .collect();
        if zero.is_empty() { Ok(()) } else { Err(WeighError::ZeroTotals(zero)) }
    }

    /// The largest miss as a share of the population, and the column that misses.
    pub fn worst_miss(&self, reached: &[f64]) -> (f64, usize) {
        let mut worst = (0.0, 0);
        for (column, (sum, total)) in reached.iter().zip(self.totals).enumerate() {
            let miss = (sum - total).abs() / self.population;
            if miss > worst.0 || miss.is_nan() {
                worst = (miss, column);
            }
        }
        worst
    }

    /// Per margin, its worst category and by how much it is missed.
    pub fn misses(&self, reached: &[f64]) -> Vec<String> {
        let mut lines = Vec::new();
        for bounds in self.cells.first.windows(2) {
            let &[from, to] = bounds else { continue };
            let worst = (from as usize..to as usize)
                .map(|column| {
                    let at =
                        |column_values: &[f64]| column_values.get(column).copied().unwrap_or(0.0);
                    (column, at(reached) - at(self.totals), at(self.totals))
                })
                .max_by(|left, right| left.1.abs().total_cmp(&right.1.abs()));
            if let Some((column, miss, total)) = worst {
                let share = 100.0 * miss.abs() / self.population;
                lines.push(format!(
                    "{} misses its total {total} by {miss:+.6} ({share:.6} % of the population)",
                    self.label(column)
                ));
            }
        }
        lines
    }

    /// A column as "variable = category".
    pub fn label(&self, column: usize) -> String {
        for (margin, bounds) in self.margins.iter().zip(self.cells.first.windows(2)) {
            let &[from, to] = bounds else { continue };
            if (from as usize..to as usize).contains(&column) {
                let label = margin.labels.get(column - from as usize);
                return format!("{} = {:?}", margin.name, label.map_or("", String::as_str));
            }
        }
        format!("column {column}")
    }
}

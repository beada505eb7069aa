//! Post-stratification (Holt & Smith 1979): w = d · N_c / Σ_c d within each category c of one variable.

use super::error::WeighError;
use super::method::{Method, Options, Problem, Projection, Solution};

/// The method `poststratify`.
pub struct Poststratify;

/// Scales the base weights of each category to its total.
pub const POSTSTRATIFY: Poststratify = Poststratify;

impl Method for Poststratify {
    fn name(&self) -> &'static str {
        "poststratify"
    }

    fn solve(&self, problem: &Problem<'_>, _: &Options) -> Result<Solution, WeighError> {
        if problem.cells.margins != 1 {
            return Err(WeighError::Method {
                method: self.name(),
                problem: format!(
                    "it takes exactly one variable, not {}; use rake for several",
                    problem.cells.margins
                ),
            });
        }
        problem.check_reachable()?;
        let mut held = vec![0.0; problem.cells.width()];
        problem.cells.add_up(&mut held, |cell| problem.base_of(cell));
        let effects: Vec<f64> = held
            .iter()
            .zip(problem.totals)
            .map(|(&held, &total)| if held > 0.0 { total / held } else { 0.0 })
            .collect();
        let factors = (0..problem.cells.len())
            .map(|cell| {
                let column = problem.cells.columns_of(cell).first().copied().unwrap_or_default();
                effects.get(column as usize).copied().unwrap_or_default()
            })
            .collect();
        Ok(Solution { factors, effects, iterations: 1 })
    }

    fn projection(&self) -> Projection {
        Projection::Regression // on one variable: the base-weighted mean of each category
    }
}

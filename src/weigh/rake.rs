//! Raking, iterative proportional fitting (Deming & Stephan 1940): the margins are met one after the other, in the
//! order given, cyclically, until no total is missed by more than the tolerance.

use super::error::WeighError;
use super::method::{Method, Options, Problem, Projection, Solution};

/// The method `rake`.
pub struct Rake;

/// Meets the margins in turn until they hold together.
pub const RAKE: Rake = Rake;

/// The miss is compared with the one so many cycles before; when it has stopped falling, raking is given up.
const PATIENCE: usize = 100;
/// A miss that has kept more than this share of itself over [`PATIENCE`] cycles has stopped falling.
const STANDSTILL: f64 = 1.0 - 1e-6;
/// R's `survey` takes residuals in ten rounds.
const RESIDUAL_ROUNDS: usize = 10;

impl Method for Rake {
    fn name(&self) -> &'static str {
        "rake"
    }

    fn solve(&self, problem: &Problem<'_>, options: &Options) -> Result<Solution, WeighError> {
        if problem.cells.margins == 0 {
            return Err(WeighError::Method {
                method: self.name(),
                problem: "it needs at least one variable".into(),
            });
        }
        problem.check_reachable()?;
        let mut factors = vec![1.0; problem.cells.len()];
        let mut effects = vec![1.0; problem.cells.width()];
        let mut before = f64::INFINITY;
        for iteration in 1..=options.max_iterations.max(1) {
            for margin in 0..problem.cells.margins {
                meet(problem, margin, &mut factors, &mut effects);
            }
            let reached = problem.reached(&factors);
            let (miss, _) = problem.worst_miss(&reached);
            if miss <= options.tolerance {
                return Ok(Solution { factors, effects, iterations: iteration });
            }
            let stuck = iteration % PATIENCE == 0 && miss > before * STANDSTILL;
            if stuck || miss.is_nan() || iteration == options.max_iterations {
                let misses = problem.misses(&reached);
                return Err(WeighError::NotConverged { iterations: iteration, misses });
            }
            if iteration % PATIENCE == 0 {
                before = miss;
            }
        }
        let misses = problem.misses(&problem.reached(&factors));
        Err(WeighError::NotConverged { iterations: options.max_iterations, misses })
    }

    fn projection(&self) -> Projection {
        Projection::Rounds(RESIDUAL_ROUNDS)
    }
}

/// Scales the cells of each category of one margin so that its total is met.
#[expect(
    clippy::indexing_slicing,
    reason = "cells, columns and margins were numbered together by `joint_cells`"
)]
fn meet(problem: &Problem<'_>, margin: usize, factors: &mut [f64], effects: &mut [f64]) {
    let cells = problem.cells;
    let (from, to) = (cells.first[margin] as usize, cells.first[margin + 1] as usize);
    let mut ratio = vec![0.0; to - from];
    for (cell, &factor) in factors.iter().enumerate() {
        ratio[cells.columns[cell * cells.margins + margin] as usize - from] +=
            problem.base[cell] * factor;
    }
    for ((sum, &total), effect) in
        ratio.iter_mut().zip(&problem.totals[from..to]).zip(&mut effects[from..to])
    {
        *sum = if *sum > 0.0 { total / *sum } else { 1.0 };
        *effect *= *sum;
    }
    for (cell, factor) in factors.iter_mut().enumerate() {
        *factor *= ratio[cells.columns[cell * cells.margins + margin] as usize - from];
    }
}

#[cfg(test)]
mod tests {
    use super::super::margin::{joint_cells, tests::margin};
    use super::*;

    fn solve(
        a: (&[u32], &[f64]),
        b: (&[u32], &[f64]),
        base: &[f64],
    ) -> Result<Vec<f64>, WeighError> {
        let margins = [margin("a", a.0, a.1), margin("b", b.0, b.1)];
        let (cells, totals, population) = joint_cells(base.len(), &margins)?;
        let mut sums = vec![0.0; cells.len()];
        cells.of.iter().zip(base).for_each(|(&cell, weight)| sums[cell as usize] += weight);
        let problem = Problem {
            cells: &cells,
            base: &sums,
            totals: &totals,
            population: population.unwrap(),
            margins: &margins,
        };
        let options = Options { tolerance: 1e-13, ..Options::default() };
        let factors = RAKE.solve(&problem, &options)?.factors;
        Ok(cells.of.iter().zip(base).map(|(&cell, w)| w * factors[cell as usize]).collect())
    }

    #[test]
    fn a_table_is_raked_to_both_margins_and_keeps_its_odds_ratio() {
        let weights = solve(
            (&[0, 0, 1, 1], &[30.0, 70.0]),
            (&[0, 1, 0, 1], &[60.0, 40.0]),
            &[1.0, 2.0, 3.0, 4.0],
        )
        .unwrap();
        let [a, b, c, d] = weights[..] else { panic!() };
        assert!((a + b - 30.0).abs() < 1e-10 && (a + c - 60.0).abs() < 1e-10);
        assert!(((a * d) / (b * c) - (1.0 * 4.0) / (2.0 * 3.0)).abs() < 1e-10);
    }

    #[test]
    fn margins_that_no_weights_can_meet_are_refused_with_their_misses() {
        let error = solve((&[0, 1], &[30.0, 70.0]), (&[0, 1], &[60.0, 40.0]), &[1.0, 1.0])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("does not converge") && error.contains("misses its total 70 by -30"),
            "{error}"
        );
    }

    #[test]
    fn a_category_that_nobody_with_a_weight_is_in_is_refused() {
        let error = solve((&[0, 1], &[30.0, 70.0]), (&[0, 0], &[100.0]), &[1.0, 0.0]).unwrap_err();
        assert_eq!(error, WeighError::EmptyCategories(vec!["a = \"a1\" (total 70)".into()]));
    }
}

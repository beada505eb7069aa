//! Calibration (Deville & Särndal 1992): w = d·F(x'λ) with Σ w·x = totals, x the categories of all margins.
//!
//! λ minimizes the convex dual Σ d·∫F(x'λ) − λ'totals. Newton steps with halving find it; where the bounds make the
//! dual flat, a floor under the curvature keeps the steps finite. If the totals cannot be met inside the bounds the
//! dual has no minimum, and what is still missed is told.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::distance::Distance;
use super::error::WeighError;
use super::method::{Method, Options, Problem, Projection, Solution};

/// `calibrate` with one distance.
pub struct Calibrate {
    name: &'static str,
    distance: fn(Option<(f64, f64)>) -> Option<Distance>,
}

/// Distance (w − d)²/d: the regression estimator.
pub const LINEAR: Calibrate = Calibrate {
    name: "calibrate linear",
    distance: |bounds| {
        let (lower, upper) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Some(Distance::Linear { lower, upper })
    },
};

/// Distance w·ln(w/d) − w + d: where raking without end arrives.
pub const RAKING: Calibrate = Calibrate {
    name: "calibrate raking",
    distance: |bounds| {
        let (lower, upper) = bounds.unwrap_or((0.0, f64::INFINITY));
        Some(Distance::Raking { lower: lower.max(0.0), upper })
    },
};

/// Logit distance: weights stay strictly inside the bounds.
pub const LOGIT: Calibrate = Calibrate {
    name: "calibrate logit",
    distance: |bounds| bounds.map(|(lower, upper)| Distance::Logit { lower, upper }),
};

/// Categories over all margins: the equations are solved densely.
pub const COLUMNS_MAX: usize = 1000;
/// Totals count as met within this share of the population; below it doubles cannot tell.
const MET: f64 = 1e-14;
/// Totals that the last steps could not bring nearer are accepted within this share.
const MET_AT_LEAST: f64 = 1e-11;
const STEPS_MAX: usize = 300;
const HALVINGS_MAX: usize = 40;
/// Least curvature of a cell, relative to its weight.
const CURVATURE_MIN: f64 = 1e-4;
/// Keeps the equations solvable although each margin's columns add to the same.
const RIDGE: f64 = 1e-12;

impl Method for Calibrate {
    fn name(&self) -> &'static str {
        self.name
    }

    fn solve(&self, problem: &Problem<'_>, options: &Options) -> Result<Solution, WeighError> {
        let refuse = |problem: String| Err(WeighError::Method { method: self.name, problem });
        if problem.cells.margins == 0 {
            return refuse("it needs at least one variable".into());
        }
        if problem.cells.width() > COLUMNS_MAX {
            return refuse(format!(
                "{} categories are more than it solves ({COLUMNS_MAX}); merge some",
                problem.cells.width()
            ));
        }
        if let Some((lower, upper)) = options.bounds
            && !((0.0..1.0).contains(&lower) && upper > 1.0 && upper.is_finite())
        {
            return refuse(format!("bounds [{lower}, {upper}] must be 0 ≤ lower < 1 < upper"));
        }
        let Some(distance) = (self.distance)(options.bounds) else {
            return refuse("it needs bounds [lower, upper] with lower < 1 < upper".into());
        };
        problem.check_reachable()?;
        solve(problem, distance, options)
    }

    fn projection(&self) -> Projection {
        Projection::Regression
    }
}

/// One state of the search: λ and what it gives, in shares of the population.
struct State {
    lambda: Vec<f64>,
    factors: Vec<f64>,
    slopes: Vec<f64>,
    /// Σ w·x − totals, by column.
    misses: Vec<f64>,
    objective: f64,
}

impl State {
    fn at(lambda: Vec<f64>, shares: &[f64], problem: &Problem<'_>, distance: Distance) -> Self {
        let cells = problem.cells;
        let (mut factors, mut slopes) = (Vec::new(), Vec::new());
        let mut objective = 0.0;
        for (cell, share) in shares.iter().enumerate() {
            let lambda_of = |&column: &u32| lambda.get(column as usize).copied().unwrap_or(0.0);
            let u: f64 = cells.columns_of(cell).iter().map(lambda_of).sum();
            let (factor, slope) = distance.factor(u);
            factors.push(factor);
            slopes.push(slope);
            objective += share * distance.integral(u);
        }
        let mut misses: Vec<f64> =
            problem.totals.iter().map(|total| -total / problem.population).collect();
        objective += misses.iter().zip(&lambda).map(|(total, lambda)| total * lambda).sum::<f64>();
        let at = |column: &[f64], cell: usize| column.get(cell).copied().unwrap_or_default();
        cells.add_up(&mut misses, |cell| at(shares, cell) * at(&factors, cell));
        Self { lambda, factors, slopes, misses, objective }
    }

    fn worst(&self) -> f64 {
        self.misses.iter().fold(0.0, |worst: f64, miss| worst.max(miss.abs()))
    }
}

fn solve(
    problem: &Problem<'_>,
    distance: Distance,
    options: &Options,
) -> Result<Solution, WeighError> {
    let base_sum: f64 = problem.base.iter().sum();
    let shares: Vec<f64> = problem.base.iter().map(|base| base / base_sum).collect();
    let mut state = State::at(vec![0.0; problem.cells.width()], &shares, problem, distance);
    let steps = options.max_iterations.clamp(1, STEPS_MAX);
    let mut done = 0;
    while done < steps && state.worst() > MET {
        done += 1;
        let Some(next) = step(&state, &shares, problem, distance) else { break };
        let standstill = next.worst() >= state.worst() && state.worst() <= MET_AT_LEAST;
        if standstill {
            break;
        }
        state = next;
    }
    let worst = state.worst();
    if worst.is_nan() || worst > options.tolerance.clamp(MET_AT_LEAST, 1e-9) {
        let reached: Vec<f64> = state
            .misses
            .iter()
            .zip(problem.totals)
            .map(|(miss, total)| total + miss * problem.population)
            .collect();
        let within = options.bounds.map_or(String::new(), |(lower, upper)| {
            format!(" with weights between {lower} and {upper} times the base weight")
        });
        return Err(WeighError::NoSolution { within, misses: problem.misses(&reached) });
    }
    let scale = problem.population / base_sum;
    let factors = state.factors.iter().map(|factor| factor * scale).collect();
    Ok(Solution { factors, effects: state.lambda, iterations: done })
}

/// A Newton step, halved until the dual falls; `None` when none makes it fall.
fn step(state: &State, shares: &[f64], problem: &Problem<'_>, distance: Distance) -> Option<State> {
    let at = |column: &[f64], cell: usize| column.get(cell).copied().unwrap_or_default();
    let curvature = |cell: usize| at(shares, cell) * at(&state.slopes, cell).max(CURVATURE_MIN);
    let equations = Equations::new(problem.cells, curvature)?;
    let direction = equations.solve(&state.misses);
    let fall: f64 = direction.iter().zip(&state.misses).map(|(step, miss)| step * miss).sum();
    let mut length = 1.0;
    for _ in 0..HALVINGS_MAX {
        let lambda =
            state.lambda.iter().zip(&direction).map(|(old, step)| old - length * step).collect();
        let next = State::at(lambda, shares, problem, distance);
        let enough = next.objective <= state.objective - 1e-4 * length * fall;
        // Near the minimum the objective's digits are used up; the misses still tell.
        if (enough || next.worst() < 0.5 * state.worst()) && next.objective.is_finite() {
            return Some(next);
        }
        length /= 2.0;
    }
    None
}

/// X'WX over joint cells, factored; its columns are dependent (each margin adds to the same), so a small ridge and
/// refinement steps give the solution of least norm.
pub(super) struct Equations {
    matrix: DMatrix<f64>,
    factored: Cholesky<f64, Dyn>,
}

impl Equations {
    /// `weight(cell)`: W.
    pub(super) fn new(cells: &super::margin::Cells, weight: impl Fn(usize) -> f64) -> Option<Self> {
        let width = cells.width();
        let mut matrix = DMatrix::<f64>::zeros(width, width);
        for cell in 0..cells.len() {
            let weight = weight(cell);
            for &row in cells.columns_of(cell) {
                for &column in cells.columns_of(cell) {
                    if let Some(entry) = matrix.get_mut((row as usize, column as usize)) {
                        *entry += weight;
                    }
                }
            }
        }
        let ridge = RIDGE * matrix.diagonal().max();
        let mut ridged = matrix.clone();
        for index in 0..width {
            if let Some(entry) = ridged.get_mut((index, index)) {
                *entry += ridge;
            }
        }
        Some(Self { matrix, factored: Cholesky::new(ridged)? })
    }

    /// The least-norm β with X'WX β = right.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let right = DVector::from_column_slice(right);
        let mut solution = self.factored.solve(&right);
        for _ in 0..3 {
            let rest = &right - &self.matrix * &solution;
            solution += self.factored.solve(&rest);
        }
        solution.as_slice().to_vec()
    }
}

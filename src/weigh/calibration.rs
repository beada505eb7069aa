//! From a frame to calibrated weights, and how good they are.

use super::error::WeighError;
use super::exact;
use super::frame::Frame;
use super::keys;
use super::method::{Method, Options, Problem, Projection, Solution};
use super::tally;
use super::trim::Trim;

/// What is to be done to the base weights.
#[derive(Clone, Copy)]
pub struct Calibration {
    /// The method.
    pub method: &'static dyn Method,
    /// When it stops and within what bounds.
    pub options: Options,
    /// Trimming after calibration.
    pub trim: Option<Trim>,
}

impl Calibration {
    /// A method with default options and no trimming.
    pub fn by(method: &'static dyn Method) -> Self {
        Self { method, options: Options::default(), trim: None }
    }
}

/// Weights and how they came about.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// n final weights, in persons per response.
    pub weights: Vec<f64>,
    /// n calibrated weights before trimming; `None` when nothing was trimmed.
    pub before_trim: Option<Vec<f64>>,
    /// Factors per joint cell and effects per category.
    pub solution: Solution,
    /// Trimming bounds in the unit of the weights.
    pub trim_bounds: Option<(f64, f64)>,
    /// The correction of influence values that the method asks for.
    pub projection: Projection,
    /// How good the weights are.
    pub quality: Quality,
}

/// Figures published beside every weighting.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// Cycles (raking) or Newton steps (calibration).
    pub iterations: usize,
    /// Largest miss of a total after trimming, as a share of the population.
    pub worst_miss: f64,
    /// The category that is missed most.
    pub worst_category: Option<String>,
    /// Σ w by category after trimming: one per category of every margin, in the order of the frame's margins.
    pub reached: Vec<f64>,
    /// Σ w.
    pub sum: f64,
    /// Responses with a weight other than 0.
    pub n: usize,
    /// Smallest weight other than 0.
    pub min: f64,
    /// Largest weight.
    pub max: f64,
    /// Standard deviation ÷ mean of the weights other than 0.
    pub cv: f64,
    /// Share of responses whose calibrated weight lay outside the trimming bounds.
    pub trimmed_share: f64,
    /// n Σw² / (Σw)² (Kish 1965).
    pub kish_deff: f64,
    /// (Σw)² / Σw².
    pub effective_n: f64,
}

/// Calibrates a frame.
/// # Errors
/// Whatever the method or the trimming refuses; see [`WeighError`].
pub fn calibrate(frame: &Frame, calibration: &Calibration) -> Result<Calibrated, WeighError> {
    let problem = Problem::of(frame);
    let solution = calibration.method.solve(&problem, &calibration.options)?;
    let mut weights = keys::collect(frame.len(), |response| {
        let cell = frame.cells.of.get(response).copied().unwrap_or_default();
        let factor = solution.factors.get(cell as usize).copied().unwrap_or_default();
        frame.base.get(response).copied().unwrap_or_default() * factor
    });
    if !weights.iter().all(|weight| weight.is_finite()) {
        return Err(WeighError::Method {
            method: calibration.method.name(),
            problem: "a weight is too large to be a number; merge small categories".into(),
        });
    }
    let mut before_trim = None;
    let mut trim_bounds = None;
    if let Some(trim) = calibration.trim {
        let bounds = trim.absolute(&weights);
        let mut trimmed = weights.clone();
        trim.apply(&mut trimmed, bounds)?;
        trim_bounds = Some(bounds);
        if trimmed != weights {
            before_trim = Some(std::mem::replace(&mut weights, trimmed));
        }
    }
    let outside = |(lower, upper): (f64, f64)| {
        let before = before_trim.iter().flatten();
        before.filter(|&&weight: &&f64| weight != 0.0 && !(lower..=upper).contains(&weight)).count()
    };
    let trimmed = trim_bounds.map_or(0, outside);
    let quality = quality(&problem, frame, &weights, trimmed, solution.iterations);
    Ok(Calibrated {
        weights,
        before_trim,
        solution,
        trim_bounds,
        projection: calibration.method.projection(),
        quality,
    })
}

fn quality(
    problem: &Problem<'_>,
    frame: &Frame,
    weights: &[f64],
    trimmed: usize,
    iterations: usize,
) -> Quality {
    let weight = |response: usize| weights.get(response).copied().unwrap_or_default();
    let mut n = 0usize;
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    for &weight in weights.iter().filter(|&&weight| weight != 0.0) {
        n += 1;
        min = min.min(weight);
        max = max.max(weight);
    }
    let sum = exact::sum(weights.len(), weight);
    let squares = exact::sum(weights.len(), |response| weight(response) * weight(response));
    let effective_n = sum * sum / squares;
    let kish_deff = n as f64 / effective_n;
    let bound = max.abs().max(min.abs());
    let by_cell = tally::by_key(
        weights.len(),
        problem.cells.len(),
        bound,
        |response| frame.cells.of.get(response).copied().unwrap_or(u32::MAX),
        weight,
    )
    .values();
    let mut reached = vec![0.0; problem.cells.width()];
    problem.cells.add_up(&mut reached, |cell| by_cell.get(cell).copied().unwrap_or_default());
    let (worst_miss, column) = problem.worst_miss(&reached);
    Quality {
        iterations,
        worst_miss,
        worst_category: (problem.cells.width() > 0).then(|| problem.label(column)),
        reached,
        sum,
        n,
        min,
        max,
        cv: (kish_deff - 1.0).max(0.0).sqrt(),
        trimmed_share: trimmed as f64 / n.max(1) as f64,
        kish_deff,
        effective_n,
    }
}

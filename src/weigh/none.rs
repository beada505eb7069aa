//! No calibration: base weights stay as they are.

use super::error::WeighError;
use super::method::{Method, Options, Problem, Projection, Solution};

/// The method `none`.
pub struct None_;

/// Leaves base weights as they are.
pub const NONE: None_ = None_;

impl Method for None_ {
    fn name(&self) -> &'static str {
        "none"
    }

    fn solve(&self, problem: &Problem<'_>, _: &Options) -> Result<Solution, WeighError> {
        let factors = vec![1.0; problem.cells.len()];
        Ok(Solution { factors, effects: vec![1.0; problem.cells.width()], iterations: 0 })
    }

    fn projection(&self) -> Projection {
        Projection::None
    }
}

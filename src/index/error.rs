//! Why something cannot be estimated.

use crate::weigh::WeighError;

/// A refusal of the indexing stage.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum IndexError {
    /// An estimand that cannot be.
    #[error("estimand {name}: {problem}")]
    Estimand {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Columns of other lengths than the sample.
    #[error("{column} has {found} values for {expected} responses")]
    Length {
        /// What the column is.
        column: String,
        /// n.
        expected: usize,
        /// Its length.
        found: usize,
    },
    /// A level of confidence that is none.
    #[error("confidence {0} must lie between 0.5 and 0.9999")]
    Confidence(f64),
    /// A variance or replicate that the weighing stage refuses.
    #[error(transparent)]
    Weigh(#[from] WeighError),
    /// A small-area model that cannot be fitted.
    #[error("small-area model: {0}")]
    Model(String),
}

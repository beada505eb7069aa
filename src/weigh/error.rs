//! Why a sample cannot be weighed: one variant per thing a person can act on.

use std::fmt::{Display, Formatter};

/// How many faults of one kind are listed one by one.
pub const LISTED: usize = 20;

/// A refusal of the weighing stage. Responses are counted from 0 in the order they were given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WeighError {
    /// Nothing to weigh.
    #[error("no responses")]
    NoResponses,
    /// More responses than 32-bit numbers can hold.
    #[error("{0} responses are more than this engine holds (4,294,967,295)")]
    TooMany(usize),
    /// Columns of one sample have different lengths.
    #[error("{column} has {found} values for {expected} responses")]
    Length {
        /// What the column is.
        column: String,
        /// n.
        expected: usize,
        /// Its length.
        found: usize,
    },
    /// A base weight outside its range.
    #[error(
        "response {response}: base weight {value} is not between 0 and 1e12 (or is below 1e-12)"
    )]
    BaseWeight {
        /// Index of the response.
        response: usize,
        /// Its base weight.
        value: f64,
    },
    /// Nobody has a weight.
    #[error("all base weights are zero; nothing can be weighed")]
    AllZero,
    /// Strata with one PSU while the design says `fail`.
    #[error("strata with one PSU: their variance is not defined: {}; join them with a neighbour or choose another lonely-PSU rule", listed(.0))]
    LonelyStrata(Vec<String>),
    /// Population numbers of PSUs that cannot be.
    #[error("population numbers of PSUs that cannot be: {}; give every response of a stratum the number of PSUs in its population", listed(.0))]
    Population(Vec<PopulationFault>),
    /// A code or total outside a margin's list of categories.
    #[error("margin {variable}: {problem}")]
    BadMargin {
        /// The margin's name.
        variable: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Margins that add to different populations.
    #[error("margins add to different populations: {}; correct the counts so that they agree{}", listed(.totals), also_empty(.empty))]
    MarginsDisagree {
        /// Per margin that differs from the first: both totals.
        totals: Vec<String>,
        /// Categories without a response, which may be why.
        empty: Vec<String>,
    },
    /// Categories with a total that no response with a weight belongs to.
    #[error("margin categories without a response of weight above zero: {}; merge each with a neighbour or leave it out", listed(.0))]
    EmptyCategories(Vec<String>),
    /// Categories with responses whose total is zero.
    #[error("margin categories with responses but a total of zero: {}; correct the counts", listed(.0))]
    ZeroTotals(Vec<String>),
    /// A method that was asked for something it cannot do.
    #[error("{method}: {problem}")]
    Method {
        /// Its name.
        method: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Raking that does not come to rest on its margins.
    #[error("raking does not converge: after {iterations} iterations margins are missed: {}; some joint cells the margins need hold no response: merge categories or drop a margin", listed(.misses))]
    NotConverged {
        /// Full cycles done.
        iterations: usize,
        /// Per margin: its worst category and by how much it is missed.
        misses: Vec<String>,
    },
    /// Calibration equations without a solution inside the bounds.
    #[error("calibration has no solution{within}: totals are missed: {}; widen the bounds, merge categories or drop a margin", listed(.misses))]
    NoSolution {
        /// " with weights between … and … times the base weight", or nothing.
        within: String,
        /// Per total that is missed: by how much.
        misses: Vec<String>,
    },
    /// Trimming that leaves nobody between the bounds.
    #[error(
        "trimming to {lower} … {upper} times the mean weight leaves no weight inside the bounds; widen them"
    )]
    NobodyInside {
        /// Multiple of the mean weight.
        lower: f64,
        /// Multiple of the mean weight.
        upper: f64,
    },
    /// A replicate that cannot be calibrated.
    #[error("without PSU {psu} of stratum {stratum}: {cause}")]
    Replicate {
        /// The caller's code of the PSU.
        psu: u32,
        /// The caller's code of its stratum.
        stratum: u32,
        /// Why the replicate's calibration failed.
        cause: Box<WeighError>,
    },
    /// A bootstrap replicate that cannot be calibrated.
    #[error(
        "bootstrap replicate {replicate} cannot be calibrated like the sample, by its chance of PSUs: {cause}; or ask for \"variance\": \"linearized\""
    )]
    Drawn {
        /// Which one, from 1.
        replicate: usize,
        /// Why its calibration failed.
        cause: Box<WeighError>,
    },
    /// More work than can be done in reasonable time.
    #[error("{0}")]
    TooMuch(String),
}

/// A response whose population number of PSUs cannot be.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationFault {
    /// Index of the response.
    pub response: usize,
    /// The caller's code of its stratum.
    pub stratum: u32,
    /// The number given.
    pub value: f64,
    /// What it cannot stand beside.
    pub beside: Beside,
}

/// What a population number of PSUs contradicts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beside {
    /// The number most responses of the stratum have (of numbers equally frequent the first one met).
    Usual {
        /// That number.
        value: f64,
        /// How many responses have it.
        responses: usize,
    },
    /// More PSUs of the stratum in the sample. Told once a stratum, of the first response with its usual number.
    Sampled(u32),
}

impl Display for PopulationFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { response, stratum, value, beside } = self;
        match beside {
            Beside::Usual { value: usual, responses } => write!(
                f,
                "response {response}: {value} for stratum {stratum}, where {responses} have {usual}"
            ),
            Beside::Sampled(count) => write!(
                f,
                "response {response}: {value} for stratum {stratum}, which has {count} PSUs in the sample"
            ),
        }
    }
}

fn also_empty(categories: &[String]) -> String {
    if categories.is_empty() {
        return String::new();
    }
    format!(
        ". Also margin categories without a response: {}; merge each with a neighbour or leave it out",
        listed(categories)
    )
}

/// The first 20 items, then how many there are in all.
pub fn listed<T: Display>(items: &[T]) -> String {
    let mut text = String::new();
    for (position, item) in items.iter().take(LISTED).enumerate() {
        if position > 0 {
            text.push_str("; ");
        }
        text.push_str(&item.to_string());
    }
    if items.len() > LISTED {
        text.push_str(&format!("; … {} in all", items.len()));
    }
    text
}

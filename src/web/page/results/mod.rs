//! `GET /results` and `GET /results/{round}`: what a publication says, for everybody.

mod beside;
mod chart;
mod index;
mod looks;
mod round;
mod sheets;

pub use beside::Beside;
pub use index::{ResultsPage, RoundLine};
pub use looks::{Called, Look};
pub use round::{Publication, RoundPage};
pub use sheets::{Coverage, FactorResult, Handling};

/// A place to go, with the words of the link.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// A path of ours.
    pub href: &'a str,
    /// What stands there.
    pub label: &'a str,
}

/// One unit's result; or that of one unit on one factor.
#[derive(Debug, Clone)]
pub struct UnitResult<'a> {
    /// The unit's official code: names it in [`UnitResult::tied_with`], and orders equal estimates.
    pub code: &'a str,
    /// The unit's name.
    pub unit: &'a str,
    /// Answers counted; published exactly, also where the figures are not.
    pub n: u64,
    /// The figures, or why there are none.
    pub figures: Result<Estimate, Suppression>,
    /// Codes of the units it cannot be told apart from.
    pub tied_with: Vec<&'a str>,
}

/// Published figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The weighted index, a share 0 to 1.
    pub index: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// The share before weighting.
    pub unweighted: f64,
    /// Kish's effective sample size.
    pub effective_n: f64,
    /// The rank; `None` where it is withheld, as for indicative figures.
    pub rank: Option<Rank>,
}

/// A rank and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// 1 is best.
    pub rank: u32,
    /// Best rank that fits the intervals.
    pub low: u32,
    /// Worst rank that fits the intervals.
    pub high: u32,
}

/// Why figures are not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// Over fewer respondents than the threshold.
    TooFew {
        /// Fewest respondents a published figure stands on.
        threshold: u32,
    },
    /// Together with another figure it would reveal one over too few.
    WouldReveal,
    /// Nobody answered.
    NoAnswers,
}

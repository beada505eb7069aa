//! issue → collect → dedup → seal → weigh → **index** → publish.
//!
//! In come a weighted sample ([`crate::weigh`]) and its answers as columns; out come estimates (indexes, shares,
//! points, means, totals) with standard errors and intervals, overall and by domain, and ranks with the ranks that
//! cannot be ruled out. Refused are estimands that do not fit the answers. A domain without a valid answer has no
//! estimate.

mod adders;
mod answers;
pub mod band;
pub mod difference;
mod domain;
mod error;
mod estimand;
mod estimate;
pub mod exact_test;
pub mod fay_herriot;
mod features;
pub mod interval;
mod linearized;
pub mod nonresponse;
pub mod quantile;
mod ranks;
mod reach;
mod resampled;
pub mod sample_size;
pub mod scorecard;
pub mod suppress;
mod sweep;
pub mod year;

pub use answers::{Answers, CODE_MAX, Codes, Item};
pub use domain::Domains;
pub use error::IndexError;
pub use estimand::{Estimand, Kind};
pub use estimate::{Estimate, Estimates, Method, Survey, estimate, interval_of, point_estimates};
pub use interval::{DfRule, IntervalKind, Point};
pub use ranks::{Rank, each_of, ranks};
pub use resampled::no_progress;

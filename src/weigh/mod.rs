//! issue → collect → dedup → seal → **weigh** → index → publish.
//!
//! In come the kept responses of a sealed round as columns: base weights, design (strata, PSUs), margins. Out come
//! calibrated weights that meet the margins, and what variance estimation needs of them. Refused are inputs that
//! have no honest answer: margins that disagree or cannot be met, categories without responses, weights that are
//! not weights.
//!
//! ```
//! use khaosat::weigh::{Calibration, Design, Frame, Lonely, Margin, Sample, calibrate, method};
//!
//! let sex = Margin {
//!     name: "sex".into(),
//!     labels: vec!["Nam".into(), "Nữ".into()],
//!     codes: vec![0, 1, 1],
//!     totals: vec![50.0, 50.0],
//! };
//! let design = Design::new(3, None, None, None, Lonely::Fail)?;
//! let frame = Frame::new(Sample { base: vec![1.0; 3], design, margins: vec![sex] })?;
//! let calibration = Calibration::by(method("rake").ok_or("no such method")?);
//! let calibrated = calibrate(&frame, &calibration)?;
//! assert_eq!(calibrated.weights, [50.0, 25.0, 25.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calibrate;
mod calibration;
pub mod collapse;
mod design;
mod distance;
mod error;
pub mod exact;
mod frame;
pub mod keys;
mod margin;
mod method;
mod none;
pub mod not_stated;
mod poststratify;
mod rake;
pub mod replicates;
mod residual;
pub mod tally;
mod trim;
pub mod variance;

pub use calibration::{Calibrated, Calibration, Quality, calibrate};
pub use design::{Design, Lonely};
pub use error::{Beside, LISTED, PopulationFault, WeighError, listed};
pub use frame::{Frame, Pairs, Sample, WEIGHT_MAX, WEIGHT_MIN};
pub use margin::{Cells, Margin, TOTAL_MAX};
pub use method::{METHODS, Method, Options, Problem, Projection, Solution, method};
pub use residual::Residual;
pub use trim::Trim;

//! (being written)

pub mod band;
pub mod scorecard;
pub mod suppress;

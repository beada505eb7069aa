//! Pictures of published figures, as SVG drawn on the server: an estimate is a dot with its interval as a line, all on
//! one axis, and units that cannot be told apart share a bracket.
//!
//! A picture is a list of strips, one a unit, each as wide as the page allows: positions are percentages, so that
//! nothing is scaled and text keeps its size from a phone to paper. In: plain shares 0 to 1; out: SVG elements made of
//! our own numbers only, safe to put into a page as they are.

mod axis;
mod bars;
mod strip;
mod ties;

pub use axis::Axis;
pub use bars::{Bar, bars};
pub use strip::{Whisker, axis_strip, whisker_strip};
pub use ties::Ties;

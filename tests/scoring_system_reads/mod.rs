//! The system of the main score gets a token, reads what is published and writes its scorecard; nobody else does.

mod forge;
pub mod house;
mod instruments;
mod results;
mod scorecards;
mod tokens;

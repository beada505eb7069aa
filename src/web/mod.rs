//! The faces that speak HTTP: citizen's pages, public results, the API.
//!
//! Handlers translate between HTTP and library calls; they decide nothing a stage should decide and hold no state.

pub mod state;

pub use state::State;

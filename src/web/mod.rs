//! The faces that speak HTTP: citizen's pages, public results, the administrators' console, the API.
//!
//! Handlers translate between HTTP and library calls; they decide nothing a stage should decide and hold no state.
//!
//! [`page`] is what people see: every citizen and public page, rendered from plain values into whole HTML pages, their
//! one stylesheet inline and allowed by its hash ([`assets::Style::csp_source`]), no script, nothing foreign. Every text
//! from outside is escaped on its way into a page.
//!
//! A newcomer adds a page by a file in [`page`] and a template, a language by a folder in `locales/` and a line in
//! [`text::Lang::ALL`], a question's widget by a file in `templates/kind/` and a line in `templates/survey.html`.

pub mod address;
pub mod api;
pub mod assets;
pub mod citizen;
pub mod console;
mod fields;
pub mod number;
pub mod operate;
pub mod page;
pub mod picture;
pub mod problem;
pub mod reply;
pub mod security;
pub mod server;
pub mod state;
pub mod text;

pub use server::{Running, start};
pub use state::State;

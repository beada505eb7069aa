//! `khaosat` runs citizen satisfaction surveys at one-stop-shop counters. It reads as one sentence:
//!
//! > **issue** QR-coded links at the counters → **collect** responses → **dedup** and **seal** them →
//! > **weigh** them → **index** them into a sub-index → **publish** it into the main score.
//!
//! Modules import downwards only: faces (`cli`, `web`) → effects (`store`, `collect`, `round`, …) → pure
//! (`unit`, `form`, `dedup`, `weigh`, `index`). `round` alone knows the order of the stages.

pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;

// Effects.
pub mod account;
pub mod collect;
pub mod issue;
pub mod ledger;
pub mod mail;
pub mod publish;
pub mod round;
pub mod store;
pub mod vault;

// Faces.
pub mod web;

// Pure: no I/O, no clock, no global state; time and seeds are arguments.
pub mod dedup;
pub mod form;
pub mod gate;
pub mod index;
pub mod table;
pub mod unit;
pub mod weigh;

/// Answers are allocated by the handlers and freed by the writer, which the system's allocator does at a fifth of what an
/// answer costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

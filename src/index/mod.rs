//! (being written)

pub mod suppress;

//! A round from its first ticket to its publication and beyond: over HTTP and the command line, on both engines.

pub mod authority;
mod called_back;
mod deadline;
mod not_stated;
pub mod published;
pub mod shown;
mod subtracted;
mod tampered;
mod voided;
mod year;

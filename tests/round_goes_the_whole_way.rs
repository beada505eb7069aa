//! A round from its first ticket to its publication and beyond: over HTTP and the command line, on both engines.

mod authority;
mod not_stated;
mod published;
mod tampered;

//! The tools of the journeys do what they say, so that a green journey means something.

mod browser;
mod databases;
mod mail;
mod page;
mod service;

pub use page::Page;

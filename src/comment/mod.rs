//! What people wrote in their own words: hiding what points at a person, sorting by topics, searching.
//!
//! In: a comment, a list of names of officials, a list of topics, a search. Out: pieces to show, topics, yes or no. Nothing
//! is kept and nothing learned: every rule here is a list or a pattern that a person can read. Only reviewers read comments
//! as they were written; [`mask`] decides what everybody else gets.

mod mail;
mod mask;
mod names;
mod numbers;
mod plate;
mod search;
mod topics;

pub use mask::{Hidden, Piece, mask, masked};
pub use names::Staff;
pub use search::Search;
pub use topics::{SHIPPED_TOPICS, TOPICS_BYTES_MAX, Topic, Topics, TopicsError};

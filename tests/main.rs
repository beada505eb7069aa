//! All journeys, linked as one binary.
#![cfg(test)]

mod support;

mod binary;
mod dedup_flags;
mod measured;
mod tidy;
mod tools;

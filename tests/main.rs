//! All journeys, linked as one binary.
mod dedup_flags;
#![cfg(test)]

mod support;

mod binary;
mod measured;
mod tools;

//! All journeys, linked as one binary.
#![cfg(test)]

mod support;

mod administrator_runs_a_round;
mod binary;
mod dedup_flags;
mod measured;
mod tidy;
mod tools;

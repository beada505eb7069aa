//! All journeys, linked as one binary.
mod dedup_flags;

//! All journeys, linked as one binary.

#[path = "support/seed.rs"]
mod seed;

mod mail_reaches_people;

//! An administrator comes into the console: a link, a password, a second factor; and everybody who must not get in stays out.

mod guessing;
pub mod house;
mod letters;
mod plans;
mod registry;
mod rights;
mod scans;
mod way_in;

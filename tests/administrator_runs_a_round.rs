//! An administrator sets khaosat up for Gia Lai and runs a round of Kbang from the command line.

mod guarded;
mod issuing;
pub mod office;
mod setting_up;
mod upkeep;

//! Whatever was acknowledged is kept: through a full queue, a stop under load, and databases that would forget.

mod durability;
mod pressure;
mod sealing;
mod traces;

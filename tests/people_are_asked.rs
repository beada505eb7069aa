//! Who is asked, and how a link reaches them: at once by a key, by drawn lists, by mail; nobody at the counter chooses.

mod at_once;
mod clerks;
mod drawn;
mod files;
mod invited;
mod kinds;
pub mod office;
mod protected;
mod replaced;
mod reported;
mod traces;

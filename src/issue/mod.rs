//! **Issue**: the links by which a survey reaches people: codes that cannot be guessed or mistyped onto another's, and
//! the QR pictures that carry them.

pub mod code;
pub mod qr;

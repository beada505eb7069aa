//! `kind = "comment"`: free words, at most one such question in a form. Kept apart from the coded answers, shown
//! only to roles that need it, never published.

use super::{Belongs, Kind, Purpose};
use crate::form::definition::{Question, Shape};
use crate::form::read::{COMMENT_CHARS_MAX, Fields, Need, Reader};
use crate::form::write::Canon;

/// The type itself.
pub const KIND: Kind =
    Kind { name: "comment", belongs: Belongs::Comment, keys: &["max_chars"], read, write };

fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, _purpose: Purpose) -> Option<Shape> {
    let range = 1..=i64::from(COMMENT_CHARS_MAX);
    let chars = reader.integer(fields, "max_chars", Need::Required, range)?;
    Some(Shape::Text { chars_max: u16::try_from(chars).ok()? })
}

fn write(question: &Question, canon: &mut Canon) {
    if let Shape::Text { chars_max } = question.shape {
        canon.integer("max_chars", u64::from(chars_max));
    }
}

//! What the leaf of an answer commits to: everything that is stored of it.

use crate::form::Answers;
use crate::store::id::ResponseId;
use crate::store::ledger::{Hash, commitment};
use crate::vault::Tie;

/// The commitment of an answer: its id, codes, comment, language and tie under the tie's salt.
#[must_use]
pub fn commit_answer(id: ResponseId, answers: &Answers, language: &str, tie: &Tie) -> Hash {
    // A form may ask for a comment and get an empty one: the answer without any is another.
    let comment = answers.comment().map_or_else(Vec::new, |c| [&[1], c.as_bytes()].concat());
    commitment(&tie.salt, &[&id.0, answers.codes(), &comment, language.as_bytes(), &tie.to_bytes()])
}

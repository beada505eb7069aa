//! Before **issue**: the form, a versioned questionnaire that a round freezes and **collect** checks answers against.
//!
//! In: the text of a TOML file from `survey-forms/`. Out: a [`Form`], which is valid by construction, and from it
//! the checking of what a citizen sent ([`Form::check`]), the compact stored answers ([`Answers`], one byte a
//! question) and what weighing and indexing need to know about a column (factor, margin, top levels, shares).
//! Refuses a faulty file with *all* its mistakes at once, each with file, line, key and what to do ([`Problems`]).
//!
//! A newcomer adds a question type by adding `kind/<name>.rs` and a line in [`kind::KINDS`].

mod analysis;
mod answers;
mod asking;
mod check;
mod definition;
pub mod kind;
mod name;
mod number;
mod problem;
mod read;
pub mod shipped;
mod text;
mod write;
mod xlsform;

#[cfg(test)]
mod round_trip;

pub use analysis::{Criterion, Margin};
pub use answers::{Answer, Answers, DecodeError};
pub use asking::{Asking, Layout, Length, Order, SHORT_MAX, Shown};
pub use check::{AnswerFault, AnswerProblem, CHECKED_FIELDS_MAX};
pub use definition::{
    AnswerOption, Coded, Definition, Factor, Form, FormDigest, IndexRule, Question, Role, Scale,
    Shape,
};
pub use kind::Kind;
pub use name::{FormId, Name, NotAName, RESERVED_NAMES, SERVICE_FIELDS};
pub use number::{NotANumber, Points, Probability, Share};
pub use problem::{Problem, Problems};
pub use read::{COMMENT_CHARS_MAX, FORM_BYTES_MAX, QUESTIONS_MAX, TEXT_CHARS_MAX};
pub use text::{Language, NotALanguage, Text};
pub use xlsform::{ExportError, ImportError, WORKBOOK_BYTES_MAX};

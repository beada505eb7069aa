//! The faces over HTTP. This part is what people see: every citizen and public page, rendered from plain values.
//!
//! In: view structs filled by the handlers (words, counts, figures), a [`text::Lang`]. Out: whole HTML pages, their
//! one stylesheet inline and allowed by its hash ([`assets::Style::csp_source`]), no script, nothing foreign. Nothing
//! here reads a database, a clock or a request. Every text from outside is escaped on its way into a page.
//!
//! A newcomer adds a page by a file in [`page`] and a template, a language by a folder in `locales/` and a line in
//! [`text::Lang::ALL`], a question's widget by a file in `templates/kind/` and a line in `templates/survey.html`.

pub mod assets;
pub mod number;
pub mod page;
pub mod picture;
pub mod text;

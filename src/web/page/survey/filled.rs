//! What a person had filled in, as it was posted, to be put back into the page.

/// The fields of a post. Nothing in it is trusted: a value is put back only where the form offers it, and escaped.
#[derive(Clone, Copy)]
pub struct Filled<'a>(&'a [(String, String)]);

impl<'a> Filled<'a> {
    /// An untouched form.
    pub const NOTHING: Self = Self(&[]);

    /// The decoded fields of a post, in any order.
    pub fn new(fields: &'a [(String, String)]) -> Self {
        Self(fields)
    }

    /// Whether the field was posted with this value.
    pub(super) fn has(self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(field, posted)| field == name && posted == value)
    }

    /// The first text posted in the field; empty when there is none.
    pub(super) fn text(self, name: &str) -> &'a str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }
}

/// Says how much was filled in, never what: answers must not reach a log.
impl std::fmt::Debug for Filled<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Filled({} fields)", self.0.len())
    }
}

//! What is the same on every page: language, title, style, the way to another language.

use std::borrow::Cow;

use askama::Template;

use crate::web::assets::Style;
use crate::web::text::{Arg, Lang, key};

/// The head of a page and its language links.
pub(super) struct Shell<'a> {
    pub lang: Lang,
    pub title: String,
    pub description: Option<String>,
    pub style: Style,
    /// The languages one can switch to from here; none where switching would lose what was filled in.
    pub others: Vec<Lang>,
    /// What an address keeps beside the language, as `&step=3`.
    pub others_query: String,
    /// Printed small above the heading of short pages.
    pub site: Cow<'a, str>,
}

impl Shell<'_> {
    pub fn new(lang: Lang, style: Style, title: String) -> Self {
        let spoken = |other: &Lang| *other != lang && (other.is_whole() || other.has_words());
        let others = Lang::ALL.into_iter().filter(spoken).collect();
        let site = lang.say(key::SITE_NAME);
        Self { lang, title, description: None, style, others, others_query: String::new(), site }
    }
}

impl Shell<'_> {
    /// Says that a part of the page is not translated yet, where that is so.
    pub fn untranslated(&self) -> Option<String> {
        let name = Arg::Text(self.lang.own_name());
        (!self.lang.is_whole()).then(|| self.lang.tell(key::UNTRANSLATED, &[("language", name)]))
    }
}

/// The finished page. Our templates write into memory and call nothing that fails, so the error arm is never taken; if
/// it were, an empty page with a logged reason is better than a panic.
pub(super) fn finished(page: &impl Template) -> String {
    page.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    })
}

/// `typed` without the control characters that HTML has no way to hold; line breaks and tabs stay.
pub(super) fn printable(typed: &str) -> Cow<'_, str> {
    let odd = |sign: char| sign.is_control() && sign != '\n' && sign != '\t';
    if typed.contains(odd) { typed.replace(odd, "").into() } else { typed.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_without_what_html_cannot_hold() {
        assert_eq!(printable("Chờ\u{7} lâu\r\n\tquá\0\u{85}"), "Chờ lâu\n\tquá");
        assert!(matches!(printable("Hài lòng (ơ̆, ĕ)"), Cow::Borrowed(_)));
    }
}

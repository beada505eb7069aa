//! How each key is written: the "what to do" of messages about missing keys and wrong types.

/// Every key of a form file with a small example. Sorted by key.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    ("about", "about = \"age_group\""),
    ("aliases", "aliases = [\"Nam\", \"M\"]"),
    ("code", "code = 1"),
    ("consent", "consent = { vi = \"…\", en = \"…\" }"),
    ("factor", "[[factor]] with name and text; in a question, factor = \"access\""),
    ("hint", "hint = { vi = \"…\", en = \"…\" }"),
    ("id", "id = \"one-stop-shop\""),
    ("index", "[index] with rule = \"top\" or rule = \"points\""),
    ("intro", "intro = [{ vi = \"…\", en = \"…\" }]"),
    ("kind", "kind = \"scale\""),
    ("languages", "languages = [\"vi\", \"en\"], the default language first"),
    (
        "levels",
        "levels = [{ code = 1, text = { vi = \"…\" } }, { code = 2, text = { vi = \"…\" } }]",
    ),
    ("max_chars", "max_chars = 1000"),
    ("max_points", "max_points = 2"),
    ("name", "name = \"q01\""),
    ("no_opinion", "no_opinion = { vi = \"Không có ý kiến\", en = \"No opinion\" }"),
    (
        "options",
        "options = [{ code = 1, name = \"yes\", text = { vi = \"Có\" } }, { code = 2, name = \"no\", text = { vi = \"Không\" } }]",
    ),
    ("ordered", "ordered = true"),
    ("prefer_not", "prefer_not = { vi = \"Không muốn trả lời\", en = \"Prefer not to say\" }"),
    ("question", "[[question]] with name, kind and text"),
    ("required", "required = true"),
    ("reversed", "reversed = true"),
    ("rule", "rule = \"top\""),
    ("scale", "[scale.NAME] with levels; in a question, scale = \"NAME\""),
    ("share", "share = 60, in per cent"),
    ("show_probability", "show_probability = 0.5"),
    ("text", "text = { vi = \"…\", en = \"…\" }"),
    ("title", "title = { vi = \"…\", en = \"…\" }"),
    ("top", "top = [4, 5]"),
    ("version", "version = 1"),
];

/// The example of `key`.
pub(super) fn example(key: &str) -> &'static str {
    EXAMPLES
        .binary_search_by(|(known, _)| (*known).cmp(key))
        .ok()
        .and_then(|found| EXAMPLES.get(found))
        .map_or("it as survey-forms/README.md shows", |(_, example)| example)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::kind::{COMMON_KEYS, KINDS};

    #[test]
    fn every_key_of_every_kind_has_an_example() {
        assert!(EXAMPLES.is_sorted_by_key(|(key, _)| *key));
        let keys = KINDS.iter().flat_map(|kind| kind.keys).chain(COMMON_KEYS);
        for key in keys {
            assert!(EXAMPLES.iter().any(|(known, _)| known == key), "no example of `{key}`");
            assert!(example(key).contains(key));
        }
    }
}

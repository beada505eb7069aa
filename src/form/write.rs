//! Writes a form back as TOML in one canonical way; its bytes are what the digest of a form is taken over.
//!
//! A key is written only where it says something beyond its default. So a key added later leaves the text, and with
//! it the digest, of every form that does not use it as it was; never change how an existing key is written.

use sha2::{Digest, Sha256};

use super::definition::{AnswerOption, Definition, Form, FormDigest, Question, Role, Scale};
use super::number::Probability;
use super::text::Text;

impl Form {
    /// The form as a file; [`Form::parse`] reads the same form from it.
    pub fn to_toml(&self) -> String {
        canonical(self)
    }
}

pub(super) fn digest(definition: &Definition) -> FormDigest {
    FormDigest(Sha256::digest(canonical(definition)).into())
}

fn canonical(definition: &Definition) -> String {
    let mut canon = Canon::default();
    canon.string("id", definition.id.as_str());
    canon.integer("version", u64::from(definition.version));
    let tags = definition.languages.iter().map(|language| string_literal(language.as_str()));
    canon.raw("languages", &format!("[{}]", tags.collect::<Vec<_>>().join(", ")));
    canon.text("title", &definition.title);
    canon.list("intro", definition.intro.iter().map(text_literal));
    canon.optional_text("consent", definition.consent.as_ref());
    canon.header("[index]");
    canon.string("rule", definition.index_rule.as_str());
    for scale in &definition.scales {
        write_scale(scale, &mut canon);
    }
    for factor in &definition.factors {
        canon.header("[[factor]]");
        canon.string("name", factor.name.as_str());
        canon.text("text", &factor.text);
    }
    for question in &definition.questions {
        write_question(question, definition, &mut canon);
    }
    canon.0
}

fn write_scale(scale: &Scale, canon: &mut Canon) {
    canon.header(&format!("[scale.{}]", scale.name));
    canon.codes("top", &scale.top);
    canon.optional_text("no_opinion", scale.no_opinion.as_ref());
    canon.optional_text("prefer_not", scale.prefer_not.as_ref());
    canon.options("levels", &scale.levels);
}

fn write_question(question: &Question, definition: &Definition, canon: &mut Canon) {
    canon.header("[[question]]");
    canon.string("name", question.name.as_str());
    canon.string("kind", question.kind.name);
    match &question.role {
        Role::Criterion { factor } => {
            if let Some(factor) = definition.factors.get(*factor) {
                canon.string("factor", factor.name.as_str());
            }
        }
        Role::Person { margin } => canon.string("about", margin.as_str()),
        Role::Helper | Role::Comment => {}
    }
    canon.text("text", &question.text);
    canon.optional_text("hint", question.hint.as_ref());
    canon.flag("required", question.required);
    if question.show_probability != Probability::CERTAIN {
        canon.raw("show_probability", &question.show_probability.to_string());
    }
    if let Some(points) = question.max_points {
        canon.raw("max_points", &points.to_string());
    }
    (question.kind.write)(question, canon);
}

/// The canonical text being written.
#[derive(Default)]
pub(super) struct Canon(String);

impl Canon {
    fn header(&mut self, header: &str) {
        self.0.push('\n');
        self.0.push_str(header);
        self.0.push('\n');
    }

    fn raw(&mut self, key: &str, value: &str) {
        self.0.push_str(key);
        self.0.push_str(" = ");
        self.0.push_str(value);
        self.0.push('\n');
    }

    fn list(&mut self, key: &str, items: impl Iterator<Item = String>) {
        self.0.push_str(key);
        self.0.push_str(" = [\n");
        for item in items {
            self.0.push_str("  ");
            self.0.push_str(&item);
            self.0.push_str(",\n");
        }
        self.0.push_str("]\n");
    }

    fn text(&mut self, key: &str, text: &Text) {
        self.raw(key, &text_literal(text));
    }

    pub(super) fn optional_text(&mut self, key: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    pub(super) fn string(&mut self, key: &str, value: &str) {
        self.raw(key, &string_literal(value));
    }

    pub(super) fn integer(&mut self, key: &str, value: u64) {
        self.raw(key, &value.to_string());
    }

    /// Written only when true: false is the default of every flag.
    pub(super) fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.raw(key, "true");
        }
    }

    /// Written only when there are any.
    pub(super) fn codes(&mut self, key: &str, codes: &[u8]) {
        if !codes.is_empty() {
            let codes: Vec<String> = codes.iter().map(u8::to_string).collect();
            self.raw(key, &format!("[{}]", codes.join(", ")));
        }
    }

    pub(super) fn options(&mut self, key: &str, options: &[AnswerOption]) {
        self.list(key, options.iter().map(option_literal));
    }
}

fn option_literal(option: &AnswerOption) -> String {
    let mut parts = vec![format!("code = {}", option.code)];
    if let Some(name) = &option.name {
        parts.push(format!("name = {}", string_literal(name.as_str())));
    }
    parts.push(format!("text = {}", text_literal(&option.text)));
    if let Some(share) = option.share {
        parts.push(format!("share = {share}"));
    }
    if !option.aliases.is_empty() {
        let aliases: Vec<String> =
            option.aliases.iter().map(|alias| string_literal(alias)).collect();
        parts.push(format!("aliases = [{}]", aliases.join(", ")));
    }
    format!("{{ {} }}", parts.join(", "))
}

fn text_literal(text: &Text) -> String {
    let parts: Vec<String> = text
        .iter()
        .map(|(language, words)| format!("{language} = {}", string_literal(words)))
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

/// A basic string. Texts of a form hold no control characters, so only these two need escaping.
fn string_literal(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    #[test]
    fn comments_spaces_and_the_order_of_keys_do_not_move_the_digest_and_words_do() {
        let form = shipped::one_stop_shop().unwrap();
        let canonical = form.to_toml();
        assert_eq!(Form::parse(&canonical, "f.toml").unwrap().digest(), form.digest());
        let loose = canonical.replace(" = ", "   =   ").replace('\n', "  # lời ghi\r\n");
        assert_eq!(Form::parse(&loose, "f.toml").unwrap().digest(), form.digest());
        for (from, to) in [
            ("Bình thường", "Tạm được"),
            ("version = 1", "version = 2"),
            ("top = [4, 5]", "top = [5]"),
            ("share = 75", "share = 80"),
        ] {
            let changed = canonical.replace(from, to);
            assert_ne!(changed, canonical, "{from} is not in the form");
            assert_ne!(Form::parse(&changed, "f.toml").unwrap().digest(), form.digest());
        }
    }

    /// Rounds keep digests for years: if this fails, the way of writing has changed and must be changed back.
    #[test]
    fn the_canonical_text_of_a_small_form_stays_what_it_was() {
        let source = r#"
            version = 3
            id = "small"
            languages = ["vi", "en"]
            intro = [{ vi = "Xin chào" }]
            title = { en = "A \"title\" \\", vi = "Tên" }
            consent = { vi = "Đồng ý" }
            index.rule = "points"
            scale.s = { levels = [
                { code = 1, text.vi = "Kém", share = 0.0 }, { code = 2, text.vi = "Tốt", share = 99.5 },
            ], prefer_not.vi = "Không trả lời", no_opinion.vi = "Không ý kiến", top = [2] }
            factor = [{ name = "f", text = { vi = "Yếu tố" } }]
            [[question]]
            name = "a"
            kind = "scale"
            scale = "s"
            factor = "f"
            text.vi = "Câu hỏi"
            hint.vi = "Gợi ý"
            reversed = true
            required = true
            max_points = 1.50
            [[question]]
            name = "b"
            kind = "choice"
            factor = "f"
            text.vi = "Câu hỏi khác"
            show_probability = 0.5
            max_points = 2
            options = [{ code = 9, name = "x", text.vi = "X", share = 1 }, { name = "y", code = 4, text.vi = "Y", share = 2 }]
            [[question]]
            name = "age"
            kind = "choice"
            about = "age_group"
            ordered = true
            prefer_not.vi = "Không trả lời"
            text.vi = "Tuổi"
            options = [{ code = 1, name = "x", text.vi = "X", aliases = ["<25"] }, { name = "y", code = 2, text.vi = "Y" }]
            [[question]]
            name = "words"
            kind = "comment"
            max_chars = 10
            text.vi = "Lời"
        "#;
        let expected = r#"id = "small"
version = 3
languages = ["vi", "en"]
title = { vi = "Tên", en = "A \"title\" \\" }
intro = [
  { vi = "Xin chào" },
]
consent = { vi = "Đồng ý" }

[index]
rule = "points"

[scale.s]
top = [2]
no_opinion = { vi = "Không ý kiến" }
prefer_not = { vi = "Không trả lời" }
levels = [
  { code = 1, text = { vi = "Kém" }, share = 0 },
  { code = 2, text = { vi = "Tốt" }, share = 99.5 },
]

[[factor]]
name = "f"
text = { vi = "Yếu tố" }

[[question]]
name = "a"
kind = "scale"
factor = "f"
text = { vi = "Câu hỏi" }
hint = { vi = "Gợi ý" }
required = true
max_points = 1.5
scale = "s"
reversed = true

[[question]]
name = "b"
kind = "choice"
factor = "f"
text = { vi = "Câu hỏi khác" }
show_probability = 0.5
max_points = 2
options = [
  { code = 9, name = "x", text = { vi = "X" }, share = 1 },
  { code = 4, name = "y", text = { vi = "Y" }, share = 2 },
]

[[question]]
name = "age"
kind = "choice"
about = "age_group"
text = { vi = "Tuổi" }
ordered = true
prefer_not = { vi = "Không trả lời" }
options = [
  { code = 1, name = "x", text = { vi = "X" }, aliases = ["<25"] },
  { code = 2, name = "y", text = { vi = "Y" } },
]

[[question]]
name = "words"
kind = "comment"
text = { vi = "Lời" }
max_chars = 10
"#;
        let form =
            Form::parse(source, "small.toml").unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(form.to_toml(), expected);
        assert_eq!(form.digest(), Form::parse(expected, "small.toml").unwrap().digest());
    }
}

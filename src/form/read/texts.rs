//! Languages and texts: every text in the default language, in no undeclared one, readable and not too long.

use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization;

use super::TEXT_CHARS_MAX;
use super::fields::{Fields, Need};
use super::reader::Reader;
use super::suggest;
use super::type_name;
use crate::form::problem::{printable_key, quoted};
use crate::form::text::{Language, Text, forbidden_character};

const LANGUAGES_MAX: usize = 10;

/// A text as it is kept and compared: NFC, without white space around it.
pub(in crate::form) fn tidy(text: &str) -> String {
    text.trim().nfc().collect()
}

impl Reader<'_> {
    /// Reads `languages` and remembers them for the texts.
    pub(super) fn read_languages(&mut self, fields: &mut Fields<'_>) -> Option<Vec<Language>> {
        let (at, list) = self.array(fields, "languages", Need::Required)?;
        if list.is_empty() || list.len() > LANGUAGES_MAX {
            let reason = format!(
                "{} languages; name 1 to {LANGUAGES_MAX}, the default language first",
                list.len()
            );
            self.report(at, "languages", reason);
            return None;
        }
        let mut languages: Vec<Language> = Vec::new();
        let mut faulty = false;
        for (i, element) in list.iter().enumerate() {
            let (at, key) = (element.span().start, format!("languages[{}]", i + 1));
            let Some(tag) = element.get_ref().as_str() else {
                let reason = format!(
                    "is {}, must be a text in quotes; write \"vi\"",
                    type_name(element.get_ref())
                );
                self.report(at, key, reason);
                faulty = true;
                continue;
            };
            match Language::new(tag) {
                Ok(language) if languages.contains(&language) => {
                    self.report(at, key, format!("\"{tag}\" stands here twice; remove one"));
                    faulty = true;
                }
                Ok(language) => languages.push(language),
                Err(error) => {
                    self.report(at, key, format!("{} is {error}", quoted(tag)));
                    faulty = true;
                }
            }
        }
        if !faulty {
            self.languages = Some(languages.clone());
        }
        (!faulty).then_some(languages)
    }

    /// A text in several languages.
    pub(in crate::form) fn text(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        need: Need,
    ) -> Option<Text> {
        let (at, value) = fields.take(key, need)?;
        self.text_value(at, fields.key(key), value)
    }

    pub(super) fn text_value(
        &mut self,
        at: usize,
        path: String,
        value: &DeValue<'_>,
    ) -> Option<Text> {
        let Some(table) = value.as_table() else {
            let reason = format!(
                "is {}, must be a text by language; write {{ vi = \"…\", en = \"…\" }}",
                type_name(value)
            );
            self.report(at, path, reason);
            return None;
        };
        let entries = Fields::new(table, path.clone(), at).entries();
        let mut words: Vec<(&str, Option<String>)> = Vec::new();
        for (at, tag, value) in entries {
            let key = format!("{path}.{}", printable_key(tag));
            if self.language_is_declared(at, &key, tag) {
                words.push((tag, self.words(at, key, value)));
            }
        }
        let languages = self.languages.clone()?;
        let default = languages.first()?;
        if !words.iter().any(|(tag, _)| *tag == default.as_str()) {
            let reason = format!("has no text in the default language; add {default} = \"…\"");
            self.report_absence(at, default.as_str(), path, reason);
            return None;
        }
        let mut in_order = languages.iter().filter_map(|language| {
            let (_, text) = words.iter().find(|(tag, _)| *tag == language.as_str())?;
            Some((language.clone(), text.clone()))
        });
        let (language, text) = in_order.next()?;
        let others = in_order.map(|(language, text)| Some((language, text?)));
        Some(Text::new((language, text?), others.collect::<Option<_>>()?))
    }

    fn language_is_declared(&mut self, at: usize, key: &str, tag: &str) -> bool {
        let Some(languages) = &self.languages else { return true };
        if languages.iter().any(|language| language.as_str() == tag) {
            return true;
        }
        let declared: Vec<&str> = languages.iter().map(Language::as_str).collect();
        let hint = suggest::did_you_mean(tag, declared.iter().copied());
        let reason = format!(
            "the language {} is not declared{hint}; add it to `languages` ({}) or remove this text",
            quoted(tag),
            declared.join(", ")
        );
        self.report(at, key, reason);
        false
    }

    /// One text in one language, tidied.
    pub(super) fn words(&mut self, at: usize, key: String, value: &DeValue<'_>) -> Option<String> {
        let Some(raw) = value.as_str() else {
            let reason = format!("is {}, must be a text in quotes; write \"…\"", type_name(value));
            self.report(at, key, reason);
            return None;
        };
        let text = tidy(raw);
        let chars = text.chars().count();
        let reason = if text.is_empty() {
            "is empty; write the text, or remove the key if it is not translated yet".to_owned()
        } else if let Some(bad) = forbidden_character(&text) {
            format!(
                "holds the invisible character U+{:04X}; a text is one line without control characters, remove it",
                u32::from(bad)
            )
        } else if chars > TEXT_CHARS_MAX {
            format!("{chars} characters, at most {TEXT_CHARS_MAX}; shorten it")
        } else {
            return Some(text);
        };
        self.report(at, key, reason);
        None
    }
}

//! The answers a person can pick: levels of a scale, options of a choice, and which of them count as satisfied.

use toml::de::DeValue;

use super::examples::example;
use super::fields::{Fields, Need};
use super::reader::Reader;
use super::type_name;
use crate::form::answers::OPTION_CODE_MAX;
use crate::form::definition::AnswerOption;
use crate::form::name::Name;
use crate::form::number::Share;
use crate::form::problem::quoted;
use crate::form::text::Text;

/// Most options of one question.
const OPTIONS_MAX: usize = 50;
/// Levels of a scale.
const LEVELS_MIN: usize = 2;
const LEVELS_MAX: usize = 10;
/// Most aliases of one option.
const ALIASES_MAX: usize = 20;

/// What the two lists have in common and where they differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Levels,
    Options,
}

/// One option while the list is read.
struct Draft {
    at: usize,
    path: String,
    code: Option<u8>,
    name: Option<Name>,
    text: Option<Text>,
    share: Option<Share>,
    has_share: bool,
    aliases: Vec<String>,
}

impl Reader<'_> {
    /// `levels` of a scale: 2 to 10, codes 1 to n from worst to best.
    pub(super) fn levels(&mut self, fields: &mut Fields<'_>) -> Option<Vec<AnswerOption>> {
        let drafts = self.list(fields, "levels", List::Levels)?;
        if !(LEVELS_MIN..=LEVELS_MAX).contains(&drafts.len()) {
            let reason =
                format!("{} levels; a scale has {LEVELS_MIN} to {LEVELS_MAX}", drafts.len());
            self.report(fields.at_of("levels"), fields.key("levels"), reason);
        }
        let codes_count_up = drafts
            .iter()
            .enumerate()
            .all(|(i, draft)| draft.code.is_none_or(|code| usize::from(code) == i + 1));
        if !codes_count_up {
            let wrong = drafts
                .iter()
                .enumerate()
                .find(|(i, draft)| draft.code.is_some_and(|code| usize::from(code) != i + 1));
            if let Some((i, draft)) = wrong {
                let reason = format!(
                    "the codes of levels must be 1, 2, 3 … in order, from worst to best; write code = {} here",
                    i + 1
                );
                self.report(draft.at, format!("{}.code", draft.path), reason);
            }
        }
        self.check_list(&drafts);
        finished(drafts)
    }

    /// `options` of a question: 2 to 50, each with a code of its own and a name.
    pub(in crate::form) fn options(
        &mut self,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<AnswerOption>> {
        let drafts = self.list(fields, "options", List::Options)?;
        if !(2..=OPTIONS_MAX).contains(&drafts.len()) {
            let reason = format!("{} options; a question has 2 to {OPTIONS_MAX}", drafts.len());
            self.report(fields.at_of("options"), fields.key("options"), reason);
        }
        self.check_codes_and_names(&drafts);
        self.check_list(&drafts);
        self.check_aliases(&drafts);
        finished(drafts)
    }

    fn list(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        list: List,
    ) -> Option<Vec<Draft>> {
        let tables = self.tables(fields, key, Need::Required)?;
        // A list far beyond its limit gets one message, not one for each of its elements.
        let tables = tables.into_iter().take(OPTIONS_MAX + 1);
        Some(tables.map(|table| self.option(table, list)).collect())
    }

    fn option(&mut self, mut fields: Fields<'_>, list: List) -> Draft {
        let most = i64::from(OPTION_CODE_MAX);
        let code = self
            .integer(&mut fields, "code", Need::Required, 1..=most)
            .and_then(|code| u8::try_from(code).ok());
        let name = match list {
            List::Levels => None,
            List::Options => self.name(&mut fields, "name", Need::Required).map(|(_, name)| name),
        };
        let text = self.text(&mut fields, "text", Need::Required);
        let has_share = fields.has("share");
        let share = self.number(&mut fields, "share", Share::from_percent);
        let aliases = match list {
            List::Levels => Vec::new(),
            List::Options => self.aliases(&mut fields),
        };
        let (at, path) = (fields.at, fields.path().to_owned());
        self.finish(fields);
        Draft { at, path, code, name, text, share, has_share, aliases }
    }

    fn aliases(&mut self, fields: &mut Fields<'_>) -> Vec<String> {
        let Some((at, list)) = self.array(fields, "aliases", Need::Optional) else {
            return Vec::new();
        };
        if list.is_empty() || list.len() > ALIASES_MAX {
            let reason =
                format!("{} aliases; list 1 to {ALIASES_MAX}, or remove the key", list.len());
            self.report(at, fields.key("aliases"), reason);
        }
        let key = fields.key("aliases");
        list.iter()
            .take(ALIASES_MAX)
            .enumerate()
            .filter_map(|(i, alias)| {
                self.words(alias.span().start, format!("{key}[{}]", i + 1), alias.get_ref())
            })
            .collect()
    }

    fn check_codes_and_names(&mut self, drafts: &[Draft]) {
        for (i, draft) in drafts.iter().enumerate() {
            let mut before = drafts.iter().take(i);
            let same_code = draft.code.is_some() && before.clone().any(|o| o.code == draft.code);
            let same_name = draft.name.is_some() && before.any(|o| o.name == draft.name);
            for (same, key) in [(same_code, "code"), (same_name, "name")] {
                if same {
                    let reason = format!(
                        "this {key} belongs to an option above already; give every option its own"
                    );
                    self.report(draft.at, format!("{}.{key}", draft.path), reason);
                }
            }
        }
    }

    /// Shares for all or for none; no two options with the same words.
    fn check_list(&mut self, drafts: &[Draft]) {
        let some_have_shares = drafts.iter().any(|draft| draft.has_share);
        for (i, draft) in drafts.iter().enumerate() {
            if some_have_shares && !draft.has_share {
                self.report_absence(
                    draft.at,
                    "share",
                    format!("{}.share", draft.path),
                    "missing, though others of the list have one; add share = 0 … 100 here, or remove it from all",
                );
            }
            let Some(text) = &draft.text else { continue };
            let same = drafts.iter().take(i).any(|other| {
                other
                    .text
                    .as_ref()
                    .is_some_and(|other| other.in_default_language() == text.in_default_language())
            });
            if same {
                let reason = format!(
                    "the words {} stand above already; nobody could tell the two apart, write others",
                    quoted(text.in_default_language())
                );
                self.report(draft.at, format!("{}.text", draft.path), reason);
            }
        }
    }

    /// A label of a file must lead to one option only.
    fn check_aliases(&mut self, drafts: &[Draft]) {
        for (i, draft) in drafts.iter().enumerate() {
            for alias in &draft.aliases {
                let belongs_elsewhere =
                    drafts.iter().enumerate().any(|(j, other)| i != j && other.answers_to(alias));
                let twice = draft.aliases.iter().filter(|other| *other == alias).count() > 1;
                if belongs_elsewhere || twice {
                    let reason = format!(
                        "{} already means an option of this question; an alias leads to one option, remove it here or there",
                        quoted(alias)
                    );
                    self.report(draft.at, format!("{}.aliases", draft.path), reason);
                }
            }
        }
    }

    /// `top`: the codes that count as satisfied, of those in `codes` (`None` when the list itself is faulty).
    pub(in crate::form) fn top(
        &mut self,
        fields: &mut Fields<'_>,
        codes: Option<&[u8]>,
    ) -> Option<Vec<u8>> {
        let (at, list) = self.array(fields, "top", Need::Optional)?;
        if list.is_empty() {
            self.report(
                at,
                fields.key("top"),
                format!("is empty; write {}, or remove it", example("top")),
            );
            return None;
        }
        let mut top: Vec<u8> = Vec::new();
        for (i, element) in list.iter().take(OPTIONS_MAX + 1).enumerate() {
            let (at, key) = (element.span().start, format!("{}[{}]", fields.key("top"), i + 1));
            let DeValue::Integer(_) = element.get_ref() else {
                let found = type_name(element.get_ref());
                self.report(
                    at,
                    key,
                    format!("is {found}, must be the code of a level; write {}", example("top")),
                );
                continue;
            };
            let range = 1..=i64::from(OPTION_CODE_MAX);
            let code = self
                .integer_value(at, key.clone(), "top", element.get_ref(), range)
                .and_then(|code| u8::try_from(code).ok());
            let Some(code) = code else { continue };
            if codes.is_some_and(|codes| !codes.contains(&code)) {
                let known: Vec<String> =
                    codes.unwrap_or_default().iter().map(u8::to_string).collect();
                let reason = format!(
                    "no level or option has the code {code}; use codes of {}",
                    known.join(", ")
                );
                self.report(at, key, reason);
            } else if top.contains(&code) {
                self.report(at, key, format!("{code} stands here twice; remove one"));
            } else {
                top.push(code);
            }
        }
        if codes.is_some_and(|codes| codes.len() > 1 && codes.len() == top.len()) {
            let reason = "names every code, so every answer would count as satisfied; leave out the codes that do not";
            self.report(at, fields.key("top"), reason);
        }
        top.sort_unstable();
        (!top.is_empty()).then_some(top)
    }
}

impl Draft {
    fn answers_to(&self, label: &str) -> bool {
        self.name.as_ref().is_some_and(|name| name.as_str() == label)
            || self.code.is_some_and(|code| code.to_string() == label)
            || self.aliases.iter().any(|alias| alias == label)
            || self.text.as_ref().is_some_and(|text| text.iter().any(|(_, words)| words == label))
    }
}

fn finished(drafts: Vec<Draft>) -> Option<Vec<AnswerOption>> {
    drafts
        .into_iter()
        .map(|draft| {
            if draft.has_share && draft.share.is_none() {
                return None;
            }
            Some(AnswerOption {
                code: draft.code?,
                name: draft.name,
                text: draft.text?,
                share: draft.share,
                aliases: draft.aliases,
            })
        })
        .collect()
}

//! What a form is, once read: factors, questions, options. Everything here is valid by construction; the only door
//! is [`Form::parse`](Form::parse).

use std::fmt;
use std::ops::Deref;

use super::analysis::Columns;
use super::check::Lookup;
use super::kind::Kind;
use super::name::{FormId, Name};
use super::number::{Points, Probability, Share};
use super::text::{Language, Text};

/// A valid form, ready to check answers against. Its [`Definition`] is readable through it and never changes.
#[derive(Debug, Clone)]
pub struct Form {
    definition: Definition,
    digest: FormDigest,
    pub(super) lookup: Lookup,
    pub(super) columns: Columns,
}

impl Form {
    /// `definition` is what the reader has found free of mistakes.
    pub(super) fn new(definition: Definition) -> Self {
        let digest = super::write::digest(&definition);
        let lookup = Lookup::of(&definition.questions);
        let columns = Columns::of(&definition);
        Self { definition, digest, lookup, columns }
    }

    /// SHA-256 over [`Form::to_toml`]: the same for two files that differ only in comments, spaces or the order
    /// of keys; different as soon as a word, a code or a rule differs.
    pub fn digest(&self) -> FormDigest {
        self.digest
    }
}

impl Deref for Form {
    type Target = Definition;

    fn deref(&self) -> &Definition {
        &self.definition
    }
}

/// Equal in everything a file can say.
impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

/// SHA-256 of a form's canonical text; prints as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormDigest(pub(super) [u8; 32]);

impl FormDigest {
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for FormDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for FormDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Everything a form file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The same over all versions.
    pub id: FormId,
    /// From 1; a form that a round has used is changed only under a new version.
    pub version: u16,
    /// At least one; the first is the default language.
    pub languages: Vec<Language>,
    /// The heading of the page.
    pub title: Text,
    /// What a person reads before the first question, sentence by sentence.
    pub intro: Vec<Text>,
    /// The words beside the unticked box before the personal questions; present when there are any.
    pub consent: Option<Text>,
    /// How an answer counts, unless a round decides otherwise.
    pub index_rule: IndexRule,
    /// The scales that criteria share, by name.
    pub scales: Vec<Scale>,
    /// In the order of the page; each has at least one criterion.
    pub factors: Vec<Factor>,
    /// In the order of the page; the criteria of one factor stand together, in the order of the factors.
    pub questions: Vec<Question>,
}

impl Definition {
    /// The language every text is written in.
    pub fn default_language(&self) -> Option<&Language> {
        self.languages.first()
    }

    /// The declared language with this tag.
    pub fn language(&self, tag: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.as_str() == tag)
    }

    /// The question with this name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name.as_str() == name)
    }
}

/// The rule by which answers become a sub-index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexRule {
    /// Share of the answers among the top levels (SIPAS 2017–2021: "hài lòng" and "rất hài lòng").
    Top,
    /// Maximum of points × mean share of the chosen options.
    Points,
}

impl IndexRule {
    /// As written in a form file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Points => "points",
        }
    }
}

/// A group of criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Unique among the factors of the form.
    pub name: Name,
    /// The heading over its criteria.
    pub text: Text,
}

/// Levels that several criteria share.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// What a criterion writes in `scale`.
    pub name: Name,
    /// Codes 1 to n, from worst to best; 2 ≤ n ≤ 10.
    pub levels: Vec<AnswerOption>,
    /// Codes that count as satisfied; empty when the scale knows none.
    pub top: Vec<u8>,
    /// The words for "no opinion", where the scale offers it.
    pub no_opinion: Option<Text>,
    /// The words for "prefer not to say", where the scale offers it.
    pub prefer_not: Option<Text>,
}

/// One answer a person can pick.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerOption {
    /// What is posted and stored: 1 to 250, unique in its question.
    pub code: u8,
    /// The label that stays the same over versions and languages; levels of a scale have none.
    pub name: Option<Name>,
    /// The words on the page.
    pub text: Text,
    /// The share of the full mark it earns; all options of a question have one, or none has.
    pub share: Option<Share>,
    /// How files of dossiers and margins may call it beside its name and words.
    pub aliases: Vec<String>,
}

impl AnswerOption {
    /// The stable label: the name, else the code.
    pub fn label(&self) -> String {
        self.name.as_ref().map_or_else(|| self.code.to_string(), Name::to_string)
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The HTML field and the column of exports.
    pub name: Name,
    /// Its type.
    pub kind: &'static Kind,
    /// What its answer is for.
    pub role: Role,
    /// The question itself.
    pub text: Text,
    /// A short help under it.
    pub hint: Option<Text>,
    /// Whether a form without an answer to it is refused.
    pub required: bool,
    /// With what probability a respondent is shown it; 1 unless items rotate.
    pub show_probability: Probability,
    /// The most points it can earn under [`IndexRule::Points`].
    pub max_points: Option<Points>,
    /// What an answer may be.
    pub shape: Shape,
}

impl Question {
    /// The options, in the order of the page; none for a free text.
    pub fn options(&self) -> &[AnswerOption] {
        match &self.shape {
            Shape::Coded(coded) => &coded.options,
            Shape::Text { .. } => &[],
        }
    }

    /// The coded side of the question; `None` for a free text.
    pub fn coded(&self) -> Option<&Coded> {
        match &self.shape {
            Shape::Coded(coded) => Some(coded),
            Shape::Text { .. } => None,
        }
    }

    /// The id of the input for `code`, e.g. `q01_4`, `q01_no_opinion`.
    pub fn input_id(&self, code: u8) -> String {
        match code {
            super::answers::NO_OPINION => {
                format!("{}_{}", self.name, super::answers::NO_OPINION_VALUE)
            }
            super::answers::PREFER_NOT => {
                format!("{}_{}", self.name, super::answers::PREFER_NOT_VALUE)
            }
            code => format!("{}_{code}", self.name),
        }
    }

    /// The id of its first input, to which an error links: the first option, or the text field itself.
    pub fn first_input_id(&self) -> String {
        match self.options().first() {
            Some(option) => self.input_id(option.code),
            None => self.name.to_string(),
        }
    }

    /// The ids of all its inputs.
    pub(super) fn input_ids(&self) -> Vec<String> {
        match &self.shape {
            Shape::Text { .. } => vec![self.name.to_string()],
            Shape::Coded(coded) => coded.codes().map(|code| self.input_id(code)).collect(),
        }
    }
}

/// What a question's answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Enters the index, as part of a factor.
    Criterion {
        /// Position in [`Definition::factors`].
        factor: usize,
    },
    /// About the person; `margin` names the variable, as margins and dossiers call it (`sex`, `age_group`).
    Person {
        /// Unique among the questions of the form.
        margin: Name,
    },
    /// Declares who helped to fill in the form.
    Helper,
    /// Free words, kept apart from the coded answers.
    Comment,
}

/// What an answer may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One of several options; stored as one byte.
    Coded(Coded),
    /// Free text of at most `chars_max` characters after NFC.
    Text {
        /// 1 to 2000.
        chars_max: u16,
    },
}

/// The options of a coded question and how they count.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded {
    /// In the order of the page.
    pub options: Vec<AnswerOption>,
    /// The scale that the options come from.
    pub scale: Option<Name>,
    /// Whether neighbours in the list are neighbours in meaning (age groups; the levels of a scale).
    pub ordered: bool,
    /// Whether the best level of the scale is the worst answer here; [`Coded::counts_as_top`] and
    /// [`Coded::share`] take it into account.
    pub reversed: bool,
    /// Codes that count as satisfied, as the file writes them (before `reversed`); sorted.
    pub top: Vec<u8>,
    /// The words for "no opinion", where it is offered.
    pub no_opinion: Option<Text>,
    /// The words for "prefer not to say", where it is offered.
    pub prefer_not: Option<Text>,
}

//! One `[[question]]`: the keys every question has, then those of its kind.

use super::QUESTIONS_MAX;
use super::fields::{Fields, Need};
use super::reader::Reader;
use super::suggest;
use crate::form::definition::{Question, Role};
use crate::form::kind::{self, Belongs, COMMON_KEYS, KINDS, Kind, Purpose};
use crate::form::name::{Name, is_reserved};
use crate::form::number::{Points, Probability};
use crate::form::problem::quoted;

/// A question as far as it could be read, with where things stand, for the rules between questions.
pub(super) struct Draft {
    pub(super) at: usize,
    pub(super) path: String,
    pub(super) name: Option<(usize, Name)>,
    pub(super) purpose: Purpose,
    /// Where `factor` stands, and which one it is if it is declared.
    pub(super) factor: Option<(usize, Option<usize>)>,
    /// The factor it may have meant.
    pub(super) factor_guess: Option<usize>,
    pub(super) about: Option<(usize, Name)>,
    pub(super) question: Option<Question>,
}

impl Draft {
    /// Whether it belongs to a factor, but a mistake leaves open to which.
    pub(super) fn factor_is_unclear(&self) -> bool {
        let belongs = matches!(self.purpose, Purpose::Criterion | Purpose::Unclear);
        belongs
            && self.factor.is_none_or(|(_, found)| found.is_none())
            && self.factor_guess.is_none()
    }

    pub(super) fn into_question(self) -> Option<Question> {
        self.question
    }
}

pub(super) fn read_all(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Draft> {
    let Some(tables) = reader.tables(fields, "question", Need::Required) else { return Vec::new() };
    if tables.len() > QUESTIONS_MAX {
        let reason = format!(
            "{} questions, at most {QUESTIONS_MAX}; nobody answers that many",
            tables.len()
        );
        reader.report(fields.at_of("question"), "question", reason);
    }
    // Far beyond the limit the one message is enough.
    tables.into_iter().take(2 * QUESTIONS_MAX).map(|table| read_one(reader, table)).collect()
}

fn read_one(reader: &mut Reader<'_>, mut fields: Fields<'_>) -> Draft {
    let name = reader.name(&mut fields, "name", Need::Required);
    if let Some((at, name)) = &name {
        fields.rename(format!("question[{name}]"));
        refuse_reserved(reader, *at, &fields.key("name"), name);
    }
    let kind = read_kind(reader, &mut fields);
    let text = reader.text(&mut fields, "text", Need::Required);
    let hint = reader.text(&mut fields, "hint", Need::Optional);
    let required = reader.boolean(&mut fields, "required").unwrap_or(false);
    let mut draft = Draft {
        at: fields.at,
        path: fields.path().to_owned(),
        name,
        purpose: Purpose::Unclear,
        factor: None,
        factor_guess: None,
        about: None,
        question: None,
    };
    let Some(kind) = kind else {
        for key in KINDS.iter().flat_map(|kind| kind.keys) {
            fields.know(key);
        }
        reader.finish(fields);
        return draft;
    };
    read_belonging(reader, &mut fields, kind, &mut draft);
    let max_points = takes(kind, "max_points")
        .then(|| reader.number(&mut fields, "max_points", Points::new))
        .flatten();
    let show_probability = takes(kind, "show_probability")
        .then(|| reader.number(&mut fields, "show_probability", Probability::new))
        .flatten()
        .unwrap_or(Probability::CERTAIN);
    let shape = (kind.read)(reader, &mut fields, draft.purpose);
    refuse_for_the_person(reader, &fields, draft.purpose);
    refuse_required_but_not_shown(reader, &fields, required, show_probability);
    refuse_keys_of_other_kinds(reader, &mut fields, kind);
    let points_are_faulty = fields.has("max_points") && max_points.is_none();
    reader.finish(fields);
    if points_are_faulty {
        return draft;
    }

    draft.question = role(&draft).zip(shape).zip(text).and_then(|((role, shape), text)| {
        let (_, name) = draft.name.clone()?;
        Some(Question {
            name,
            kind,
            role,
            text,
            hint,
            required,
            show_probability,
            max_points,
            shape,
        })
    });
    draft
}

fn refuse_reserved(reader: &mut Reader<'_>, at: usize, key: &str, name: &Name) {
    if is_reserved(name.as_str()) {
        let reason = format!(
            "\"{name}\" is reserved for the service's own fields and columns; choose another name, e.g. \"{name}_asked\""
        );
        reader.report(at, key, reason);
    }
}

fn read_kind(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<&'static Kind> {
    let (at, word) = reader.string(fields, "kind", Need::Required)?;
    let found = kind::find(word);
    if found.is_none() {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let hint = suggest::did_you_mean(word, known.iter().copied());
        let reason =
            format!("no kind is called {}{hint}; use one of: {}", quoted(word), known.join(", "));
        reader.report(at, fields.key("kind"), reason);
    }
    found
}

fn takes(kind: &Kind, key: &str) -> bool {
    kind.keys.contains(&key)
}

/// What the question is for: `factor`, `about`, or what its kind says.
fn read_belonging(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    kind: &Kind,
    draft: &mut Draft,
) {
    draft.purpose = match kind.belongs {
        Belongs::Helper => Purpose::Helper,
        Belongs::Comment => Purpose::Comment,
        Belongs::Factor => Purpose::Criterion,
        Belongs::FactorOrPerson => match (fields.has("factor"), fields.has("about")) {
            (true, false) => Purpose::Criterion,
            (false, true) => Purpose::Person,
            (true, true) => {
                let reason = "stands beside `factor`; a question is a criterion or about the person, remove one of the two";
                reader.report(fields.at_of("about"), fields.key("about"), reason);
                Purpose::Unclear
            }
            (false, false) => {
                let reason = "says neither `factor` nor `about`; add factor = \"…\" for a criterion or about = \"…\" for a question about the person";
                reader.report_absence(fields.at, "factor", fields.path().to_owned(), reason);
                Purpose::Unclear
            }
        },
    };
    if takes(kind, "factor") {
        let need = if kind.belongs == Belongs::Factor { Need::Required } else { Need::Optional };
        if let Some((at, name)) = reader.string(fields, "factor", need) {
            let index = reader
                .factors
                .iter()
                .position(|(_, known)| known.as_ref().is_some_and(|known| known.as_str() == name));
            draft.factor = Some((at, index));
            if index.is_none() {
                draft.factor_guess = refuse_unknown_factor(reader, at, &fields.key("factor"), name);
            }
        }
    }
    if takes(kind, "about") {
        draft.about = reader.name(fields, "about", Need::Optional);
        if let Some((at, about)) = &draft.about {
            refuse_reserved(reader, *at, &fields.key("about"), about);
        }
    }
}

/// Reports it and gives the factor it may have meant.
fn refuse_unknown_factor(
    reader: &mut Reader<'_>,
    at: usize,
    key: &str,
    name: &str,
) -> Option<usize> {
    let known: Vec<&Name> = reader.factors.iter().filter_map(|(_, known)| known.as_ref()).collect();
    let near = suggest::nearest(name, known.iter().map(|known| known.as_str())).map(str::to_owned);
    let hint = near.as_ref().map(|near| format!(", did you mean \"{near}\"?")).unwrap_or_default();
    let reason = format!(
        "no factor is called {}{hint}; declare it as [[factor]], or use a declared one",
        quoted(name)
    );
    let guess = reader
        .factors
        .iter()
        .position(|(_, known)| known.as_ref().map(Name::as_str) == near.as_deref());
    reader.report_absence(at, name, key, reason);
    guess
}

fn role(draft: &Draft) -> Option<Role> {
    match draft.purpose {
        Purpose::Criterion => Some(Role::Criterion { factor: draft.factor?.1? }),
        Purpose::Person => Some(Role::Person { margin: draft.about.clone()?.1 }),
        Purpose::Helper => Some(Role::Helper),
        Purpose::Comment => Some(Role::Comment),
        Purpose::Unclear => None,
    }
}

/// Nothing about a person is demanded, counts towards points, or is shown to some only.
fn refuse_for_the_person(reader: &mut Reader<'_>, fields: &Fields<'_>, purpose: Purpose) {
    if purpose != Purpose::Person {
        return;
    }
    for (key, why) in [
        ("required", "what is asked about a person is always optional"),
        ("max_points", "an answer about the person earns no points"),
        ("show_probability", "questions about the person are shown to everybody"),
    ] {
        if fields.has(key) {
            reader.report(fields.at_of(key), fields.key(key), format!("{why}; remove it"));
        }
    }
}

fn refuse_required_but_not_shown(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    required: bool,
    show_probability: Probability,
) {
    if required && show_probability != Probability::CERTAIN {
        let reason = "a required question must be shown to everybody; remove `required` or `show_probability`";
        reader.report(fields.at_of("required"), fields.key("required"), reason);
    }
}

fn refuse_keys_of_other_kinds(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: &Kind) {
    for key in KINDS.iter().flat_map(|other| other.keys) {
        if takes(kind, key) || COMMON_KEYS.contains(key) || !fields.has(key) {
            continue;
        }
        if !fields.asked().contains(key) {
            fields.know(key);
            let reason =
                format!("has no meaning for a question of kind \"{}\"; remove it", kind.name);
            reader.report(fields.at_of(key), fields.key(key), reason);
        }
    }
}

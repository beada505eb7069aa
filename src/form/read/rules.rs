//! What must hold between the parts of a form: unique names, whole factors, one comment, an index that can be
//! computed.

use std::collections::BTreeMap;

use super::question::Draft;
use super::reader::Reader;
use crate::form::definition::{IndexRule, Question};
use crate::form::kind::Purpose;
use crate::form::name::Name;

pub(super) fn check(
    reader: &mut Reader<'_>,
    drafts: &[Draft],
    rule: Option<IndexRule>,
    asks_for_consent: bool,
) {
    unique_names(reader, drafts);
    unique_input_ids(reader, drafts);
    one_of_each(reader, drafts);
    consent_before_personal_questions(reader, drafts, asks_for_consent);
    factors_in_order(reader, drafts);
    no_factor_is_empty(reader, drafts);
    something_to_count(reader, drafts);
    match rule {
        Some(IndexRule::Top) => every_criterion_has_top_levels(reader, drafts),
        Some(IndexRule::Points) => every_criterion_earns_points(reader, drafts),
        None => {}
    }
}

fn unique_names(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let names = drafts.iter().map(|draft| (draft, "name", draft.name.as_ref()));
    let abouts = drafts.iter().map(|draft| (draft, "about", draft.about.as_ref()));
    for list in [names.collect::<Vec<_>>(), abouts.collect()] {
        let mut first: BTreeMap<&Name, usize> = BTreeMap::new();
        for (draft, key, name) in list {
            let Some((at, name)) = name else { continue };
            match first.get(name) {
                None => {
                    first.insert(name, *at);
                }
                Some(earlier) => {
                    let line = reader.line(*earlier);
                    let reason = format!(
                        "\"{name}\" stands in line {line} already; every question has its own"
                    );
                    reader.report(*at, format!("{}.{key}", draft.path), reason);
                }
            }
        }
    }
}

/// `q01` with level 4 has the input id `q01_4`; a question named `q01_4` would clash with it.
fn unique_input_ids(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let mut owners: BTreeMap<String, &Name> = BTreeMap::new();
    let questions = drafts.iter().filter_map(|draft| draft.question.as_ref());
    for question in questions.filter(|question| question.coded().is_some()) {
        for id in question.input_ids() {
            owners.insert(id, &question.name);
        }
    }
    for draft in drafts {
        let Some((at, name)) = &draft.name else { continue };
        if let Some(owner) = owners.get(name.as_str()) {
            let reason = format!(
                "\"{name}\" is also the id of an option of the question \"{owner}\"; choose another name"
            );
            reader.report(*at, format!("{}.name", draft.path), reason);
        }
    }
}

fn one_of_each(reader: &mut Reader<'_>, drafts: &[Draft]) {
    for (purpose, what) in [(Purpose::Helper, "helper question"), (Purpose::Comment, "comment")] {
        let mut all = drafts.iter().filter(|draft| draft.purpose == purpose);
        let Some(first) = all.next() else { continue };
        let line = reader.line(first.at);
        for draft in all {
            let reason =
                format!("a form has one {what}, and it stands in line {line}; remove this one");
            reader.report(draft.at, format!("{}.kind", draft.path), reason);
        }
    }
}

fn consent_before_personal_questions(
    reader: &mut Reader<'_>,
    drafts: &[Draft],
    asks_for_consent: bool,
) {
    let personal = drafts.iter().find(|draft| draft.purpose == Purpose::Person);
    if let (Some(personal), false) = (personal, asks_for_consent) {
        let reason = "missing, though the form asks about the person; add consent = { vi = \"…\", en = \"…\" } before the first table: the words beside the unticked box";
        reader.report_absence(personal.at, "consent", "consent", reason);
    }
}

/// The page shows a factor's heading once, over all its criteria.
fn factors_in_order(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let mut latest: Option<usize> = None;
    for draft in drafts {
        let Some((at, Some(factor))) = draft.factor else { continue };
        match latest.filter(|latest| factor < *latest) {
            None => latest = Some(factor),
            Some(later) => {
                let name = |index: usize| {
                    let (_, name) = reader.factors.get(index)?;
                    name.as_ref().map(Name::to_string)
                };
                let reason = format!(
                    "a question of the factor \"{}\" stands after one of \"{}\"; keep the questions of a factor together, in the order of the [[factor]] tables",
                    name(factor).unwrap_or_default(),
                    name(later).unwrap_or_default()
                );
                reader.report(at, format!("{}.factor", draft.path), reason);
            }
        }
    }
}

/// A question whose factor could not be read may belong to any: as many empty factors are left unmentioned.
fn no_factor_is_empty(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let unclear = drafts.iter().filter(|draft| draft.factor_is_unclear()).count();
    let mut empty = Vec::new();
    for (index, (at, name)) in reader.factors.iter().enumerate() {
        let Some(name) = name else { continue };
        let used = drafts.iter().any(|draft| {
            draft.factor_guess == Some(index)
                || draft.factor.is_some_and(|(_, found)| found == Some(index))
        });
        let repeated =
            reader.factors.iter().take(index).any(|(_, other)| other.as_ref() == Some(name));
        if !used && !repeated {
            empty.push((*at, name.clone()));
        }
    }
    if empty.len() <= unclear {
        return;
    }
    for (at, name) in empty {
        let reason = format!(
            "no question belongs to this factor; add one with factor = \"{name}\", or remove the factor"
        );
        reader.report_absence(at, name.as_str(), format!("factor[{name}]"), reason);
    }
}

fn something_to_count(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let counts = |draft: &Draft| {
        matches!(draft.purpose, Purpose::Criterion | Purpose::Unclear) || draft.factor.is_some()
    };
    if let (Some(first), false) = (drafts.first(), drafts.iter().any(counts)) {
        let reason =
            "no question is a criterion, so there would be no index; add one with factor = \"…\"";
        reader.report_absence(first.at, "factor", "question", reason);
    }
}

fn every_criterion_has_top_levels(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let reason =
        "missing; the rule \"top\" needs the codes that count as satisfied, add e.g. top = [4, 5]";
    let lacking = |question: &Question| question.coded().is_some_and(|coded| coded.top.is_empty());
    report_lacking(reader, drafts, "top", reason, lacking);
}

fn every_criterion_earns_points(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let reason = "missing; the rule \"points\" needs what every answer earns, add e.g. share = 60 (per cent) to each";
    let lacking = |question: &Question| {
        // A list with a share here and there has been reported where it was read.
        question
            .coded()
            .is_some_and(|coded| coded.options.iter().all(|option| option.share.is_none()))
    };
    report_lacking(reader, drafts, "share", reason, lacking);
    for draft in drafts.iter().filter(|draft| draft.purpose == Purpose::Criterion) {
        if draft.question.as_ref().is_some_and(|question| question.max_points.is_none()) {
            let reason = "missing; the rule \"points\" needs the most points of every criterion, add e.g. max_points = 2";
            reader.report_absence(
                draft.at,
                "max_points",
                format!("{}.max_points", draft.path),
                reason,
            );
        }
    }
}

/// Reports what a scale lacks at the scale, once, and what a question of its own lacks at the question.
fn report_lacking(
    reader: &mut Reader<'_>,
    drafts: &[Draft],
    key: &str,
    reason: &str,
    lacking: impl Fn(&Question) -> bool,
) {
    for draft in drafts.iter().filter(|draft| draft.purpose == Purpose::Criterion) {
        let Some(question) = draft.question.as_ref().filter(|question| lacking(question)) else {
            continue;
        };
        let scale = question.coded().and_then(|coded| coded.scale.as_ref());
        let declared = scale
            .and_then(|scale| reader.scales.iter().find(|(_, name, _)| name == scale.as_str()))
            .map(|(at, name, _)| (*at, format!("scale.{name}.{key}")));
        let (at, path) = declared.unwrap_or((draft.at, format!("{}.{key}", draft.path)));
        // Repeated for every question on the scale; equal problems are told once.
        reader.report_absence(at, key, path, reason);
    }
}

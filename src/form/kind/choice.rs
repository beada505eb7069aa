//! `kind = "choice"`: one of a list of options written in the question itself, for a criterion that is no scale
//! ("how many times did you come": 0, 1, 2 or more; the officials' A to D) or about the person.

use super::{Belongs, Kind, Purpose};
use crate::form::definition::{Coded, Question, Shape};
use crate::form::read::{Fields, Need, Reader};
use crate::form::write::Canon;

/// The type itself.
pub const KIND: Kind = Kind {
    name: "choice",
    belongs: Belongs::FactorOrPerson,
    keys: &[
        "factor",
        "about",
        "options",
        "ordered",
        "top",
        "no_opinion",
        "prefer_not",
        "max_points",
        "show_probability",
    ],
    read,
    write,
};

fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, purpose: Purpose) -> Option<Shape> {
    let options = reader.options(fields);
    let ordered = reader.boolean(fields, "ordered").unwrap_or(false);
    let codes =
        options.as_deref().map(|options| options.iter().map(|o| o.code).collect::<Vec<_>>());
    let top = reader.top(fields, codes.as_deref());
    let no_opinion = reader.text(fields, "no_opinion", Need::Optional);
    // What is asked about a person can be declined.
    let can_be_declined = if purpose == Purpose::Person { Need::Required } else { Need::Optional };
    let prefer_not = reader.text(fields, "prefer_not", can_be_declined);
    if purpose == Purpose::Person {
        refuse_counting_of_the_person(reader, fields);
    }
    let options = options?;
    if purpose == Purpose::Person && options.iter().any(|option| option.share.is_some()) {
        reader.report(
            fields.at_of("options"),
            fields.key("options"),
            "`share` has no meaning for a question about the person: such answers never earn points; remove it",
        );
    }
    if fields.has("top") && top.is_none() {
        return None;
    }
    Some(Shape::Coded(Coded {
        options,
        scale: None,
        ordered,
        reversed: false,
        top: top.unwrap_or_default(),
        no_opinion,
        prefer_not,
    }))
}

fn refuse_counting_of_the_person(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    for key in ["top", "no_opinion"] {
        if fields.has(key) {
            reader.report(
                fields.at_of(key),
                fields.key(key),
                format!("`{key}` has no meaning for a question about the person; remove it"),
            );
        }
    }
}

fn write(question: &Question, canon: &mut Canon) {
    let Some(coded) = question.coded() else { return };
    canon.flag("ordered", coded.ordered);
    canon.codes("top", &coded.top);
    canon.optional_text("no_opinion", coded.no_opinion.as_ref());
    canon.optional_text("prefer_not", coded.prefer_not.as_ref());
    canon.options("options", &coded.options);
}

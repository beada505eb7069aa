//! `kind = "helper"`: the person says whether someone helped to fill in the form. One in five people of the
//! minorities here does not read Vietnamese, so help is normal; that an official helped is worth knowing.

use super::{Belongs, Kind, Purpose};
use crate::form::definition::{Coded, Question, Shape};
use crate::form::read::{Fields, Need, Reader};
use crate::form::write::Canon;

/// The options every helper question has, by name: nobody, a relative, an official. **dedup** reads them.
pub const HELPER_NAMES: [&str; 3] = ["none", "family", "official"];

/// The type itself.
pub const KIND: Kind = Kind {
    name: "helper",
    belongs: Belongs::Helper,
    keys: &["options", "prefer_not"],
    read,
    write,
};

fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, _purpose: Purpose) -> Option<Shape> {
    let options = reader.options(fields);
    let prefer_not = reader.text(fields, "prefer_not", Need::Optional);
    let options = options?;
    for name in HELPER_NAMES {
        let named = |option: &crate::form::AnswerOption| {
            option.name.as_ref().is_some_and(|known| known.as_str() == name)
        };
        if !options.iter().any(named) {
            reader.report(
                fields.at_of("options"),
                fields.key("options"),
                format!("no option is named \"{name}\"; a helper question has at least none, family and official"),
            );
        }
    }
    if options.iter().any(|option| option.share.is_some()) {
        reader.report(
            fields.at_of("options"),
            fields.key("options"),
            "`share` has no meaning for a helper question: such answers never earn points; remove it",
        );
    }
    Some(Shape::Coded(Coded {
        options,
        scale: None,
        ordered: false,
        reversed: false,
        top: Vec::new(),
        no_opinion: None,
        prefer_not,
    }))
}

fn write(question: &Question, canon: &mut Canon) {
    let Some(coded) = question.coded() else { return };
    canon.optional_text("prefer_not", coded.prefer_not.as_ref());
    canon.options("options", &coded.options);
}

//! `kind = "scale"`: a criterion rated on a scale that the form declares once (`[scale.NAME]`), from worst to best.

use super::{Belongs, Kind, Purpose};
use crate::form::definition::{Coded, Question, Shape};
use crate::form::read::{Fields, Need, Reader};
use crate::form::write::Canon;

/// The type itself.
pub const KIND: Kind = Kind {
    name: "scale",
    belongs: Belongs::Factor,
    keys: &["factor", "scale", "reversed", "max_points", "show_probability"],
    read,
    write,
};

fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, _purpose: Purpose) -> Option<Shape> {
    let reversed = reader.boolean(fields, "reversed").unwrap_or(false);
    let (at, name) = reader.string(fields, "scale", Need::Required)?;
    let scale = reader.scale_named(at, fields, name)?;
    Some(Shape::Coded(Coded {
        options: scale.levels,
        scale: Some(scale.name),
        ordered: true,
        reversed,
        top: scale.top,
        no_opinion: scale.no_opinion,
        prefer_not: scale.prefer_not,
    }))
}

fn write(question: &Question, canon: &mut Canon) {
    let Some(coded) = question.coded() else { return };
    if let Some(scale) = &coded.scale {
        canon.string("scale", scale.as_str());
    }
    canon.flag("reversed", coded.reversed);
}

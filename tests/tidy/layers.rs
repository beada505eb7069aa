//! Who may import whom: downwards only, and never back up the sentence.

use super::none;
use super::source::{Source, sources};

/// The layers from the ground up. A module knows those of its own layer and below.
const LAYERS: [&[&str]; 8] = [
    // Pure: what they need is an argument.
    &["table", "spelling", "unit", "form", "dedup", "comment", "weigh", "index", "gate"],
    &["clock"],
    &["store"],
    &["account", "collect", "desk", "issue", "ledger", "mail", "publish", "seal", "vault"],
    // Gathers every module's own settings, which reach it as arguments.
    &["config"],
    // Alone knows the stages and their order.
    &["round"],
    &["web"],
    &["cli"],
];

/// The sentence: a stage knows those before it, not those after.
const STAGES: [&str; 7] = ["issue", "collect", "dedup", "seal", "weigh", "index", "publish"];

/// The faces behind one server don't know each other.
const FACES: [&str; 3] = ["citizen", "console", "api"];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn stage(module: &str) -> Option<usize> {
    STAGES.iter().position(|stage| *stage == module)
}

/// Why a file may not name a path into this crate, if so.
type Rule = fn(&Source, &[String]) -> Option<String>;

fn breaches(sources: &[Source], wrong: Rule) -> Vec<String> {
    let of = |source: &Source| {
        let inside = source.paths.iter().filter(|path| path.inside && !path.names.is_empty());
        let told = inside.filter_map(|path| {
            let reason = wrong(source, &path.names)?;
            Some(format!("{}:{} names {}: {reason}", source.file, path.line, path.shown()))
        });
        told.collect::<Vec<_>>()
    };
    sources.iter().flat_map(of).collect()
}

fn upward(source: &Source, names: &[String]) -> Option<String> {
    let (own, other) = (layer(source.top())?, layer(&names[0])?);
    (other > own).then(|| {
        format!("{} lies below {}; take what is needed as an argument", source.top(), names[0])
    })
}

fn back_up_the_sentence(source: &Source, names: &[String]) -> Option<String> {
    let (own, other) = (stage(source.top())?, stage(&names[0])?);
    (other > own)
        .then(|| format!("{} comes before {}; round alone knows both", source.top(), names[0]))
}

fn face_to_face(source: &Source, names: &[String]) -> Option<String> {
    let face = |names: &[String]| match names {
        [web, face, ..] if web == "web" => FACES.iter().find(|known| face == **known),
        _ => None,
    };
    let (own, other) = (face(&source.module)?, face(names)?);
    (own != other).then(|| {
        format!("{own} and {other} are faces apart; what both need belongs into web/ beside them")
    })
}

#[test]
fn every_module_has_its_layer() {
    let sources = sources();
    let unplaced =
        sources.iter().filter(|source| !source.module.is_empty() && layer(source.top()).is_none());
    let told = unplaced.map(|source| {
        format!("{}: place {} in LAYERS of tests/tidy/layers.rs", source.file, source.top())
    });
    none("every module has its layer", told.collect());
}

#[test]
fn imports_run_downwards() {
    none("imports run downwards only", breaches(&sources(), upward));
}

#[test]
fn no_stage_reaches_back_up_the_sentence() {
    none(
        "issue → collect → dedup → seal → weigh → index → publish",
        breaches(&sources(), back_up_the_sentence),
    );
}

#[test]
fn the_faces_do_not_know_each_other() {
    none("citizen, console and api stand apart", breaches(&sources(), face_to_face));
}

#[test]
fn a_planted_import_is_found() {
    let found = |file: &str, content: &str, wrong: Rule| {
        breaches(&[Source::new(file, content)], wrong).len()
    };
    assert_eq!(found("src/weigh/rake.rs", "use super::super::{store::Store, form};", upward), 1);
    assert_eq!(found("src/collect/mod.rs", "fn f() { crate::round::close() }", upward), 1);
    assert_eq!(found("src/round/mod.rs", "use crate::{weigh, collect};", upward), 0);
    assert_eq!(found("src/dedup/mod.rs", "use crate::weigh::Weight;", back_up_the_sentence), 1);
    assert_eq!(found("src/index/mod.rs", "use crate::weigh::Weight;", back_up_the_sentence), 0);
    assert_eq!(found("src/web/api/rounds.rs", "use crate::web::console::Page;", face_to_face), 1);
    assert_eq!(found("src/web/server.rs", "use crate::web::console::Page;", face_to_face), 0);
}

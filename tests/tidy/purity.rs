//! Pure code takes everything as an argument; SQL lives in `store` alone.

use super::none;
use super::paths::Path;
use super::source::{Source, sources};
use super::syntax::{Kind, Token};

const PURE: [&str; 8] = ["table", "spelling", "unit", "form", "dedup", "comment", "weigh", "index"];

/// What pure code may not name, by the beginning of the path.
const EFFECTS: [&[&str]; 17] = [
    &["actix_web"],
    &["aws_lc_rs", "rand"],
    &["diesel"],
    &["getrandom"],
    &["lettre"],
    &["std", "env"],
    &["std", "fs"],
    &["std", "io", "stderr"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "net"],
    &["std", "process"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["tokio"],
    &["tracing"],
    &["ureq"],
];

/// Macros that write where nobody asked.
const WRITERS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Types that make a `static` a state shared by everyone.
const STATES: [&str; 6] = ["Atomic", "Cell", "Mutex", "Once", "RefCell", "RwLock"];

fn effect(path: &Path) -> bool {
    let tells_time = path.names.last().is_some_and(|name| name == "now");
    !path.inside && (tells_time || EFFECTS.iter().any(|effect| path.starts_with(effect)))
}

/// The lines of statics that can change: `static mut`, `thread_local!`, or one of [`STATES`].
fn states(tokens: &[Token]) -> Vec<usize> {
    let code: Vec<_> =
        tokens.iter().filter(|token| !token.in_test && token.kind != Kind::Text).collect();
    let changes = |at: usize| {
        let declared =
            code[at..].iter().skip(1).take_while(|token| !token.is("=") && !token.is(";"));
        let state = |token: &&Token| {
            token.is("mut") || STATES.iter().any(|state| token.text.starts_with(state))
        };
        code[at].is("thread_local")
            || (code[at].is("static") && declared.copied().any(|token| state(&token)))
    };
    (0..code.len()).filter(|at| changes(*at)).map(|at| code[at].line).collect()
}

fn writers(tokens: &[Token]) -> Vec<usize> {
    let calls = tokens.windows(2).filter(|two| !two[0].in_test && two[1].is("!"));
    calls.filter(|two| WRITERS.iter().any(|name| two[0].is(name))).map(|two| two[0].line).collect()
}

fn impurities(source: &Source) -> Vec<String> {
    if !PURE.contains(&source.top()) {
        return Vec::new();
    }
    let effects = source.paths.iter().filter(|path| effect(path));
    let effects = effects
        .map(|path| (path.line, format!("{}; take its result as an argument", path.shown())));
    let states = states(&source.tokens)
        .into_iter()
        .map(|line| (line, "a state that everyone shares".to_owned()));
    let writers =
        writers(&source.tokens).into_iter().map(|line| (line, "a macro that prints".to_owned()));
    let told = effects.chain(states).chain(writers);
    told.map(|(line, what)| format!("{}:{line} names {what}", source.file)).collect()
}

/// Whether a text is SQL: it opens as a statement and goes on as one.
fn sql(text: &str) -> bool {
    let words: Vec<_> = text.split_whitespace().map(str::to_ascii_uppercase).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["SELECT", ..] => has("FROM"),
        ["UPDATE", ..] => has("SET"),
        ["INSERT", "INTO", ..] | ["DELETE", "FROM", ..] => true,
        ["CREATE" | "DROP" | "ALTER", "TABLE" | "INDEX" | "UNIQUE", ..] => true,
        ["PRAGMA", ..] => words.len() > 1,
        _ => false,
    }
}

fn queries_elsewhere(source: &Source) -> Vec<String> {
    if source.top() == "store" {
        return Vec::new();
    }
    let diesel =
        source.paths.iter().filter(|path| !path.inside && path.names[0].starts_with("diesel"));
    let diesel = diesel.map(|path| (path.line, path.shown()));
    let texts = source
        .tokens
        .iter()
        .filter(|token| token.kind == Kind::Text && !token.in_test && sql(&token.text));
    let texts = texts.map(|token| (token.line, format!("{:?}", token.text)));
    diesel.chain(texts).map(|(line, what)| format!("{}:{line} has {what}", source.file)).collect()
}

#[test]
fn pure_code_names_no_effect() {
    none(
        "unit, form, dedup, weigh and index are pure",
        sources().iter().flat_map(impurities).collect(),
    );
}

#[test]
fn sql_lives_in_store_alone() {
    none("SQL belongs into src/store", sources().iter().flat_map(queries_elsewhere).collect());
}

#[test]
fn a_planted_effect_is_found() {
    let found = |content: &str| impurities(&Source::new("src/weigh/rake.rs", content)).len();
    assert_eq!(found("use std::{env, fs::File, io::Read};"), 2);
    assert_eq!(found("fn f() { jiff::Timestamp::now(); println!(\"x\"); }"), 2);
    assert_eq!(found("static N: AtomicU32 = AtomicU32::new(0); static mut M: u8 = 0;"), 2);
    assert_eq!(
        found(
            "static WORDS: [&'static str; 1] = [\"Mutex\"]; // std::fs\n#[cfg(test)] mod tests { use std::fs; }"
        ),
        0
    );
    assert_eq!(impurities(&Source::new("src/cli/weigh.rs", "use std::fs;")).len(), 0);
}

#[test]
fn a_planted_query_is_found() {
    let found = |content: &str| queries_elsewhere(&Source::new("src/round/mod.rs", content)).len();
    assert_eq!(found("use diesel::prelude::*; const Q: &str = \"select id\n from response\";"), 2);
    assert_eq!(found("const HELP: &str = \"Select a unit; update the round\";"), 0);
}

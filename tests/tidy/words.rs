//! Words that have no place in the repository, and files that would be forgotten.

use super::none;
use super::source::{Source, sources, texts};

/// A breach for every line of `files` for which `wrong` holds.
fn lines(files: &[(String, String)], wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let of = |(file, content): &(String, String)| {
        let numbered = content.lines().enumerate().filter(|(_, line)| wrong(line));
        numbered.map(|(at, line)| format!("{file}:{}: {}", at + 1, line.trim())).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

/// Everything written for the project but the rules here, which name what they forbid.
fn written() -> Vec<(String, String)> {
    let mut files = texts("", "");
    files.retain(|(file, _)| !file.starts_with("tests/tidy") && file != "Cargo.lock");
    files
}

fn unfinished(line: &str) -> bool {
    let marks = |word: &str| matches!(word, "TODO" | "FIXME" | "XXX" | "HACK");
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(marks)
}

fn unfinished_macros(source: &Source) -> Vec<String> {
    let calls = source.tokens.windows(2).filter(|two| two[1].is("!"));
    let left =
        calls.filter(|two| ["todo", "unimplemented", "dbg"].iter().any(|name| two[0].is(name)));
    left.map(|two| format!("{}:{} calls {}!", source.file, two[0].line, two[0].text)).collect()
}

/// Whether a line holds an absolute path that only somebody's own machine has.
fn machine_path(line: &str) -> bool {
    let roots = ["/home/", "/root/", "/Users/", "/work/", "/mnt/", "C:\\Users"];
    let starts = |root: &str| {
        line.match_indices(root).any(|(at, _)| {
            // Within a longer path or address it is another thing: `https://example.org/home/`.
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')'))
        })
    };
    roots.iter().any(|root| starts(root))
}

#[test]
fn nothing_is_left_unfinished() {
    let code = |file: &str| {
        ["src/", "tests/", "benches/", "migrations/"].iter().any(|folder| file.starts_with(folder))
    };
    let files: Vec<_> = written().into_iter().filter(|(file, _)| code(file)).collect();
    let mut breaches = lines(&files, unfinished);
    breaches.extend(sources().iter().flat_map(unfinished_macros));
    none("finish it, or file an issue", breaches);
}

#[test]
fn no_test_is_switched_off_in_silence() {
    let files: Vec<_> = written().into_iter().filter(|(file, _)| file.ends_with(".rs")).collect();
    let breaches = lines(&files, |line| line.trim() == "#[ignore]");
    none("say why a test does not run and when it is to: #[ignore = \"…\"]", breaches);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    none("a clone stands anywhere", lines(&written(), machine_path));
}

#[test]
fn no_file_is_named_for_nothing() {
    let vague = ["common", "helpers", "misc", "util", "utils"];
    let sources = sources();
    let named = sources
        .iter()
        .filter(|source| source.module.iter().any(|name| vague.contains(&name.as_str())));
    none("name the concept instead", named.map(|source| source.file.clone()).collect());
}

#[test]
fn every_package_is_locked_to_the_public_index() {
    let locks: Vec<_> =
        texts("", "lock").into_iter().filter(|(file, _)| file == "Cargo.lock").collect();
    assert_eq!(locks.len(), 1, "Cargo.lock is missing: cargo generate-lockfile");
    let usual = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let breaches = lines(&locks, |line| {
        (line.contains('@') && !line.starts_with('#'))
            || (line.starts_with("source") && line != usual)
    });
    none("Cargo.lock names cargo's own index and nothing else", breaches);
}

#[test]
fn no_other_lock_file_tells_where_its_packages_came_from() {
    let names = [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "uv.lock",
    ];
    let lock = |file: &str| file.rsplit('/').next().is_some_and(|name| names.contains(&name));
    let locks: Vec<_> = texts("", "").into_iter().filter(|(file, _)| lock(file)).collect();
    none(
        "a lock file names no address",
        lines(&locks, |line| line.contains("://") || line.contains('@')),
    );
}

#[test]
fn every_file_of_tests_is_run() {
    let files: Vec<_> = texts("tests", "rs");
    let (_, main) = files.iter().find(|(file, _)| file == "tests/main.rs").unwrap();
    let modules = files.iter().filter_map(|(file, _)| {
        let name = file.strip_prefix("tests/")?.strip_suffix(".rs")?.trim_end_matches("/mod");
        (!name.contains('/') && name != "main").then_some(name)
    });
    let forgotten = modules.filter(|name| !main.lines().any(|line| line == format!("mod {name};")));
    none(
        "cargo runs only what tests/main.rs lists",
        forgotten.map(|name| format!("add `mod {name};`")).collect(),
    );
}

#[test]
fn a_planted_word_is_found() {
    assert!(unfinished("// TODO: later") && !unfinished("let todos = METHODOLOGY;"));
    assert!(machine_path("see /home/an/khaosat") && machine_path("\"/root/x\""));
    assert!(!machine_path("https://example.org/home/x") && !machine_path("target/work/x"));
    assert_eq!(
        unfinished_macros(&Source::new("src/a.rs", "fn f() { todo!() } // todo!()")).len(),
        1
    );
}

//! The files of the repository, as the rules read them.

use std::fs;
use std::path::Path as File;

use super::paths::{Path, paths};
use super::syntax::{Token, tokens};
use crate::support::places;

/// One Rust file of `src/`.
pub struct Source {
    /// From the root: `src/weigh/rake.rs`.
    pub file: String,
    /// `["weigh", "rake"]`; empty for `lib.rs` and `main.rs`.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    pub paths: Vec<Path>,
}

impl Source {
    /// A file of this name with this content.
    pub fn new(file: &str, content: &str) -> Self {
        let tokens = tokens(content);
        let module = module(file);
        let paths = paths(&tokens, &module);
        Self { file: file.to_owned(), module, tokens, paths }
    }

    /// The first name of its module, "" for the root.
    pub fn top(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// Modules that exist for tests only: `#[cfg(test)] mod name;`.
    fn test_modules(&self) -> Vec<Vec<String>> {
        let declared = self
            .tokens
            .windows(3)
            .filter(|three| three[0].in_test && three[0].is("mod") && three[2].is(";"));
        declared.map(|three| [self.module.as_slice(), &[three[1].text.clone()]].concat()).collect()
    }
}

/// Every file of `src/` but those that exist for tests only.
pub fn sources() -> Vec<Source> {
    let read = |(file, content): (String, String)| Source::new(&file, &content);
    let mut sources: Vec<_> = texts("src", "rs").into_iter().map(read).collect();
    assert!(!sources.is_empty(), "src/ has no Rust file");
    let for_tests: Vec<_> = sources.iter().flat_map(Source::test_modules).collect();
    sources.retain(|source| !for_tests.iter().any(|module| source.module.starts_with(module)));
    sources
}

/// Name and content of every text file under a folder of the root whose name ends in `.ending` (any for ""), sorted.
pub fn texts(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&places::root().join(folder), &mut found);
    found.retain(|(file, _)| ending.is_empty() || file.ends_with(&format!(".{ending}")));
    found.sort();
    found
}

/// Builds and tools leave these behind; they are no part of the repository.
const LEFT_BEHIND: [&str; 4] = ["target", ".git", ".fs", "node_modules"];

fn walk(at: &File, found: &mut Vec<(String, String)>) {
    let name = at.file_name().unwrap_or_default().to_string_lossy();
    if LEFT_BEHIND.contains(&&*name) {
        return;
    }
    if at.is_dir() {
        for entry in fs::read_dir(at).unwrap() {
            walk(&entry.unwrap().path(), found);
        }
    } else if let Ok(content) = fs::read_to_string(at) {
        let file = at.strip_prefix(places::root()).unwrap().display().to_string();
        found.push((file, content));
    }
}

fn module(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut names: Vec<_> = inner.split('/').map(str::to_owned).collect();
    names.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
    names
}

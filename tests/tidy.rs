//! The rules of the code itself, read off the files. A broken rule is told with its file and line and what to do.

mod layers;
mod migrations;
mod pages;
mod paths;
mod privacy;
mod purity;
mod source;
mod syntax;
mod words;

/// Fails with every breach of one rule, a line each.
fn none(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}:\n  {}\n", breaches.join("\n  "));
}

//! The paths a source names: `use` trees taken apart, `crate`, `self` and `super` resolved.

use super::syntax::{Kind, Token};

/// A path that a source names outside its tests.
#[derive(Debug, PartialEq)]
pub struct Path {
    /// Its names; without `crate` when inside.
    pub names: Vec<String>,
    /// Whether it leads into this crate by `crate`, `self` or `super`.
    pub inside: bool,
    /// From 1.
    pub line: usize,
}

impl Path {
    /// As it is written, for a message.
    pub fn shown(&self) -> String {
        format!("{}{}", if self.inside { "crate::" } else { "" }, self.names.join("::"))
    }

    /// Whether its first names are these.
    pub fn starts_with(&self, names: &[&str]) -> bool {
        self.names.len() >= names.len()
            && self.names.iter().zip(names).all(|(own, other)| own == other)
    }
}

/// Every path with two names or more, and every single name after `use`, in the module `module`.
pub fn paths(tokens: &[Token], module: &[String]) -> Vec<Path> {
    let mut found = Vec::new();
    // The modules written inline around the token, each with the depth of its braces.
    let mut inline: Vec<(usize, String)> = Vec::new();
    let (mut depth, mut at) = (0, 0);
    while let Some(token) = tokens.get(at) {
        if token.is("{") {
            depth += 1;
            if at >= 2 && tokens[at - 2].is("mod") {
                inline.push((depth, tokens[at - 1].text.clone()));
            }
        } else if token.is("}") {
            inline.pop_if(|(opened, _)| *opened == depth);
            depth -= 1;
        }
        let begins = token.kind == Kind::Word && (at == 0 || !tokens[at - 1].is("::"));
        if !begins || token.in_test {
            at += 1;
            continue;
        }
        let imports = at > 0 && tokens[at - 1].is("use");
        let mut here = module.to_vec();
        here.extend(inline.iter().map(|(_, name)| name.clone()));
        let mut trees = Vec::new();
        // A tree's own braces are skipped with it; those of a block are the next token.
        at = tree(tokens, at, &mut Vec::new(), &mut trees);
        trees.retain(|names| imports || names.len() > 1);
        found.extend(trees.into_iter().map(|names| resolve(&names, &here, token.line)));
    }
    found
}

/// Reads the tree at `at` under `prefix` and returns the token after it: `a::b`, `a::{b, c::d}`, `a::*`.
fn tree(
    tokens: &[Token],
    mut at: usize,
    prefix: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let own = prefix.len();
    loop {
        prefix.push(tokens[at].text.clone());
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|token| token.is("::"));
        let Some(next) = tokens.get(at + 1).filter(|_| goes_on) else { break };
        if next.is("{") {
            at = group(tokens, at + 2, prefix, found);
            prefix.truncate(own);
            return at;
        }
        if next.kind != Kind::Word && !next.is("*") {
            break; // `::<T>` of a call
        }
        at += 1;
    }
    found.push(prefix.clone());
    prefix.truncate(own);
    at
}

/// Reads what stands between the braces of a tree; `at` is the token after the opening one.
fn group(
    tokens: &[Token],
    mut at: usize,
    prefix: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    while !tokens[at].is("}") {
        at = if tokens[at].is("as") {
            at + 2 // another name for the same
        } else if tokens[at].kind == Kind::Word || tokens[at].is("*") {
            tree(tokens, at, prefix, found)
        } else {
            at + 1
        };
    }
    at + 1
}

fn resolve(names: &[String], here: &[String], line: usize) -> Path {
    let mut names = names.to_vec();
    if names.len() > 1 {
        names.pop_if(|last| last == "self"); // `a::{self}` is `a`
    }
    let mut base = match names[0].as_str() {
        "crate" | "khaosat" => Vec::new(),
        "self" | "super" => here.to_vec(),
        _ => return Path { names, inside: false, line },
    };
    let mut rest = names.into_iter().peekable();
    while let Some(step) =
        rest.next_if(|name| matches!(name.as_str(), "crate" | "khaosat" | "self" | "super"))
    {
        if step == "super" {
            base.pop();
        }
    }
    base.extend(rest);
    Path { names: base, inside: true, line }
}

#[test]
fn trees_are_taken_apart_and_resolved() {
    let source = "use crate::{store::{self, unit as u}, web::*};\nuse super::rake;\nuse diesel;\nmod own { fn f() {\n
        super::super::a::b::<T>(1); self::c::d; std::fs::read(x) } }\nfn g() { v.iter::<u8>(); e::F { h: 1 } }";
    let module = ["weigh".to_owned(), "trim".to_owned()];
    let read = paths(&super::syntax::tokens(source), &module);
    let shown: Vec<_> = read.iter().map(Path::shown).collect();
    let expected = [
        "crate::store",
        "crate::store::unit",
        "crate::web::*",
        "crate::weigh::rake",
        "diesel",
        "crate::weigh::a::b",
        "crate::weigh::trim::own::c::d",
        "std::fs::read",
        "e::F",
    ];
    assert_eq!(shown, expected);
    assert_eq!(read[5].line, 6);
}

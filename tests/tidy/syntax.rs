//! Just enough of Rust's syntax to read paths off it: tokens without comments, test code marked.

/// A piece of code. Comments are gone; `::` is one token.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    /// From 1.
    pub line: usize,
    /// Within an item under `#[cfg(test)]`.
    pub in_test: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A name, a keyword, a number.
    Word,
    /// What stands between the quotes of a string literal.
    Text,
    Mark,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }
}

/// The tokens of a Rust source that compiles.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1, tokens: Vec::new() };
    while reader.step() {}
    let mut tokens = reader.tokens;
    mark_tests(&mut tokens);
    tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if let Some((opening, hashes)) = raw_string(self.rest) {
            self.text(opening, &format!("\"{}", "#".repeat(hashes)), false);
        } else if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.take(block_comment(self.rest));
        } else if first == '"' {
            self.text(1, "\"", true);
        } else if first == '\'' {
            self.quote();
        } else if first.is_alphanumeric() || first == '_' {
            let ends = |c: char| !c.is_alphanumeric() && c != '_';
            self.push(Kind::Word, self.rest.find(ends).unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("::") {
            self.push(Kind::Mark, 2);
        } else if first.is_whitespace() {
            self.take(first.len_utf8());
        } else {
            self.push(Kind::Mark, first.len_utf8());
        }
        true
    }

    fn take(&mut self, bytes: usize) -> String {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        let taken = taken.to_owned();
        self.rest = rest;
        taken
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        let line = self.line;
        let text = self.take(bytes);
        self.tokens.push(Token { kind, text, line, in_test: false });
    }

    /// A string literal whose opening is `opening` bytes long.
    fn text(&mut self, opening: usize, end: &str, escapes: bool) {
        self.take(opening);
        let mut length = 0;
        while !self.rest[length..].starts_with(end) {
            let skipped = if escapes && self.rest[length..].starts_with('\\') { 2 } else { 1 };
            length += self.rest[length..].chars().take(skipped).map(char::len_utf8).sum::<usize>();
        }
        self.push(Kind::Text, length);
        self.take(end.len());
    }

    /// A character (`'a'`, `'\''`) or the start of a lifetime (`'a`).
    fn quote(&mut self) {
        let mut after = self.rest.chars().skip(1);
        let (one, two) = (after.next(), after.next());
        if one == Some('\\') {
            let end = self.rest[3..].find('\'').unwrap_or(0);
            self.take(3 + end + 1);
        } else if two == Some('\'') {
            self.take(2 + one.map_or(0, char::len_utf8));
        } else {
            let name = self.rest[1..].find(|c: char| !c.is_alphanumeric() && c != '_');
            self.take(name.map_or(self.rest.len(), |length| 1 + length));
        }
    }
}

/// The bytes before a raw string's content and its number of `#`: `r"`, `r#"`, `br##"`.
fn raw_string(source: &str) -> Option<(usize, usize)> {
    let letters = ["r", "br", "cr"].into_iter().find(|letters| {
        source.strip_prefix(letters).is_some_and(|rest| rest.starts_with(['"', '#']))
    })?;
    let hashes = source[letters.len()..].chars().take_while(|c| *c == '#').count();
    let opening = letters.len() + hashes + 1;
    // `r#type` is a name.
    (source.as_bytes().get(opening - 1) == Some(&b'"')).then_some((opening, hashes))
}

/// The length of a block comment; they nest.
fn block_comment(source: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &source[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += rest.chars().next().map_or(0, char::len_utf8);
        }
        if depth == 0 || at >= source.len() {
            return at;
        }
    }
}

fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let end = attribute(tokens, at).unwrap_or(at);
        let mut names = tokens[at..end].iter().filter(|token| token.kind == Kind::Word);
        if names.next().is_some_and(|token| token.is("cfg")) && names.any(|token| token.is("test"))
        {
            let item_end = item(tokens, end);
            tokens[at..item_end].iter_mut().for_each(|token| token.in_test = true);
            at = item_end;
        } else {
            at = end.max(at + 1);
        }
    }
}

/// The token after the attribute `#[…]` at `at`, when there is one.
fn attribute(tokens: &[Token], at: usize) -> Option<usize> {
    let opens = tokens.get(at)?.is("#") && tokens.get(at + 1)?.is("[");
    opens.then(|| balanced(tokens, at + 1))
}

/// The token after the item that starts at `at`: its further attributes, then up to `;` or the end of its block.
fn item(tokens: &[Token], mut at: usize) -> usize {
    while let Some(end) = attribute(tokens, at) {
        at = end;
    }
    while let Some(token) = tokens.get(at) {
        if token.is(";") {
            return at + 1;
        } else if token.is("{") {
            return balanced(tokens, at);
        }
        at = if token.is("(") || token.is("[") { balanced(tokens, at) } else { at + 1 };
    }
    at
}

/// The token after the bracket that closes the one at `at`.
fn balanced(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(at) {
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|close| token.is(close)) {
            depth -= 1;
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[test]
fn comments_and_literals_hide_nothing_and_add_nothing() {
    let source = r####"a /* b /* c */ d */ "e \" f" r#"g " h"# 'i' '\'' '"' &'j k // l
        r#type::n b"o" '\u{1F600}' 1.5"####;
    let read = tokens(source);
    let of = |kind| {
        read.iter()
            .filter(|token| token.kind == kind)
            .map(|token| token.text.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::Word), ["a", "k", "r", "type", "n", "b", "1", "5"]);
    assert_eq!(of(Kind::Text), [r#"e \" f"#, "g \" h", "o"]);
}

#[test]
fn test_code_is_marked_to_its_end() {
    let source = "a; #[cfg(test)] #[path = \"x\"] mod b { fn c() { [1; 2] } } d; #[cfg(test)] mod e; f; #[cfg(unix)] g;";
    let read = tokens(source);
    let outside = read.iter().filter(|token| !token.in_test && token.kind == Kind::Word);
    assert_eq!(
        outside.map(|token| token.text.as_str()).collect::<Vec<_>>(),
        ["a", "d", "f", "cfg", "unix", "g"]
    );
}

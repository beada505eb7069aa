//! Finds where a broken file was left unfinished, line by line, and finishes it: closes brackets, texts and headers
//! that were forgotten, and leaves out what is no assignment.

/// Brackets followed into each other; the parser refuses deeper nesting.
const OPEN_MAX: usize = 100;

/// Reads a broken file line by line, knowing just enough of TOML to tell where a value was not finished.
#[derive(Default)]
pub(super) struct Mender {
    /// The mended text.
    pub(super) out: String,
    /// Lines and what was wrong there.
    pub(super) faults: Vec<(usize, String)>,
    /// Lines that had to be left out.
    pub(super) lost: Vec<String>,
    /// Brackets that are open, with the lines of their opening.
    open: Vec<(char, usize)>,
    /// Where the last character that matters ends in `out`, its line, and what it is.
    last: (usize, usize, char),
    /// The last line on which something was wrong.
    trouble: usize,
    /// Inside a text of several lines: its quotes, the line of its opening, where that line ends in `out`.
    long_text: Option<(&'static str, usize, usize)>,
}

impl Mender {
    pub(super) fn mend(mut self, source: &str) -> Self {
        for (index, line) in source.split_inclusive('\n').enumerate() {
            let body = line.trim_end_matches(['\n', '\r']);
            let ending = line.get(body.len()..).unwrap_or_default();
            self.line(index + 1, body);
            self.out.push_str(ending);
        }
        if let Some((quotes, line, end)) = self.long_text.take() {
            self.out.insert_str(end, quotes);
            if self.last.0 >= end {
                self.last.0 += quotes.len();
            }
            let reason = format!("a text is not closed; close it with {quotes} on the same line");
            self.fault(line, reason);
        }
        self.close_while(|_| true);
        self
    }

    fn fault(&mut self, line: usize, reason: impl Into<String>) {
        self.faults.push((line, reason.into()));
        self.trouble = line;
    }

    fn line(&mut self, number: usize, body: &str) {
        if let Some((quotes, ..)) = self.long_text {
            let Some(end) = body.find(quotes) else {
                self.out.push_str(body);
                return;
            };
            let (inside, rest) = body.split_at(end + quotes.len());
            self.out.push_str(inside);
            self.long_text = None;
            self.value(number, rest);
            return;
        }
        if !self.open.is_empty() && self.begins_a_statement(body) {
            self.close_while(|_| true);
        }
        if !self.open.is_empty() {
            // In a table a key comes next, no other table: the one of the lines above was to end.
            if body.trim_start().starts_with('{') {
                self.close_while(|innermost| innermost == '{');
            }
            self.value(number, body);
            return;
        }
        match statement(body) {
            Statement::Nothing => self.out.push_str(body),
            Statement::Header { opening, closing } => {
                self.out.push_str(opening);
                self.out.push_str(body);
                self.out.push_str(closing);
                if !opening.is_empty() {
                    self.fault(
                        number,
                        format!("the header of a table is not opened; open it with {opening}["),
                    );
                }
                if !closing.is_empty() {
                    self.fault(
                        number,
                        format!("the header of a table is not closed; close it with {closing}"),
                    );
                }
            }
            Statement::Assignment { value } => {
                let (key, value) = body.split_at(value);
                self.out.push_str(key);
                self.value(number, value);
            }
            Statement::NoAssignment => {
                self.lost.push(body.to_owned());
                // The rest of a list that ended too early has been told with its first line.
                let rest_of_a_list = body.trim_start().starts_with(['{', '}', ']']);
                if !rest_of_a_list || self.trouble + 1 < number {
                    self.fault(
                        number,
                        "this is no `key = value`; write one, or put # before a remark",
                    );
                }
                self.trouble = number;
            }
        }
    }

    /// Whether a line, met while brackets are open, cannot belong inside them.
    fn begins_a_statement(&self, body: &str) -> bool {
        let line = body.trim_start();
        if line.starts_with('[') {
            let name = line.trim_start_matches('[').trim_start();
            let word =
                name.split(|c: char| c == ']' || c.is_whitespace()).next().unwrap_or_default();
            let is_value = matches!(word, "true" | "false" | "inf" | "nan");
            return name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !is_value
                && name.split('#').next().is_some_and(|rest| !rest.contains([',', '=', '"']));
        }
        let assigns = matches!(statement(body), Statement::Assignment { .. })
            && line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let inside_a_list = self.open.last().is_some_and(|(bracket, _)| *bracket == '[');
        assigns && (inside_a_list || !matches!(self.last.2, ',' | '{'))
    }

    /// Copies the rest of a value, following its brackets and texts.
    fn value(&mut self, number: usize, mut rest: &str) {
        while let Some(c) = rest.chars().next() {
            let (taken, after) = rest.split_at(c.len_utf8());
            match c {
                '#' => {
                    self.out.push_str(rest);
                    return;
                }
                '"' | '\'' => {
                    let Some(after) = self.text(number, rest) else { return };
                    rest = after;
                    continue;
                }
                '[' | '{' if self.open.len() < OPEN_MAX => self.open.push((c, number)),
                ']' | '}' => self.close_up_to(c),
                _ => {}
            }
            self.out.push_str(taken);
            if !c.is_whitespace() {
                self.last = (self.out.len(), number, c);
            }
            rest = after;
        }
    }

    /// Copies a text that begins `rest`; gives what follows it, or `None` when the text goes on in the next line.
    fn text<'r>(&mut self, number: usize, rest: &'r str) -> Option<&'r str> {
        let triple = if rest.starts_with("\"\"\"") {
            Some("\"\"\"")
        } else if rest.starts_with("'''") {
            Some("'''")
        } else {
            None
        };
        if let Some(quotes) = triple {
            let inside = rest.get(quotes.len()..).unwrap_or_default();
            match inside.find(quotes) {
                Some(end) => {
                    let (text, after) = rest.split_at(end + 2 * quotes.len());
                    self.take_text(number, text);
                    return Some(after);
                }
                None => {
                    self.take_text(number, rest);
                    self.long_text = Some((quotes, number, self.out.len()));
                    return None;
                }
            }
        }
        match end_of_text(rest) {
            Some(end) => {
                let (text, after) = rest.split_at(end);
                self.take_text(number, text);
                Some(after)
            }
            None => {
                // What closes brackets at the end of the line was hardly meant as part of the text.
                let quote = if rest.starts_with('\'') { "'" } else { "\"" };
                let end = rest.trim_end_matches([' ', '\t', ',', ']', '}']).len().max(1);
                let (text, after) = rest.split_at(end);
                self.take_text(number, text);
                self.out.push_str(quote);
                self.last = (self.out.len(), number, '"');
                self.fault(number, format!("a text is not closed; close it with {quote}"));
                Some(after)
            }
        }
    }

    fn take_text(&mut self, number: usize, text: &str) {
        self.out.push_str(text);
        self.last = (self.out.len(), number, '"');
    }

    /// Before a closing bracket: closes those inside it that were forgotten.
    fn close_up_to(&mut self, closing: char) {
        let opening = if closing == ']' { '[' } else { '{' };
        if self.open.iter().any(|(bracket, _)| *bracket == opening) {
            self.close_while(|innermost| innermost != opening);
            self.open.pop();
        }
    }

    /// Closes what is open, from the innermost outwards, where the last value ended.
    fn close_while(&mut self, forgotten: impl Fn(char) -> bool) {
        let (end, number, last) = self.last;
        let mut at = if last == ',' { end - 1 } else { end };
        while let Some((bracket, line)) = self.open.pop_if(|(bracket, _)| forgotten(*bracket)) {
            self.out.insert(at, closer(bracket));
            at += 1;
            self.last.0 += 1;
            let closer = closer(bracket);
            self.fault(
                number,
                format!("the {bracket} of line {line} is not closed; close it with {closer}"),
            );
        }
    }
}

fn closer(bracket: char) -> char {
    if bracket == '[' { ']' } else { '}' }
}

/// The end of the text in single quotes or double quotes that begins `rest`, on this line.
fn end_of_text(rest: &str) -> Option<usize> {
    let quote = rest.chars().next()?;
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote == '"' {
            escaped = true;
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

enum Statement {
    /// Blank, or a remark.
    Nothing,
    /// `[table]`, with what its brackets lack.
    Header { opening: &'static str, closing: &'static str },
    /// `key = value`; `value` is where the value begins.
    Assignment { value: usize },
    /// Anything else.
    NoAssignment,
}

fn statement(body: &str) -> Statement {
    let line = body.trim();
    if line.is_empty() || line.starts_with('#') {
        return Statement::Nothing;
    }
    if line.starts_with('[') {
        let bare = line.split('#').next().unwrap_or_default().trim_end();
        let ends = (line.starts_with("[["), bare.ends_with("]]"), bare.ends_with(']'));
        let (opening, closing) = match ends {
            // Something else follows on the line: the parser has more to say about it.
            _ if bare.contains('=') || bare.len() < line.len() => ("", ""),
            (true, false, true) => ("", "]"),
            (true, false, false) => ("", "]]"),
            (false, _, false) => ("", "]"),
            (false, true, true) => ("[", ""),
            _ => ("", ""),
        };
        return Statement::Header { opening, closing };
    }
    let mut quote: Option<char> = None;
    let mut ended_word = false;
    let mut in_word = false;
    for (at, c) in body.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') => return Statement::Assignment { value: at + 1 },
            (None, '#' | ':') => return Statement::NoAssignment,
            (None, '.') => (in_word, ended_word) = (false, false),
            (None, c) if c.is_whitespace() => ended_word |= in_word,
            (None, _) if ended_word => return Statement::NoAssignment,
            (None, _) => in_word = true,
        }
    }
    Statement::NoAssignment
}

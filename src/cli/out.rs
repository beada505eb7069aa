//! What a command says: results on stdout, complaints and warnings on stderr.

use std::io::{ErrorKind, Write};

use super::{Failure, Outcome};

/// Prints `text` and ends its last line. A reader that has seen enough (`| head`) is no failure.
///
/// # Errors
/// When stdout cannot be written to, such as on a full disk.
pub fn print(text: &str) -> Outcome {
    let mut stdout = std::io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes()));
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::because("the result cannot be printed", error))
        }
        _ => Ok(()),
    }
}

/// Says something on stderr; nobody listening there is no failure.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "khaosat: {text}");
}

/// `text` with control characters made visible, for values that people wrote.
pub fn visible(text: &str) -> String {
    let shown =
        |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// `1 unit`, `2 units`.
pub fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_cannot_move_the_cursor() {
        assert_eq!(visible("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(visible("Bộ phận Một cửa"), "Bộ phận Một cửa");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            (count(1, "unit"), count(0, "unit")),
            ("1 unit".to_owned(), "0 units".to_owned())
        );
    }
}

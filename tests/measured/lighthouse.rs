//! Lighthouse's four marks, by its own settings for a phone on slow 4G.

use crate::support::Instrument;

/// Tries of one page: a busy machine only ever lowers the mark of performance.
const TRIES: usize = 3;

/// Holds a page against a hundred in performance, accessibility and best practices, and where it may be found by search
/// engines in SEO, too. False where Lighthouse is not installed.
pub fn hundred(base: &str, path: &str, listed: bool) -> bool {
    let least = if listed { "100,100,100,100" } else { "100,100,100,0" };
    let mut output = String::new();
    for _ in 0..TRIES {
        let run = Instrument::new("node/lh.mjs", base).with("PATH_", path);
        let Some(figure) = run.with("RUNS", "1").with("MIN", least).measure() else { return false };
        eprintln!("{path}: {}", figure.output.lines().last().unwrap());
        if figure.pass {
            return true;
        }
        output = figure.output;
    }
    panic!("{path}: {output}");
}

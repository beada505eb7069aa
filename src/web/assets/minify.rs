//! Takes comments and needless spaces out of our own stylesheets, once at start.

/// `css` without comments, and with spaces only where they mean something (a plus keeps its own: in
/// `calc` it needs them). Knows the plain CSS that we write: no
/// strings that hold spaces, braces, semicolons or comment marks.
pub(super) fn minified(css: &str) -> String {
    let mut short = String::with_capacity(css.len());
    for part in without_comments(css).split_whitespace() {
        let glued = short.ends_with(['{', '}', ';', ',', ':', '>'])
            || part.starts_with(['{', '}', ';', ',', '>']);
        if !glued && !short.is_empty() {
            short.push(' ');
        }
        short.push_str(part);
    }
    for (long, brief) in [(";}", "}"), (":0.", ":."), (" 0.", " .")] {
        short = short.replace(long, brief);
    }
    short
}

/// A script of ours without its notes (`// ` to the end of a line) and indents. Knows the script that we write: no string
/// holds two slashes and a space.
pub(super) fn without_notes(script: &str) -> String {
    let mut short = String::with_capacity(script.len());
    for line in script.lines() {
        let line = line.split_once("// ").map_or(line, |(code, _)| code).trim();
        if !line.is_empty() {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_go_where_they_mean_nothing_and_stay_where_they_separate() {
        let css = "/* a */\na :hover,\n b > c + d { margin: 0.5px auto; width: calc(100% + 1px) }\n@media (min-width: 36rem) { p { top: 1px; } }\n";
        assert_eq!(
            minified(css),
            "a :hover,b>c + d{margin:.5px auto;width:calc(100% + 1px)}@media (min-width:36rem){p{top:1px}}"
        );
    }

    #[test]
    fn an_unended_comment_swallows_the_rest_and_nothing_hangs() {
        assert_eq!(minified("a{b:c}/* never"), "a{b:c}");
    }
}

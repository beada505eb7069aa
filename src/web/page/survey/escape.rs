//! Escapes a text for its place between tags or in a quoted attribute.

/// Appends `text` so that a browser shows it and obeys nothing in it.
pub(super) fn push_escaped(html: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| replacement(*byte).is_some()) {
        let (plain, special) = rest.split_at(at);
        html.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { break };
        html.extend_from_slice(replacement(*byte).unwrap_or_default());
        rest = after;
    }
    html.extend_from_slice(rest);
}

/// The same references as the templates write, so that both ways of rendering give the same bytes.
fn replacement(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&#38;"),
        b'<' => Some(b"&#60;"),
        b'>' => Some(b"&#62;"),
        b'"' => Some(b"&#34;"),
        b'\'' => Some(b"&#39;"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_html_could_obey_is_escaped_and_the_rest_is_kept() {
        let mut html = Vec::new();
        push_escaped(&mut html, "Quầy <1> & \"hai\" 'ba'");
        assert_eq!(
            String::from_utf8(html).unwrap(),
            "Quầy &#60;1&#62; &#38; &#34;hai&#34; &#39;ba&#39;"
        );
    }
}

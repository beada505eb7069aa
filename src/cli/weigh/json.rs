//! `spec.json` from bytes: what is wrong with it is told to people who edit it by hand.

use serde::de::DeserializeOwned;

const FILE: &str = "spec.json";
const EXAMPLE: &str = "`khaosat weigh --help` shows an example";

/// Reads the one object the file must hold; a byte order mark is passed over.
/// # Errors
/// One line saying what is wrong, where, and what to do.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = super::csv::line_of(bytes, error.valid_up_to());
        return Err(format!("{FILE}: line {line} is not UTF-8; save the file as UTF-8"));
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => {
            return Err(format!("{FILE}: the file is empty; write an object {{ … }}: {EXAMPLE}"));
        }
        Some(b'[') => {
            return Err(format!(
                "{FILE}: the file holds a list [ … ] where an object {{ … }} belongs; name the settings: {EXAMPLE}"
            ));
        }
        Some(_) => {}
    }
    serde_json::from_slice(bytes).map_err(|error| format!("{FILE}: {}", told(&error)))
}

fn told(error: &serde_json::Error) -> String {
    let said = plain(&error.to_string());
    if error.is_eof() {
        return format!(
            "{said}: the file ends too early; close what is open (a quote, a bracket or a brace)"
        );
    }
    if error.is_syntax() {
        return format!(
            "{said}; correct the JSON there or right before (often a comma or a quote is missing, or one is too many)"
        );
    }
    format!("{said}; {EXAMPLE}")
}

/// Names of our types mean nothing to who reads the message: "struct Trim with 2 elements" is an object.
fn plain(said: &str) -> String {
    let said = said
        .replace("invalid type: sequence", "a list [ … ]")
        .replace("invalid type: map", "an object { … }");
    let Some((before, rest)) = said.split_once("expected struct ") else { return said };
    let place = rest.rfind(" at line ").and_then(|at| rest.get(at..)).unwrap_or_default();
    let before = match before.split_once("invalid length") {
        Some(_) => "a list [ … ], ",
        None => before,
    };
    format!("{before}expected an object {{ … }}{place}")
}

#[cfg(test)]
mod tests {
    use super::super::spec::Spec;

    fn said(bytes: &[u8]) -> String {
        Spec::parse(bytes).unwrap_err()
    }

    #[test]
    fn what_is_no_object_is_told_plainly_with_what_to_do() {
        let deep = "{\"calibration\":".to_owned() + &"[".repeat(200_000);
        for (bytes, words) in [
            ("", ["the file is empty", "--help"]),
            (" \n", ["the file is empty", "--help"]),
            ("[]", ["a list [ … ] where an object", "--help"]),
            ("[[[[", ["a list [ … ] where an object", "--help"]),
            ("3", ["expected an object { … } at line 1", "--help"]),
            (
                "{\"calibration\": []}",
                ["a list [ … ], expected an object { … } at line 1", "--help"],
            ),
            (deep.as_str(), ["a list [ … ], expected a string at line 1 column", "--help"]),
            ("{\"calibration\":\n {", ["line 2", "ends too early"]),
            ("{\"calibration\" {", ["line 1", "correct the JSON there"]),
            ("{}", ["missing field `calibration`", "--help"]),
        ] {
            let said = said(bytes.as_bytes());
            for word in words {
                assert!(said.starts_with("spec.json: ") && said.contains(word), "{word}: {said}");
            }
            assert!(!said.contains("struct"), "{said}");
        }
        assert!(said(b"{\n\xff}").contains("line 2 is not UTF-8"));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let plain = "{\"calibration\":{\"method\":\"none\"},\
                     \"estimands\":[{\"name\":\"m\",\"kind\":\"mean\",\"item\":\"q1\"}]}";
        assert!(Spec::parse(format!("\u{feff}{plain}").as_bytes()).is_ok());
    }
}

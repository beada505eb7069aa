//! Tables as CSV files that a spreadsheet opens without running anything in them.

/// One field: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula.
fn field(text: &str) -> String {
    let number = text.parse::<f64>().is_ok();
    let active = !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if active { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Lines of fields, with the mark that tells spreadsheets of UTF-8.
pub fn csv(lines: &[Vec<String>]) -> Vec<u8> {
    let mut out = String::from("\u{FEFF}");
    for line in lines {
        let fields: Vec<String> = line.iter().map(|text| field(text)).collect();
        out.push_str(&fields.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula_and_numbers_stay_numbers() {
        let active = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"];
        for text in active {
            assert!(field(text).trim_start_matches('"').starts_with('\''), "{text}");
        }
        assert_eq!(
            (field("-0.25"), field("a,b"), field("a\"b")),
            ("-0.25".into(), "\"a,b\"".into(), "\"a\"\"b\"".into())
        );
        assert_eq!(csv(&[vec!["x".into(), "y".into()]]), "\u{FEFF}x,y\r\n".as_bytes());
    }
}

//! A form as an XLSForm workbook (xlsform.org) and back, so that a translator works in a spreadsheet.
//!
//! In and out: the bytes of an `.xlsx` file. Sheets `survey`, `choices` and `settings` with a column `label::NAME (TAG)`
//! per language; what XLSForm has no column for (factor, share, top, …) stands in columns of our own names, which other
//! tools pass over. Export → import gives the same form, to the digest; a test holds it on every shipped form.

mod export;
mod import;

pub use export::ExportError;
pub use import::{ImportError, WORKBOOK_BYTES_MAX};

/// Columns of `survey` that are keys of a question in a form file, under the same name.
const QUESTION_KEYS: [&str; 9] = [
    "kind",
    "factor",
    "about",
    "scale",
    "reversed",
    "ordered",
    "max_points",
    "show_probability",
    "max_chars",
];

/// What a language is called in the heads of columns; its tag stands beside it in brackets.
fn name_of(tag: &str) -> &str {
    match tag {
        "vi" => "Tiếng Việt",
        "en" => "English",
        "bdq" => "Bahnar",
        "jra" => "Jrai",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use crate::form::{Form, shipped};

    fn forms() -> Vec<Form> {
        vec![
            shipped::one_stop_shop().unwrap(),
            shipped::officials().unwrap(),
            shipped::one_tap().unwrap(),
        ]
    }

    #[test]
    fn export_and_import_give_the_same_form() {
        for form in forms() {
            let workbook = form.to_xlsx().unwrap();
            let toml = Form::toml_of_xlsx(&workbook).unwrap();
            let read = Form::parse(&toml, "x.toml").unwrap_or_else(|e| panic!("{e}\n{toml}"));
            assert_eq!(read.digest(), form.digest());
        }
    }

    #[test]
    fn a_language_that_a_translator_added_comes_in_and_its_marks_survive() {
        // Letters, not words: a speaker has yet to word a form.
        let letters = "ĕ ơ̆ č ñ";
        let source = shipped::ONE_TAP
            .replace("[\"vi\", \"en\"]", "[\"vi\", \"en\", \"jra\"]")
            .replace("en = \"Overall\"", &format!("en = \"Overall\", jra = \"{letters}\""));
        let form = Form::parse(&source, "f.toml").unwrap();
        let back = Form::toml_of_xlsx(&form.to_xlsx().unwrap()).unwrap();
        assert!(back.contains(letters));
        assert_eq!(Form::parse(&back, "f.toml").unwrap().digest(), form.digest());
    }

    #[test]
    fn what_is_no_such_workbook_is_refused_with_the_reason() {
        for broken in [&b""[..], b"PK\x03\x04 no workbook", &[0; 5_000_000]] {
            assert!(Form::toml_of_xlsx(broken).is_err());
        }
    }
}

//! What keys mean: the number of a box as printed, 0 for "no opinion", - for "prefer not to say", nothing for nothing.

use crate::form::{Answer, Form};

/// A key as the form's fields have it.
fn meant(typed: &str) -> String {
    match typed {
        "0" => Answer::NoOpinion.value(),
        "-" => Answer::PreferNot.value(),
        "." => String::new(),
        other => other.to_owned(),
    }
}

/// The fields of a sheet among those of a post: questions of the form, consent, language.
pub fn sheet(form: &Form, posted: &[(String, String)]) -> Vec<(String, String)> {
    let value = |name: &str| {
        let found = posted.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    };
    let coded = form.coded_questions().map(|question| {
        let name = question.name.as_str();
        (name.to_owned(), meant(value(name)))
    });
    let mut fields: Vec<(String, String)> = coded.collect();
    if let Some(question) = form.comment_question() {
        fields.push((question.name.to_string(), value(question.name.as_str()).to_owned()));
    }
    let consent = match value("consent") {
        "" | "." | "0" | "-" => "",
        _ => "yes",
    };
    fields.push(("consent".to_owned(), consent.to_owned()));
    let language = value(crate::collect::paper::LANGUAGE);
    fields.push((crate::collect::paper::LANGUAGE.to_owned(), language.to_owned()));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_for_boxes_and_what_is_no_question_is_left_out() {
        let form = crate::form::shipped::one_stop_shop().unwrap();
        let posted = [("q01", "5"), ("q02", "0"), ("q03", "."), ("consent", "1"), ("evil", "x")];
        let posted = posted.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields = sheet(&form, &posted);
        let value = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(value("q01"), Some("5"));
        assert_eq!(value("q02"), Some("no_opinion"));
        assert_eq!((value("q03"), value("q22")), (Some(""), Some("")));
        assert_eq!((value("consent"), value("evil")), (Some("yes"), None));
    }
}

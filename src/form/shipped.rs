//! The forms that come inside the binary, so that the demo needs no files.

use super::{Form, Problems};

/// `survey-forms/one-stop-shop.toml`: citizens at a one-stop-shop counter.
pub const ONE_STOP_SHOP: &str = include_str!("../../survey-forms/one-stop-shop.toml");

/// `survey-forms/officials.toml`: officials and deputies about an agency.
pub const OFFICIALS: &str = include_str!("../../survey-forms/officials.toml");

/// `survey-forms/one-tap.toml`: one question, answered by one tap.
pub const ONE_TAP: &str = include_str!("../../survey-forms/one-tap.toml");

/// The text of the shipped form with this id.
pub fn by_id(id: &str) -> Option<&'static str> {
    match id {
        "one-stop-shop" => Some(ONE_STOP_SHOP),
        "officials" => Some(OFFICIALS),
        "one-tap" => Some(ONE_TAP),
        _ => None,
    }
}

/// The form of [`ONE_TAP`].
/// # Errors
/// None in a released binary: a test reads the file.
pub fn one_tap() -> Result<Form, Problems> {
    Form::parse(ONE_TAP, "survey-forms/one-tap.toml")
}

/// The form of [`ONE_STOP_SHOP`].
/// # Errors
/// None in a released binary: a test reads the file.
pub fn one_stop_shop() -> Result<Form, Problems> {
    Form::parse(ONE_STOP_SHOP, "survey-forms/one-stop-shop.toml")
}

/// The form of [`OFFICIALS`].
/// # Errors
/// None in a released binary: a test reads the file.
pub fn officials() -> Result<Form, Problems> {
    Form::parse(OFFICIALS, "survey-forms/officials.toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{IndexRule, Language, Role};

    #[test]
    fn the_citizens_form_is_the_one_of_the_field() {
        let form = one_stop_shop().unwrap();
        assert_eq!((form.id.as_str(), form.version), ("one-stop-shop", 1));
        assert_eq!(form.index_rule, IndexRule::Top);
        assert_eq!((form.factors.len(), form.criteria().count()), (5, 22));
        assert_eq!(form.intro.len(), 3, "privacy in three sentences");
        let levels: Vec<&str> =
            form.scales[0].levels.iter().map(|level| level.text.in_default_language()).collect();
        assert_eq!(
            levels,
            ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
        );
        let person: Vec<&str> = form.margins().map(|margin| margin.variable.as_str()).collect();
        assert_eq!(person, ["sex", "age_group", "education", "occupation"]);
    }

    #[test]
    fn everything_personal_is_optional_and_can_be_declined() {
        for form in [one_stop_shop().unwrap(), officials().unwrap()] {
            for question in &form.questions {
                if matches!(question.role, Role::Person { .. }) {
                    assert!(!question.required);
                    assert!(question.coded().unwrap().prefer_not.is_some());
                }
            }
            assert!(form.consent.is_some());
        }
    }

    #[test]
    fn every_form_is_complete_in_vietnamese_and_english() {
        let english = Language::new("en").unwrap();
        for form in [one_stop_shop().unwrap(), officials().unwrap(), one_tap().unwrap()] {
            let mut texts = vec![&form.title];
            texts.extend(&form.intro);
            texts.extend(&form.consent);
            texts.extend(form.factors.iter().map(|factor| &factor.text));
            for question in &form.questions {
                texts.push(&question.text);
                texts.extend(&question.hint);
                texts.extend(question.options().iter().map(|option| &option.text));
                if let Some(coded) = question.coded() {
                    texts.extend(&coded.no_opinion);
                    texts.extend(&coded.prefer_not);
                }
            }
            for text in texts {
                let (words, fell_back) = text.get_with_fallback_flag(&english);
                assert!(!fell_back, "no English for {words:?}");
            }
        }
    }

    #[test]
    fn the_officials_form_asks_about_the_six_topics() {
        let form = officials().unwrap();
        assert_eq!(form.index_rule, IndexRule::Points);
        assert_eq!(form.factors.len(), 6);
    }
}

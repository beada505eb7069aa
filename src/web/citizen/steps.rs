//! One question at a time: a post turns to another step and the phone carries what was answered, encrypted, in a short
//! cookie. A phone that keeps no cookies, or a comment too long for one, gets the whole form on one page instead, filled.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::{cookies, refusal};
use crate::collect::Survey;
use crate::web::State;
use crate::web::page::{CONSENT_FIELD, steps};
use crate::web::text::Lang;

/// The field with the number of the step that was posted.
const STEP: &str = "step";
/// The field with the button that was pressed: `next`, `back`, `send`.
const ACTION: &str = "action";

/// What becomes of a posted step.
pub enum Turn {
    /// To another step.
    To(HttpResponse),
    /// The answers of all steps are to be stored.
    Send(Vec<(String, String)>),
    /// The phone cannot carry what was answered: the whole form on one page goes on from here.
    Whole(Vec<(String, String)>),
}

/// The number of the step that an address asks for; 1 where it names none.
pub fn asked_for(request: &HttpRequest) -> usize {
    let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("step="));
    asked.and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// The fields of what a phone carried.
pub fn answered(carried: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(carried.as_bytes()).into_owned().collect()
}

fn value<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

/// Decides on a post; `None` where it is no step.
pub fn turn(
    request: &HttpRequest,
    state: &State,
    survey: &Survey,
    fields: &[(String, String)],
    lang: Lang,
) -> Option<Turn> {
    let number: usize = value(fields, STEP)?.parse().ok()?;
    let form = survey.form();
    let submission = value(fields, "submission").unwrap_or_default();
    let all = steps(form, &state.intake.asked(survey, submission).shown);
    let step = *all.get(number.checked_sub(1)?)?;
    let question = |name: &str| name == CONSENT_FIELD || form.question(name).is_some();
    let before = answered(&cookies::progress(request, state, survey, submission));
    // What this step asks is as it was posted, also where nothing is picked any more.
    let (own, service): (Vec<_>, Vec<_>) =
        fields.iter().cloned().partition(|(name, _)| question(name));
    let mut answers: Vec<_> =
        before.into_iter().filter(|(name, _)| question(name) && !step.asks(form, name)).collect();
    answers.extend(own.into_iter().filter(|(_, value)| !value.is_empty()));
    let whole = |answers: Vec<_>| {
        let service = service.iter().filter(|(name, _)| name != STEP && name != ACTION);
        service.cloned().chain(answers).collect::<Vec<_>>()
    };
    let to = match value(fields, ACTION) {
        Some("send") => return Some(Turn::Send(whole(answers))),
        Some("back") => number.saturating_sub(1).max(1),
        _ => (number + 1).min(all.len()),
    };
    if !cookies::are_kept(request) {
        return Some(Turn::Whole(whole(answers)));
    }
    let carried = form_urlencoded::Serializer::new(String::new()).extend_pairs(&answers).finish();
    match cookies::keep_progress(state, survey, submission, &carried) {
        Ok(Some(cookie)) => {
            let place = format!("/s/{}?lang={}&step={to}", survey.code(), lang.tag());
            let mut reply = HttpResponse::SeeOther();
            reply.insert_header((header::LOCATION, place)).cookie(cookie);
            Some(Turn::To(reply.finish()))
        }
        Ok(None) => Some(Turn::Whole(whole(answers))),
        Err(error) => Some(Turn::To(refusal::failed(&error, lang))),
    }
}

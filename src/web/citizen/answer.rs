//! `POST /s/{code}`: one answer, acknowledged only when it is on disk.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::open::{action, another_person, level_order, survey_of};
use super::steps::Turn;
use super::{cookies, fields, refusal, steps, visitor};
use crate::collect::{Arrival, Rejection, Survey};
use crate::web::page::{ConflictPage, Fill, Filled, SurveyNotice, SurveyPage};
use crate::web::text::Lang;
use crate::web::{State, reply};

/// The handler.
pub async fn answer(
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => survey,
        Err(refusal) => return refusal,
    };
    let bytes = match fields::body(
        payload,
        (state.settings.body_bytes_max, state.settings.body_time),
        lang,
    )
    .await
    {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let Some(fields) = fields::decoded(&request, &bytes) else {
        return refusal::bad_request(lang);
    };
    let fields = match steps::turn(&request, &state, &survey, &fields, lang) {
        None => fields,
        Some(Turn::Send(fields)) => fields,
        Some(Turn::To(reply)) => return reply,
        Some(Turn::Whole(fields)) => {
            let place = Place::of(&survey, lang);
            return again(StatusCode::OK, None, &state, &survey, &fields, (lang, &place));
        }
    };
    take(&request, &state, &survey, &fields, lang).await
}

/// `POST /s/{code}/kept`: an answer that waited on the phone, locked with the round's key.
pub async fn kept(
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => survey,
        Err(refusal) => return refusal,
    };
    let boxed = match fields::kept(&request, payload, &state, lang).await {
        Ok(boxed) => boxed,
        Err(refusal) => return refusal,
    };
    let [half, locked] = ["half", "box"].map(|name| fields::part(&boxed, name));
    let Some(fields) = fields::unlocked(&state, &survey, half, locked) else {
        return refusal::bad_request(lang);
    };
    take(&request, &state, &survey, &fields, lang).await
}

/// Stores an answer and says so: with a redirect to a browser, with the address to a script that asks for JSON.
async fn take(
    request: &HttpRequest,
    state: &State,
    survey: &Survey,
    fields: &[(String, String)],
    lang: Lang,
) -> HttpResponse {
    let address = visitor::address(request, state);
    let user_agent = visitor::user_agent(request);
    let arrival = Arrival {
        at: state.intake.clock().now(),
        address: &address,
        user_agent: &user_agent,
        language: lang.tag(),
        signed: None,
    };
    match state.intake.submit(survey, fields, &arrival).await {
        Ok(acknowledged) => {
            let next = format!("/s/{}/thanks?lang={}", survey.code(), lang.tag());
            let script = visitor::takes_json(request);
            let mut reply = if script { HttpResponse::Ok() } else { HttpResponse::SeeOther() };
            let (receipt, withdrawal) = (&acknowledged.receipt, &acknowledged.withdrawal);
            for cookie in cookies::keep_receipt(state, survey, receipt, withdrawal) {
                reply.cookie(cookie);
            }
            if script {
                reply.json(serde_json::json!({ "next": next }))
            } else {
                reply.insert_header((header::LOCATION, next)).finish()
            }
        }
        Err(rejection) => {
            let place = Place::of(survey, lang);
            rejected(&rejection, request, state, survey, fields, (lang, &place))
        }
    }
}

/// Where a form is sent, and where another person begins.
pub(super) struct Place<'a> {
    pub action: String,
    pub another: Option<String>,
    /// The round's public key for answers that wait on the phone; empty where none may wait.
    pub key: &'a str,
    /// Whether a tablet shows it.
    pub kiosk: bool,
}

impl<'a> Place<'a> {
    /// A citizen's own phone.
    fn of(survey: &'a Survey, lang: Lang) -> Self {
        Self {
            action: action(survey, lang),
            another: another_person(survey),
            key: survey.offline_key(),
            kiosk: false,
        }
    }
}

/// The page for an answer that was not taken.
pub(super) fn rejected(
    rejection: &Rejection,
    request: &HttpRequest,
    state: &State,
    survey: &Survey,
    fields: &[(String, String)],
    (lang, place): (Lang, &Place<'_>),
) -> HttpResponse {
    match rejection {
        Rejection::NoSubmission => refusal::bad_request(lang),
        Rejection::Gate(gate) => refusal::gate(*gate, lang),
        Rejection::Failed(error) => refusal::failed(error, lang),
        Rejection::Conflict => {
            let receipt = cookies::receipt(request).map(|code| code.to_string());
            let another_person = place.another.as_deref();
            let page = ConflictPage { receipt: receipt.as_deref(), another_person };
            reply::page(StatusCode::CONFLICT, ConflictPage::STYLE, page.render(lang))
        }
        Rejection::Form(problems) => {
            let notice = SurveyNotice::Problems(problems);
            again(
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(notice),
                state,
                survey,
                fields,
                (lang, place),
            )
        }
        Rejection::Busy { retry_after } => {
            let notice = SurveyNotice::Busy { retry_after_s: *retry_after };
            let mut reply = again(
                StatusCode::SERVICE_UNAVAILABLE,
                Some(notice),
                state,
                survey,
                fields,
                (lang, place),
            );
            let seconds = header::HeaderValue::from(*retry_after);
            reply.headers_mut().insert(header::RETRY_AFTER, seconds);
            reply
        }
    }
}

/// The form again with everything that was filled in.
fn again(
    status: StatusCode,
    notice: Option<SurveyNotice<'_>>,
    state: &State,
    survey: &Survey,
    fields: &[(String, String)],
    (lang, place): (Lang, &Place<'_>),
) -> HttpResponse {
    let sent = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let asked = state.intake.asked(survey, sent("submission").unwrap_or_default());
    let now = state.intake.clock().now();
    let fresh = state.intake.opened_token(survey, now, u8::from(asked.reversed));
    let page = SurveyPage {
        form: survey.form(),
        order: level_order(&asked),
        shown: &asked.shown,
        fill: Fill {
            action: &place.action,
            key: place.key,
            submission: sent("submission").unwrap_or_default(),
            opened: sent("opened").unwrap_or(&fresh),
            counter: &survey.link().counter_name,
            unit: &survey.link().unit_name,
        },
        filled: Filled::new(fields),
        notice,
        kiosk: place.kiosk,
        recorded: &state.recordings,
    };
    reply::page(status, page.style(), page.render(lang))
}

//! `/k/{code}`: a tablet at a counter. The address from the command line enrols it once, from then on it shows the survey
//! under its link's code to whoever stands before it, and to no other device.
//!
//! What a tablet does without a network is in `tablet`. Nothing of one person is kept for the next: a fresh submission for every opening, and the codes travel to the page of
//! thanks in a cookie that this page takes away. No address here is for officials: a rating begins and ends with who taps.

use std::sync::Arc;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{Place, rejected};
use super::open::level_order;
use super::{cookies, fields, refusal, visitor};
use crate::collect::{Arrival, CollectError, Door, Found, Survey};
use crate::desk::Desk;
use crate::issue::IssueError;
use crate::issue::code::Code;
use crate::issue::kiosk::{self, Opened};
use crate::issue::qr::Qr;
use crate::web::page::{
    Codes, EnrolPage, Fill, Filled, ForeignPage, KioskPage, Stands, SurveyPage, ThanksPage,
};
use crate::web::text::Lang;
use crate::web::{State, reply};

/// The tablet's key.
const KEY: &str = "may_tinh_bang";
/// Longer than any round; making the link void ends it earlier.
const LIFE: Duration = Duration::days(400);

/// A step of issuing, without holding a worker.
pub(super) async fn step<T: Send + 'static>(
    state: &State,
    lang: Lang,
    work: impl FnOnce(&Desk) -> Result<T, IssueError> + Send + 'static,
) -> Result<T, HttpResponse> {
    let desk = state.desk.clone();
    let done = web::block(move || work(&desk)).await;
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(IssueError::Store(error))) => Err(refusal::failed(&error.into(), lang)),
        Ok(Err(IssueError::Vault(error))) => Err(refusal::failed(&error.into(), lang)),
        Ok(Err(_)) | Err(_) => Err(refusal::failed(&CollectError::Stopped, lang)),
    }
}

/// What stands behind an address: an enrolment, or the survey of the tablet that asks.
pub(super) enum Behind {
    Enrolment(Code),
    Survey(Box<Survey>),
}

pub(super) async fn behind(
    request: &HttpRequest,
    state: &State,
    typed: &str,
    lang: Lang,
) -> Result<Behind, HttpResponse> {
    let Ok(code) = Code::parse(typed) else { return Err(refusal::unknown(lang)) };
    if let Opened::Enrols = step(state, lang, move |desk| kiosk::opened(desk, &code)).await? {
        return Ok(Behind::Enrolment(code));
    }
    let (intake, typed) = (Arc::clone(&state.intake), typed.to_owned());
    let found = web::block(move || intake.find_at(Door::Kiosk, &typed)).await;
    let survey = match found.unwrap_or(Err(CollectError::Stopped)) {
        Ok(Found::Survey(survey)) => survey,
        Ok(Found::Shut(gate)) => return Err(refusal::gate(gate, lang)),
        Ok(Found::Nothing) => return Err(refusal::unknown(lang)),
        Err(error) => return Err(refusal::failed(&error, lang)),
    };
    let shown = request.cookie(KEY).map(|c| c.value().to_owned()).unwrap_or_default();
    let link = survey.link().id;
    match step(state, lang, move |desk| kiosk::holds_key(desk, link, &shown)).await? {
        true => Ok(Behind::Survey(Box::new(survey))),
        false => {
            Err(reply::page(StatusCode::FORBIDDEN, ForeignPage::STYLE, ForeignPage.render(lang)))
        }
    }
}

/// Where a tablet begins, whoever stands before it.
pub(super) fn home(survey: &Survey) -> String {
    format!("/k/{}", survey.code())
}

/// `GET`: asks before it enrols, for GET stores nothing; else the languages, and in the one that was chosen the survey.
pub async fn open(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match behind(&request, &state, &path, lang).await {
        Ok(Behind::Survey(survey)) => survey,
        Ok(Behind::Enrolment(code)) => {
            let action = format!("/k/{code}?lang={}", lang.tag());
            let page = EnrolPage { action: &action };
            return reply::page(StatusCode::OK, EnrolPage::STYLE, page.render(lang));
        }
        Err(refusal) => return refusal,
    };
    let now = state.intake.clock().now();
    if let Err(gate) = survey.gate(now) {
        return refusal::gate(gate, lang);
    }
    let at = stands(&survey);
    if !visitor::names_language(&request) {
        let (home, closes_at) = (&home(&survey), survey.round().closes_at);
        let page = KioskPage { form: survey.form(), at, home, closes_at };
        return reply::page(StatusCode::OK, KioskPage::STYLE, page.render(lang));
    }
    let submission = match cookies::fresh() {
        Ok(id) => id,
        Err(error) => return refusal::failed(&error.into(), lang),
    };
    // A page for the shelf is opened when somebody takes it from there (`tablet::kept`).
    if !request.query_string().contains("&shelf=") {
        state.intake.count_opening(&survey, now);
    }
    let asked = state.intake.asked(&survey, &submission);
    let page = SurveyPage {
        form: survey.form(),
        order: level_order(&asked),
        shown: &asked.shown,
        fill: Fill {
            action: &action(&survey, lang),
            key: survey.offline_key(),
            submission: &submission,
            opened: &state.intake.opened_token(&survey, now, u8::from(asked.reversed)),
            counter: at.counter,
            unit: at.unit,
        },
        filled: Filled::NOTHING,
        notice: None,
        kiosk: true,
        recorded: &state.recordings,
    };
    reply::page(StatusCode::OK, page.style(), page.render(lang))
}

pub(super) fn stands(survey: &Survey) -> Stands<'_> {
    Stands { counter: &survey.link().counter_name, unit: &survey.link().unit_name }
}

fn action(survey: &Survey, lang: Lang) -> String {
    format!("{}?lang={}", home(survey), lang.tag())
}

/// `POST`: enrols the tablet, or takes an answer.
pub async fn send(
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match behind(&request, &state, &path, lang).await {
        Ok(Behind::Survey(survey)) => survey,
        Ok(Behind::Enrolment(code)) => return enrol(&state, code, lang).await,
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
    let Some(fields) = fields::decoded(&request, &bytes) else { return refusal::bad_request(lang) };
    let address = visitor::address(&request, &state);
    let user_agent = visitor::user_agent(&request);
    let arrival = Arrival {
        at: state.intake.clock().now(),
        address: &address,
        user_agent: &user_agent,
        language: lang.tag(),
        signed: None,
    };
    match state.intake.submit(&survey, &fields, &arrival).await {
        Ok(acknowledged) => {
            let (receipt, withdrawal) = (&acknowledged.receipt, &acknowledged.withdrawal);
            let thanks = format!("{}/thanks?lang={}", home(&survey), lang.tag());
            let codes = cookies::hand_over(&state, &survey, receipt, withdrawal);
            if visitor::takes_json(&request) {
                let next = serde_json::json!({ "next": thanks });
                return HttpResponse::Ok().cookie(codes).json(next);
            }
            let to = (header::LOCATION, thanks);
            HttpResponse::SeeOther().insert_header(to).cookie(codes).finish()
        }
        Err(rejection) => {
            let place = Place {
                another: Some(home(&survey)),
                action: action(&survey, lang),
                key: survey.offline_key(),
                kiosk: true,
            };
            rejected(&rejection, &request, &state, &survey, &fields, (lang, &place))
        }
    }
}

/// `GET /k/{code}/thanks`: shows the codes once and takes away everything of the person who has just answered.
pub async fn thanks(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match behind(&request, &state, &path, lang).await {
        Ok(Behind::Survey(survey)) => survey,
        Ok(Behind::Enrolment(_)) => return refusal::unknown(lang),
        Err(refusal) => return refusal,
    };
    let codes = cookies::handed_over(&request);
    let codes = codes.map(|(receipt, withdrawal)| (receipt.to_string(), withdrawal.to_string()));
    let qr = codes.as_ref().and_then(|(receipt, _)| {
        let address = format!("{}/r/{receipt}", state.desk.public_url);
        Qr::of_url(&address).ok().map(|qr| qr.svg(None))
    });
    let next = home(&survey);
    let page = ThanksPage {
        codes: codes.as_ref().map(|(receipt, withdrawal)| Codes {
            receipt,
            receipt_qr: qr.as_deref(),
            withdrawal: Some(withdrawal),
        }),
        closes_at: survey.round().closes_at,
        results_at: None,
        complaint: None,
        another_person: Some(&next),
        tablet: Some(stands(&survey)),
    };
    reply::builder(StatusCode::OK, page.style())
        // Not the storage: there, locked, stand answers that wait for the network.
        .insert_header(("clear-site-data", "\"cache\""))
        .cookie(cookies::forget_handed_over(&state, &survey))
        .body(page.render(lang))
}

async fn enrol(state: &State, code: Code, lang: Lang) -> HttpResponse {
    let enrolled = match step(state, lang, move |desk| kiosk::enrol(desk, &code)).await {
        Ok(Some(enrolled)) => enrolled,
        Ok(None) => return refusal::unknown(lang),
        Err(refusal) => return refusal,
    };
    let path = format!("/k/{}", enrolled.code);
    let cookie = Cookie::build(KEY, enrolled.key)
        .path(path.clone())
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.settings.secure)
        .max_age(LIFE)
        .finish();
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).cookie(cookie).finish()
}

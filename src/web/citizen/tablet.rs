//! What an enrolled tablet asks beside its pages: says that it is there, sends what it had to keep while there was no network,
//! fetches what its shelf needs. Known by its key like everything under `/k/{code}`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::answer::{Place, rejected};
use super::kiosk::{Behind, behind, home, stands, step};
use super::{fields, refusal, visitor};
use crate::clock::Millis;
use crate::collect::{Arrival, BEGUN, Survey};
use crate::issue::kiosk;
use crate::web::page::{ForeignPage, KeptPage};
use crate::web::text::Lang;
use crate::web::{State, reply};

/// Largest word of a tablet, bytes.
const BEAT_BYTES_MAX: usize = 1024;

/// The tablet's survey; an address that only enrols has none.
async fn survey_of(
    request: &HttpRequest,
    state: &State,
    typed: &str,
    lang: Lang,
) -> Result<Box<Survey>, HttpResponse> {
    match behind(request, state, typed, lang).await? {
        Behind::Survey(survey) => Ok(survey),
        Behind::Enrolment(_) => Err(refusal::unknown(lang)),
    }
}

/// `GET /k/{code}/kept`: for the shelf, to be shown when an answer could not be sent.
pub async fn kept_page(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => {
            let page = KeptPage { at: stands(&survey), home: &home(&survey) };
            reply::page(StatusCode::OK, KeptPage::STYLE, page.render(lang))
        }
        Err(refusal) => refusal,
    }
}

/// `GET /k/{code}/privacy`: the long version, from which the tablet finds back by itself.
pub async fn privacy(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => super::home::private(&state, Some((stands(&survey), &home(&survey))), lang),
        Err(refusal) => refusal,
    }
}

/// `POST /k/{code}/beat`: the tablet is there, so many answers wait on it, and this is the pair it signs with. It is told
/// the time.
pub async fn beat(
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
    let bytes = match fields::body(payload, (BEAT_BYTES_MAX, state.settings.body_time), lang).await
    {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let Some(said) = fields::decoded(&request, &bytes) else { return refusal::bad_request(lang) };
    let Ok(waiting) = fields::part(&said, "waiting").parse() else {
        return refusal::bad_request(lang);
    };
    let Ok(key) = STANDARD.decode(fields::part(&said, "key")) else {
        return refusal::bad_request(lang);
    };
    let link = survey.link().id;
    if let Err(refusal) = step(&state, lang, move |desk| kiosk::signs_with(desk, link, &key)).await
    {
        return refusal;
    }
    let now = state.intake.clock().now();
    state.intake.note_beat(link, now, waiting);
    HttpResponse::Ok().json(serde_json::json!({ "now": now }))
}

/// `POST /k/{code}/kept`: an answer that waited on the tablet, locked with the round's key and signed with the tablet's.
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
    let [at, half, locked] = ["at", "half", "box"].map(|name| fields::part(&boxed, name));
    let message = [&home(&survey), at, half, locked].join("\n");
    let signature = STANDARD.decode(fields::part(&boxed, "sign")).unwrap_or_default();
    let link = survey.link().id;
    let signed =
        move |desk: &crate::desk::Desk| kiosk::signed(desk, link, message.as_bytes(), &signature);
    match step(&state, lang, signed).await {
        Ok(true) => {}
        Ok(false) => {
            return reply::page(
                StatusCode::FORBIDDEN,
                ForeignPage::STYLE,
                ForeignPage.render(lang),
            );
        }
        Err(refusal) => return refusal,
    }
    let Some(fields) = fields::unlocked(&state, &survey, half, locked) else {
        return refusal::bad_request(lang);
    };
    let address = visitor::address(&request, &state);
    let user_agent = visitor::user_agent(&request);
    let arrival = Arrival {
        at: state.intake.clock().now(),
        address: &address,
        user_agent: &user_agent,
        language: lang.tag(),
        signed: at.parse().ok().map(Millis),
    };
    match state.intake.submit(&survey, &fields, &arrival).await {
        Ok(_) => {
            // Taken from the shelf, it was opened out of our sight.
            if let Ok(begun) = fields::part(&fields, BEGUN).parse() {
                state.intake.count_opening(&survey, Millis(begun).min(arrival.at));
            }
            HttpResponse::Ok().json(serde_json::json!({}))
        }
        Err(rejection) => {
            let place = Place {
                another: Some(home(&survey)),
                action: home(&survey),
                key: survey.offline_key(),
                kiosk: true,
            };
            rejected(&rejection, &request, &state, &survey, &fields, (lang, &place))
        }
    }
}

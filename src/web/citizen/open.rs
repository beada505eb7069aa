//! `GET /s/{code}`: the survey, or why there is none. Writes nothing.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::guesses::Guesses;
use super::{Pages, cookies, refusal, steps, visitor};
use crate::collect::{Asked, CollectError, Found, Survey};
use crate::form::Layout;
use crate::issue::code::Code;
use crate::web::assets::Style;
use crate::web::page::{AlreadyPage, Fill, Filled, LevelOrder, StepPage};
use crate::web::text::Lang;
use crate::web::{State, address, reply};

/// Asks for a fresh page for another person on the same phone.
const ANOTHER: &str = "another";

/// Where another person begins on this phone, for links that take many answers.
pub fn another_person(survey: &Survey) -> Option<String> {
    (!survey.link().kind.is_single()).then(|| format!("/s/{}?{ANOTHER}=1", survey.code()))
}

/// Finds the survey without holding a worker; refusals are pages.
///
/// Wrong guesses at short codes are budgeted by address; a code that worked at an address before always works there.
pub async fn survey_of(
    request: &HttpRequest,
    state: &State,
    code: &str,
    lang: Lang,
) -> Result<Survey, HttpResponse> {
    let from = address::of(request, &state.settings.trusted_proxies);
    let guesses = request.app_data::<web::Data<Guesses>>();
    if let Some(guesses) = guesses
        && let Err(seconds) = guesses.may_try(from, code)
    {
        return Err(refusal::wait(seconds, lang));
    }
    let intake = std::sync::Arc::clone(&state.intake);
    let typed = code.to_owned();
    let found = match state.intake.find_remembered(code) {
        Some(survey) => Ok(Found::Survey(survey)),
        None => web::block(move || intake.find(&typed)).await.unwrap_or(Err(CollectError::Stopped)),
    };
    if let (Some(guesses), Ok(found)) = (guesses, &found) {
        guesses.note(from, code, !matches!(found, Found::Nothing));
    }
    match found {
        Ok(Found::Survey(survey)) => Ok(survey),
        Ok(Found::Shut(gate)) => Err(refusal::gate(gate, lang)),
        Ok(Found::Nothing) => Err(refusal::unknown(lang)),
        Err(error) => Err(refusal::failed(&error, lang)),
    }
}

/// Sends a phone that scans a link again on to the address that its cookies belong to, where it finds what it began or its
/// receipt; `None` for all others.
fn remembered(request: &HttpRequest, typed: &str) -> Option<HttpResponse> {
    if !request.path().starts_with("/S/") || !cookies::was_opened(request) {
        return None;
    }
    let code = Code::parse(typed).ok()?;
    let (mark, query) = match request.query_string() {
        "" => ("", ""),
        query => ("?", query),
    };
    let place = format!("/s/{code}{mark}{query}");
    Some(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
}

/// The handler.
pub async fn open(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
    pages: web::Data<Pages>,
) -> HttpResponse {
    if let Some(sent_on) = remembered(&request, &path) {
        return sent_on;
    }
    let lang = visitor::language(&request);
    let survey = match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => survey,
        Err(refusal) => return refusal,
    };
    let another = request.query_string().split('&').any(|pair| pair == "another=1");
    if !another && let Some(receipt) = cookies::receipt(&request) {
        let receipt = receipt.to_string();
        let another_person = another_person(&survey);
        let page =
            AlreadyPage { receipt: Some(&receipt), another_person: another_person.as_deref() };
        return reply::page(StatusCode::OK, AlreadyPage::STYLE, page.render(lang));
    }
    let now = state.intake.clock().now();
    if let Err(gate) = survey.gate(now) {
        return refusal::gate(gate, lang);
    }
    let submission = if another { cookies::fresh() } else { cookies::submission(&request) };
    let submission = match submission {
        Ok(id) => id,
        Err(error) => return refusal::failed(&error.into(), lang),
    };
    let asked = state.intake.asked(&survey, &submission);
    let opened = state.intake.opened_token(&survey, now, u8::from(asked.reversed));
    let action = action(&survey, lang);
    let fill = Fill {
        action: &action,
        key: survey.offline_key(),
        submission: &submission,
        opened: &opened,
        counter: &survey.link().counter_name,
        unit: &survey.link().unit_name,
    };
    let steps = survey.asking().layout == Layout::OneQuestion;
    let style = if steps { StepPage::STYLE } else { Style::Survey };
    let mut reply = reply::builder(StatusCode::OK, style);
    reply.cookie(cookies::keep_submission(&state, &survey, &submission));
    reply.cookie(cookies::mark_opened(&state, &survey));
    if another {
        for cookie in cookies::forget_person(&state, &survey) {
            reply.cookie(cookie);
        }
    }
    reply.insert_header((header::VARY, "Accept-Encoding, Accept-Language"));
    if steps {
        let number = steps::asked_for(&request);
        if number == 1 {
            state.intake.count_opening(&survey, now);
        }
        let progress = if another {
            Vec::new()
        } else {
            steps::answered(&cookies::progress(&request, &state, &survey, &submission))
        };
        let page = StepPage {
            form: survey.form(),
            order: level_order(&asked),
            shown: &asked.shown,
            fill,
            filled: Filled::new(&progress),
            number,
            recorded: &state.recordings,
        };
        return reply.body(page.render(lang));
    }
    state.intake.count_opening(&survey, now);
    let order = level_order(&asked);
    let (id, form) = (survey.round().form_id, survey.form());
    let page = pages.get(id, form, &asked.shown, &state.recordings, lang, order);
    if visitor::takes_gzip(&request) {
        reply.insert_header((header::CONTENT_ENCODING, "gzip")).body(page.gzip(&fill))
    } else {
        reply.body(page.html(&fill))
    }
}

/// The order of the levels for what this person is asked.
pub fn level_order(asked: &Asked) -> LevelOrder {
    if asked.reversed { LevelOrder::BestFirst } else { LevelOrder::WorstFirst }
}

/// Where the form posts to; the language stays with it.
pub fn action(survey: &Survey, lang: Lang) -> String {
    format!("/s/{}?lang={}", survey.code(), lang.tag())
}

//! `GET /s/{code}/thanks`: the receipt, and once the second code.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::open::{another_person, survey_of};
use super::{cookies, visitor};
use crate::issue::qr::Qr;
use crate::web::page::{Codes, ThanksPage};
use crate::web::{State, reply};

/// The handler.
pub async fn thanks(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let survey = match survey_of(&request, &state, &path, lang).await {
        Ok(survey) => survey,
        Err(refusal) => return refusal,
    };
    let receipt = cookies::receipt(&request).map(|code| code.to_string());
    let withdrawal = cookies::withdrawal(&request).map(|code| code.to_string());
    let address = receipt.as_ref().map(|code| format!("{}/r/{code}", state.desk.public_url));
    let qr = address.and_then(|url| Qr::of_url(&url).ok()).map(|qr| qr.svg(None));
    let another = another_person(&survey);
    let page = ThanksPage {
        codes: receipt.as_deref().map(|receipt| Codes {
            receipt,
            receipt_qr: qr.as_deref(),
            withdrawal: withdrawal.as_deref(),
        }),
        closes_at: survey.round().closes_at,
        results_at: None,
        complaint: None,
        another_person: another.as_deref(),
        tablet: None,
    };
    let mut reply = reply::builder(StatusCode::OK, page.style());
    if withdrawal.is_some() {
        reply.cookie(cookies::forget_withdrawal(&state, &survey));
    }
    reply.body(page.render(lang))
}

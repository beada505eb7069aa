//! `/withdraw`: the second code erases its answer until sealing. The code travels in the body only, never in an address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{fields, refusal, visitor};
use crate::collect::CollectError;
use crate::round::{self, RoundError, Withdrawn};
use crate::web::page::WithdrawPage;
use crate::web::{State, address, reply};

/// Longest body: one code.
const BODY_BYTES_MAX: usize = 1024;

/// `GET /withdraw`.
pub async fn ask(request: HttpRequest) -> HttpResponse {
    let lang = visitor::language(&request);
    reply::page(StatusCode::OK, WithdrawPage::STYLE, WithdrawPage::Ask.render(lang))
}

/// `POST /withdraw`.
pub async fn withdraw(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    // One code costs a look into every round that is not sealed.
    let from = address::of(&request, &state.settings.trusted_proxies);
    if let Err(exhausted) = state.budgets.charge_address(from) {
        return refusal::wait(exhausted.retry_after, lang);
    }
    let bytes = match fields::body(payload, (BODY_BYTES_MAX, state.settings.body_time), lang).await
    {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let Some(fields) = fields::decoded(&request, &bytes) else {
        return refusal::bad_request(lang);
    };
    let lang = fields::language(&fields).unwrap_or(lang);
    let typed = fields.iter().find(|(name, _)| name == "withdrawal");
    let typed: String =
        typed.map(|(_, typed)| typed.chars().take(64).collect()).unwrap_or_default();
    let desk = state.desk.clone();
    let code = typed.clone();
    let done = web::block(move || round::withdraw_own(&desk, code.trim())).await;
    let (status, page) = match done {
        Ok(Ok(Withdrawn::Now)) => (StatusCode::OK, WithdrawPage::Done),
        Ok(Ok(Withdrawn::Before)) => (StatusCode::OK, WithdrawPage::Before),
        Ok(Ok(Withdrawn::Receipt)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, WithdrawPage::Receipt { typed: &typed })
        }
        Ok(Ok(Withdrawn::Nothing)) => {
            (StatusCode::NOT_FOUND, WithdrawPage::Nothing { typed: &typed })
        }
        // Two taps at once: the other one erased it.
        Ok(Err(RoundError::Store(crate::store::StoreError::Refused(_)))) => {
            (StatusCode::OK, WithdrawPage::Before)
        }
        Ok(Err(error)) => return refusal::broken(&error, lang),
        Err(_) => return refusal::failed(&CollectError::Stopped, lang),
    };
    reply::page(status, WithdrawPage::STYLE, page.render(lang))
}

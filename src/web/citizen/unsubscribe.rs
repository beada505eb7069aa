//! `GET|POST /u/{token}`: no further mail. A mail program posts here by itself (RFC 8058), a person presses the button;
//! opening the page changes nothing, since programs that look at links open it, too.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{refusal, visitor};
use crate::collect::CollectError;
use crate::store::id::LinkId;
use crate::web::page::{UnsubscribePage, UnsubscribeState};
use crate::web::{State, reply};

fn link(state: &State, token: &str) -> Result<Option<LinkId>, CollectError> {
    Ok(state.desk.vault.code_key()?.unsubscribed(token))
}

fn page(status: StatusCode, state: UnsubscribeState<'_>, request: &HttpRequest) -> HttpResponse {
    let html = UnsubscribePage { state }.render(visitor::language(request));
    reply::page(status, UnsubscribePage::STYLE, html)
}

/// Asks whether it is meant.
pub async fn ask(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    match link(&state, &path) {
        Ok(Some(_)) => {
            let lang = visitor::language(&request).tag();
            let action = format!("/u/{path}?lang={lang}");
            page(StatusCode::OK, UnsubscribeState::Asks { action: &action }, &request)
        }
        Ok(None) => page(StatusCode::NOT_FOUND, UnsubscribeState::Unknown, &request),
        Err(error) => refusal::failed(&error, visitor::language(&request)),
    }
}

/// Erases the address; again is no error.
pub async fn stop(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let id = match link(&state, &path) {
        Ok(Some(id)) => id,
        Ok(None) => return page(StatusCode::NOT_FOUND, UnsubscribeState::Unknown, &request),
        Err(error) => return refusal::failed(&error, lang),
    };
    let desk = state.desk.clone();
    let done = web::block(move || desk.store.unsubscribe(id, desk.clock.now())).await;
    match done {
        Ok(Ok(_)) => page(StatusCode::OK, UnsubscribeState::Done, &request),
        Ok(Err(error)) => refusal::failed(&error.into(), lang),
        Err(_) => refusal::failed(&CollectError::Stopped, lang),
    }
}

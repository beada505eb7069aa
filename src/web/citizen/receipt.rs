//! `GET /r/{receipt}`: that an answer is in and since which day, never what it says.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{refusal, visitor};
use crate::clock::{DAY_MS, Millis};
use crate::collect::CollectError;
use crate::issue::code::{Code, CodeKind};
use crate::vault::sha256;
use crate::web::page::{ReceiptPage, ReceiptState};
use crate::web::{State, reply};

/// A receipt typed into the home page's form.
#[derive(serde::Deserialize)]
pub struct Typed {
    #[serde(default)]
    receipt: String,
}

/// `GET /r?receipt=…`.
pub async fn typed(request: HttpRequest, query: web::Query<Typed>) -> HttpResponse {
    let lang = visitor::language(&request);
    match Code::parse_as(&query.receipt, CodeKind::Receipt) {
        Ok(code) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/r/{code}?lang={}", lang.tag())))
            .finish(),
        Err(_) => not_found(&query.receipt, lang),
    }
}

fn not_found(typed: &str, lang: crate::web::text::Lang) -> HttpResponse {
    let receipt: String = typed.chars().take(40).collect();
    let page = ReceiptPage { receipt: &receipt, state: ReceiptState::NotFound };
    reply::page(StatusCode::NOT_FOUND, ReceiptPage::STYLE, page.render(lang))
}

/// The handler.
pub async fn look_up(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let Ok(code) = Code::parse_as(&path, CodeKind::Receipt) else { return not_found(&path, lang) };
    let hash = sha256(code.compact().as_bytes());
    let store = state.desk.store.clone();
    let found = web::block(move || store.ledger_receipt(&hash)).await;
    let day = match found {
        Ok(Ok(found)) => found.map(|(leaf, _)| leaf.day),
        Ok(Err(error)) => return refusal::failed(&error.into(), lang),
        Err(_) => return refusal::failed(&CollectError::Stopped, lang),
    };
    let receipt = code.to_string();
    match day.as_deref().and_then(day_start) {
        Some(since) => {
            let page = ReceiptPage { receipt: &receipt, state: ReceiptState::In { since } };
            reply::page(StatusCode::OK, ReceiptPage::STYLE, page.render(lang))
        }
        None => not_found(&receipt, lang),
    }
}

/// Noon in Vietnam of an ISO day.
fn day_start(day: &str) -> Option<Millis> {
    let midnight = Millis::parse(&format!("{day}T00:00")).ok()?;
    Some(midnight.plus(DAY_MS / 2))
}

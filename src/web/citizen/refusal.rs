//! Pages for what cannot be: each says what happened, what is kept and what to do.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;

use crate::collect::{CollectError, Gate};
use crate::web::page::{
    BadRequestPage, ClosedPage, ExpiredPage, NotOpenYetPage, OopsPage, SpentPage, TooLargePage,
    UnknownPage, VoidPage, WaitPage,
};
use crate::web::reply;
use crate::web::text::Lang;

/// A shut gate.
pub fn gate(gate: Gate, lang: Lang) -> HttpResponse {
    match gate {
        Gate::NotYet { opens_at } => reply::page(
            StatusCode::FORBIDDEN,
            NotOpenYetPage::STYLE,
            NotOpenYetPage { opens_at }.render(lang),
        ),
        Gate::Closed { closed_at } => {
            reply::page(StatusCode::GONE, ClosedPage::STYLE, ClosedPage { closed_at }.render(lang))
        }
        Gate::Expired { ended_at } => {
            reply::page(StatusCode::GONE, ExpiredPage::STYLE, ExpiredPage { ended_at }.render(lang))
        }
        Gate::Spent => reply::page(
            StatusCode::GONE,
            SpentPage::STYLE,
            SpentPage { complaint: None }.render(lang),
        ),
        Gate::Void => reply::page(StatusCode::GONE, VoidPage::STYLE, VoidPage.render(lang)),
    }
}

/// Unknown and mistyped codes share one page.
pub fn unknown(lang: Lang) -> HttpResponse {
    mistyped("", lang)
}

/// The same page with what was typed, to be corrected rather than typed anew.
pub fn mistyped(typed: &str, lang: Lang) -> HttpResponse {
    let typed: String = typed.chars().take(40).collect();
    let page = UnknownPage { typed: &typed };
    reply::page(StatusCode::NOT_FOUND, UnknownPage::STYLE, page.render(lang))
}

/// A post that no page of ours makes.
pub fn bad_request(lang: Lang) -> HttpResponse {
    reply::page(StatusCode::BAD_REQUEST, BadRequestPage::STYLE, BadRequestPage.render(lang))
}

/// A post that is too large.
pub fn too_large(lang: Lang) -> HttpResponse {
    let mut reply =
        reply::page(StatusCode::PAYLOAD_TOO_LARGE, TooLargePage::STYLE, TooLargePage.render(lang));
    reply.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    reply
}

/// A post that takes too long to arrive. Nothing of it is kept; a phone sends it again.
pub fn too_slow(lang: Lang) -> HttpResponse {
    let mut reply = bad_request(lang);
    *reply.status_mut() = StatusCode::REQUEST_TIMEOUT;
    reply.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    reply
}

/// Something failed here: logged once, nothing of it told.
pub fn failed(error: &CollectError, lang: Lang) -> HttpResponse {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(error = %error, cause = ?cause, "a citizen's request failed");
    reply::page(StatusCode::INTERNAL_SERVER_ERROR, OopsPage::STYLE, OopsPage.render(lang))
}

/// A step of a round failed here: logged once, nothing of it told.
pub fn broken(error: &crate::round::RoundError, lang: Lang) -> HttpResponse {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(error = %error, cause = ?cause, "a citizen's request failed");
    reply::page(StatusCode::INTERNAL_SERVER_ERROR, OopsPage::STYLE, OopsPage.render(lang))
}

/// Too much from one address: come back after so many seconds.
pub fn wait(seconds: u64, lang: Lang) -> HttpResponse {
    let page = WaitPage { seconds };
    let mut reply = reply::page(StatusCode::TOO_MANY_REQUESTS, WaitPage::STYLE, page.render(lang));
    reply.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    reply
}

//! HTML replies: the right headers for a page and its style.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};

use super::assets::Style;

/// A reply that begins with what every page of ours carries.
pub fn builder(status: StatusCode, style: Style) -> HttpResponseBuilder {
    let mut reply = HttpResponse::build(status);
    reply
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, style.policy()))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    reply
}

/// A whole page.
#[must_use]
pub fn page(status: StatusCode, style: Style, html: String) -> HttpResponse {
    builder(status, style).body(html)
}

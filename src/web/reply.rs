//! HTML replies: the right headers for a page and its style.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};

use super::assets::Style;

/// `Content-Security-Policy` of a page: nothing but its own inline style and forms to ourselves.
#[must_use]
pub fn policy(style: Style) -> String {
    format!(
        "default-src 'none'; style-src {}; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        style.csp_source()
    )
}

/// A reply that begins with what every page of ours carries.
pub fn builder(status: StatusCode, style: Style) -> HttpResponseBuilder {
    let mut reply = HttpResponse::build(status);
    reply
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(style)))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    reply
}

/// A whole page.
#[must_use]
pub fn page(status: StatusCode, style: Style, html: String) -> HttpResponse {
    builder(status, style).body(html)
}

//! What a handler gives back.

use actix_web::body::BodyStream;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, web};
use askama::Template;
use futures_util::Stream;

use super::trouble::Trouble;
use crate::web::assets::Style;
use crate::web::reply::builder;

/// What a handler returns.
pub type Answer = Result<Reply, Trouble>;

/// Bytes that come one after the other.
pub type Bytes = std::pin::Pin<Box<dyn Stream<Item = std::io::Result<web::Bytes>> + Send>>;

enum Body {
    Page(String),
    Sandboxed(Style, String),
    See(String),
    File { kind: &'static str, name: String, bytes: Vec<u8> },
    Stream { kind: &'static str, bytes: Bytes },
}

/// A page, a way on, or a file.
pub struct Reply {
    status: StatusCode,
    body: Body,
    cookies: Vec<Cookie<'static>>,
}

impl Reply {
    fn of(status: StatusCode, body: Body) -> Self {
        Self { status, body, cookies: Vec::new() }
    }

    /// A page that could be made as asked.
    ///
    /// # Errors
    /// [`Trouble::Failed`] when the template fails, which ours do not.
    pub fn page(page: &impl Template) -> Answer {
        Self::page_with(StatusCode::OK, page)
    }

    /// A page with another status, as a form that comes back with what is wrong (422).
    ///
    /// # Errors
    /// As [`Reply::page`].
    pub fn page_with(status: StatusCode, page: &impl Template) -> Answer {
        let html = page.render().map_err(|error| Trouble::Failed(error.to_string()))?;
        Ok(Self::of(status, Body::Page(html)))
    }

    /// A page of another face to be looked at: it runs nothing and sends nothing.
    #[must_use]
    pub fn sandboxed(style: Style, html: String) -> Self {
        Self::of(StatusCode::OK, Body::Sandboxed(style, html))
    }

    /// After a change: go and see there.
    #[must_use]
    pub fn see(place: impl Into<String>) -> Self {
        Self::of(StatusCode::SEE_OTHER, Body::See(place.into()))
    }

    /// A file to keep; `kind` is its media type.
    #[must_use]
    pub fn file(kind: &'static str, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::of(StatusCode::OK, Body::File { kind, name: name.into(), bytes })
    }

    /// Bytes as they come, such as server-sent events (`text/event-stream`).
    #[must_use]
    pub fn stream(kind: &'static str, bytes: Bytes) -> Self {
        Self::of(StatusCode::OK, Body::Stream { kind, bytes })
    }

    /// The same with a cookie.
    #[must_use]
    pub fn with(mut self, cookie: Cookie<'static>) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// As HTTP.
    pub(super) fn into_response(self) -> HttpResponse {
        let mut response = match self.body {
            Body::Page(html) => builder(self.status, Style::Console).body(html),
            Body::Sandboxed(style, html) => builder(self.status, style)
                .insert_header((
                    header::CONTENT_SECURITY_POLICY,
                    format!("{}; sandbox", style.policy()),
                ))
                .body(html),
            Body::See(place) => {
                HttpResponse::build(self.status).insert_header((header::LOCATION, place)).finish()
            }
            Body::File { kind, name, bytes } => HttpResponse::build(self.status)
                .insert_header((header::CONTENT_TYPE, kind))
                .insert_header((header::CONTENT_DISPOSITION, disposition(&name)))
                .body(bytes),
            Body::Stream { kind, bytes } => HttpResponse::build(self.status)
                .insert_header((header::CONTENT_TYPE, kind))
                .insert_header(("x-accel-buffering", "no"))
                .body(BodyStream::new(bytes)),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for cookie in self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

/// A file name without anything that could end the header's quotes.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' })
        .take(120)
        .collect();
    format!("attachment; filename=\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_quotes() {
        assert_eq!(disposition("a\"\r\nb.csv"), "attachment; filename=\"a---b.csv\"");
    }
}

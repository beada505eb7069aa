//! The console's cookies. Over https they bear `__Host-`, so that no other host or path can set or read them.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// One of the console's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Who is signed in.
    Session,
    /// Ties the forms of a stranger to his browser.
    Stranger,
    /// That somebody signed in with this browser before.
    Browser,
    /// The language of the pages.
    Language,
}

impl Name {
    /// As the browser knows it.
    fn word(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-khaosat",
            (Self::Session, false) => "khaosat",
            (Self::Stranger, true) => "__Host-khaosat-form",
            (Self::Stranger, false) => "khaosat-form",
            (Self::Browser, true) => "__Host-khaosat-browser",
            (Self::Browser, false) => "khaosat-browser",
            (Self::Language, true) => "__Host-khaosat-lang",
            (Self::Language, false) => "khaosat-lang",
        }
    }

    /// What the browser holds.
    pub fn of(self, request: &HttpRequest, secure: bool) -> Option<String> {
        let held = request.cookie(self.word(secure))?;
        let value = held.value();
        (value.len() <= 128 && !value.is_empty()).then(|| value.to_owned())
    }

    /// A cookie to be kept: a session's until the browser ends, the others for some months.
    pub fn keep(self, value: &str, secure: bool) -> Cookie<'static> {
        let cookie = Cookie::build(self.word(secure), value.to_owned())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(secure);
        match self {
            Self::Session | Self::Stranger => cookie.finish(),
            Self::Browser | Self::Language => cookie.max_age(Duration::days(180)).finish(),
        }
    }

    /// Takes it away.
    pub fn forget(self, secure: bool) -> Cookie<'static> {
        let mut cookie = self.keep("", secure);
        cookie.make_removal();
        cookie
    }
}

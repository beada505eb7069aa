//! `/`: type a short code; and the few addresses around it.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{refusal, visitor};
use crate::issue::code::{Code, CodeKind};
use crate::round::Rules;
use crate::web::page::{HomePage, PrivacyPage, Stands, gzipped};
use crate::web::text::Lang;
use crate::web::{State, assets, reply};

static FIRST_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::FIRST));
static CONSOLE_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::CONSOLE_SCRIPT));
static KIOSK_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::KIOSK));
static PAPER_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::PAPER));
static TABLET_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::TABLET));
static SCRIPT_GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzipped(&assets::SCRIPT));

/// `GET /`.
pub async fn home(request: HttpRequest) -> HttpResponse {
    let lang = visitor::language(&request);
    reply::page(StatusCode::OK, HomePage::STYLE, HomePage.render(lang))
}

/// `GET /privacy`.
pub async fn privacy(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let lang = visitor::language(&request);
    private(&state, None, lang)
}

/// The page about privacy, also as a tablet shows it.
pub(super) fn private(
    state: &State,
    tablet: Option<(Stands<'_>, &str)>,
    lang: Lang,
) -> HttpResponse {
    let page = PrivacyPage {
        controller: &state.settings.controller,
        contact: &state.settings.contact,
        threshold: Rules::SUPPRESSION_DEFAULT,
        sealing_days: Rules::SEAL_DAYS_DEFAULT,
        tablet,
    };
    reply::page(StatusCode::OK, page.style(), page.render(lang))
}

/// `GET /favicon.svg`.
pub async fn favicon() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=604800"))
        .body(assets::FAVICON)
}

/// `GET /khaosat.js` and, with `?all`, all of it; with `?kiosk` a tablet's, with `?tablet` its worker; with `?console`, the console's, with `?paper`
/// that of officials who key in forms. As a worker it may talk to us and to nobody else.
pub async fn script(request: HttpRequest) -> HttpResponse {
    let (plain, gzip) = match request.query_string() {
        "kiosk" => (assets::KIOSK.as_str(), KIOSK_GZIP.as_slice()),
        "tablet" => (assets::TABLET.as_str(), TABLET_GZIP.as_slice()),
        "console" => (assets::CONSOLE_SCRIPT.as_str(), CONSOLE_GZIP.as_slice()),
        "paper" => (assets::PAPER.as_str(), PAPER_GZIP.as_slice()),
        "all" => (assets::SCRIPT.as_str(), SCRIPT_GZIP.as_slice()),
        _ => (assets::FIRST.as_str(), FIRST_GZIP.as_slice()),
    };
    let mut reply = HttpResponse::Ok();
    reply
        .insert_header((header::CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; connect-src 'self'"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if visitor::takes_gzip(&request) {
        reply.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip)
    } else {
        reply.body(plain)
    }
}

/// A code typed into the home page's form.
#[derive(serde::Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// `GET /s?code=…`: to the survey's own address; a receipt typed here is led to its page.
pub async fn typed(request: HttpRequest, query: web::Query<Typed>) -> HttpResponse {
    let lang = visitor::language(&request);
    match Code::parse(&query.code) {
        Ok(code) => {
            let place = match code.kind() {
                CodeKind::Poster | CodeKind::Ticket => "s",
                CodeKind::Receipt => "r",
                CodeKind::Withdrawal => return refusal::unknown(lang),
            };
            HttpResponse::SeeOther()
                .insert_header((header::LOCATION, format!("/{place}/{code}?lang={}", lang.tag())))
                .finish()
        }
        Err(_) => refusal::mistyped(&query.code, lang),
    }
}

/// Every other address.
pub async fn nothing_here(request: HttpRequest) -> HttpResponse {
    refusal::unknown(visitor::language(&request))
}

/// `GET /robots.txt`: the home page and the results may be found, single links and receipts not.
pub async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body("User-agent: *\nDisallow: /s/\nDisallow: /S/\nDisallow: /k/\nDisallow: /r/\nDisallow: /R/\nDisallow: /console\n")
}

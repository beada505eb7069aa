//! Who is on the other side, as far as we look: language, address as the configuration trusts it, user agent.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::web::text::Lang;
use crate::web::{State, address};

/// Longest user agent that is looked at.
const AGENT_BYTES_MAX: usize = 512;

fn text(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// `?lang=` first, then `Accept-Language`, then Vietnamese.
pub fn language(request: &HttpRequest) -> Lang {
    let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
    Lang::pick(asked, text(request, header::ACCEPT_LANGUAGE))
}

/// Whether the address names a language.
pub fn names_language(request: &HttpRequest) -> bool {
    request.query_string().split('&').any(|pair| pair.starts_with("lang="))
}

/// Client address as text; "" where there is none.
pub fn address(request: &HttpRequest, state: &State) -> String {
    let address = address::of(request, &state.settings.trusted_proxies);
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// `User-Agent`, cut.
pub fn user_agent(request: &HttpRequest) -> String {
    let agent = text(request, header::USER_AGENT).unwrap_or_default();
    agent.chars().take(AGENT_BYTES_MAX).collect()
}

/// Whether the browser takes gzip.
pub fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = text(request, header::ACCEPT_ENCODING).unwrap_or_default();
    accepted.split(',').any(|one| {
        let mut parts = one.trim().split(';').map(str::trim);
        parts.next() == Some("gzip")
            && !parts.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Whether our script asks, which wants an address and no page.
pub fn takes_json(request: &HttpRequest) -> bool {
    text(request, header::ACCEPT) == Some("application/json")
}

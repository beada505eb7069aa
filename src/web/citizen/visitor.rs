//! Who is on the other side, as far as we look: language, address as the configuration trusts it, user agent.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::web::State;
use crate::web::text::Lang;

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

/// Client address: of the connection, or the last forwarded one that a trusted proxy saw.
pub fn address(request: &HttpRequest, state: &State) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return String::new() };
    let trusted = &state.settings.trusted_proxies;
    if !trusted.contains(&peer) {
        return peer.to_string();
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    let seen = forwarded.unwrap_or_default().rsplit(',').map(str::trim);
    let client = seen
        .filter_map(|part| part.parse::<std::net::IpAddr>().ok())
        .find(|address| !trusted.contains(address));
    client.unwrap_or(peer).to_string()
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

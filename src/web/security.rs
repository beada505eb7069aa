//! Headers that every reply carries, whatever made it.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

const ALWAYS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];
/// Pages that search engines must not keep (design §5): they lead to or tell of single links and receipts.
const UNLISTED: [&str; 7] = ["/s/", "/S/", "/k/", "/r/", "/R/", "/u/", "/console"];

fn put(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    let name = HeaderName::from_static(name);
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Adds what is missing; a handler's own value stands.
///
/// # Errors
/// What the inner service says.
pub async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let unlisted = UNLISTED.iter().any(|prefix| request.path().starts_with(prefix));
    let secure = request
        .app_data::<actix_web::web::Data<super::State>>()
        .is_some_and(|state| state.settings.secure);
    let mut reply = next.call(request).await?;
    let headers = reply.headers_mut();
    for (name, value) in ALWAYS {
        put(headers, name, value);
    }
    if unlisted {
        put(headers, "x-robots-tag", "noindex");
    }
    if secure {
        put(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    Ok(reply)
}

/// Counts and logs a request by the template of its route, never by its path.
///
/// # Errors
/// What the inner service says.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = std::time::Instant::now();
    let method = request.method().clone();
    let operate = request.app_data::<actix_web::web::Data<super::operate::Metrics>>().cloned();
    let reply = next.call(request).await?;
    let route = reply.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = reply.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    if let Some(metrics) = operate {
        metrics.count(method.as_str(), &route, status, seconds);
    }
    tracing::debug!(method = %method, route, status, took_ms = seconds * 1000.0, "request");
    Ok(reply)
}

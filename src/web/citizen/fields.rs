//! The body of a post, read up to a limit and taken apart into its fields.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;

use super::refusal;
use crate::web::text::Lang;

/// Fields of one post; a page of ours has far fewer.
const FIELDS_MAX: usize = 512;

/// Fields of a usual answer.
const FIELDS_USUAL: usize = 40;

/// Reads the body up to a limit of bytes, within the time that a sender has: whoever sends a byte a second is cut.
pub async fn body(
    payload: web::Payload,
    (limit, time): (usize, Duration),
    lang: Lang,
) -> Result<Vec<u8>, HttpResponse> {
    match actix_web::rt::time::timeout(time, read(payload, limit, lang)).await {
        Ok(read) => read,
        Err(_) => Err(refusal::too_slow(lang)),
    }
}

async fn read(
    mut payload: web::Payload,
    limit: usize,
    lang: Lang,
) -> Result<Vec<u8>, HttpResponse> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| refusal::bad_request(lang))?;
        if bytes.len() + chunk.len() > limit {
            return Err(refusal::too_large(lang));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Decodes `application/x-www-form-urlencoded`; every field as it came, doubled ones too.
pub fn decoded(request: &HttpRequest, body: &[u8]) -> Option<Vec<(String, String)>> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next()?.trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    taken_apart(body)
}

/// The fields of a body that is known to be a form; `None` where it is not UTF-8 or has absurdly many.
pub fn taken_apart(body: &[u8]) -> Option<Vec<(String, String)>> {
    std::str::from_utf8(body).ok()?;
    let mut fields = Vec::with_capacity(FIELDS_USUAL);
    for (name, value) in form_urlencoded::parse(body) {
        if fields.len() == FIELDS_MAX || value.contains('\u{fffd}') {
            return None;
        }
        fields.push((name.into_owned(), value.into_owned()));
    }
    Some(fields)
}

/// The language that the page was in when it was sent.
pub fn language(fields: &[(String, String)]) -> Option<Lang> {
    fields.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Lang::from_tag(tag))
}

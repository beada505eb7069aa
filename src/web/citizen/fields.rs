//! The body of a post, read up to a limit and taken apart into its fields.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;

use super::refusal;
use crate::collect::Survey;
use crate::web::State;
pub use crate::web::fields::{decoded, taken_apart};
use crate::web::text::Lang;

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

/// The post of an answer that waited: its parts as they came, still locked.
pub async fn kept(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
    lang: Lang,
) -> Result<Vec<(String, String)>, HttpResponse> {
    // Base64 in a form is at most twice as long as what it holds.
    let limits = (2 * state.settings.body_bytes_max, state.settings.body_time);
    let bytes = body(payload, limits, lang).await?;
    decoded(request, &bytes).ok_or_else(|| refusal::bad_request(lang))
}

/// The fields of an answer that waited under the round's key; `None` where it does not open or holds more than a post may.
pub fn unlocked(
    state: &State,
    survey: &Survey,
    half: &str,
    locked: &str,
) -> Option<Vec<(String, String)>> {
    let clear = survey.unlock(half, locked)?;
    let fits = clear.len() <= state.settings.body_bytes_max;
    fits.then(|| taken_apart(&clear)).flatten()
}

/// The value of the first field of a name; empty where there is none.
pub fn part<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

/// The language that the page was in when it was sent.
pub fn language(fields: &[(String, String)]) -> Option<Lang> {
    fields.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Lang::from_tag(tag))
}

//! The body of a post, read up to a limit and taken apart into its fields.

use actix_web::{HttpResponse, web};
use futures_util::StreamExt;

use super::refusal;
pub use crate::web::fields::{decoded, taken_apart};
use crate::web::text::Lang;

/// Reads the body up to the limit.
pub async fn body(
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

/// The language that the page was in when it was sent.
pub fn language(fields: &[(String, String)]) -> Option<Lang> {
    fields.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Lang::from_tag(tag))
}

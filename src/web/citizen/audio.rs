//! `GET /audio/{language}/{file}`: a question or an answer as it was spoken.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{refusal, visitor};
use crate::web::State;

/// The handler. Some phones play nothing that they cannot ask for in parts.
pub async fn spoken(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> HttpResponse {
    let (tag, file) = path.into_inner();
    let Some((path, media)) = state.recordings.file(&tag, &file) else {
        return refusal::unknown(visitor::language(&request));
    };
    let Ok(Ok(bytes)) = web::block(move || std::fs::read(path)).await else {
        return refusal::unknown(visitor::language(&request));
    };
    let asked = request.headers().get(RANGE).and_then(|range| range.to_str().ok());
    let part = asked.and_then(|range| part(range, bytes.len()));
    let mut reply = HttpResponse::build(match part {
        Some(_) => StatusCode::PARTIAL_CONTENT,
        None => StatusCode::OK,
    });
    reply
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CACHE_CONTROL, "public, max-age=2592000"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        // Opened by itself, without script, the browser's own player may play it.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; media-src 'self'"));
    match part {
        Some((from, to)) => {
            let all = bytes.len();
            reply.insert_header((CONTENT_RANGE, format!("bytes {from}-{to}/{all}")));
            reply.body(bytes.get(from..=to).unwrap_or_default().to_vec())
        }
        None => reply.body(bytes),
    }
}

/// First and last byte of a range that lies inside; `None` for all others, which get the whole.
fn part(range: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let last = length.checked_sub(1)?;
    let (from, to) = match (from, to) {
        ("", tail) => (length.saturating_sub(tail.parse().ok()?), last),
        (from, "") => (from.parse().ok()?, last),
        (from, to) => (from.parse().ok()?, to.parse::<usize>().ok()?.min(last)),
    };
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_inside_or_are_not_given() {
        for (range, wanted) in [
            ("bytes=0-", Some((0, 9))),
            ("bytes=2-4", Some((2, 4))),
            ("bytes=2-99", Some((2, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=-99", Some((0, 9))),
            ("bytes=10-", None),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("bytes=-0", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(part(range, 10), wanted, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), None);
    }
}

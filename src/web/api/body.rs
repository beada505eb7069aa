//! Bodies with a limit, of one media type, never compressed.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpRequest, web};

use super::super::problem::Problem;

/// Time a sender has: whoever sends a byte a second is cut.
const BODY_TIME: Duration = Duration::from_secs(20);

/// Reads a whole body of at most `bytes_max` bytes.
///
/// # Errors
/// [`Problem::MediaTypeUnsupported`], [`Problem::BodyTooLarge`], [`Problem::InvalidRequest`] for one that breaks off or
/// is no UTF-8.
pub async fn text(
    request: &HttpRequest,
    payload: web::Payload,
    expected: &'static str,
    bytes_max: usize,
) -> Result<String, Problem> {
    if !is_of(request, expected) {
        return Err(Problem::MediaTypeUnsupported { expected });
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or_default();
    if announced > bytes_max as u64 {
        return Err(Problem::BodyTooLarge { bytes_max });
    }
    let refuse = |reason: &str| Problem::InvalidRequest { name: "body", reason: reason.to_owned() };
    let whole = payload.to_bytes_limited(bytes_max);
    let bytes = actix_web::rt::time::timeout(BODY_TIME, whole)
        .await
        .map_err(|_| refuse("it came too slowly; send it again"))?
        .map_err(|_| Problem::BodyTooLarge { bytes_max })?
        .map_err(|_| refuse("it broke off; send it again"))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| refuse("it is not UTF-8"))
}

/// True for one Content-Type of this media type (UTF-8 where it names a charset) and no encoding.
fn is_of(request: &HttpRequest, expected: &str) -> bool {
    let headers = request.headers();
    let mut types = headers.get_all(CONTENT_TYPE);
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let Ok(only) = only.to_str() else { return false };
    let (media_type, rest) = only.split_once(';').unwrap_or((only, ""));
    let charset = rest.trim().to_ascii_lowercase().replace('"', "");
    media_type.trim().eq_ignore_ascii_case(expected)
        && (charset.strip_prefix("charset=").is_none_or(|c| c == "utf-8"))
        && headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_the_media_type_itself_uncompressed_is_taken() {
        let is = |headers: &[(&'static str, &'static str)]| {
            let mut request = TestRequest::default();
            for header in headers {
                request = request.append_header(*header);
            }
            is_of(&request.to_http_request(), "application/json")
        };
        assert!(is(&[("content-type", "application/json")]));
        assert!(is(&[("content-type", "Application/JSON; charset=\"UTF-8\"")]));
        assert!(!is(&[]));
        assert!(!is(&[("content-type", "application/jsonp")]));
        assert!(!is(&[("content-type", "application/json; charset=utf-16")]));
        assert!(!is(&[("content-type", "application/json"), ("content-type", "text/plain")]));
        assert!(!is(&[("content-type", "application/json"), ("content-encoding", "gzip")]));
    }
}

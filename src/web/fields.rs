//! A post taken apart into its fields.

use actix_web::HttpRequest;
use actix_web::http::header;

/// Fields of one post; a page of ours has far fewer.
const FIELDS_MAX: usize = 512;

/// Fields of a usual answer.
const FIELDS_USUAL: usize = 40;

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

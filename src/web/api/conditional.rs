//! Answers that are exact bytes under a strong ETag, and requests that depend on one (RFC 9110, section 13).

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse};

use super::super::problem::Problem;
use crate::vault::sha256;

/// Longest list of ETags that is read, bytes.
const TAGS_BYTES_MAX: usize = 4096;

/// How long an answer may be kept, and by whom. What needs a token is for its client's own cache only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Never changes under this address.
    Forever,
    /// May be kept, but asked for again each time; an unchanged one costs a 304.
    Revalidate,
    /// Public, for some minutes.
    Minutes(u32),
}

impl Keep {
    fn header(self) -> String {
        match self {
            Self::Forever => "private, max-age=31536000, immutable".to_owned(),
            Self::Revalidate => "private, no-cache".to_owned(),
            Self::Minutes(minutes) => format!("public, max-age={}", u64::from(minutes) * 60),
        }
    }
}

/// The SHA-256 of some bytes as hex: the text of their ETag.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&sha256(bytes))
}

/// Bytes under their digest, as 200, or as 304 when the client has them already; both with the same headers.
pub struct Exact<'a> {
    /// The body.
    pub bytes: Vec<u8>,
    /// SHA-256 of the body as hex.
    pub digest: &'a str,
    /// How long it may be kept.
    pub keep: Keep,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Exact<'_> {
    /// The answer to `request`.
    #[must_use]
    pub fn answer(self, request: &HttpRequest) -> HttpResponse {
        let fresh = has_already(request, self.digest);
        let mut answer = if fresh { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer
            .insert_header((ETAG, format!("\"{}\"", self.digest)))
            .insert_header((CACHE_CONTROL, self.keep.header()));
        for (name, value) in self.headers {
            answer.append_header((HeaderName::from_static(name), value));
        }
        if fresh {
            answer.finish()
        } else {
            answer.insert_header((CONTENT_TYPE, "application/json")).body(self.bytes)
        }
    }
}

/// Our own document as JSON under the digest of its bytes.
///
/// # Errors
/// [`Problem::Internal`] for a document that JSON cannot hold, which ours are not.
pub fn json(
    request: &HttpRequest,
    document: &impl serde::Serialize,
    keep: Keep,
) -> Result<HttpResponse, Problem> {
    let made =
        crate::publish::canonical(document).map_err(|e| super::super::problem::failed(&e))?;
    Ok(Exact { bytes: made.bytes, digest: &made.digest, keep, headers: Vec::new() }.answer(request))
}

/// True when `If-None-Match` names the digest; weak comparison, as the RFC asks for here.
fn has_already(request: &HttpRequest, digest: &str) -> bool {
    tags(request, &IF_NONE_MATCH).is_some_and(|tags| {
        tags.iter()
            .any(|tag| tag == "*" || opaque(tag.strip_prefix("W/").unwrap_or(tag)) == Some(digest))
    })
}

/// What a write depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The stored document has one of these digests.
    Is(Vec<String>),
    /// A document is stored, whichever.
    Any,
    /// None is stored.
    None,
    /// One is stored and none is: two headers that contradict each other.
    Never,
}

impl Precondition {
    /// Reads `If-Match` or `If-None-Match: *`; one of them is required, so that nobody overwrites what he has not seen.
    ///
    /// # Errors
    /// [`Problem::PreconditionRequired`].
    pub fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let there = tags(request, &IF_MATCH);
        // Anything but * would let a write over what was not seen, so it says nothing here.
        let not_there = tags(request, &IF_NONE_MATCH).filter(|tags| *tags == ["*"]);
        match (there, not_there) {
            (None, None) => Err(Problem::PreconditionRequired),
            (None, Some(_)) => Ok(Self::None),
            (Some(_), Some(_)) => Ok(Self::Never),
            (Some(tags), None) if tags == ["*"] => Ok(Self::Any),
            // A weak tag never matches here (RFC 9110, section 13.1.1), and what is no tag matches nothing.
            (Some(tags), None) => {
                Ok(Self::Is(tags.iter().filter_map(|tag| opaque(tag)).map(str::to_owned).collect()))
            }
        }
    }

    /// True when a document of this digest (`None` = none) is what the caller expects.
    #[must_use]
    pub fn holds(&self, stored: Option<&str>) -> bool {
        match (self, stored) {
            (Self::Is(digests), Some(stored)) => digests.iter().any(|digest| digest == stored),
            (Self::Any, Some(_)) | (Self::None, None) => true,
            _ => false,
        }
    }
}

/// The entries of a list of ETags, or `None` without the header. One that is too long or no text lists nothing.
fn tags(request: &HttpRequest, name: &HeaderName) -> Option<Vec<String>> {
    let mut all = Vec::new();
    let mut length = 0;
    let mut there = false;
    for header in request.headers().get_all(name) {
        there = true;
        length += header.len();
        if length > TAGS_BYTES_MAX {
            return Some(Vec::new());
        }
        let text = header.to_str().unwrap_or_default();
        all.extend(text.split(',').map(|tag| tag.trim().to_owned()));
    }
    there.then_some(all)
}

/// What stands between the quotes of a strong tag.
fn opaque(tag: &str) -> Option<&str> {
    tag.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn with(headers: &[(&'static str, &str)]) -> HttpRequest {
        let mut request = TestRequest::default();
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        request.to_http_request()
    }

    #[test]
    fn a_client_that_has_the_bytes_is_told_so() {
        let has = |value: &str| has_already(&with(&[("if-none-match", value)]), "ab");
        assert!(has("\"ab\"") && has("W/\"ab\"") && has("*") && has("\"x\", \"ab\""));
        assert!(!has("\"AB\"") && !has("ab") && !has("\"a\"") && !has("") && !has("\"abc\""));
        assert!(!has_already(&with(&[]), "ab"));
        assert!(has_already(
            &with(&[("if-none-match", "\"x\""), ("if-none-match", "\"ab\"")]),
            "ab"
        ));
        assert!(!has(&format!("\"ab\", {}", "x".repeat(5000))));
    }

    #[test]
    fn a_write_says_what_it_replaces() {
        let read = |headers: &[(&'static str, &str)]| Precondition::read(&with(headers));
        for nothing in [&[][..], &[("if-none-match", "\"ab\"")], &[("if-none-match", "")]] {
            assert_eq!(read(nothing), Err(Problem::PreconditionRequired), "{nothing:?}");
        }
        let is = read(&[("if-match", "\"ab\", W/\"cd\"")]).unwrap();
        assert_eq!(is, Precondition::Is(vec!["ab".to_owned()]));
        assert!(is.holds(Some("ab")) && !is.holds(Some("cd")) && !is.holds(None));
        let any = read(&[("if-match", "*")]).unwrap();
        assert!(any.holds(Some("ab")) && !any.holds(None));
        let none = read(&[("if-none-match", "*")]).unwrap();
        assert!(none.holds(None) && !none.holds(Some("ab")));
        let both = read(&[("if-match", "\"ab\""), ("if-none-match", "*")]).unwrap();
        assert!(!both.holds(None) && !both.holds(Some("ab")));
        for nothing_like_it in ["", "ab", "\"a b\"", "*, \"x\""] {
            let read = read(&[("if-match", nothing_like_it)]).unwrap();
            assert!(!read.holds(Some("ab")) && !read.holds(None), "{nothing_like_it}");
        }
    }
}

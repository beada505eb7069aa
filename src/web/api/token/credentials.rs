//! A client's id and secret: by HTTP Basic or in the body, one of them (RFC 6749, section 2.3).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::form::{Form, decode};
use super::refusal::Refusal;

/// The id and secret that a request presents.
///
/// # Errors
/// [`Refusal::Request`] for two ways at once, [`Refusal::Client`] for none or a header that is not Basic.
pub fn presented(request: &HttpRequest, form: &Form) -> Result<(String, SecretString), Refusal> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else {
        let id = form.get("client_id").ok_or(Refusal::Client)?;
        let secret = form.get("client_secret").ok_or(Refusal::Client)?;
        return Ok((id.to_owned(), secret.to_owned().into()));
    };
    if headers.next().is_some() || form.get("client_secret").is_some() {
        return Err(Refusal::Request("send the client's secret in one way only"));
    }
    let (id, secret) = header.to_str().ok().and_then(basic).ok_or(Refusal::Client)?;
    if form.get("client_id").is_some_and(|other| other != id) {
        return Err(Refusal::Request("client_id is another one than the header's"));
    }
    Ok((id, secret.into()))
}

/// The id and password of `Basic …` (RFC 7617), each form-decoded.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((decode(id)?, decode(secret)?))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use secrecy::ExposeSecret;

    use super::*;

    fn of(headers: &[&str], body: &str) -> Result<(String, String), String> {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(("Authorization", *header));
        }
        presented(&request.to_http_request(), &Form::parse(body).unwrap())
            .map(|(id, secret)| (id, secret.expose_secret().to_owned()))
            .map_err(|refusal| format!("{refusal:?}"))
    }

    #[test]
    fn either_way_leads_to_the_same_pair() {
        let pair = Ok(("scoring".to_owned(), "s-e_c".to_owned()));
        assert_eq!(of(&["Basic c2NvcmluZzpzLWVfYw=="], ""), pair);
        assert_eq!(of(&["basic c2NvcmluZzpzLWVfYw=="], "client_id=scoring"), pair);
        assert_eq!(of(&[], "client_id=scoring&client_secret=s-e_c"), pair);
    }

    #[test]
    fn two_ways_at_once_are_refused_and_none_is_no_client() {
        let good = "Basic c2NvcmluZzpzLWVfYw==";
        for (headers, body) in [
            (&[good][..], "client_secret=s-e_c"),
            (&[good], "client_id=other"),
            (&[good, good], ""),
        ] {
            assert!(of(headers, body).unwrap_err().starts_with("Request"), "{headers:?} {body}");
        }
        for (headers, body) in [
            (&[][..], ""),
            (&[], "client_id=scoring"),
            (&[], "client_secret=s-e_c"),
            (&["Bearer a.b.c"], ""),
            (&["Basic"], ""),
            (&["Basic ***"], ""),
            (&["Basic c2NvcmluZw=="], ""),
        ] {
            assert_eq!(of(headers, body).unwrap_err(), "Client", "{headers:?} {body}");
        }
    }
}

//! The access token of a request (RFC 6750), and whether it reaches.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use super::super::State;
use super::super::problem::{Problem, blocking};
use crate::account::scope::Scope;
use crate::account::token::{self, Access};

/// Who asks: the client that the request's token speaks for, once it may do what `scope` allows. Every guarded handler
/// calls this before it looks at anything else.
///
/// # Errors
/// [`Problem::TokenMissing`], [`Problem::TokenInvalid`], [`Problem::InsufficientScope`].
pub async fn access(state: &State, request: &HttpRequest, scope: Scope) -> Result<Access, Problem> {
    let token = presented(request)?.to_owned();
    let desk = state.desk.clone();
    let access = blocking(move || Ok(token::verify(&desk, &token)?)).await?;
    if access.scopes.holds(scope) { Ok(access) } else { Err(Problem::InsufficientScope { scope }) }
}

/// The token in the one `Authorization` header; tokens in addresses or bodies are not looked for.
fn presented(request: &HttpRequest) -> Result<&str, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().ok_or(Problem::TokenMissing)?;
    if headers.next().is_some() {
        return Err(Problem::InvalidRequest {
            name: "Authorization",
            reason: "it is there twice".to_owned(),
        });
    }
    let text = header.to_str().map_err(|_| Problem::TokenMissing)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Problem::TokenMissing),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_token_comes_in_one_bearer_header_and_nowhere_else() {
        let presented = |headers: &[&str], uri: &str| {
            let mut request = TestRequest::with_uri(uri);
            for header in headers {
                request = request.append_header(("Authorization", *header));
            }
            super::presented(&request.to_http_request()).map(str::to_owned)
        };
        assert_eq!(presented(&["Bearer a.b.c"], "/"), Ok("a.b.c".to_owned()));
        assert_eq!(presented(&["bearer a.b.c"], "/"), Ok("a.b.c".to_owned()));
        for (headers, uri) in
            [(&[][..], "/?access_token=a.b.c"), (&["Basic a.b.c"], "/"), (&["a.b.c"], "/")]
        {
            assert_eq!(presented(headers, uri), Err(Problem::TokenMissing), "{headers:?}");
        }
        let twice = presented(&["Bearer a", "Bearer b"], "/");
        assert!(matches!(twice, Err(Problem::InvalidRequest { .. })));
    }
}

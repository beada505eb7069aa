//! `GET /api/openapi.json`: OpenAPI 3.1, made from the handlers, so that it says what they do.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Server};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::super::State;
use super::super::problem::{self, Problem};
use super::conditional::{Exact, Keep, digest};
use super::{
    dossiers, heads, jwks, metadata, publication, resource, rounds, scorecard, sub_index, token,
    unit,
};
use crate::account::scope::Scope;

/// The path of this endpoint.
pub const PATH: &str = "/api/openapi.json";

/// This endpoint, under `/api`.
pub fn resource() -> Resource {
    resource::reading("/openapi.json", get)
}

/// Every documented handler, in the order of the human page.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "khaosat",
        version = "1",
        description = "Results of citizen satisfaction surveys for the systems that compute the main score.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        token::post,
        jwks::get,
        metadata::get,
        rounds::get,
        sub_index::get,
        publication::get,
        unit::get,
        heads::get,
        heads::one::get,
        scorecard::read::get,
        scorecard::write::put,
        dossiers::post,
    ),
    components(schemas(problem::Body, token::RefusalBody)),
    tags(
        (name = "tokens", description = "Access tokens and the keys that verify what this service signs"),
        (name = "results", description = "Published results; scope `results:read`"),
        (name = "ledger", description = "Signed heads of the ledger; scope `results:read`"),
        (name = "dossiers", description = "Finished dossiers and their tickets; scope `dossiers:write`, for the units of the client"),
        (name = "scorecards", description = "The main score; scopes `scorecards:read`, `scorecards:write`"),
    ),
    modifiers(&Security),
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scopes = Scope::ALL.iter().map(|scope| (scope.word(), scope.meaning()));
        let flow = ClientCredentials::new(token::PATH, Scopes::from_iter(scopes));
        let oauth = OAuth2::with_description(
            [Flow::ClientCredentials(flow)],
            "Client credentials for a token of ten minutes (RFC 6749, RFC 9068)",
        );
        let basic = HttpBuilder::new()
            .scheme(HttpAuthScheme::Basic)
            .description(Some("A client's id and secret"))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("oauth", SecurityScheme::OAuth2(oauth));
        components.add_security_scheme("client_basic", SecurityScheme::Http(basic));
    }
}

/// The document, without an address of its own.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The document as this installation serves it: with its public address.
#[must_use]
pub fn served(public_url: &str) -> utoipa::openapi::OpenApi {
    let mut document = document();
    document.servers = Some(vec![Server::new(public_url)]);
    document
}

async fn get(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let text = served(&state.desk.public_url).to_json().map_err(|e| problem::failed(&e))?;
    let bytes = text.into_bytes();
    let digest = digest(&bytes);
    let exact = Exact { bytes, digest: &digest, keep: Keep::Minutes(5), headers: Vec::new() };
    Ok(exact.answer(&request))
}

/// Problems of a path that anyone may read.
pub struct Public;

/// Problems of every path that needs a token.
pub struct Guarded;

/// The problem of a thing that is not there.
pub struct Missing;

/// Problems of a path that takes reports.
pub struct Reported;

/// Problems of a path that takes a document.
pub struct Written;

impl IntoResponses for Public {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&["too-many-requests", "internal", "busy"])
    }
}

impl IntoResponses for Guarded {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            "invalid-request",
            "token-missing",
            "token-invalid",
            "insufficient-scope",
            "too-many-requests",
            "internal",
            "busy",
        ])
    }
}

impl IntoResponses for Missing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&["not-found"])
    }
}

impl IntoResponses for Written {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            "not-found",
            "precondition-failed",
            "body-too-large",
            "media-type-unsupported",
            "document-invalid",
            "precondition-required",
        ])
    }
}

impl IntoResponses for Reported {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            "not-found",
            "refused",
            "body-too-large",
            "media-type-unsupported",
            "document-invalid",
            "insufficient-scope",
            "not-yours",
        ])
    }
}

/// The responses of these kinds of problem, one per status.
fn problems(slugs: &[&str]) -> BTreeMap<String, RefOr<Response>> {
    use actix_web::ResponseError;
    let mut kinds: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
    for problem in Problem::samples() {
        if slugs.contains(&problem.slug()) {
            kinds.entry(problem.status_code().as_str().to_owned()).or_default().push(problem);
        }
    }
    kinds.into_iter().map(|(status, kinds)| (status, response(&kinds).into())).collect()
}

fn response(kinds: &[Problem]) -> Response {
    let kind = |problem: &Problem| format!("{} (`{}`)", problem.title(), problem.slug());
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new()
        .description(kinds.iter().map(kind).collect::<Vec<_>>().join("; "))
        .content(problem::MEDIA_TYPE, content);
    let header = |text: &str| HeaderBuilder::new().description(Some(text)).build();
    if kinds.iter().any(|p| p.slug().starts_with("token-") || p.slug() == "insufficient-scope") {
        response = response.header("WWW-Authenticate", header("`Bearer`, with the reason"));
    }
    if kinds.iter().any(|p| matches!(p, Problem::Busy | Problem::TooManyRequests { .. })) {
        response = response.header("Retry-After", header("Seconds to wait"));
    }
    response.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_changes_only_under_review() {
        insta::assert_snapshot!(document().to_pretty_json().unwrap());
    }

    #[test]
    fn every_group_of_problems_names_kinds_that_exist() {
        let count = |map: BTreeMap<String, RefOr<Response>>| map.len();
        assert_eq!(count(Public::responses()), 3);
        assert_eq!(count(Guarded::responses()), 6);
        assert_eq!(count(Missing::responses()), 1);
        assert_eq!(count(Written::responses()), 6);
        assert_eq!(count(Reported::responses()), 6);
    }
}

//! `GET /.well-known/oauth-authorization-server`: where tokens come from (RFC 8414), for clients that configure
//! themselves.

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use super::super::State;
use super::super::problem::Problem;
use super::conditional::{Keep, json};
use super::openapi::Public;
use super::{docs, jwks, resource, token};
use crate::account::scope::Scope;

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading("/.well-known/oauth-authorization-server", get)
}

/// Authorization server metadata (RFC 8414, section 2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Metadata {
    /// Who signs the tokens: their `iss`.
    #[schema(format = "uri", example = "https://khaosat.example")]
    issuer: String,
    /// Where tokens come from.
    #[schema(format = "uri")]
    token_endpoint: String,
    /// Keys that verify them.
    #[schema(format = "uri")]
    jwks_uri: String,
    /// The page for people.
    #[schema(format = "uri")]
    service_documentation: String,
    /// What may be wished for.
    scopes_supported: Vec<&'static str>,
    /// Empty: nobody is sent here by a browser.
    response_types_supported: [&'static str; 0],
    /// The one grant.
    grant_types_supported: [&'static str; 1],
    /// The two ways of sending a client's secret.
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

/// Where tokens come from
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    operation_id = "getAuthorizationServer",
    tag = "tokens",
    responses((status = 200, description = "Authorization server metadata", body = inline(Metadata)), Public),
)]
pub async fn get(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let issuer = state.desk.public_url.clone();
    let metadata = Metadata {
        token_endpoint: format!("{issuer}{}", token::PATH),
        jwks_uri: format!("{issuer}{}", jwks::PATH),
        service_documentation: format!("{issuer}{}", docs::PATH),
        scopes_supported: Scope::ALL.iter().map(|scope| scope.word()).collect(),
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        issuer,
    };
    json(&request, &metadata, Keep::Minutes(60))
}

//! `POST /oauth/token`: client credentials for a short-lived access token (RFC 6749, section 4.4).

mod credentials;
mod form;
mod refusal;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use self::form::Form;
pub use self::refusal::Body as RefusalBody;
use self::refusal::Refusal;
use super::super::State;
use super::super::problem::blocking;
use super::body;
use crate::account::client::{Known, authenticate};
use crate::account::scope::Scopes;
use crate::account::token::{Issued, issue};
use crate::web::address;

/// Largest body, bytes: an id, a secret and all scopes fit many times.
const BODY_BYTES_MAX: usize = 8 * 1024;

/// The path of this endpoint.
pub const PATH: &str = "/oauth/token";

/// This endpoint.
pub fn resource() -> Resource {
    web::resource(PATH)
        .route(web::post().to(post))
        .default_service(web::to(|| async { Refusal::Method.answer() }))
}

/// A token (RFC 6749, section 5.1).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Token {
    /// The token: send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it expires.
    #[schema(minimum = 1, maximum = 600, example = 600)]
    expires_in: i64,
    /// What it allows.
    #[schema(example = "results:read scorecards:read")]
    scope: String,
}

/// What the endpoint takes, as `application/x-www-form-urlencoded`.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "documents a body that is read by name")]
pub struct TokenRequest {
    /// The grant; there is one.
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
    /// Scopes wished for, separated by spaces; all of the client's without it.
    #[schema(nullable = false, example = "results:read")]
    scope: Option<String>,
    /// The client's id, unless it comes by HTTP Basic.
    #[schema(nullable = false, example = "scoring")]
    client_id: Option<String>,
    /// The client's secret, unless it comes by HTTP Basic.
    #[schema(nullable = false)]
    client_secret: Option<String>,
}

/// Get an access token
///
/// Proves who the client is by its id and secret, in an `Authorization: Basic` header or in the body, never in the
/// address. The token is a JWT after RFC 9068, good for ten minutes; ask again before it expires. The keys that verify
/// it are at `/.well-known/jwks.json`.
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "issueToken",
    tag = "tokens",
    request_body(content = inline(TokenRequest), content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = inline(Token)),
        (status = 400, description = "The request cannot be used, or asks for a scope that the client does not hold",
            body = RefusalBody),
        (status = 401, description = "No client has this id and secret", body = RefusalBody,
            headers(("WWW-Authenticate" = String, description = "`Basic`"))),
        (status = 413, description = "The body is too long", body = RefusalBody),
        (status = 429, description = "Too many requests from this address or for this client", body = RefusalBody,
            headers(("Retry-After" = u64, description = "Seconds to wait"))),
        (status = 500, description = "Something failed here", body = RefusalBody),
        (status = 503, description = "The service is busy", body = RefusalBody),
    ),
    security(("client_basic" = []), ()),
)]
pub async fn post(
    state: web::Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    match grant(&state, &request, payload).await {
        Ok(issued) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Token {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: issued.scopes.to_string(),
        }),
        Err(refusal) => refusal.answer(),
    }
}

async fn grant(
    state: &State,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Issued, Refusal> {
    let client_address = address::of(request, &state.settings.trusted_proxies);
    state.budgets.charge_address(client_address)?;
    if !request.query_string().is_empty() {
        // A secret in an address ends up in logs and histories, so none is read from there.
        return Err(Refusal::Request("send everything in the body, nothing in the address"));
    }
    let text = body::text(request, payload, "application/x-www-form-urlencoded", BODY_BYTES_MAX);
    let form = Form::parse(&text.await?)?;
    let client = known(state, request, &form).await?;
    state.budgets.charge_client(&client.id)?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::GrantType),
        None => return Err(Refusal::Request("grant_type is missing")),
    }
    let scopes = wished(&client, form.get("scope"))?;
    let desk = state.desk.clone();
    Ok(blocking(move || Ok(issue(&desk, &client, scopes)?)).await?)
}

/// The client that the request proves to be.
async fn known(state: &State, request: &HttpRequest, form: &Form) -> Result<Known, Refusal> {
    let (id, secret) = credentials::presented(request, form)?;
    let store = state.desk.store.clone();
    let known = blocking(move || Ok(authenticate(&store, &id, &secret)?)).await?;
    known.ok_or(Refusal::Client)
}

/// The scopes that the token gets: those wished for, or all.
fn wished(client: &Known, scope: Option<&str>) -> Result<Scopes, Refusal> {
    let Some(words) = scope else { return Ok(client.scopes.clone()) };
    let wished = Scopes::parse(words).map_err(|_| Refusal::Scope)?;
    if wished.is_empty() || wished.beyond(&client.scopes).is_some() {
        return Err(Refusal::Scope);
    }
    Ok(wished)
}

//! `GET /api/v1/rounds/{round}/sub-index`: the newest publication of a round, byte for byte as it is stored.

use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::super::State;
use super::super::problem::{Problem, blocking};
use super::conditional::Keep;
use super::openapi::{Guarded, Missing};
use super::query::Query;
use super::{bearer, published, resource};
use crate::account::scope::Scope;

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading("/v1/rounds/{round}/sub-index", get)
}

/// Newest publication of a round
///
/// The body is the publication as it was signed: canonical JSON whose SHA-256 is the ETag. Keep it and ask with
/// `If-None-Match`; a correction has another ETag. `Khaosat-Signature` is a detached JWS (EdDSA) over the body.
#[utoipa::path(
    get,
    path = "/api/v1/rounds/{round}/sub-index",
    operation_id = "getSubIndex",
    tag = "results",
    params(
        ("round" = String, Path, description = "Code of the round", pattern = "^[0-9a-z-]{1,64}$", example = "2026-11"),
        ("If-None-Match" = Option<String>, Header, description = "ETags of the bytes that you have", nullable = false),
    ),
    responses(
        (status = 200, description = "The newest publication", body = published::Document,
            headers(
                ("ETag" = String, description = "SHA-256 of the body"),
                ("Link" = String, description = "`canonical`: its address that never changes; `predecessor-version`: what it took the place of"),
                ("Khaosat-Signature" = String, description = "Detached JWS over the body (RFC 7515, appendix F)"),
            )),
        (status = 304, description = "You have it already"),
        Guarded,
        Missing,
    ),
    security(("oauth" = ["results:read"])),
)]
pub async fn get(
    state: web::Data<State>,
    request: HttpRequest,
    round: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    bearer::access(&state, &request, Scope::ResultsRead).await?;
    Query::read(&request, &[])?;
    let store = state.desk.store.clone();
    let code = round.clone();
    let latest = blocking(move || published::latest(&store, &code)).await?;
    Ok(published::exact(&request, latest, &round, &state.desk.public_url, Keep::Revalidate))
}

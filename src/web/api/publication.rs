//! `GET /api/v1/rounds/{round}/publications/{digest}`: one publication for ever, superseded or not.

use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::super::State;
use super::super::problem::{Problem, blocking};
use super::conditional::Keep;
use super::openapi::{Guarded, Missing};
use super::query::Query;
use super::{bearer, published, resource};
use crate::account::scope::Scope;
use crate::store::Store;
use crate::store::publication::Publication;

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading("/v1/rounds/{round}/publications/{digest}", get)
}

/// One publication
///
/// The bytes under this address never change; keep them as long as you like. Whether a newer one took their place is
/// told by the address under `latest-version`.
#[utoipa::path(
    get,
    path = "/api/v1/rounds/{round}/publications/{digest}",
    operation_id = "getPublication",
    tag = "results",
    params(
        ("round" = String, Path, description = "Code of the round", pattern = "^[0-9a-z-]{1,64}$", example = "2026-11"),
        ("digest" = String, Path, description = "SHA-256 of the publication's bytes", pattern = "^[0-9a-f]{64}$"),
        ("If-None-Match" = Option<String>, Header, description = "ETags of the bytes that you have", nullable = false),
    ),
    responses(
        (status = 200, description = "The publication", body = published::Document,
            headers(
                ("ETag" = String, description = "SHA-256 of the body"),
                ("Cache-Control" = String, description = "`immutable`"),
                ("Link" = String, description = "`latest-version`: the round's newest; `predecessor-version`: what it took the place of"),
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
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    bearer::access(&state, &request, Scope::ResultsRead).await?;
    Query::read(&request, &[])?;
    let (round, digest) = path.into_inner();
    let store = state.desk.store.clone();
    let code = round.clone();
    let publication = blocking(move || find(&store, &code, &digest)).await?;
    Ok(published::exact(&request, publication, &round, &state.desk.public_url, Keep::Forever))
}

/// The publication of that digest, when it is of that round.
fn find(store: &Store, code: &str, digest: &str) -> Result<Publication, Problem> {
    let missing = Problem::NotFound { what: "publication" };
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digest.len() != 64 || !digest.bytes().all(hex) {
        return Err(missing);
    }
    let round = store.round(published::round_code(code)?)?;
    store.publication(digest)?.filter(|found| found.round_id == round.id).ok_or(missing)
}

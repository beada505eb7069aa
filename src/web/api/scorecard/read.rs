//! `GET /api/v1/scorecards/{year}`: the document byte for byte as it is stored.

use actix_web::{HttpRequest, HttpResponse, web};

use super::super::super::State;
use super::super::super::problem::{Problem, blocking};
use super::super::bearer;
use super::super::conditional::{Exact, Keep, digest};
use super::super::openapi::{Guarded, Missing};
use super::{Name, Scorecard};
use crate::account::scope::Scope;

/// Read a scorecard
#[utoipa::path(
    get,
    path = "/api/v1/scorecards/{year}",
    operation_id = "getScorecard",
    tag = "scorecards",
    params(
        ("year" = i32, Path, description = "Year", minimum = 2000, maximum = 2200, example = 2018),
        ("series" = Option<String>, Query, description = "Series; `official` without it", pattern = "^[0-9a-z_-]{1,64}$",
            nullable = false, example = "official"),
        ("If-None-Match" = Option<String>, Header, description = "ETags of the bytes that you have", nullable = false),
    ),
    responses(
        (status = 200, description = "The document as it is stored", body = Scorecard,
            headers(("ETag" = String, description = "SHA-256 of the body; `If-Match` for writing takes it"))),
        (status = 304, description = "You have it already"),
        Guarded,
        Missing,
    ),
    security(("oauth" = ["scorecards:read"])),
)]
pub async fn get(
    state: web::Data<State>,
    request: HttpRequest,
    year: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    bearer::access(&state, &request, Scope::ScorecardsRead).await?;
    let name = Name::read(&request, &year)?;
    let store = state.desk.store.clone();
    let stored = blocking(move || Ok(store.scorecard(name.year, &name.series)?)).await?;
    let bytes = stored.ok_or(Problem::NotFound { what: "scorecard" })?.into_bytes();
    let digest = digest(&bytes);
    let exact = Exact { bytes, digest: &digest, keep: Keep::Revalidate, headers: Vec::new() };
    Ok(exact.answer(&request))
}

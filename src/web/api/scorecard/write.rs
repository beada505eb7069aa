//! `PUT /api/v1/scorecards/{year}`: replaces the document that the caller has read, or puts the first one.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use super::super::super::State;
use super::super::super::problem::{Problem, blocking};
use super::super::conditional::{Precondition, digest};
use super::super::openapi::{Guarded, Written};
use super::super::{bearer, body, document};
use super::{Name, Scorecard};
use crate::account::scope::Scope;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};

/// Largest document, bytes: a province's units with all their domains take a tenth of it.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Write a scorecard
///
/// Takes one JSON object and keeps its bytes. Say what you replace: `If-Match` with the ETag of the document that you
/// read, or `If-None-Match: *` for the first one of a year and series. Somebody else's change in between gives 412.
#[utoipa::path(
    put,
    path = "/api/v1/scorecards/{year}",
    operation_id = "putScorecard",
    tag = "scorecards",
    params(
        ("year" = i32, Path, description = "Year", minimum = 2000, maximum = 2200, example = 2026),
        ("series" = Option<String>, Query, description = "Series; `official` without it", pattern = "^[0-9a-z_-]{1,64}$",
            nullable = false, example = "official"),
        ("If-Match" = Option<String>, Header, description = "ETag of the document to be replaced",
            pattern = r#"^(\*|(W/)?"[!#-~]*"(, (W/)?"[!#-~]*")*)$"#, nullable = false),
        ("If-None-Match" = Option<String>, Header, description = "`*`: there must be none yet", pattern = r"^\*$",
            nullable = false),
    ),
    request_body(content = Scorecard, content_type = "application/json"),
    responses(
        (status = 201, description = "Stored; there was none before",
            headers(("ETag" = String, description = "SHA-256 of the document"))),
        (status = 204, description = "Replaced", headers(("ETag" = String, description = "SHA-256 of the document"))),
        Guarded,
        Written,
    ),
    security(("oauth" = ["scorecards:write"])),
)]
pub async fn put(
    state: web::Data<State>,
    request: HttpRequest,
    year: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let access = bearer::access(&state, &request, Scope::ScorecardsWrite).await?;
    let name = Name::read(&request, &year)?;
    let expected = Precondition::read(&request)?;
    let text = body::text(&request, payload, "application/json", BODY_BYTES_MAX).await?;
    let object = document::object(&text).map_err(|reason| Problem::DocumentInvalid { reason })?;
    agree(&object, &name)?;
    let new = digest(text.as_bytes());
    let etag = format!("\"{new}\"");
    let desk = state.desk.clone();
    let before = blocking(move || {
        let subject = format!("scorecard {} {}", name.year, name.series);
        let act = Act::new(
            &Actor::Service("api"),
            Right::EditScorecard,
            desk.clock.now(),
            "scorecard.put",
            subject,
        )
        .with(serde_json::json!({ "client": access.client, "digest": new }));
        let holds = |stored: Option<&str>| {
            expected.holds(stored.map(|old| digest(old.as_bytes())).as_deref())
        };
        desk.store.replace_scorecard(&act, name.year, &name.series, holds, &text).map_err(|error| {
            if matches!(error, StoreError::Exists { .. }) {
                Problem::PreconditionFailed
            } else {
                error.into()
            }
        })
    })
    .await?;
    let mut answer =
        if before.is_some() { HttpResponse::NoContent() } else { HttpResponse::Created() };
    Ok(answer.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// A document that names its year or series names those of its address.
fn agree(object: &Map<String, Value>, name: &Name) -> Result<(), Problem> {
    let refuse = |key: &str| {
        let reason =
            format!("{key}: it is not that of the address; put the document where it belongs");
        Err(Problem::DocumentInvalid { reason })
    };
    let other = |key: &str, ours: Value| object.get(key).is_some_and(|theirs| *theirs != ours);
    if other("year", name.year.into()) {
        return refuse("year");
    }
    if other("series", name.series.as_str().into()) {
        return refuse("series");
    }
    Ok(())
}

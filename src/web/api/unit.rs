//! `GET /api/v1/rounds/{round}/units/{code}`: one unit's figures out of the newest publication.

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use super::super::State;
use super::super::problem::{Problem, blocking};
use super::conditional::{Keep, json};
use super::openapi::{Guarded, Missing};
use super::published::{Document, FactorFigure, Figure, Rank, Unit, UnitCounts};
use super::query::Query;
use super::rounds::Pointer;
use super::{bearer, published, resource};
use crate::account::scope::Scope;
use crate::store::publication::{Head, Publication};

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading("/v1/rounds/{round}/units/{code}", get)
}

/// One unit's figures out of a publication.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnitResult {
    /// Code of the round.
    round: String,
    /// The publication that this is out of.
    publication: Pointer,
    /// True for simulated answers: say so wherever you show the figures.
    synthetic: bool,
    /// Official code of the unit.
    code: String,
    /// Its name.
    unit: String,
    /// Of the drawn kinds: the unit's sub-index. Null when the unit is not among the official figures.
    official: Option<UnitPart>,
    /// Of posters, kiosks and undrawn paper: indicative only. Null when the unit is not among them.
    indicative: Option<UnitPart>,
    /// Links and answers by kind, exact.
    counts: Vec<UnitCounts>,
}

/// A unit's figures in one group of kinds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnitPart {
    /// All criteria together.
    figure: Figure,
    /// By factor.
    factors: Vec<FactorFigure>,
    /// Its place, where it can be told.
    rank: Option<Rank>,
    /// Codes of the units that it cannot be told apart from.
    same_as: Vec<String>,
}

/// One unit's figures
///
/// Out of the newest publication, whose digest is in the answer: read that for the signed bytes.
#[utoipa::path(
    get,
    path = "/api/v1/rounds/{round}/units/{code}",
    operation_id = "getUnit",
    tag = "results",
    params(
        ("round" = String, Path, description = "Code of the round", pattern = "^[0-9a-z-]{1,64}$", example = "2026-11"),
        ("code" = String, Path, description = "Official code of the unit", pattern = "^[0-9A-Z][0-9A-Z.-]{0,19}$",
            example = "625"),
    ),
    responses(
        (status = 200, description = "The unit's figures", body = UnitResult,
            headers(("ETag" = String, description = "SHA-256 of the body"))),
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
    let (round, code) = path.into_inner();
    let desk = state.desk.clone();
    let result = blocking(move || {
        let latest = published::latest(&desk.store, &round)?;
        unit_of(&desk.public_url, &round, latest, &code)
    })
    .await?;
    json(&request, &result, Keep::Revalidate)
}

fn unit_of(
    public_url: &str,
    round: &str,
    publication: Publication,
    code: &str,
) -> Result<UnitResult, Problem> {
    let document = Document::read(&publication.bytes)?;
    let in_group = |units: Vec<Unit>| units.into_iter().find(|unit| unit.code == code);
    let official = in_group(document.figures.official.units);
    let indicative = in_group(document.figures.indicative.units);
    let any = official.as_ref().or(indicative.as_ref());
    let name = any.ok_or(Problem::NotFound { what: "unit" })?.unit.clone();
    let head = Head {
        digest: publication.digest,
        round_id: publication.round_id,
        number: publication.number,
        published_at: publication.published_at,
    };
    let synthetic = document.rules.get("synthetic").and_then(|s| s.as_bool()).unwrap_or_default();
    Ok(UnitResult {
        synthetic,
        round: round.to_owned(),
        publication: Pointer::to(public_url, round, head),
        code: code.to_owned(),
        unit: name,
        official: official.map(UnitPart::from),
        indicative: indicative.map(UnitPart::from),
        counts: document.counts.into_iter().filter(|counts| counts.code == code).collect(),
    })
}

impl From<Unit> for UnitPart {
    fn from(unit: Unit) -> Self {
        let Unit { figure, factors, rank, same_as, .. } = unit;
        Self { figure, factors, rank, same_as }
    }
}

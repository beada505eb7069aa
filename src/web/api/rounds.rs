//! `GET /api/v1/rounds`: the rounds that are published, newest first.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use super::super::State;
use super::super::problem::{Problem, blocking};
use super::conditional::{Keep, json};
use super::openapi::{Guarded, Missing};
use super::query::Query;
use super::{bearer, resource};
use crate::account::scope::Scope;
use crate::clock::Millis;
use crate::store::Store;
use crate::store::publication::Head;
use crate::store::round::Round;

/// Most rounds of one answer.
const LIMIT_MAX: usize = 200;

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading("/v1/rounds", get)
}

/// Published rounds, newest opening first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Rounds {
    /// The rounds.
    rounds: Vec<PublishedRound>,
    /// Address of the next older ones; null at the end.
    next: Option<String>,
}

/// A round that is published.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublishedRound {
    /// Code of the round.
    #[schema(example = "2026-11")]
    code: String,
    /// Its title.
    title: String,
    /// Opening.
    #[schema(format = "date-time")]
    opened_at: String,
    /// Closing.
    #[schema(format = "date-time")]
    closed_at: String,
    /// True for simulated answers: say so wherever you show its figures.
    synthetic: bool,
    /// Its newest publication.
    publication: Pointer,
    /// Address of the newest publication's bytes.
    #[schema(format = "uri")]
    sub_index: String,
}

/// Which publication it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Pointer {
    /// SHA-256 of its bytes.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// 1 for the first publication of a round.
    #[schema(minimum = 1)]
    pub number: i32,
    /// When.
    #[schema(format = "date-time")]
    pub published_at: String,
    /// Its address, under which the bytes never change.
    #[schema(format = "uri")]
    pub href: String,
}

impl Pointer {
    /// The pointer to a publication of the round of that code.
    #[must_use]
    pub fn to(public_url: &str, code: &str, head: Head) -> Self {
        Self {
            href: format!("{public_url}/api/v1/rounds/{code}/publications/{}", head.digest),
            digest: head.digest,
            number: head.number,
            published_at: Millis(head.published_at).rfc3339(),
        }
    }
}

/// List published rounds
///
/// Newest opening first. Ask for older ones with the address in `next`.
#[utoipa::path(
    get,
    path = "/api/v1/rounds",
    operation_id = "listRounds",
    tag = "results",
    params(
        ("limit" = Option<u32>, Query, description = "Most rounds of one answer; 100 without it", minimum = 1,
            maximum = 200, nullable = false, example = 100),
        ("before" = Option<String>, Query, description = "Code of a published round: only those that stand after it",
            pattern = "^[0-9a-z-]{1,64}$", nullable = false),
    ),
    responses((status = 200, description = "Published rounds", body = inline(Rounds),
        headers(("ETag" = String, description = "SHA-256 of the body"))), Guarded, Missing),
    security(("oauth" = ["results:read"])),
)]
pub async fn get(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    bearer::access(&state, &request, Scope::ResultsRead).await?;
    let query = Query::read(&request, &["limit", "before"])?;
    let limit = limit(query.get("limit"))?;
    let before = query.get("before").map(str::to_owned);
    let store = state.desk.store.clone();
    let mut all = blocking(move || published(&store)).await?;
    if let Some(code) = before {
        let place = all.iter().position(|(round, _)| round.code == code);
        let place = place.ok_or(Problem::NotFound { what: "published round" })?;
        all.drain(..=place);
    }
    let more = all.len() > limit;
    all.truncate(limit);
    let public_url = &state.desk.public_url;
    let next = all.last().filter(|_| more).map(|(round, _)| {
        format!("{public_url}/api/v1/rounds?limit={limit}&before={}", round.code)
    });
    let rounds = all.into_iter().map(|(round, head)| listed(public_url, round, head)).collect();
    json(&request, &Rounds { rounds, next }, Keep::Revalidate)
}

fn limit(text: Option<&str>) -> Result<usize, Problem> {
    let Some(text) = text else { return Ok(100) };
    text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| {
        Problem::InvalidRequest {
            name: "limit",
            reason: format!("it must be between 1 and {LIMIT_MAX}"),
        }
    })
}

/// All published rounds with their newest publications, newest opening first.
fn published(store: &Store) -> Result<Vec<(Round, Head)>, Problem> {
    let mut heads: BTreeMap<_, _> =
        store.latest_heads()?.into_iter().map(|head| (head.round_id, head)).collect();
    let mut rounds = store.rounds()?;
    rounds.reverse();
    let with_head = |round: Round| heads.remove(&round.id).map(|head| (round, head));
    Ok(rounds.into_iter().filter_map(with_head).collect())
}

fn listed(public_url: &str, round: Round, head: Head) -> PublishedRound {
    let rules: serde_json::Value = serde_json::from_str(&round.rules).unwrap_or_default();
    PublishedRound {
        title: rules.get("title").and_then(|t| t.as_str()).unwrap_or_default().to_owned(),
        synthetic: rules.get("synthetic").and_then(|s| s.as_bool()).unwrap_or_default(),
        opened_at: round.opens_at.rfc3339(),
        closed_at: round.closes_at.rfc3339(),
        sub_index: format!("{public_url}/api/v1/rounds/{}/sub-index", round.code),
        publication: Pointer::to(public_url, &round.code, head),
        code: round.code,
    }
}

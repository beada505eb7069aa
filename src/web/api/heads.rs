//! `GET /api/v1/heads` and `GET /api/v1/heads/{size}`: the ledger's signed tree heads, for whoever keeps them elsewhere.

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use super::super::State;
use super::super::problem::{Problem, blocking, failed};
use super::conditional::{Keep, json};
use super::openapi::{Guarded, Missing};
use super::query::Query;
use super::{bearer, resource};
use crate::account::scope::Scope;
use crate::ledger::{self, LedgerError};
use crate::store::Store;
use crate::store::ledger::Head;

/// Most heads of one answer.
const LIMIT_MAX: usize = 1_000;

/// The list.
pub fn resource() -> Resource {
    resource::reading("/v1/heads", get)
}

/// One head.
pub fn one_resource() -> Resource {
    resource::reading("/v1/heads/{size}", one::get)
}

/// Signed tree heads, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HeadList {
    /// The heads.
    heads: Vec<ListedHead>,
    /// Address of the next older ones; null at the end.
    next: Option<String>,
}

/// A signed head of the ledger's Merkle tree (RFC 9162, section 2.1).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedHead {
    /// What is signed, as canonical JSON (RFC 8785): the ledger's address, leaves, root, moment and reason.
    #[schema(value_type = Object)]
    statement: serde_json::Value,
    /// Detached JWS over its canonical bytes.
    signature: String,
    /// Address of this head.
    #[schema(format = "uri")]
    href: String,
}

/// A signed head and the proof that its tree begins with an earlier one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProvenHead {
    /// What is signed, as canonical JSON (RFC 8785): the ledger's address, leaves, root, moment and reason.
    #[schema(value_type = Object)]
    statement: serde_json::Value,
    /// Detached JWS over its canonical bytes.
    signature: String,
    /// The proof (RFC 9162, section 2.1.4) from the earlier tree: `from`, `to`, and `path` in hex. Null for the first head.
    #[schema(value_type = Option<Object>)]
    consistency: Option<serde_json::Value>,
}

fn listed(public_url: &str, head: Head) -> Result<ListedHead, Problem> {
    let href = format!("{public_url}/api/v1/heads/{}", head.size);
    let head = ledger::signed(head).map_err(|e| failed(&e))?;
    let statement = serde_json::to_value(&head.statement).map_err(|e| failed(&e))?;
    Ok(ListedHead { statement, signature: head.signature, href })
}

fn size(name: &'static str, text: &str) -> Result<i64, Problem> {
    let size = text.parse().ok().filter(|size| *size > 0);
    size.ok_or_else(|| Problem::InvalidRequest {
        name,
        reason: "it must be a number of leaves, from 1".to_owned(),
    })
}

/// List signed tree heads
///
/// Newest first: one a day, and one whenever a round is closed, sealed or published. Keep them: two different roots over as
/// many leaves prove that the ledger was rewritten.
#[utoipa::path(
    get,
    path = "/api/v1/heads",
    operation_id = "listHeads",
    tag = "ledger",
    params(
        ("limit" = Option<u32>, Query, description = "Most heads of one answer; 100 without it", minimum = 1,
            maximum = 1000, nullable = false, example = 100),
        ("before" = Option<i64>, Query, description = "Only heads over fewer leaves than this", minimum = 1,
            nullable = false),
    ),
    responses((status = 200, description = "Signed heads", body = inline(HeadList),
        headers(("ETag" = String, description = "SHA-256 of the body"))), Guarded),
    security(("oauth" = ["results:read"])),
)]
pub async fn get(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    bearer::access(&state, &request, Scope::ResultsRead).await?;
    let query = Query::read(&request, &["limit", "before"])?;
    let limit = match query.get("limit") {
        None => 100,
        Some(text) => {
            text.parse().ok().filter(|n| (1..=LIMIT_MAX).contains(n)).ok_or_else(|| {
                let reason = format!("it must be between 1 and {LIMIT_MAX}");
                Problem::InvalidRequest { name: "limit", reason }
            })?
        }
    };
    let before = query.get("before").map(|text| size("before", text)).transpose()?;
    let store = state.desk.store.clone();
    let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut heads = blocking(move || Ok(store.heads_before(before, one_more)?)).await?;
    let more = heads.len() > limit;
    heads.truncate(limit);
    let public_url = &state.desk.public_url;
    let next = heads
        .last()
        .filter(|_| more)
        .map(|head| format!("{public_url}/api/v1/heads?limit={limit}&before={}", head.size));
    let heads = heads.into_iter().map(|head| listed(public_url, head)).collect::<Result<_, _>>()?;
    json(&request, &HeadList { heads, next }, Keep::Revalidate)
}

/// The endpoint of one head.
pub mod one {
    use super::*;

    /// One signed tree head
    ///
    /// With the proof that its tree begins with the head before it, or with the tree of the size under `from`, which you kept.
    #[utoipa::path(
        get,
        path = "/api/v1/heads/{size}",
        operation_id = "getHead",
        tag = "ledger",
        params(
            ("size" = i64, Path, description = "Leaves under the head", minimum = 1),
            ("from" = Option<i64>, Query, description = "Leaves of the tree from which growth is to be proved", minimum = 1,
                nullable = false),
            ("If-None-Match" = Option<String>, Header, description = "ETags of the bytes that you have", nullable = false),
        ),
        responses(
            (status = 200, description = "The head", body = inline(ProvenHead),
                headers(("ETag" = String, description = "SHA-256 of the body"))),
            (status = 304, description = "You have it already"),
            Guarded,
            Missing,
        ),
        security(("oauth" = ["results:read"])),
    )]
    pub async fn get(
        state: web::Data<State>,
        request: HttpRequest,
        path: web::Path<String>,
    ) -> Result<HttpResponse, Problem> {
        bearer::access(&state, &request, Scope::ResultsRead).await?;
        let query = Query::read(&request, &["from"])?;
        let from = query.get("from").map(|text| size("from", text)).transpose()?;
        let of = path.parse().map_err(|_| Problem::NotFound { what: "head" })?;
        let store = state.desk.store.clone();
        let head = blocking(move || proven(&store, of, from)).await?;
        json(&request, &head, Keep::Revalidate)
    }

    fn proven(store: &Store, of: i64, from: Option<i64>) -> Result<ProvenHead, Problem> {
        let head = store.head(of)?.ok_or(Problem::NotFound { what: "head" })?;
        let from = match from {
            Some(from) => Some(from),
            None => store.heads_before(Some(of), 1)?.first().map(|before| before.size),
        };
        let proof = from.map(|from| {
            let (from, to) = (from.unsigned_abs(), of.unsigned_abs());
            ledger::consistency(store, from, to)
        });
        let consistency = match proof.transpose() {
            Ok(proof) => proof,
            Err(LedgerError::Refused(_)) => {
                return Err(Problem::InvalidRequest {
                    name: "from",
                    reason: "it must not be more than the leaves under the head".to_owned(),
                });
            }
            Err(error) => return Err(failed(&error)),
        };
        let ListedHead { statement, signature, .. } = listed("", head)?;
        let consistency =
            consistency.map(serde_json::to_value).transpose().map_err(|e| failed(&e))?;
        Ok(ProvenHead { statement, signature, consistency })
    }
}

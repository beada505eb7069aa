//! `GET /.well-known/jwks.json`: the public halves of all signing keys, so that anyone can check what we signed.

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Serialize;

use super::super::State;
use super::super::problem::{Problem, blocking};
use super::conditional::{Keep, json};
use super::openapi::Public;
use super::resource;
use crate::vault::jwk;

/// The path of this endpoint.
pub const PATH: &str = "/.well-known/jwks.json";

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading(PATH, get)
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct KeySet {
    /// Ed25519 keys as RFC 8037 writes them, newest first; retired ones stay, for they still verify what they signed.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<serde_json::Value>,
}

/// Keys that verify tokens and publications
///
/// Ed25519 keys of both purposes, current and retired. Find a key by the `kid` in the header of a token or signature.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "getKeys",
    tag = "tokens",
    responses((status = 200, description = "The keys", body = inline(KeySet)), Public),
)]
pub async fn get(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let store = state.desk.store.clone();
    let keys = blocking(move || Ok(store.keys()?)).await?;
    let keys = keys.iter().map(|key| jwk(&key.kid, &key.public_key)).collect();
    json(&request, &KeySet { keys }, Keep::Minutes(5))
}

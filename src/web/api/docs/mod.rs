//! `GET /api/docs`: the OpenAPI document as a page for people; no script, nothing from elsewhere. `GET /problems/…`,
//! the types of problems, lead to its list of them.

mod page;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::{HttpResponse, Resource, web};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::page::Page;
use super::super::State;
use super::super::problem::{self, Problem};
use super::{openapi, resource};
use crate::vault::sha256;

/// The path of this page.
pub const PATH: &str = "/api/docs";

/// The page's one style sheet, inline, allowed by its hash.
const STYLE: &str = include_str!("../../assets/api_docs.css");

/// This endpoint, under `/api`.
pub fn resource() -> Resource {
    resource::reading("/docs", get)
}

/// The types of problems.
pub fn problem_resource() -> Resource {
    resource::reading("/problems/{slug}", get_problem)
}

async fn get(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let document = openapi::served(&state.desk.public_url);
    let document = serde_json::to_value(&document).map_err(|error| problem::failed(&error))?;
    let page = Page::of(&document, &state.desk.public_url, STYLE);
    let html = page.render().map_err(|error| problem::failed(&error))?;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        STANDARD.encode(sha256(STYLE.as_bytes()))
    );
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(html))
}

async fn get_problem(slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    if Problem::samples().iter().any(|problem| problem.slug() == *slug) {
        let place = format!("{PATH}#problem-{slug}");
        Ok(HttpResponse::SeeOther().insert_header((LOCATION, place)).finish())
    } else {
        Err(Problem::NotFound { what: "kind of problem" })
    }
}

//! The API that the systems of the main score read: tokens, published results, scorecards. Last station of the
//! sentence, **publish**, as other programs meet it.
//!
//! One file per endpoint: request, reply, errors, OpenAPI, handler; a line here and one in [`openapi`]. Every guarded
//! handler begins with [`bearer::access`]; every refusal is a [`Problem`], except the token endpoint's, which RFC 6749
//! words. What is published goes out as the stored bytes.

mod bearer;
mod body;
mod budget;
mod conditional;
mod docs;
mod document;
mod dossiers;
mod heads;
mod jwks;
mod metadata;
pub mod openapi;
mod publication;
mod published;
mod query;
mod resource;
mod rounds;
mod scorecard;
mod sub_index;
mod token;
mod unit;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use self::budget::{Budgets, Rate};
use super::problem::{self, Problem};

/// Puts every path of the API into a server, beside whatever else it serves: `/api/…`, `/oauth/token`,
/// `/.well-known/…` and `/problems/…`. Handlers take `web::Data<State>`.
pub fn configure(server: &mut ServiceConfig) {
    server
        .service(token::resource())
        .service(jwks::resource().wrap(from_fn(budget::within)).wrap(from_fn(problem::finish)))
        .service(metadata::resource().wrap(from_fn(budget::within)).wrap(from_fn(problem::finish)))
        .service(docs::problem_resource().wrap(from_fn(problem::finish)))
        .service(
            web::scope("/api")
                .wrap(from_fn(budget::within))
                .wrap(from_fn(problem::finish))
                .service(openapi::resource())
                .service(docs::resource())
                .service(rounds::resource())
                .service(sub_index::resource())
                .service(publication::resource())
                .service(unit::resource())
                .service(scorecard::resource())
                .service(dossiers::resource())
                .service(heads::resource())
                .service(heads::one_resource())
                .default_service(web::to(unknown)),
        );
}

async fn unknown() -> Result<&'static str, Problem> {
    Err(Problem::PathUnknown)
}

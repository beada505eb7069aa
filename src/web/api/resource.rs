//! Paths that answer what they take and refuse every other method by name.

use actix_web::dev::Handler;
use actix_web::{FromRequest, HttpResponse, Resource, Responder, web};

use super::super::problem::Problem;

/// A path that is read: GET, and HEAD with the same headers and no body.
pub fn reading<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A> + Clone,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    refusing(read(path, handler), "GET, HEAD")
}

/// A path that is read and written.
pub fn reading_and_writing<F, A, G, B>(path: &str, read_by: F, written_by: G) -> Resource
where
    F: Handler<A> + Clone,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    let resource = read(path, read_by).route(web::put().to(written_by));
    refusing(resource, "GET, HEAD, PUT")
}

/// A path that is written to.
pub fn posting<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    refusing(web::resource(path).route(web::post().to(handler)), "POST")
}

fn read<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A> + Clone,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}

/// The same, telling those who come with another method which ones there are (RFC 9110, section 15.5.6).
pub fn refusing(resource: Resource, allow: &'static str) -> Resource {
    resource.default_service(web::to(move || async move {
        Err::<HttpResponse, _>(Problem::MethodNotAllowed { allow })
    }))
}

//! `GET /results/{round}/asked.json` and `/results/{round}/lists/{number}.csv`: how people are asked, for everybody to
//! check, from the opening of the round: digests of the keys, the drawn lists, the values that drew them.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::results::blocking;
use super::{refusal, visitor};
use crate::collect::CollectError;
use crate::desk::Desk;
use crate::round;
use crate::store::StoreError;
use crate::store::round::Round;
use crate::web::State;

fn found(desk: &Desk, code: &str) -> Result<Option<Round>, CollectError> {
    match desk.store.round(code) {
        Ok(round) => Ok(Some(round)),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn answer(
    request: &HttpRequest,
    kind: &'static str,
    read: Result<Option<Vec<u8>>, CollectError>,
) -> HttpResponse {
    let lang = visitor::language(request);
    match read {
        Ok(Some(bytes)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .body(bytes),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

/// The digests and lists.
pub async fn note(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let desk = state.desk.clone();
    let read = blocking(move || {
        let Some(found) = found(&desk, &path)? else { return Ok(None) };
        let asked = round::asked(&desk, &found)
            .map_err(|_| StoreError::Corrupt { what: "digests of a round" })?;
        Ok(asked.map(|asked| serde_json::to_vec(&asked).unwrap_or_default()))
    });
    answer(&request, "application/json", read.await)
}

/// One list as it was frozen.
pub async fn list(
    request: HttpRequest,
    path: web::Path<(String, i32)>,
    state: web::Data<State>,
) -> HttpResponse {
    let desk = state.desk.clone();
    let (code, number) = path.into_inner();
    let read = blocking(move || {
        let Some(found) = found(&desk, &code)? else { return Ok(None) };
        let lists = desk.store.draw_lists(found.id)?;
        Ok(lists.into_iter().find(|list| list.number == number).map(|list| list.entries))
    });
    answer(&request, "text/csv; charset=utf-8", read.await)
}

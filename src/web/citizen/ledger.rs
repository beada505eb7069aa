//! The ledger for everybody: the signed heads as a page and a file, proofs that it only grew, the file of a receipt.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::results::blocking;
use super::{refusal, visitor};
use crate::clock::Millis;
use crate::collect::CollectError;
use crate::issue::code::{Code, CodeKind};
use crate::ledger::{self, LedgerError};
use crate::round::{self, RoundError};
use crate::store::StoreError;
use crate::store::ledger::HeadReason;
use crate::vault::sha256;
use crate::web::page::{HeadLine, LedgerPage};
use crate::web::{State, reply};

impl From<LedgerError> for CollectError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(cause) => Self::Store(cause),
            LedgerError::Refused(sentence) => Self::Store(StoreError::Refused(sentence)),
            LedgerError::Sign(cause) => Self::Store(StoreError::Refused(cause.to_string())),
        }
    }
}

/// Heads that the page shows; the file has all.
const SHOWN: i64 = 60;

/// `GET /results/ledger`.
pub async fn page(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    let heads = match blocking(move || Ok(ledger::heads(&desk, SHOWN)?)).await {
        Ok(heads) => heads.heads,
        Err(error) => return refusal::failed(&error, lang),
    };
    let lines = heads
        .iter()
        .map(|head| HeadLine {
            size: head.statement.size,
            at: Millis::parse(&head.statement.at).unwrap_or(Millis(0)),
            reason: HeadReason::from_word(&head.statement.reason).unwrap_or(HeadReason::Daily),
            root: &head.statement.root,
        })
        .collect();
    let page = LedgerPage { heads: lines };
    reply::page(StatusCode::OK, LedgerPage::STYLE, page.render(lang))
}

fn file(name: &str, document: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec_pretty(document) {
        Ok(bytes) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .body(bytes),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// `GET /results/ledger.json`: all signed heads.
pub async fn heads(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let desk = state.desk.clone();
    match blocking(move || Ok(ledger::heads(&desk, ledger::HEADS_MAX)?)).await {
        Ok(heads) => file("khaosat-heads.json", &heads),
        Err(error) => refusal::failed(&error, visitor::language(&request)),
    }
}

/// `GET /results/{round}/bundle.json`: what lets anybody compute the publication again.
pub async fn bundle(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    match blocking(move || match round::public_bundle(&desk, &path) {
        Ok(bundle) => Ok(Some(bundle)),
        Err(RoundError::Refused(_) | RoundError::Store(StoreError::Missing { .. })) => Ok(None),
        Err(RoundError::Store(error)) => Err(error.into()),
        Err(error) => Err(StoreError::Refused(error.to_string()).into()),
    })
    .await
    {
        Ok(Some(bundle)) => file("khaosat-bundle.json", &bundle),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

/// `GET /results/{round}/sheet.pdf`: the printed result sheet, with the signed head that covers it.
pub async fn sheet(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    match blocking(move || match round::sheet(&desk, &path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(RoundError::Refused(_) | RoundError::Store(StoreError::Missing { .. })) => Ok(None),
        Err(RoundError::Store(error)) => Err(error.into()),
        Err(error) => Err(StoreError::Refused(error.to_string()).into()),
    })
    .await
    {
        Ok(Some(bytes)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/pdf"))
            .insert_header((CONTENT_DISPOSITION, "inline; filename=\"khaosat-sheet.pdf\""))
            .body(bytes),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

/// Two sizes of the tree.
#[derive(Deserialize)]
pub struct Sizes {
    from: u64,
    to: u64,
}

/// `GET /results/ledger/consistency.json?from=…&to=…`.
pub async fn consistency(
    request: HttpRequest,
    sizes: Result<web::Query<Sizes>, actix_web::Error>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let Ok(sizes) = sizes else { return refusal::unknown(lang) };
    let store = state.desk.store.clone();
    let (from, to) = (sizes.from, sizes.to);
    match blocking(move || match ledger::consistency(&store, from, to) {
        Ok(proof) => Ok(Some(proof)),
        Err(LedgerError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    })
    .await
    {
        Ok(Some(proof)) => file("khaosat-consistency.json", &proof),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

/// `GET /r/{receipt}/proof.json`: promise and proof, for whoever holds the receipt.
pub async fn proof(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let Ok(code) = Code::parse_as(&path, CodeKind::Receipt) else { return refusal::unknown(lang) };
    let desk = state.desk.clone();
    let receipt = sha256(code.compact().as_bytes());
    match blocking(move || Ok(ledger::receipt_proof(&desk, &receipt)?)).await {
        Ok(Some(proof)) => file("khaosat-receipt.json", &proof),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

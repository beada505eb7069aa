//! `POST /api/v1/dossiers`: the one-stop software reports finished dossiers and learns of each "ticket" or "no ticket".

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::{Deserialize, Serialize};

use super::super::State;
use super::super::problem::{Problem, blocking, failed};
use super::openapi::{Guarded, Reported};
use super::{bearer, body, document, resource};
use crate::account::scope::Scope;
use crate::account::token::Access;
use crate::desk::Desk;
use crate::issue::dossier::DOSSIERS_MAX;
use crate::round;
use crate::store::Actor;

/// Largest report, bytes: 500 dossiers with every field at its longest.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// This endpoint.
pub fn resource() -> Resource {
    resource::posting("/v1/dossiers", post)
}

/// Finished dossiers of one round: all of them, refused, returned and overdue ones too.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Code of the round, which is open.
    #[schema(example = "2026-11", max_length = 64)]
    round: String,
    /// Between 1 and 500 dossiers.
    #[schema(min_items = 1, max_items = 500)]
    dossiers: Vec<FinishedDossier>,
}

/// A finished dossier.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishedDossier {
    /// Its number in the register; read as NFC without spaces around.
    #[schema(min_length = 1, max_length = 64, example = "H21.625-261124-0001")]
    number: String,
    /// Code of the unit that received it.
    #[schema(max_length = 32, example = "625")]
    unit: String,
    /// Code of the counter.
    #[schema(max_length = 32, example = "Q1")]
    counter: String,
    /// Code or name of the service.
    #[schema(max_length = 200, example = "land")]
    service: String,
    /// Day on which it was finished.
    #[schema(format = "date", example = "2026-11-24")]
    finished_on: String,
    /// How it ended.
    #[schema(pattern = "^(granted|refused|returned)$", example = "granted")]
    outcome: String,
    /// Finished after its due day.
    #[serde(default)]
    late: bool,
    /// A slip with an apology went out with it, where the register says.
    #[serde(default)]
    apology: Option<bool>,
    /// Category of the round's form, where the register says.
    #[serde(default)]
    #[schema(max_length = 64)]
    sex: Option<String>,
    /// Category of the round's form, where the register says.
    #[serde(default)]
    #[schema(max_length = 64)]
    age_group: Option<String>,
    /// The applicant's own address: then who is asked is invited by mail.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What the applicant reads, `vi` or `en`; `vi` without it.
    #[serde(default)]
    #[schema(pattern = "^(vi|en)$")]
    language: Option<String>,
}

/// What was taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Receipt {
    /// Dossiers that are new.
    new: usize,
    /// Dossiers that were reported before and are left as they are.
    known: usize,
    /// One for each dossier, in their order.
    dossiers: Vec<DossierAnswer>,
}

/// Whether a dossier is asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DossierAnswer {
    /// Its number, normalized.
    number: String,
    /// `ticket` or `no ticket`; the same again whenever it is reported again.
    #[schema(pattern = "^(ticket|no ticket)$", example = "ticket")]
    answer: &'static str,
    /// Code of the ticket while that is unused; null for an invitation, which goes by mail.
    #[schema(example = "C4D7F-G2H9J-K3M6N")]
    code: Option<String>,
    /// Address of the ticket, for its QR code.
    #[schema(format = "uri")]
    url: Option<String>,
}

impl FinishedDossier {
    /// As a row of a file.
    fn fields(self) -> [String; 12] {
        let trimmed = |text: String| text.trim().to_owned();
        [
            self.number,
            trimmed(self.unit),
            trimmed(self.counter),
            trimmed(self.service),
            trimmed(self.finished_on),
            trimmed(self.outcome),
            if self.late { "yes" } else { "no" }.to_owned(),
            trimmed(self.sex.unwrap_or_default()),
            trimmed(self.age_group.unwrap_or_default()),
            trimmed(self.email.unwrap_or_default()),
            trimmed(self.language.unwrap_or_default()),
            self.apology.map_or("", |slip| if slip { "yes" } else { "no" }).to_owned(),
        ]
    }
}

/// Report finished dossiers
///
/// Nobody at the counter chooses who is asked: a key that the server alone holds decides by the dossier's number, or a
/// public draw does later; until then every dossier of such a round is answered `no ticket`. Report all of them. Sending a report again issues nothing twice and gives the same answers.
/// One wrong dossier and nothing of the report is taken; every fault is named with its place, counted from 1.
#[utoipa::path(
    post,
    path = "/api/v1/dossiers",
    operation_id = "reportDossiers",
    tag = "dossiers",
    request_body(content = Report, content_type = "application/json"),
    responses(
        (status = 200, description = "Taken", body = Receipt),
        Guarded,
        Reported,
    ),
    security(("oauth" = ["dossiers:write"])),
)]
pub async fn post(
    state: web::Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let access = bearer::access(&state, &request, Scope::DossiersWrite).await?;
    let text = body::text(&request, payload, "application/json", BODY_BYTES_MAX).await?;
    let report = read(&text)?;
    let desk = state.desk.clone();
    let receipt = blocking(move || take(&desk, &access, report)).await?;
    let body = serde_json::to_string(&receipt).map_err(|error| failed(&error))?;
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .content_type("application/json")
        .body(body))
}

fn read(text: &str) -> Result<Report, Problem> {
    let invalid = |reason: String| Problem::DocumentInvalid { reason };
    let object = document::object(text).map_err(invalid)?;
    let report: Report = serde_json::from_value(serde_json::Value::Object(object))
        .map_err(|error| invalid(error.to_string()))?;
    let n = report.dossiers.len();
    if n == 0 || n > DOSSIERS_MAX {
        return Err(invalid(format!("dossiers: {n} of them; report 1 to {DOSSIERS_MAX} at once")));
    }
    Ok(report)
}

fn take(desk: &Desk, access: &Access, report: Report) -> Result<Receipt, Problem> {
    let units = desk.store.client_units(&access.client)?;
    let actor = Actor::Client {
        name: format!("client {}", access.client),
        units: units.iter().map(|unit| unit.0).collect(),
    };
    let register = round::register(desk, &report.round)?;
    let rows = report.dossiers.into_iter().map(FinishedDossier::fields).collect();
    let finished = register.check(rows)?;
    let (taken, answers) = register.report(desk, &actor, &finished)?;
    let answer = |one: crate::issue::dossier::Answer| {
        let (code, url) = one.ticket.unzip();
        let answer = if one.asked { "ticket" } else { "no ticket" };
        DossierAnswer { number: one.number, answer, code, url }
    };
    let dossiers = answers.into_iter().map(answer).collect();
    Ok(Receipt { new: taken.new, known: taken.known, dossiers })
}

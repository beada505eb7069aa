//! What can go wrong with a request, said once: status, type, title and detail of `application/problem+json` (RFC 9457).
//!
//! Handlers return a [`Problem`]; [`finish`] alone turns it into bytes. Nothing that a caller sent comes back except
//! the path, and nothing of ours goes out: no cause, no SQL, no key.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

use super::State;
use crate::account::AccountError;
use crate::account::scope::Scope;
use crate::account::token::TokenFault;
use crate::issue::IssueError;
use crate::store::StoreError;

/// The media type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A parameter, header or body that cannot be used.
    #[error("{name}: {reason}")]
    InvalidRequest {
        /// Which.
        name: &'static str,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// No access token came with it.
    #[error("send an access token as Authorization: Bearer …; POST /oauth/token gives one")]
    TokenMissing,
    /// A token that opens nothing.
    #[error("{reason}")]
    TokenInvalid {
        /// In words that tell a stranger nothing.
        reason: &'static str,
    },
    /// A token without the scope.
    #[error("this needs the scope {scope}, which the access token does not hold")]
    InsufficientScope {
        /// The scope that is needed.
        scope: Scope,
    },
    /// No such path.
    #[error("there is nothing at this path; /api/docs lists what there is")]
    PathUnknown,
    /// A good path to something that is not there.
    #[error("there is no {what} of this name")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
    },
    /// Another method.
    #[error("this path takes {allow} only")]
    MethodNotAllowed {
        /// The methods it takes, as the header lists them.
        allow: &'static str,
    },
    /// The stored document is another one than the caller thinks.
    #[error(
        "the stored document is not the one that your precondition names; read it again, then write"
    )]
    PreconditionFailed,
    /// Something that is not the client's.
    #[error("{reason}")]
    NotYours {
        /// What, and who could.
        reason: String,
    },
    /// The state of a round stands against it.
    #[error("{reason}")]
    Refused {
        /// What, and what to do.
        reason: String,
    },
    /// A body beyond the limit.
    #[error("the body is longer than {bytes_max} bytes")]
    BodyTooLarge {
        /// The limit, bytes.
        bytes_max: usize,
    },
    /// A body of another kind.
    #[error("the body must be {expected} without a content encoding")]
    MediaTypeUnsupported {
        /// The kind that is taken.
        expected: &'static str,
    },
    /// JSON that is no document of the kind.
    #[error("{reason}")]
    DocumentInvalid {
        /// Where, what is wrong and what to do.
        reason: String,
    },
    /// A write without a precondition.
    #[error(
        "say what you replace: If-Match with the document's ETag, or If-None-Match: * for a new one"
    )]
    PreconditionRequired,
    /// More than the address's budget.
    #[error("too many requests from this address; ask again in {retry_after} s")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The service is busy.
    #[error("the service is busy; try again in a few seconds")]
    Busy,
    /// Something failed here.
    #[error("something failed here; it is in the log")]
    Internal,
}

/// Seconds after which a busy service may be asked again.
const RETRY_SECONDS: &str = "2";

impl Problem {
    /// One of every kind, for the list in the documentation.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        vec![
            Self::InvalidRequest {
                name: "limit",
                reason: "it must be between 1 and 200".to_owned(),
            },
            Self::TokenMissing,
            Self::TokenInvalid { reason: "the access token has expired; ask for a new one" },
            Self::InsufficientScope { scope: Scope::ResultsRead },
            Self::PathUnknown,
            Self::NotFound { what: "publication" },
            Self::MethodNotAllowed { allow: "GET, HEAD" },
            Self::PreconditionFailed,
            Self::NotYours { reason: "client mot-cua reports no dossiers of this unit".to_owned() },
            Self::Refused { reason: "round 2026-11 takes no more links".to_owned() },
            Self::BodyTooLarge { bytes_max: 262_144 },
            Self::MediaTypeUnsupported { expected: "application/json" },
            Self::DocumentInvalid {
                reason: "line 1, column 9: the key \"year\" is there twice".to_owned(),
            },
            Self::PreconditionRequired,
            Self::TooManyRequests { retry_after: 1 },
            Self::Busy,
            Self::Internal,
        ]
    }

    /// The last part of the type's address; it never changes.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.row().1
    }

    /// The kind of problem in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.row().2
    }

    /// Status, slug, title.
    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest { .. } => {
                (StatusCode::BAD_REQUEST, "invalid-request", "The request cannot be used")
            }
            Self::TokenMissing => {
                (StatusCode::UNAUTHORIZED, "token-missing", "An access token is needed")
            }
            Self::TokenInvalid { .. } => {
                (StatusCode::UNAUTHORIZED, "token-invalid", "The access token opens nothing")
            }
            Self::InsufficientScope { .. } => {
                (StatusCode::FORBIDDEN, "insufficient-scope", "The access token lacks a scope")
            }
            Self::PathUnknown => (StatusCode::NOT_FOUND, "path-unknown", "There is no such path"),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not-found", "It is not there"),
            Self::MethodNotAllowed { .. } => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The path does not take this method",
            ),
            Self::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "precondition-failed",
                "Somebody else changed the document",
            ),
            Self::NotYours { .. } => {
                (StatusCode::FORBIDDEN, "not-yours", "It is not this client's")
            }
            Self::Refused { .. } => {
                (StatusCode::CONFLICT, "refused", "The round does not take it now")
            }
            Self::BodyTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too long")
            }
            Self::MediaTypeUnsupported { .. } => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type-unsupported",
                "The body is of another kind",
            ),
            Self::DocumentInvalid { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "document-invalid",
                "The document cannot be stored",
            ),
            Self::PreconditionRequired => (
                StatusCode::PRECONDITION_REQUIRED,
                "precondition-required",
                "A precondition is needed",
            ),
            Self::TooManyRequests { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "This address asks too often")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "The service is busy"),
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something failed here")
            }
        }
    }

    /// The answer. `base`: our public address, which makes the type absolute; `instance`: path of the request.
    fn render(&self, base: &str, instance: Option<&str>) -> HttpResponse {
        let (status, slug, title) = self.row();
        let body = Body {
            r#type: format!("{base}/problems/{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            instance: instance.map(str::to_owned),
        };
        let mut answer = HttpResponse::build(status);
        answer.insert_header((CONTENT_TYPE, MEDIA_TYPE)).insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::TokenMissing => {
                answer.insert_header((WWW_AUTHENTICATE, format!("Bearer realm=\"{REALM}\"")));
            }
            Self::TokenInvalid { reason } => {
                let challenge = format!(
                    "Bearer realm=\"{REALM}\", error=\"invalid_token\", error_description=\"{reason}\""
                );
                answer.insert_header((WWW_AUTHENTICATE, challenge));
            }
            Self::InsufficientScope { scope } => {
                let challenge = format!(
                    "Bearer realm=\"{REALM}\", error=\"insufficient_scope\", scope=\"{scope}\""
                );
                answer.insert_header((WWW_AUTHENTICATE, challenge));
            }
            Self::MethodNotAllowed { allow } => {
                answer.insert_header((ALLOW, *allow));
            }
            Self::TooManyRequests { retry_after } => {
                answer.insert_header((RETRY_AFTER, retry_after.to_string()));
            }
            Self::Busy => {
                answer.insert_header((RETRY_AFTER, RETRY_SECONDS));
            }
            _ => {}
        }
        // Plain texts and a number: this cannot fail, and an empty object would still be one.
        answer.body(serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned()))
    }
}

/// What the challenges of 401 and 403 call this place.
pub(crate) const REALM: &str = "khaosat";

/// A problem as it is sent (RFC 9457, section 3.1).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// Address of the kind of problem, which never changes; compare this, not the texts.
    #[schema(format = "uri", example = "https://khaosat.example/problems/not-found")]
    r#type: String,
    /// The kind of problem in a few words.
    #[schema(example = "It is not there")]
    title: String,
    /// The status, again.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// What is wrong this time and what to do.
    #[schema(example = "there is no publication of this name")]
    detail: String,
    /// Path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/api/v1/rounds/2026-11/sub-index")]
    instance: Option<String>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        self.render("", None)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { what, .. } => Self::NotFound { what },
            StoreError::Busy => Self::Busy,
            other => failed(&other),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Refused(reason) => Self::Refused { reason },
            IssueError::File(problems) => Self::DocumentInvalid { reason: problems.to_string() },
            IssueError::Store(StoreError::Forbidden { actor, .. }) => Self::NotYours {
                reason: format!(
                    "{actor} reports no dossiers of this unit; nothing of it was taken"
                ),
            },
            IssueError::Store(cause) => cause.into(),
            other => failed(&other),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(cause) => cause.into(),
            other => failed(&other),
        }
    }
}

impl From<TokenFault> for Problem {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Expired => {
                Self::TokenInvalid { reason: "the access token has expired; ask for a new one" }
            }
            TokenFault::Invalid => {
                Self::TokenInvalid { reason: "the access token is not valid here" }
            }
            TokenFault::Store(cause) => cause.into(),
        }
    }
}

/// Logs what failed, with its causes, and tells the caller nothing of it.
pub(crate) fn failed(error: &dyn std::error::Error) -> Problem {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    tracing::error!(error = %error, causes = causes.join(": "), "a request failed");
    Problem::Internal
}

/// Runs work that blocks on a thread where it may.
///
/// # Errors
/// What the work says; [`Problem::Internal`] when it died.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    web::block(work).await.map_err(|error| failed(&error))?
}

/// Middleware: writes every problem with our public address and the request's path, also where the framework itself
/// refused.
pub async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(request).await?;
    let Some(error) = answer.response().error() else { return Ok(answer.map_into_boxed_body()) };
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None if answer.status() == StatusCode::NOT_FOUND => Problem::PathUnknown,
        None if answer.status().is_client_error() => Problem::InvalidRequest {
            name: "request",
            reason: "it is not as this path takes it".to_owned(),
        },
        None => {
            tracing::error!(error = %error, "a request failed");
            Problem::Internal
        }
    };
    let (request, _) = answer.into_parts();
    let base =
        request.app_data::<web::Data<State>>().map_or("", |state| state.desk.public_url.as_str());
    let rendered = problem.render(base, Some(request.uri().path()));
    Ok(ServiceResponse::new(request, rendered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn every_problem_is_written_as_it_was_reviewed() {
        let mut all = String::new();
        for problem in Problem::samples() {
            let answer = problem.render("https://khaosat.example", Some("/api/v1/rounds"));
            let mut headers: Vec<String> = answer
                .headers()
                .iter()
                .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
                .collect();
            headers.sort();
            let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let body = serde_json::to_string_pretty(&body).unwrap();
            all.push_str(&format!("{}{body}\n\n", headers.concat()));
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn no_two_kinds_share_a_type() {
        let samples = Problem::samples();
        let slugs: std::collections::BTreeSet<_> = samples.iter().map(Problem::slug).collect();
        assert_eq!(slugs.len(), samples.len());
    }

    #[test]
    fn what_failed_inside_stays_inside() {
        let cause = StoreError::Database(diesel::result::Error::QueryBuilderError("secret".into()));
        let problem = Problem::from(cause);
        assert_eq!(problem, Problem::Internal);
        assert!(!problem.to_string().contains("secret"));
    }
}

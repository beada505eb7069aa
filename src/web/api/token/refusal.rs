//! Why there is no token, as RFC 6749, section 5.2, writes it. Only its words, so that nobody learns more.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

use super::super::super::problem::{Problem, REALM};
use super::super::budget::Exhausted;

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request cannot be used.
    Request(&'static str),
    /// Another media type than a form's.
    MediaType,
    /// A body beyond the limit.
    TooLarge,
    /// No client has this id and secret.
    Client,
    /// Another grant.
    GrantType,
    /// A scope that does not exist or that the client does not hold.
    Scope,
    /// Another method.
    Method,
    /// A budget is used up.
    TooMany(Exhausted),
    /// The database is busy.
    Busy,
    /// Something failed here.
    Failed,
}

/// A refusal as it is sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TokenRefusal)]
pub struct Body {
    /// One of the words of RFC 6749.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// For the client's developer.
    #[schema(example = "no client has this id and secret")]
    error_description: &'static str,
}

impl Refusal {
    /// The answer.
    pub fn answer(&self) -> HttpResponse {
        let (status, error, error_description) = self.row();
        let mut answer = HttpResponse::build(status);
        answer.insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::Client => {
                let challenge = format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"");
                answer.insert_header((WWW_AUTHENTICATE, challenge));
            }
            Self::Method => {
                answer.insert_header((ALLOW, "POST"));
            }
            Self::TooMany(exhausted) => {
                answer.insert_header((RETRY_AFTER, exhausted.retry_after.to_string()));
            }
            Self::Busy => {
                answer.insert_header((RETRY_AFTER, "2"));
            }
            _ => {}
        }
        answer.json(Body { error, error_description })
    }

    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Request(reason) => (StatusCode::BAD_REQUEST, "invalid_request", reason),
            Self::MediaType => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the body must be application/x-www-form-urlencoded",
            ),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the body is too long")
            }
            Self::Client => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "no client has this id and secret")
            }
            Self::GrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type must be client_credentials",
            ),
            Self::Scope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "a scope does not exist or is not granted to this client",
            ),
            Self::Method => {
                (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this path takes POST only")
            }
            Self::TooMany(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "temporarily_unavailable",
                "too many requests; keep a token until it expires",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "the service is busy; try again in a few seconds",
            ),
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "something failed here; it is in the log",
            ),
        }
    }
}

impl From<Exhausted> for Refusal {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMany(exhausted)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::MediaTypeUnsupported { .. } => Self::MediaType,
            Problem::BodyTooLarge { .. } => Self::TooLarge,
            Problem::InvalidRequest { .. } => Self::Request("the body cannot be read"),
            Problem::Busy => Self::Busy,
            _ => Self::Failed,
        }
    }
}

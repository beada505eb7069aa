//! What did not work, as a page: refusals are said in full, failures are logged once and not told.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Frame;
use super::reply::Reply;
use super::visit::Visit;
use crate::account::AccountError;
use crate::issue::IssueError;
use crate::round::RoundError;
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::web::text::{Arg, key};

/// Why there is no page.
#[derive(Debug)]
pub enum Trouble {
    /// There is nothing at this address.
    Missing,
    /// Another role, or another unit's.
    Forbidden,
    /// A form without its session's token, or an absurd post.
    Foreign,
    /// The library refused, in its words; the state of things stands against it.
    Refused(String),
    /// What was given cannot be used, in words that say what to do.
    Invalid(String),
    /// Too many tries; come back after so many seconds.
    Wait(u64),
    /// The database is busy, or took too long.
    Busy,
    /// A failure of ours, for the log.
    Failed(String),
    /// Not a page but a way on, from deep within a handler.
    Go(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Forbidden { .. } => Self::Forbidden,
            StoreError::Missing { .. } => Self::Missing,
            StoreError::Refused(_) | StoreError::Exists { .. } => Self::Refused(error.to_string()),
            StoreError::Busy => Self::Busy,
            other => match told(&other) {
                // PostgreSQL broke the statement off at its deadline.
                chain if chain.contains("statement timeout") => Self::Busy,
                chain => Self::Failed(chain),
            },
        }
    }
}

impl From<AccountError> for Trouble {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => error.into(),
            AccountError::Vault(_) | AccountError::Key(_) => Self::Failed(told(&error)),
            other => Self::Invalid(other.to_string()),
        }
    }
}

impl From<RoundError> for Trouble {
    fn from(error: RoundError) -> Self {
        match error {
            RoundError::Store(error) => error.into(),
            RoundError::Issue(error) => error.into(),
            RoundError::Plan { .. } | RoundError::Form(_) | RoundError::File(_) => {
                Self::Invalid(error.to_string())
            }
            RoundError::Refused(words) => Self::Refused(words),
            other => Self::Failed(told(&other)),
        }
    }
}

impl From<IssueError> for Trouble {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Store(error) => error.into(),
            IssueError::Refused(words) => Self::Refused(words),
            IssueError::File(problems) => Self::Invalid(problems.to_string()),
            other => Self::Failed(told(&other)),
        }
    }
}

impl From<VaultError> for Trouble {
    fn from(error: VaultError) -> Self {
        Self::Failed(told(&error))
    }
}

/// An error and what caused it, in one line.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

#[derive(Template)]
#[template(path = "console_trouble.html")]
struct Html {
    frame: Frame,
    text: String,
    words: Option<String>,
}

impl Trouble {
    /// The page that says it.
    pub(super) fn reply(self, visit: &Visit) -> Reply {
        let lang = visit.lang;
        let say = |key| lang.say(key).into_owned();
        let (status, title, text, words) = match self {
            Self::Go(place) => return Reply::see(place),
            Self::Missing => {
                (StatusCode::NOT_FOUND, key::TROUBLE_MISSING, say(key::TROUBLE_MISSING_TEXT), None)
            }
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                key::TROUBLE_FORBIDDEN,
                say(key::TROUBLE_FORBIDDEN_TEXT),
                None,
            ),
            Self::Foreign => {
                (StatusCode::FORBIDDEN, key::TROUBLE_FOREIGN, say(key::TROUBLE_FOREIGN_TEXT), None)
            }
            Self::Refused(words) => {
                (StatusCode::CONFLICT, key::TROUBLE_REFUSED, String::new(), Some(words))
            }
            Self::Invalid(words) => {
                (StatusCode::UNPROCESSABLE_ENTITY, key::TROUBLE_INVALID, String::new(), Some(words))
            }
            Self::Wait(seconds) => {
                let minutes = [("count", Arg::Count(seconds.div_ceil(60)))];
                let text = lang.tell(key::TROUBLE_WAIT_TEXT, &minutes);
                (StatusCode::TOO_MANY_REQUESTS, key::TROUBLE_WAIT, text, None)
            }
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                key::TROUBLE_BUSY,
                say(key::TROUBLE_BUSY_TEXT),
                None,
            ),
            Self::Failed(reason) => {
                tracing::error!(reason, route = visit.route.path, "a page of the console failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    key::TROUBLE_FAILED,
                    say(key::TROUBLE_FAILED_TEXT),
                    None,
                )
            }
        };
        let page = Html { frame: visit.frame(say(title)), text, words };
        Reply::page_with(status, &page).unwrap_or_else(|_| Reply::see("/console"))
    }
}

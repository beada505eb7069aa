//! Why a command did not do what was asked, in words for the person who asked.

use std::error::Error;

/// A refusal or failure: one message with its causes. Any error of the library becomes one by `?`.
#[derive(Debug)]
pub struct Failure(Box<dyn Error + Send + Sync>);

/// What every command returns.
pub type Outcome = Result<(), Failure>;

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Told {
    message: String,
    #[source]
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure told in one message, with nothing behind it.
    pub fn new(message: impl Into<String>) -> Self {
        Told { message: message.into(), cause: None }.into()
    }

    /// A failure whose technical cause is printed behind the message.
    pub fn because(
        message: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Told { message: message.into(), cause: Some(cause.into()) }.into()
    }

    /// The message and behind it each cause, separated by colons.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            told.push_str(": ");
            told.push_str(&error.to_string());
            cause = error.source();
        }
        told
    }
}

// `Failure` itself is no `Error`, or this would overlap with `From<T> for T`.
impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::RoundError;
    use crate::store::StoreError;

    #[test]
    fn an_error_of_the_library_is_told_once_with_its_causes() {
        let missing = StoreError::Missing { what: "round", name: "x".to_owned() };
        assert_eq!(Failure::from(RoundError::from(missing)).told(), "there is no round \"x\"");
        let denied = std::io::Error::other("permission denied");
        assert_eq!(
            Failure::because("a.csv cannot be read", denied).told(),
            "a.csv cannot be read: permission denied"
        );
    }
}

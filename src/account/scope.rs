//! What an API client may do, as words in its row and in its tokens.

use std::collections::BTreeSet;
use std::fmt;

use super::AccountError;
use crate::store::actor::words;

words! {
    /// One thing that the API lets a client do.
    Scope {
        /// Read publications: rounds, sub-indexes, units.
        ResultsRead = "results:read",
        /// Read scorecards.
        ScorecardsRead = "scorecards:read",
        /// Write scorecards.
        ScorecardsWrite = "scorecards:write",
        /// Report finished dossiers and get their tickets.
        DossiersWrite = "dossiers:write",
    }
}

impl Scope {
    /// What it allows, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::ResultsRead => "read rounds, sub-indexes, units and publications",
            Self::ScorecardsRead => "read scorecards",
            Self::ScorecardsWrite => "write scorecards",
            Self::DossiersWrite => "report finished dossiers and get their tickets",
        }
    }
}

/// All scopes in one line.
#[must_use]
pub fn list() -> String {
    Scope::ALL.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(", ")
}

/// A set of scopes; in order, so that the same set is the same text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Reads words that are separated by spaces (RFC 6749, section 3.3).
    ///
    /// # Errors
    /// [`AccountError::UnknownScope`] names the first word that is none.
    pub fn parse(text: &str) -> Result<Self, AccountError> {
        text.split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| {
                Scope::from_word(word)
                    .ok_or_else(|| AccountError::UnknownScope { word: word.to_owned() })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The scopes among stored words; a word that this binary does not know gives nothing.
    #[must_use]
    pub fn known(text: &str) -> Self {
        Self(text.split(' ').filter_map(Scope::from_word).collect())
    }

    /// True when nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when `scope` is among them.
    #[must_use]
    pub fn holds(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The first of these that `granted` does not hold.
    #[must_use]
    pub fn beyond(&self, granted: &Self) -> Option<Scope> {
        self.0.difference(&granted.0).next().copied()
    }

    /// What both hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_set_is_the_same_text_whatever_the_order() {
        let scopes = Scopes::parse("scorecards:write results:read  results:read").unwrap();
        assert_eq!(scopes.to_string(), "results:read scorecards:write");
        assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
    }

    #[test]
    fn an_unknown_word_is_named_when_asked_for_and_worth_nothing_when_stored() {
        let error = Scopes::parse("results:read root").unwrap_err().to_string();
        assert!(error.contains("\"root\"") && error.contains("dossiers:write"), "{error}");
        assert_eq!(Scopes::known("results:read root"), Scopes::parse("results:read").unwrap());
    }

    #[test]
    fn a_wish_beyond_the_grant_is_seen() {
        let granted = Scopes::from_iter([Scope::ResultsRead]);
        let wished = Scopes::from_iter([Scope::ResultsRead, Scope::ScorecardsWrite]);
        assert_eq!(wished.beyond(&granted), Some(Scope::ScorecardsWrite));
        assert_eq!(granted.beyond(&wished), None);
        assert_eq!(wished.and(&granted), granted);
    }
}

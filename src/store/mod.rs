//! The only place with SQL: connections to both engines, the schema, one file of queries per aggregate.
//!
//! Reading goes through [`Store::read`]; every change goes through [`Store::write`], which takes an [`Act`]: who does
//! it, with which right, on which unit, when and why. It checks the right, writes the audit entry and the change in one
//! transaction. No web type comes in and no diesel type goes out.

pub mod actor;
mod checkpoint;
mod engine;
mod pool;
mod schema;

pub mod account;
pub mod approval;
pub mod ask;
pub mod audit;
pub mod backup;
pub mod callback;
pub mod client;
pub mod comment;
pub mod counter;
pub mod credential;
pub mod dossier;
pub mod draft;
pub mod draw;
pub mod flag;
pub mod form;
pub mod frame;
pub mod gate;
pub mod id;
pub mod intake;
pub mod issued;
pub mod job;
pub mod key;
pub mod kiosk;
pub mod ledger;
pub mod link;
pub mod margin;
pub mod outbox;
pub mod overview;
pub mod paper;
pub mod people;
pub mod print;
pub mod publication;
pub mod registry;
pub mod response;
pub mod retention;
pub mod review;
pub mod round;
pub mod run;
pub mod scorecard;
pub mod sealed;
pub mod session;
pub mod staff;
pub mod tally;
pub mod unit;
pub mod verdict;

pub use actor::{Act, Actor, Right, Role};
pub use checkpoint::Checkpoints;
pub use engine::{Conn, Engine};
pub use pool::{Store, Tx};

/// Why the store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no engine that we speak.
    #[error("the database address cannot be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: String,
    },
    /// No connection.
    #[error(
        "{engine} cannot be reached; check that it runs and that the address and rights are right"
    )]
    Connect {
        /// Engine's name.
        engine: &'static str,
        /// The driver's reason.
        #[source]
        cause: diesel::ConnectionError,
    },
    /// PostgreSQL may forget what it acknowledged.
    #[error(
        "PostgreSQL has {name} = {value} (set by {source_}); an acknowledged answer could be lost: switch it on"
    )]
    NotDurable {
        /// Setting.
        name: String,
        /// Its value.
        value: String,
        /// Where it is set.
        source_: String,
    },
    /// Made by a newer binary.
    #[error(
        "the database holds version {version}, which this khaosat does not know; run a newer khaosat"
    )]
    Newer {
        /// The unknown migration.
        version: String,
    },
    /// A migration failed.
    #[error("the tables could not be brought up to date")]
    Migration {
        /// The reason.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The actor may not do this.
    #[error("{actor} may not {right} here; it needs the role {needed}")]
    Forbidden {
        /// Who asked.
        actor: String,
        /// What for, as words.
        right: &'static str,
        /// Which roles could.
        needed: String,
    },
    /// Nothing by this name.
    #[error("there is no {what} {name:?}")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// The name looked for.
        name: String,
    },
    /// There is one already, and it differs.
    #[error("{what} {name:?} is there already{hint}")]
    Exists {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do, beginning with punctuation; may be empty.
        hint: &'static str,
    },
    /// A rule of the round's life stands against it.
    #[error("{0}")]
    Refused(String),
    /// A stored value that this binary cannot read.
    #[error("the stored {what} cannot be read")]
    Corrupt {
        /// Kind of thing.
        what: &'static str,
    },
    /// A job was cancelled, let go, or is another server's by now.
    #[error("this work was stopped; nothing more is written")]
    Stopped,
    /// No connection came free in time.
    #[error("the database is busy; try again")]
    Busy,
    /// The database's own error.
    #[error("the database refused the work")]
    Database(#[from] diesel::result::Error),
}

impl StoreError {
    /// True for a violated uniqueness.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, Self::Database(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// What the store returns.
pub type Result<T> = std::result::Result<T, StoreError>;

//! The life of a round: plan, open, close, flag, decide, seal, weigh, index, publish. This module alone knows all stages
//! and their order; each step is a library call, restartable and idempotent, and a command.

mod approval;
mod asked;
mod audit;
mod beside;
mod bundle;
mod callback;
mod check;
mod comments;
mod compare;
mod dedup;
mod difference;
mod document;
mod figures;
mod frame;
mod gate;
mod index;
mod items;
mod jobs;
mod margin_file;
mod margins;
mod nonresponse;
mod open;
mod overview;
mod plan;
mod publish;
mod records;
mod remind;
mod retention;
mod review;
mod rules;
mod sample;
mod scorecard;
mod seal;
mod sheet;
mod show;
mod small;
mod status;
mod tablets;
mod verdict;
mod verify;
mod weigh;
mod withdraw;
mod year;

pub use approval::{
    Decided, Granted, Matter, ask_second, decide_or_ask, decline, grant, take_back,
};
pub use asked::{Asked, AskedFate, AskedKeys, ListNote, asked, asked_keys, was_asked};
pub use audit::{Audited, audit, public_faults};
pub use beside::{
    Beside, Exclusion, GroupNotes, MissingCell, ModelNote, Modelled, Outcomes, Representativity,
    Response, Variant,
};
pub use bundle::{
    INSPECTORS, InspectorBundle, PUBLIC, PublicBundle, SignedPublication, inspector_bundle,
    public_bundle,
};
pub use callback::{CalledUnit, HeardShare, callback_ids, callback_sheet, hear, register};
pub use comments::{
    CommentPage, CommentRow, CommentWish, Part, comments, put_topics, topics, topics_source,
};
pub use dedup::flag;
pub use difference::{DifferenceRow, Differences, compare_rounds, compare_units};
pub use document::Document;
pub use figures::{
    FactorFigure, Figure, Figures, Group as FiguresGroup, MarginCategory, Rank, Reason,
    UnitFigures, Weighting,
};
pub use gate::{Gate, GateRow, GateTest, GateTests, Hidden, Indicator, gate};
pub use index::index;
pub use jobs::{JobKind, NewWork, Workers, ask_work, cancel_work, retry_work, work_file, work_one};
pub use margin_file::{Known as MarginKnown, margins_of_file};
pub use margins::{margin_faults, other_populations};
pub use open::{
    close, close_due, create, digest, extend, is_code, open, plan_of, put_margins_from_dossiers,
};
pub use overview::{HALF_WIDTH, Overview, UnitLine, overview};
pub use plan::{PlanUnit, SamplePlan, Wish, plan};
pub use publish::publish;
pub use records::RecordCount;
pub use remind::remind_due;
pub use retention::{
    HOLD_DAYS, NOTICE_DAYS, Outlook, hold_deletion, retain_due, retention_outlook,
};
pub use review::{CaseLine, Evidence, Member, Queue, case_answers, evidence, review_queue};
pub use rules::{
    CallBack, Covariate, IndexRule, MARGIN_VARIABLES, PLAN_BYTES_MAX, Plan, Policy, Rules, Trim,
};
pub use scorecard::{Appraised, score, store_lines};
pub use seal::{Outcome, seal, seal_due};
pub use sheet::sheet;
pub use status::{Status, status, submissions};
pub use tablets::{TabletStatus, is_silent as tablet_is_silent};
pub use verdict::{REASON_CHARS_MAX, REASON_CHARS_MIN, decide, flagged_by};
pub use verify::{Verified, VerifiedPublication, verify};
pub use weigh::weigh;
pub use withdraw::{Withdrawn, withdraw, withdraw_own};
pub use year::{Year, YearUnit, year};

#[cfg(test)]
mod tests;

use crate::desk::Desk;
use crate::store::StoreError;
use crate::vault::{TieError, VaultError};

/// Why a step was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// A mistake in a `round.toml`.
    #[error("{place}: {reason}")]
    Plan {
        /// `FILE:LINE`.
        place: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The step does not fit the round's state or rules.
    #[error("{0}")]
    Refused(String),
    /// Mistakes in a file, all of them.
    #[error(transparent)]
    File(#[from] crate::table::Problems),
    /// The form.
    #[error("the form of this round cannot be used:\n{0}")]
    Form(String),
    /// Values that canonical JSON cannot hold, or a document that cannot be read.
    #[error("a document of this round cannot be written or read")]
    Canonical(#[source] serde_json::Error),
    /// The answers and margins give no weights.
    #[error("the answers cannot be weighed")]
    Weigh(#[source] crate::weigh::WeighError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Links or dossiers.
    #[error(transparent)]
    Issue(#[from] crate::issue::IssueError),
    /// A stored tie.
    #[error(transparent)]
    Tie(#[from] TieError),
    /// A stored answer does not fit the form.
    #[error("a stored answer does not fit its form; the database was altered or the form replaced")]
    Answers(#[from] crate::form::DecodeError),
}

/// What a step returns.
pub type Result<T> = std::result::Result<T, RoundError>;

pub(crate) fn refused<T>(sentence: impl Into<String>) -> Result<T> {
    Err(RoundError::Refused(sentence.into()))
}

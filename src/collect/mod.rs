//! **Collect**: an answer that arrives at a link is checked against the form, its tying facts are put under the round's
//! linking key, and it waits in a bounded queue for the one writer; only what is on disk is acknowledged.
//!
//! In: link codes, form fields, where they came from. Out: a receipt and a withdrawal code. Refuses with a [`Rejection`]
//! that says what the person should be told; nothing is stored then.

mod asked;
mod beats;
mod cache;
mod opened;
pub mod paper;
mod prepare;
mod queue;
mod survey;

use std::sync::Arc;

pub use asked::Asked;
pub use beats::flush as flush_beats;
pub use opened::flush as flush_opened;
pub use prepare::{Arrival, BEGUN, Prepared};
pub use queue::{Queue, QueueNumbers};
pub use survey::{Door, Found, Gate, Survey};

use crate::clock::Clock;
use crate::form::{AnswerProblem, Form};
use crate::issue::code::{Code, CodeKind};
use crate::store::id::FormVersionId;
use crate::store::intake::Fate;
use crate::store::{Checkpoints, Store, StoreError};
use crate::vault::{CodeKey, LinkingKey, PageKey, TieError, Vault, VaultError};

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The hidden submission id is missing or not 32 hex digits.
    #[error("the page was incomplete")]
    NoSubmission,
    /// Answers that do not fit the form, in its order.
    #[error("{} answers need another look", .0.len())]
    Form(Vec<AnswerProblem>),
    /// The same submission id came with other answers before.
    #[error("this page was sent before with other answers")]
    Conflict,
    /// The gate is shut.
    #[error("the link takes no answer")]
    Gate(Gate),
    /// The queue is full; come back after so many seconds.
    #[error("too many answers at once")]
    Busy {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// Something here failed; the answer is not stored.
    #[error("the answer could not be stored")]
    Failed(#[from] CollectError),
}

/// What failed on our side.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A stored tie.
    #[error(transparent)]
    Tie(#[from] TieError),
    /// The stored form of a round.
    #[error("the stored form version {} cannot be read by this binary", .0.0)]
    Form(FormVersionId),
    /// Answers that were checked do not fit the form without the personal ones.
    #[error("the answers cannot be kept without the personal ones")]
    Answers(#[from] crate::form::DecodeError),
    /// The writer stopped or a worker thread died.
    #[error("the writer is not running")]
    Stopped,
}

/// What the citizen keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Proves that the answer is in, never what it says.
    pub receipt: Code,
    /// Withdraws it until sealing; shown once.
    pub withdrawal: Code,
}

/// Everything intake needs, shared by all handlers.
pub struct Intake {
    store: Store,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    codes: CodeKey,
    pages: PageKey,
    queue: Queue,
    links: cache::Short<[u8; 16], survey::LinkEntry>,
    rounds: cache::Short<i32, survey::RoundView>,
    forms: cache::Forms,
    opened: opened::Openings,
    beats: beats::Beats,
    _checkpoints: Option<Checkpoints>,
}

impl Intake {
    /// Starts the writer.
    ///
    /// # Errors
    /// When the database or a key cannot be used.
    pub fn start(
        store: Store,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        queue_length: usize,
    ) -> Result<Self, CollectError> {
        Ok(Self {
            codes: vault.code_key()?,
            pages: vault.page_key()?,
            queue: Queue::start(store.writer()?, queue_length)?,
            _checkpoints: store.start_checkpoints()?,
            store,
            vault,
            clock,
            links: cache::Short::default(),
            rounds: cache::Short::default(),
            forms: cache::Forms::default(),
            opened: opened::Openings::default(),
            beats: beats::Beats::default(),
        })
    }

    /// The clock that all of intake reads.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Depth and counts of the queue.
    #[must_use]
    pub fn queue_numbers(&self) -> QueueNumbers {
        self.queue.numbers()
    }

    /// Takes no more answers and waits until everything queued is written and answered.
    pub fn drain(&self) {
        self.queue.drain();
    }

    /// Checks and stores one answer. Blocks until it is on disk: see [`Intake::submit`] for the async form.
    ///
    /// # Errors
    /// [`Rejection`]; then nothing is stored.
    pub async fn submit(
        &self,
        survey: &Survey,
        fields: &[(String, String)],
        arrival: &Arrival<'_>,
    ) -> Result<Acknowledged, Rejection> {
        let Prepared { submission, receipt, withdrawal, answers_mac } =
            self.prepare(survey, fields, arrival)?;
        match self.queue.write(submission).await? {
            Fate::Stored => Ok(Acknowledged { receipt, withdrawal }),
            Fate::Known { id, tie } => {
                let tie = survey.linking().open_tie(id, &tie).map_err(CollectError::from)?;
                if tie.answers == answers_mac && tie.link == survey.link().id {
                    Ok(Acknowledged {
                        receipt: Code::parse_as(&tie.receipt, CodeKind::Receipt)
                            .map_err(|_| CollectError::Tie(TieError))?,
                        withdrawal,
                    })
                } else {
                    Err(Rejection::Conflict)
                }
            }
            Fate::Spent => Err(Rejection::Gate(Gate::Spent)),
            Fate::Void => Err(Rejection::Gate(Gate::Void)),
            Fate::RoundClosed => {
                Err(Rejection::Gate(Gate::Closed { closed_at: survey.round().closes_at }))
            }
        }
    }
}

/// The parsed form, its round and key: what a survey page is made of.
pub(crate) struct Frozen {
    pub(crate) form: Arc<Form>,
    pub(crate) linking: LinkingKey,
}

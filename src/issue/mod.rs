//! **Issue**: QR-coded links at the counters.
//!
//! In: counters and finished dossiers of a round. Out: links whose codes are random secrets, as addresses and pictures.
//! Unit, counter, round and kind are looked up from the code, so nobody can move an answer elsewhere.

pub mod asked;
pub mod callback;
pub mod code;
pub mod dossier;
pub mod draw;
pub mod expiry;
pub mod frame;
pub mod keys;
pub mod kiosk;
pub mod list;
pub mod paper;
pub mod pdf;
pub mod poster;
pub mod print;
pub mod qr;
pub mod replace;

use code::{Code, CodeKind, DrawError};

use crate::clock::Millis;
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::counter::Counter;
use crate::store::id::{CounterId, DossierId, LinkId, UnitId};
use crate::store::link::NewLink;
use crate::store::tally::Kind;
use crate::vault::{CodeKey, VaultError, random};

/// Why links could not be issued or printed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The round or its links stand against it.
    #[error("{0}")]
    Refused(String),
    /// Mistakes in a file, all of them.
    #[error(transparent)]
    File(#[from] crate::table::Problems),
    /// A picture that cannot be drawn.
    #[error("the QR code cannot be drawn")]
    Qr(#[from] qr::QrError),
    /// A file for a printer.
    #[error("nothing could be printed")]
    Pdf(#[from] pdf::PdfError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// How people are asked in a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asking {
    /// By the asked rule, as soon as a dossier is reported.
    AtOnce {
        /// Share of dossiers, 0..1.
        share: f64,
        /// Whether an address makes it an invitation by mail.
        invites: bool,
    },
    /// By drawn lists.
    Drawn {
        /// Whether an address makes it an invitation by mail.
        invites: bool,
    },
}

impl Asking {
    /// Whether an address makes it an invitation by mail.
    #[must_use]
    pub fn invites(self) -> bool {
        match self {
            Self::AtOnce { invites, .. } | Self::Drawn { invites } => invites,
        }
    }
}

/// The address behind a code.
#[must_use]
pub fn address(public_url: &str, code: &Code) -> String {
    format!("{public_url}/s/{code}")
}

/// A code from the operating system's randomness.
///
/// # Errors
/// [`VaultError::Randomness`] when the system gives none.
pub(crate) fn draw_code(kind: CodeKind) -> Result<Code, VaultError> {
    Code::random(kind, &mut crate::vault::fill).map_err(|error| match error {
        DrawError::Source(cause) => VaultError::Randomness(cause),
        DrawError::Stuck => VaultError::Signing,
    })
}

/// A fresh link with a code of its own.
fn fresh(
    keys: &CodeKey,
    kind: Kind,
    counter_id: CounterId,
    dossier_id: Option<DossierId>,
    expires_at: Option<Millis>,
) -> Result<NewLink, IssueError> {
    let class = if kind.is_single() { CodeKind::Ticket } else { CodeKind::Poster };
    let code = draw_code(class)?;
    let id = LinkId(random()?);
    let compact = code.compact();
    Ok(NewLink {
        id,
        counter_id,
        kind,
        lookup: keys.lookup(&compact),
        code_enc: keys.seal(id, &compact)?,
        dossier_id,
        expires_at,
    })
}

/// A counter of a round's units, by the codes of both.
fn counter_of(
    desk: &Desk,
    round: &crate::store::round::Round,
    (unit, counter): (&str, &str),
) -> Result<(UnitId, Counter), IssueError> {
    let units = desk.store.round_units(round.id)?;
    let Some(unit) = units.iter().find(|one| one.code == unit) else {
        return Err(IssueError::Refused(format!("round {} has no unit {unit:?}", round.code)));
    };
    Ok((unit.id, desk.store.counter(unit.id, counter)?))
}

/// The form that a round asks with.
fn form_of(
    desk: &Desk,
    round: &crate::store::round::Round,
) -> Result<crate::form::Form, IssueError> {
    let stored = desk.store.form(round.form_id)?;
    crate::form::Form::parse(&stored.source, &stored.code)
        .map_err(|problems| IssueError::Refused(problems.to_string()))
}

/// Links are issued while a round is planned or open.
fn issuable(desk: &Desk, round: &crate::store::round::Round) -> Result<(), IssueError> {
    use crate::store::round::State;
    match round.state {
        State::Planned | State::Open if desk.clock.now() <= round.closes_at => Ok(()),
        _ => Err(IssueError::Refused(format!(
            "round {} takes no more links; it is {} and closes at {}",
            round.code,
            round.state,
            round.closes_at.vietnam_minute()
        ))),
    }
}

//! Long steps in the background: asked for by a person, done by whichever server is free, with progress, a way to stop, and
//! another try. Every step is restartable by itself, and writes only while its server holds the job ([`crate::store::job`]).

mod run;
mod work;

pub use run::{Workers, work_one};

use super::{Desk, Result, RoundError, refused};
use crate::issue::dossier::Mapping;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right, words};
use crate::store::id::UnitId;
use crate::store::job::{Job, NewJob, PART_BYTES};
use crate::table::BYTES_MAX;

words! {
    /// What can be done in the background.
    JobKind {
        /// Closes a round whose time has come.
        Close = "close",
        /// Computes the flags of a closed round.
        Flag = "flag",
        /// Seals, with the inspector as second person.
        Seal = "seal",
        /// Weighs and indexes.
        Compute = "compute",
        /// Publishes, with another publisher as second person.
        Publish = "publish",
        /// Makes the bundle for anybody.
        Bundle = "bundle",
        /// Makes the bundle with the sealed records.
        InspectorBundle = "inspector_bundle",
        /// Takes the finished dossiers of a file.
        Dossiers = "dossiers",
    }
}

impl JobKind {
    /// The right to ask for it, to stop it and to try it again.
    #[must_use]
    pub fn right(self) -> Right {
        match self {
            Self::Close => Right::RunRound,
            Self::Flag => Right::ComputeFlags,
            Self::Seal => Right::Seal,
            Self::Compute => Right::Compute,
            Self::Publish => Right::Publish,
            Self::Bundle => Right::Compute,
            Self::InspectorBundle => Right::ReadRecords,
            Self::Dossiers => Right::IssueLinks,
        }
    }

    fn second(self) -> Option<Right> {
        match self {
            Self::Seal => Some(Right::WitnessSeal),
            Self::Publish => Some(Right::Publish),
            _ => None,
        }
    }

    fn of(job: &Job) -> Result<Self> {
        Self::from_word(&job.kind).ok_or_else(|| StoreError::Corrupt { what: "job" }.into())
    }
}

/// Work that is asked for.
#[derive(Clone, Debug)]
pub struct NewWork {
    /// Which.
    pub kind: JobKind,
    /// Settings.
    pub params: serde_json::Value,
    /// Second person, where two are needed.
    pub witness: Option<Actor>,
    /// The file that it takes, in the clear; stored under the round's linking key.
    pub file: Vec<u8>,
}

impl NewWork {
    /// Work without settings, second person or file.
    #[must_use]
    pub fn plain(kind: JobKind) -> Self {
        Self { kind, params: serde_json::json!({}), witness: None, file: Vec::new() }
    }
}

/// An act on a job with the right of its kind; unit roles act on a unit of the round that is theirs.
fn act(desk: &Desk, actor: &Actor, kind: JobKind, code: &str, action: &'static str) -> Result<Act> {
    let act = Act::new(actor, kind.right(), desk.clock.now(), action, format!("round {code}"))
        .with(serde_json::json!({ "job": kind.word() }));
    if kind != JobKind::Dossiers {
        return Ok(act);
    }
    let round = desk.store.round(code)?;
    let units: Vec<UnitId> = desk.store.round_units(round.id)?.iter().map(|u| u.id).collect();
    let own = desk.store.permitted(actor, kind.right(), &units)?;
    Ok(own.first().map_or(act.clone(), |unit| act.on(unit.0)))
}

/// Asks for work on a round; the job's id. What is waiting or running already is not asked for twice.
///
/// # Errors
/// [`RoundError::Refused`] for a file that cannot be taken, or without the second person that is needed.
pub fn ask_work(desk: &Desk, actor: &Actor, code: &str, work: NewWork) -> Result<i64> {
    let mut act = act(desk, actor, work.kind, code, "job.ask")?;
    match (work.kind.second(), &work.witness) {
        (Some(right), Some(witness)) => act = act.witnessed(witness, right),
        (Some(_), None) => return refused("this step needs two persons"),
        (None, _) => {}
    }
    desk.store.permits(&act)?;
    let round = desk.store.round(code)?;
    let mut file = Vec::new();
    if work.kind == JobKind::Dossiers {
        // Every wrong row is named now, to who has the file before him; the job only takes what is good.
        check_dossiers(desk, code, &work)?;
        let linking = desk.vault.linking_key(round.id)?;
        for part in work.file.chunks(PART_BYTES) {
            file.push(linking.seal_upload(part)?);
        }
    }
    let new = NewJob {
        kind: work.kind.word(),
        subject: code.to_owned(),
        params: work.params,
        witness: work.witness.map(|witness| witness.name().to_owned()),
        file,
    };
    Ok(desk.store.ask_job(&act, &new)?)
}

fn check_dossiers(desk: &Desk, code: &str, work: &NewWork) -> Result<()> {
    if work.file.is_empty() || work.file.len() > BYTES_MAX {
        return refused(format!("the file is empty, or longer than {BYTES_MAX} bytes: divide it"));
    }
    let register = super::register(desk, code)?;
    register
        .parse(&work.file, mapping(&work.params)?.as_ref(), "file")
        .map(drop)
        .map_err(RoundError::Issue)
}

/// The mapping that the settings of an import hold.
fn mapping(params: &serde_json::Value) -> Result<Option<Mapping>> {
    let text =
        params.get("map").and_then(serde_json::Value::as_str).filter(|t| !t.trim().is_empty());
    text.map(|text| Mapping::parse(text, "mapping").map_err(RoundError::Issue)).transpose()
}

/// Stops a job.
///
/// # Errors
/// [`StoreError::Forbidden`] for who could not have asked for it; [`RoundError::Refused`] when it has ended.
pub fn cancel_work(desk: &Desk, actor: &Actor, id: i64) -> Result<()> {
    let job = desk.store.job(id)?;
    let act = act(desk, actor, JobKind::of(&job)?, &job.subject, "job.cancel")?;
    Ok(desk.store.cancel_job(&act, id)?)
}

/// Tries a job that failed or was stopped again.
///
/// # Errors
/// As [`cancel_work`]; an import whose file is gone is uploaded again instead.
pub fn retry_work(desk: &Desk, actor: &Actor, id: i64) -> Result<()> {
    let job = desk.store.job(id)?;
    let kind = JobKind::of(&job)?;
    let act = act(desk, actor, kind, &job.subject, "job.retry")?;
    desk.store.permits(&act)?;
    if kind == JobKind::Dossiers && desk.store.job_part(id, 0)?.is_none() {
        return refused("the file of this import is erased; upload it again");
    }
    Ok(desk.store.retry_job(&act, id)?)
}

/// A piece of the file that a job made, for who may ask for such a file; `None` behind the last.
///
/// # Errors
/// [`StoreError::Forbidden`]; [`RoundError::Refused`] for a job that makes no file.
pub fn work_file(desk: &Desk, actor: &Actor, id: i64, part: i32) -> Result<Option<Vec<u8>>> {
    let job = desk.store.job(id)?;
    let kind = JobKind::of(&job)?;
    desk.store.permits(&act(desk, actor, kind, &job.subject, "job.file")?)?;
    if !matches!(kind, JobKind::Bundle | JobKind::InspectorBundle) {
        return refused("this job makes no file");
    }
    Ok(desk.store.job_part(id, part)?)
}

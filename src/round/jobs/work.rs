//! What each kind of job does, on a store that is fenced by its lease.

use super::{JobKind, mapping};
use crate::round::{Desk, Result, RoundError, refused};
use crate::store::StoreError;
use crate::store::actor::Actor;
use crate::store::job::{Job, Lease, PART_BYTES};
use crate::store::round::State;

/// Tells how far a job is.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) desk: &'a Desk,
    pub(super) lease: Lease,
}

impl Told<'_> {
    fn at(self, step: &str, done: usize, total: usize) -> Result<()> {
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(self.desk.store.tell_job(self.lease, step, whole(done), whole(total))?)
    }
}

/// Does a job; what it did, in counts.
pub(super) fn work(desk: &Desk, job: &Job, told: Told<'_>) -> Result<serde_json::Value> {
    let actor = desk.store.actor(&job.asked_by)?;
    let witness = job.witness.as_ref().map(|name| desk.store.actor(name)).transpose()?;
    let second = || {
        let missing = || RoundError::Refused("the second person is gone".to_owned());
        witness.as_ref().ok_or_else(missing)
    };
    let params: serde_json::Value =
        serde_json::from_str(&job.params).map_err(RoundError::Canonical)?;
    let code = job.subject.as_str();
    match JobKind::of(job)? {
        JobKind::Close => {
            told.at("closing", 0, 1)?;
            crate::round::close(desk, &actor, code, None)?;
            Ok(serde_json::json!({}))
        }
        JobKind::Flag => {
            told.at("comparing", 0, 1)?;
            let flags = crate::round::flag(desk, &actor, code)?;
            Ok(serde_json::json!({ "flags": flags.len() }))
        }
        JobKind::Seal => {
            told.at("sealing", 0, 1)?;
            let outcome = crate::round::seal(desk, &actor, Some(second()?), code)?;
            Ok(serde_json::json!({ "stored": outcome.stored, "excluded": outcome.excluded }))
        }
        JobKind::Compute => compute(desk, &actor, code, told),
        JobKind::Publish => {
            told.at("publishing", 0, 1)?;
            let correction = params.get("correction").and_then(serde_json::Value::as_str);
            let done = crate::round::publish(desk, &actor, second()?, code, correction)?;
            Ok(serde_json::json!({ "digest": done.digest, "number": done.number }))
        }
        JobKind::Bundle => {
            told.at("gathering", 0, 2)?;
            let bundle = crate::round::public_bundle(desk, code)?;
            file(desk, told, &serde_json::to_vec_pretty(&bundle).map_err(RoundError::Canonical)?)
        }
        JobKind::InspectorBundle => {
            told.at("gathering", 0, 2)?;
            let bundle = crate::round::inspector_bundle(desk, &actor, code)?;
            file(desk, told, &serde_json::to_vec_pretty(&bundle).map_err(RoundError::Canonical)?)
        }
        JobKind::Dossiers => dossiers(desk, &actor, job, &params, told),
    }
}

fn compute(desk: &Desk, actor: &Actor, code: &str, told: Told<'_>) -> Result<serde_json::Value> {
    told.at("weighing", 0, 2)?;
    crate::round::weigh(desk, actor, code)?;
    told.at("indexing", 1, 2)?;
    let figures = crate::round::index(desk, actor, code)?;
    Ok(serde_json::json!({ "units": figures.official.units.len() }))
}

fn file(desk: &Desk, told: Told<'_>, bytes: &[u8]) -> Result<serde_json::Value> {
    told.at("writing", 1, 2)?;
    let parts: Vec<Vec<u8>> = bytes.chunks(PART_BYTES).map(<[u8]>::to_vec).collect();
    desk.store.put_job_file(told.lease, &parts)?;
    Ok(serde_json::json!({ "bytes": bytes.len() }))
}

fn dossiers(
    desk: &Desk,
    actor: &Actor,
    job: &Job,
    params: &serde_json::Value,
    told: Told<'_>,
) -> Result<serde_json::Value> {
    let round = desk.store.round(&job.subject)?;
    if round.state != State::Open {
        return refused(format!(
            "round {} is {}; dossiers are taken while it is open",
            round.code, round.state
        ));
    }
    let linking = desk.vault.linking_key(round.id)?;
    let mut bytes = Vec::new();
    for part in 0.. {
        let Some(sealed) = desk.store.job_part(job.id, part)? else { break };
        bytes.extend(linking.open_upload(&sealed)?);
    }
    let register = crate::round::register(desk, &job.subject)?;
    let finished = register.parse(&bytes, mapping(params)?.as_ref(), "file").map_err(|_| {
        RoundError::Refused(
            "the file can no longer be taken: what it refers to has changed".to_owned(),
        )
    })?;
    let total = finished.len();
    told.at("taking", 0, total)?;
    let mut done = 0;
    let taken = register.take(desk, actor, &finished, |chunk| {
        done += chunk;
        // How far it is helps people alone: an untold step is no reason to stop.
        if let Err(error) = told.at("taking", done, total) {
            tracing::debug!(error = %error, "progress was not written");
        }
    })?;
    desk.store.put_job_file(told.lease, &[])?;
    Ok(serde_json::json!({
        "new": taken.new, "known": taken.known, "tickets": taken.tickets, "invitations": taken.invitations,
    }))
}

/// True when an error says that the job was stopped, not that it failed.
pub(super) fn is_stop(error: &RoundError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        let stopped = one
            .downcast_ref::<StoreError>()
            .is_some_and(|error| matches!(error, StoreError::Stopped));
        if stopped {
            return true;
        }
        cause = one.source();
    }
    // A transparent variant shows its inside only to a match.
    matches!(
        error,
        RoundError::Store(StoreError::Stopped)
            | RoundError::Issue(crate::issue::IssueError::Store(StoreError::Stopped))
    )
}

//! Steps that two persons take, each in his own session: one asks, the other grants or declines.
//!
//! The step itself is taken when it is granted, with the rights that both have then.

use serde::{Deserialize, Serialize};

use super::jobs::{JobKind, NewWork, ask_work};
use super::verdict::{deciding, four_eyes, reason_of};
use super::{Desk, Result, RoundError, close, decide, extend, refused};
use crate::clock::Millis;
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::approval::{Approval, ApprovalState};
use crate::store::id::ResponseId;
use crate::store::round::Round;
use crate::store::verdict::Decision;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Matter {
    /// Sealing before the inspector.
    Seal,
    /// Publishing by two publishers.
    Publish {
        /// Why figures differ from those published before.
        correction: Option<String>,
    },
    /// A later closing time.
    Extend {
        /// Milliseconds since the epoch.
        to: i64,
    },
    /// Closing before the closing time.
    Close,
    /// A verdict that reaches far.
    Verdict {
        /// What is decided.
        decision: Decision,
        /// On which answers, 32 hex digits each.
        responses: Vec<String>,
    },
}

impl Matter {
    /// Its word in tables and addresses.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Publish { .. } => "publish",
            Self::Extend { .. } => "extend",
            Self::Close => "close",
            Self::Verdict { .. } => "verdict",
        }
    }

    /// What is asked for, read back.
    ///
    /// # Errors
    /// [`RoundError::Canonical`] for a request of a newer binary, or one whose answers sealing has erased.
    pub fn of(request: &Approval) -> Result<Self> {
        serde_json::from_str(&request.detail).map_err(RoundError::Canonical)
    }

    /// The rights of who asks and of who grants.
    #[must_use]
    pub fn rights(&self) -> (Right, Right) {
        match self {
            Self::Seal => (Right::Seal, Right::WitnessSeal),
            Self::Publish { .. } => (Right::Publish, Right::Publish),
            Self::Extend { .. } | Self::Close => (Right::RunRound, Right::Confirm),
            Self::Verdict { .. } => (Right::DecideVerdicts, Right::DecideVerdicts),
        }
    }
}

/// The rights to a kind of request whatever it holds.
fn rights_of(kind: &str) -> (Right, Right) {
    match kind {
        "seal" => Matter::Seal.rights(),
        "publish" => (Matter::Publish { correction: None }).rights(),
        "verdict" => (Right::DecideVerdicts, Right::DecideVerdicts),
        _ => Matter::Close.rights(),
    }
}

/// What became of a request that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It is done.
    Done,
    /// It is under way as this job.
    Job(i64),
}

fn round_code(desk: &Desk, request: &Approval) -> Result<Round> {
    let found = desk.store.rounds()?.into_iter().find(|round| round.id == request.round_id);
    found.ok_or_else(|| StoreError::Corrupt { what: "request" }.into())
}

/// Asks a second person for a step; the request's id.
///
/// # Errors
/// [`RoundError::Refused`] for a reason too short, or where the same is asked for already.
pub fn ask_second(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    matter: &Matter,
    reason: &str,
) -> Result<i64> {
    let (right, _) = matter.rights();
    let at = desk.clock.now();
    let act = Act::new(actor, right, at, "approval.ask", format!("round {code}"));
    desk.store.permits(&act)?;
    let round = desk.store.round(code)?;
    let reason = reason_of(reason)?;
    if let Matter::Verdict { responses, .. } = matter {
        deciding(desk, &[actor], &round, &ids(responses)?)?;
    } else if desk
        .store
        .approvals(round.id, true, None, 100)?
        .iter()
        .any(|waiting| waiting.kind == matter.word())
    {
        return refused(format!("round {code}: the same is asked for already"));
    }
    let detail = serde_json::to_string(matter).map_err(RoundError::Canonical)?;
    let act = act.with(serde_json::json!({ "what": matter.word(), "reason": reason }));
    Ok(desk.store.ask_approval(&act, matter.word(), round.id, &detail, reason)?)
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It stands.
    Done,
    /// It reaches far: another reviewer is asked, by this request.
    Asked(i64),
}

/// Decides alone where one may, and asks another reviewer where two must.
///
/// # Errors
/// As [`decide`].
pub fn decide_or_ask(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    responses: &[ResponseId],
    decision: Decision,
    reason: &str,
) -> Result<Decided> {
    let at = desk.clock.now();
    let right = Right::DecideVerdicts;
    desk.store.permits(&Act::new(actor, right, at, "round.verdict", format!("round {code}")))?;
    let round = desk.store.round(code)?;
    reason_of(reason)?;
    let rows = deciding(desk, &[actor], &round, responses)?;
    if four_eyes(desk, &round, &rows, decision)?.is_none() {
        decide(desk, actor, None, code, responses, decision, reason)?;
        return Ok(Decided::Done);
    }
    let responses = responses.iter().map(|id| id.hex()).collect();
    let matter = Matter::Verdict { decision, responses };
    ask_second(desk, actor, code, &matter, reason).map(Decided::Asked)
}

fn ids(hex: &[String]) -> Result<Vec<ResponseId>> {
    let read = |text: &String| ResponseId::from_hex(text);
    let ids: Option<Vec<ResponseId>> = hex.iter().map(read).collect();
    ids.map_or_else(|| refused("a response's id has 32 hex digits"), Ok)
}

/// Grants a request and takes the step.
///
/// # Errors
/// [`RoundError::Refused`] when it was settled before, or the step's own refusals; then it waits on.
pub fn grant(desk: &Desk, actor: &Actor, id: i64) -> Result<Granted> {
    let request = desk.store.approval(id)?;
    let round = round_code(desk, &request)?;
    let act = settling(desk, actor, &request, &round, "approval.grant");
    // Who asked is checked before what was asked is read.
    desk.store.permits(&act)?;
    if request.asked_by == actor.name() {
        return refused(format!(
            "{} cannot be the second person to himself; another grants this",
            actor.name()
        ));
    }
    if request.state()? != ApprovalState::Waiting {
        return refused("this request was settled before");
    }
    let matter = Matter::of(&request)?;
    let asker = desk.store.actor(&request.asked_by)?;
    let code = round.code.as_str();
    let work = |kind, params| {
        let work = NewWork { kind, params, witness: Some(actor.clone()), file: Vec::new() };
        ask_work(desk, &asker, code, work).map(Granted::Job)
    };
    let granted = match matter {
        Matter::Seal => work(JobKind::Seal, serde_json::json!({}))?,
        Matter::Publish { correction } => {
            work(JobKind::Publish, serde_json::json!({ "correction": correction }))?
        }
        Matter::Extend { to } => {
            extend(desk, &asker, actor, code, Millis(to), &request.reason)?;
            Granted::Done
        }
        Matter::Close => {
            close(desk, &asker, code, Some((actor, &request.reason)))?;
            Granted::Done
        }
        Matter::Verdict { decision, responses } => {
            let responses = ids(&responses)?;
            decide(desk, &asker, Some(actor), code, &responses, decision, &request.reason)?;
            Granted::Done
        }
    };
    desk.store.settle_approval(&act, id, ApprovalState::Granted, None)?;
    Ok(granted)
}

/// Declines a request.
///
/// # Errors
/// [`RoundError::Refused`] for a reason too short, or when it was settled before.
pub fn decline(desk: &Desk, actor: &Actor, id: i64, reason: &str) -> Result<()> {
    let request = desk.store.approval(id)?;
    let round = round_code(desk, &request)?;
    let reason = reason_of(reason)?;
    let act = settling(desk, actor, &request, &round, "approval.decline")
        .with(serde_json::json!({ "reason": reason }));
    Ok(desk.store.settle_approval(&act, id, ApprovalState::Declined, Some(reason))?)
}

/// Takes one's own request back.
///
/// # Errors
/// [`RoundError::Refused`] when it is another's, or was settled before.
pub fn take_back(desk: &Desk, actor: &Actor, id: i64) -> Result<()> {
    let request = desk.store.approval(id)?;
    if request.asked_by != actor.name() {
        return refused("only who asked takes a request back; decline it instead");
    }
    let round = round_code(desk, &request)?;
    let (right, _) = rights_of(&request.kind);
    let at = desk.clock.now();
    let act = Act::new(actor, right, at, "approval.take_back", format!("round {}", round.code));
    Ok(desk.store.settle_approval(&act, id, ApprovalState::TakenBack, None)?)
}

fn settling(
    desk: &Desk,
    actor: &Actor,
    request: &Approval,
    round: &Round,
    action: &'static str,
) -> Act {
    let (_, right) = rights_of(&request.kind);
    Act::new(actor, right, desk.clock.now(), action, format!("round {}", round.code))
        .with(serde_json::json!({ "request": request.id, "what": request.kind }))
}

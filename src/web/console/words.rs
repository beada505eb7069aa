//! Words for what the library names by code: rules, severities, kinds of links, what was hidden, steps of jobs.

use super::Frame;
use crate::comment::Hidden;
use crate::round::{JobKind, Part};
use crate::store::job::JobState;
use crate::store::retention::RetentionRule;
use crate::store::tally::Kind;
use crate::store::verdict::Decision;
use crate::web::text::{Key, key};

/// A rule of dedup.
pub fn rule(name: &str) -> Option<Key> {
    Some(match name {
        "exact_duplicate" => key::RULE_EXACT,
        "near_duplicate" => key::RULE_NEAR,
        "duplicate_text" => key::RULE_TEXT,
        "straightliner" => key::RULE_STRAIGHT,
        "speeder" => key::RULE_SPEEDER,
        "burst" => key::RULE_BURST,
        "ticket_run" => key::RULE_RUN,
        "staff_device" => key::RULE_DEVICE,
        "off_hours" => key::RULE_HOURS,
        "uniform_counter" => key::RULE_UNIFORM,
        _ => return None,
    })
}

/// A rule's words; its name where a newer binary flagged.
pub fn rule_words(frame: &Frame, name: &str) -> String {
    rule(name).map_or_else(|| name.to_owned(), |key| frame.say(key))
}

/// A severity, 0 high … 2 low, with the word for its shape.
pub fn severity(rank: i32) -> (Key, &'static str) {
    match rank {
        0 => (key::SEVERITY_HIGH, "high"),
        1 => (key::SEVERITY_MEDIUM, "medium"),
        _ => (key::SEVERITY_LOW, "low"),
    }
}

/// A kind of link.
pub fn kind(kind: Kind) -> Key {
    match kind {
        Kind::Poster => key::KIND_POSTER,
        Kind::Ticket => key::KIND_TICKET,
        Kind::Invitation => key::KIND_INVITATION,
        Kind::Kiosk => key::KIND_KIOSK,
        Kind::Paper => key::KIND_PAPER,
        Kind::DrawnPaper => key::KIND_DRAWN_PAPER,
    }
}

/// A decision.
pub fn decision(decision: Decision) -> Key {
    match decision {
        Decision::Keep => key::DECISION_KEEP,
        Decision::Exclude => key::DECISION_EXCLUDE,
        Decision::Undone => key::DECISION_UNDONE,
    }
}

fn hidden(what: Hidden) -> Key {
    match what {
        Hidden::Phone => key::HIDDEN_PHONE,
        Hidden::Identity => key::HIDDEN_IDENTITY,
        Hidden::Plate => key::HIDDEN_PLATE,
        Hidden::Mail => key::HIDDEN_MAIL,
        Hidden::Dossier => key::HIDDEN_DOSSIER,
        Hidden::Official => key::HIDDEN_OFFICIAL,
    }
}

/// A piece of a comment on a page.
pub struct Shown {
    /// The words.
    pub text: String,
    /// They stand for something that is hidden.
    pub hidden: bool,
}

/// The pieces of a comment on a page.
pub fn shown(frame: &Frame, parts: &[Part]) -> Vec<Shown> {
    let one = |part: &Part| match part {
        Part::Text(text) => Shown { text: text.clone(), hidden: false },
        Part::Hidden(what) => Shown { text: frame.say(hidden(*what)), hidden: true },
    };
    parts.iter().map(one).collect()
}

/// A kind of job.
pub fn job_kind(kind: JobKind) -> Key {
    match kind {
        JobKind::Close => key::JOB_CLOSE,
        JobKind::Flag => key::JOB_FLAG,
        JobKind::Seal => key::JOB_SEAL,
        JobKind::Compute => key::JOB_COMPUTE,
        JobKind::Publish => key::JOB_PUBLISH,
        JobKind::Bundle => key::JOB_BUNDLE,
        JobKind::InspectorBundle => key::JOB_INSPECTOR_BUNDLE,
        JobKind::Dossiers => key::JOB_DOSSIERS,
    }
}

/// How far a job is.
pub fn job_state(state: JobState) -> Key {
    match state {
        JobState::Waiting => key::JOB_WAITING,
        JobState::Running => key::JOB_RUNNING,
        JobState::Done => key::JOB_DONE,
        JobState::Failed => key::JOB_FAILED,
        JobState::Cancelled => key::JOB_CANCELLED,
    }
}

/// What a job is doing.
pub fn job_step(step: &str) -> Option<Key> {
    Some(match step {
        "closing" => key::STEP_CLOSING,
        "comparing" => key::STEP_COMPARING,
        "sealing" => key::STEP_SEALING,
        "weighing" => key::STEP_WEIGHING,
        "indexing" => key::STEP_INDEXING,
        "publishing" => key::STEP_PUBLISHING,
        "gathering" => key::STEP_GATHERING,
        "writing" => key::STEP_WRITING,
        "taking" => key::STEP_TAKING,
        _ => return None,
    })
}

/// A rule of retention.
pub fn retention(rule: RetentionRule) -> Key {
    match rule {
        RetentionRule::Mails => key::RETAIN_MAILS,
        RetentionRule::Callbacks => key::RETAIN_CALLBACKS,
        RetentionRule::Openings => key::RETAIN_OPENINGS,
        RetentionRule::Jobs => key::RETAIN_JOBS,
        RetentionRule::JobFiles => key::RETAIN_JOB_FILES,
    }
}

/// A request to a second person.
pub fn matter(kind: &str) -> Key {
    match kind {
        "seal" => key::MATTER_SEAL,
        "publish" => key::MATTER_PUBLISH,
        "extend" => key::MATTER_EXTEND,
        "close" => key::MATTER_CLOSE,
        _ => key::MATTER_VERDICT,
    }
}

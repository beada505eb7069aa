//! Retention: what is no longer needed is announced, with how much it is, and deleted three days later as announced.
//!
//! An announced deletion can be held; then it is announced anew a month later.

use super::{Desk, Result};
use crate::clock::{DAY_MS, Millis};
use crate::store::actor::{Act, Actor, Right};
use crate::store::retention::{Deletion, RetentionRule};

/// Days between announcement and deletion.
pub const NOTICE_DAYS: i64 = 3;
/// Days for which a held deletion is not announced again.
pub const HOLD_DAYS: i64 = 30;
/// Past deletions that a hold is looked for in.
const RECENT: i64 = 200;

/// What one rule is about to do.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The rule.
    pub rule: RetentionRule,
    /// Rows that are old enough now.
    pub old: i64,
    /// Rows that will be old enough within a month.
    pub soon: i64,
    /// The deletion that is announced, if one is.
    pub announced: Option<Deletion>,
}

fn before(now: Millis, rule: RetentionRule) -> Millis {
    now.plus(-rule.days() * DAY_MS)
}

/// What every rule is about to do.
///
/// # Errors
/// What the database says.
pub fn retention_outlook(desk: &Desk) -> Result<Vec<Outlook>> {
    let now = desk.clock.now();
    let announced = desk.store.announced()?;
    let mut outlooks = Vec::new();
    for rule in RetentionRule::ALL.iter().copied() {
        let cut = before(now, rule);
        let mut of_rule = None;
        for deletion in &announced {
            if deletion.rule()? == rule {
                of_rule = Some(deletion.clone());
            }
        }
        outlooks.push(Outlook {
            rule,
            old: desk.store.retention_count(rule, cut)?,
            soon: desk.store.retention_count(rule, cut.plus(30 * DAY_MS))?,
            announced: of_rule,
        });
    }
    Ok(outlooks)
}

/// Announces what has become old enough, and does what was announced in time; how many rows were deleted.
///
/// # Errors
/// What the database says.
pub fn retain_due(desk: &Desk) -> Result<i64> {
    let now = desk.clock.now();
    let service = Actor::Service("schedule");
    let mut deleted = 0;
    for deletion in desk.store.announced()? {
        if now.0 >= deletion.due_at {
            let subject = format!("retention of {}", deletion.rule()?);
            let act =
                Act::new(&service, Right::ManageRetention, now, "retention.delete", subject)
                    .with(serde_json::json!({ "announced": deletion.n, "before": Millis(deletion.before).rfc3339() }));
            deleted += desk.store.carry_out(&act, deletion.id)?.unwrap_or_default();
        }
    }
    let recent = desk.store.deletions(None, RECENT)?;
    for outlook in retention_outlook(desk)? {
        let rule = outlook.rule;
        let held = recent.iter().any(|past| {
            past.state == "held"
                && past.rule().is_ok_and(|of| of == rule)
                && past.settled_at.is_some_and(|at| now.0 < at + HOLD_DAYS * DAY_MS)
        });
        if outlook.old > 0 && outlook.announced.is_none() && !held {
            let subject = format!("retention of {rule}");
            let act =
                Act::new(&service, Right::ManageRetention, now, "retention.announce", subject)
                    .with(serde_json::json!({ "rows": outlook.old }));
            let due = now.plus(NOTICE_DAYS * DAY_MS);
            desk.store.announce(&act, rule, before(now, rule), due)?;
        }
    }
    Ok(deleted)
}

/// Holds an announced deletion for a month.
///
/// # Errors
/// [`super::RoundError::Refused`] for a reason too short, or when it was done or held before.
pub fn hold_deletion(desk: &Desk, actor: &Actor, id: i64, reason: &str) -> Result<()> {
    let reason = super::verdict::reason_of(reason)?;
    let at = desk.clock.now();
    let subject = format!("deletion {id}");
    let act = Act::new(actor, Right::ManageRetention, at, "retention.hold", subject)
        .with(serde_json::json!({ "reason": reason }));
    Ok(desk.store.hold_deletion(&act, id)?)
}

//! From flags to what counts: the decision on each flagged response.
//!
//! Flags alone decide nothing. A person's verdict, with a reason, comes first; where none was given by the
//! deadline, the policy fixed at the opening of the round speaks. Who may give a verdict (never on the own unit)
//! is checked where people are known, not here.

use super::flag::{Flag, Severity};

/// What is to happen with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It counts.
    Keep,
    /// It does not count; it stays in the ledger and in the published number of exclusions.
    Exclude,
    /// A person must look first.
    NeedsPerson,
}

/// What the round does, by severity, where no person has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fallback {
    /// The response counts.
    Keep,
    /// The response does not count.
    Exclude,
}

/// The policy fixed at the opening of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// For `high`, once the deadline has passed; before it such a response waits for a person.
    pub high: Fallback,
    /// For `medium`.
    pub medium: Fallback,
}

impl Default for Policy {
    /// Keep: a machine's suspicion silences nobody.
    fn default() -> Self {
        Self { high: Fallback::Keep, medium: Fallback::Keep }
    }
}

/// A person's decision. The reason is required by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonVerdict {
    keep: bool,
    reason: String,
}

/// A verdict without a reason, or with one too long to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a verdict needs a reason of 1 to {REASON_CHARS_MAX} characters")]
pub struct NoReason;

/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;

impl PersonVerdict {
    /// A decision with its reason.
    ///
    /// # Errors
    /// [`NoReason`] when the reason is blank or longer than [`REASON_CHARS_MAX`].
    pub fn new(keep: bool, reason: &str) -> Result<Self, NoReason> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
            return Err(NoReason);
        }
        Ok(Self { keep, reason: reason.to_owned() })
    }

    /// Why it was decided so.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether the response counts.
    pub fn keeps(&self) -> bool {
        self.keep
    }
}

/// Whose decision an [`Outcome`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decider {
    /// Nothing to decide: no flag above a note.
    Nobody,
    /// A person, with a reason.
    Person,
    /// The policy fixed at opening.
    Policy,
}

/// The highest severity among the flags of one response.
pub fn highest<'f>(flags: impl IntoIterator<Item = &'f Flag>) -> Option<Severity> {
    flags.into_iter().map(|flag| flag.severity).max()
}

/// Decides on one response.
///
/// `severity`: its highest flag, if any; `person`: the latest verdict of a person, if any; `deadline_passed`: whether
/// the policy may stand in for persons who did not decide.
pub fn decide(
    severity: Option<Severity>,
    person: Option<&PersonVerdict>,
    policy: &Policy,
    deadline_passed: bool,
) -> (Outcome, Decider) {
    if let Some(verdict) = person {
        let outcome = if verdict.keep { Outcome::Keep } else { Outcome::Exclude };
        return (outcome, Decider::Person);
    }
    match severity {
        None | Some(Severity::Low) => (Outcome::Keep, Decider::Nobody),
        Some(Severity::Medium) => (fall_back(policy.medium), Decider::Policy),
        Some(Severity::High) if deadline_passed => (fall_back(policy.high), Decider::Policy),
        Some(Severity::High) => (Outcome::NeedsPerson, Decider::Nobody),
    }
}

fn fall_back(fallback: Fallback) -> Outcome {
    match fallback {
        Fallback::Keep => Outcome::Keep,
        Fallback::Exclude => Outcome::Exclude,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Policy = Policy { high: Fallback::Exclude, medium: Fallback::Exclude };

    #[test]
    fn an_unflagged_response_and_a_note_are_kept_under_every_policy() {
        for severity in [None, Some(Severity::Low)] {
            for policy in [Policy::default(), STRICT] {
                assert_eq!(decide(severity, None, &policy, true), (Outcome::Keep, Decider::Nobody));
            }
        }
    }

    #[test]
    fn high_waits_for_a_person_until_the_deadline_gives_the_policy_its_say() {
        let high = Some(Severity::High);
        assert_eq!(decide(high, None, &STRICT, false).0, Outcome::NeedsPerson);
        assert_eq!(decide(high, None, &STRICT, true), (Outcome::Exclude, Decider::Policy));
        let kept = decide(high, None, &Policy::default(), true);
        assert_eq!(kept, (Outcome::Keep, Decider::Policy));
    }

    #[test]
    fn medium_follows_the_policy_without_waiting() {
        let medium = Some(Severity::Medium);
        assert_eq!(decide(medium, None, &STRICT, false), (Outcome::Exclude, Decider::Policy));
        assert_eq!(decide(medium, None, &Policy::default(), false).0, Outcome::Keep);
    }

    #[test]
    fn a_person_overrides_policy_and_flag_in_both_directions() {
        let keep = PersonVerdict::new(true, "called back: answered it herself").unwrap();
        let drop = PersonVerdict::new(false, "the clerk admits it").unwrap();
        let high = Some(Severity::High);
        assert_eq!(decide(high, Some(&keep), &STRICT, true), (Outcome::Keep, Decider::Person));
        let policy = Policy::default();
        assert_eq!(decide(None, Some(&drop), &policy, false), (Outcome::Exclude, Decider::Person));
    }

    #[test]
    fn a_verdict_without_a_reason_is_refused() {
        assert_eq!(PersonVerdict::new(false, "  \n"), Err(NoReason));
        assert_eq!(PersonVerdict::new(false, &"x".repeat(REASON_CHARS_MAX + 1)), Err(NoReason));
    }
}

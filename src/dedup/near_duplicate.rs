//! The same rare answers again with a few of them changed.
//!
//! Catches a form sent again, minutes or days later, with small changes to look like another person. Could wrong
//! relatives who answered together; their forms differ in more than a few rare answers.

use super::copies::Copy;
use super::flag::{Flag, RuleName, Severity};
use super::study::Study;
use super::wording;
use super::{Rule, Settings};

/// The rule.
pub struct NearDuplicate;

impl Rule for NearDuplicate {
    fn name(&self) -> RuleName {
        RuleName::NearDuplicate
    }

    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag> {
        strongest(study.copies(settings), |copy| copy.changes > 0)
            .into_iter()
            .map(|copy| {
                let apart = wording::apart(study, copy.first, copy.second);
                Flag {
                    row: copy.second as usize,
                    rule: self.name(),
                    severity: severity(copy.log_odds),
                    score: copy.log_odds,
                    related: Some(copy.first as usize),
                    explanation: format!(
                        "The answers are those of a response sent {apart} earlier with {} changed, a pattern so rare \
                         that two people hardly share it by chance.",
                        wording::count(changed(study, copy), "answer", "answers")
                    ),
                }
            })
            .collect()
    }
}

/// Answers that differ, a leap counted once.
fn changed(study: &Study<'_>, copy: &Copy) -> usize {
    let (first, second) = (study.answers(copy.first as usize), study.answers(copy.second as usize));
    first.iter().zip(second).filter(|(a, b)| a != b).count()
}

/// Odds from which a copy is to be reviewed, and from which a person must look.
pub(super) fn severity(log_odds: f64) -> Severity {
    if log_odds >= HIGH {
        Severity::High
    } else if log_odds >= MEDIUM {
        Severity::Medium
    } else {
        Severity::Low
    }
}

/// Six to one.
pub(super) const MEDIUM: f64 = 1.8;
/// About a thousand to one.
pub(super) const HIGH: f64 = 6.5;

/// For each later response the strongest pair among those wanted; the nearer in time of equals.
pub(super) fn strongest(copies: &[Copy], wanted: impl Fn(&Copy) -> bool) -> Vec<&Copy> {
    let mut best: Vec<&Copy> = Vec::new();
    for copy in copies.iter().filter(|copy| wanted(copy)) {
        match best.last_mut() {
            Some(last) if last.second == copy.second => {
                if copy.log_odds >= last.log_odds {
                    *last = copy;
                }
            }
            _ => best.push(copy),
        }
    }
    best
}

//! The same rare answers a second time.
//!
//! Catches a form sent twice. Could wrong nobody whose answers are common: all-alike forms are shared by
//! hundreds and carry no evidence, whatever their times and devices.

use super::flag::{Flag, RuleName};
use super::near_duplicate::{severity, strongest};
use super::study::Study;
use super::wording;
use super::{Rule, Settings};

/// The rule.
pub struct ExactDuplicate;

impl Rule for ExactDuplicate {
    fn name(&self) -> RuleName {
        RuleName::ExactDuplicate
    }

    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag> {
        strongest(study.copies(settings), |copy| copy.changes == 0)
            .into_iter()
            .map(|copy| Flag {
                row: copy.second as usize,
                rule: self.name(),
                severity: severity(copy.log_odds),
                score: copy.log_odds,
                related: Some(copy.first as usize),
                explanation: format!(
                    "Every answer is that of a response sent {} earlier, a pattern so rare that two people hardly share \
                     it by chance.",
                    wording::apart(study, copy.first, copy.second)
                ),
            })
            .collect()
    }
}

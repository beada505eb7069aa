//! One value almost throughout, ticked in a hurry.
//!
//! Catches forms ticked down one column. Could wrong the honestly satisfied, who also give one value: they turn round
//! where an item is worded the other way, and they take their time. Who went straight through such items is weighed
//! against the few who misread them by pace; where the form has none, only haste that no reading allows is held against
//! anyone.

#![expect(clippy::indexing_slicing, reason = "rows of the study")]

use super::flag::{Flag, RuleName, Severity};
use super::pace::HURRY_EDGE;
use super::speeder::{HIGH, log_odds};
use super::study::Study;
use super::{Rule, Settings, wording};

/// The rule.
pub struct Straightliner;

/// Share of the items answered that one value must have.
const EVENNESS_MIN: f64 = 0.8;
/// Least items that make a line.
const ANSWERED_MIN: u8 = 6;
/// Probability of haste from which a form is to be reviewed.
const MEDIUM: f64 = 0.5;
/// The same for a form that went against itself.
const MEDIUM_AGAINST: f64 = 0.3;
/// Honest straight forms taken for granted when the share of hurried ones is estimated: few where a form already went
/// against itself, many where nothing but pace tells.
const PRIOR_AGAINST: f64 = 4.0;
const PRIOR_PACE_ONLY: f64 = 100.0;
/// Spreads below the usual at which hurry begins for a form that went against itself.
const EDGE_AGAINST: f64 = 1.0;

impl Rule for Straightliner {
    fn name(&self) -> RuleName {
        RuleName::Straightliner
    }

    fn find(&self, study: &Study<'_>, _settings: &Settings) -> Vec<Flag> {
        let straight = |row: usize| {
            let shape = &study.shape[row];
            shape.answered >= ANSWERED_MIN
                && usize::from(shape.answered) * 2 >= study.items_per_row
                && shape.literal_evenness() >= EVENNESS_MIN
                && study.pace.of(row).is_some()
        };
        let mut against = Vec::new();
        let mut untold = Vec::new();
        for row in (0..study.rows).filter(|&row| straight(row)) {
            let shape = &study.shape[row];
            if shape.tellers == 0 {
                untold.push(row as u32);
            } else if shape.against * 2 > shape.tellers {
                against.push(row as u32);
            }
        }
        let mut flags = Vec::new();
        for (rows, prior, edge, medium, also) in [
            (
                &against,
                PRIOR_AGAINST,
                EDGE_AGAINST,
                MEDIUM_AGAINST,
                ", also on items worded the other way round,",
            ),
            (&untold, PRIOR_PACE_ONLY, HURRY_EDGE, MEDIUM, ""),
        ] {
            for (&row, probability) in rows.iter().zip(study.pace.hurried(rows, prior, edge)) {
                if probability < medium {
                    continue;
                }
                flags.push(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: if probability >= HIGH { Severity::High } else { Severity::Medium },
                    score: log_odds(probability).max(0.0),
                    related: None,
                    explanation: format!(
                        "The same option was ticked almost throughout{also} within {}, where about {} are usual.",
                        wording::taken(study, row),
                        wording::usual(study, row)
                    ),
                });
            }
        }
        flags
    }
}

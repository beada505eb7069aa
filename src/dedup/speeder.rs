//! Faster than anyone reads the form.
//!
//! Catches forms clicked through. Could wrong fast readers: what counts is the pace against the same form in the same
//! language on the same kind of link, and how the file's own honest paces thin out towards haste.

use super::flag::{Flag, RuleName, Severity};
use super::pace::HURRY_EDGE;
use super::study::Study;
use super::{Rule, Settings, wording};

/// The rule.
pub struct Speeder;

/// Probability of haste from which a form is to be reviewed.
const MEDIUM: f64 = 0.5;
/// Probability from which a person must look.
pub(super) const HIGH: f64 = 0.99;
/// Honest forms taken for granted when the share of hurried ones is estimated.
const PRIOR_TOTAL: f64 = 60.0;

impl Rule for Speeder {
    fn name(&self) -> RuleName {
        RuleName::Speeder
    }

    fn find(&self, study: &Study<'_>, _settings: &Settings) -> Vec<Flag> {
        let rows: Vec<u32> =
            (0..study.rows as u32).filter(|&row| study.pace.of(row as usize).is_some()).collect();
        let hurried = study.pace.hurried(&rows, PRIOR_TOTAL, HURRY_EDGE);
        rows.iter()
            .zip(hurried)
            .filter(|(_, probability)| *probability >= MEDIUM)
            .map(|(&row, probability)| Flag {
                row: row as usize,
                rule: self.name(),
                severity: if probability >= HIGH { Severity::High } else { Severity::Medium },
                score: log_odds(probability),
                related: None,
                explanation: format!(
                    "Filled in {}; forms answered to this extent in this language usually take about {}.",
                    wording::taken(study, row),
                    wording::usual(study, row)
                ),
            })
            .collect()
    }
}

/// Logarithm of the odds of a probability below one.
pub(super) fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-12, 1.0 - 1e-12);
    libm::log(p / (1.0 - p))
}

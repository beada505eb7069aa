//! Sent at an hour when practically nobody answers.
//!
//! A note, never more: night workers exist. Which hours are quiet is learned from the round, for kiosks (which stand in the
//! office) and for links that people take home apart. Paper is keyed in whenever a clerk has time and is left out.

#![expect(clippy::indexing_slicing, reason = "hours 0 to 23")]

use super::batch::Kind;
use super::flag::{Flag, RuleName, Severity};
use super::study::Study;
use super::{Rule, Settings};

/// The rule.
pub struct OffHours;

/// Quiet hours together hold at most this share of the answers.
const QUIET_SHARE: f64 = 0.004;
/// Answers needed to know the hours.
const ANSWERS_MIN: usize = 200;

impl Rule for OffHours {
    fn name(&self) -> RuleName {
        RuleName::OffHours
    }

    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag> {
        let local = |row: u32| study.time[row as usize] + settings.utc_offset_ms;
        let hour = |row: u32| local(row).div_euclid(3_600_000).rem_euclid(24) as usize;
        let mut flags = Vec::new();
        for (in_office, whose) in [(true, "at a kiosk"), (false, "at a link people take home")] {
            let rows: Vec<u32> = (0..study.rows as u32)
                .filter(|&row| {
                    let kind = study.kind[row as usize];
                    kind != Kind::Paper && (kind == Kind::Kiosk) == in_office
                })
                .collect();
            if rows.len() < ANSWERS_MIN {
                continue;
            }
            let mut counts = [0_usize; 24];
            for &row in &rows {
                counts[hour(row)] += 1;
            }
            let mut hours: Vec<usize> = (0..24).collect();
            hours.sort_by_key(|&hour| (counts[hour], hour));
            let mut quiet = [false; 24];
            let mut sum = 0;
            for hour in hours {
                sum += counts[hour];
                if sum as f64 > QUIET_SHARE * rows.len() as f64 {
                    break;
                }
                quiet[hour] = true;
            }
            for &row in rows.iter().filter(|&&row| quiet[hour(row)]) {
                let share = counts[hour(row)] as f64 / rows.len() as f64;
                let minute = local(row).div_euclid(60_000).rem_euclid(60);
                flags.push(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: Severity::Low,
                    score: -libm::log(share),
                    related: None,
                    explanation: format!(
                        "Sent at {:02}:{minute:02} {whose}, an hour at which practically nobody answers in this round.",
                        hour(row)
                    ),
                });
            }
        }
        flags
    }
}

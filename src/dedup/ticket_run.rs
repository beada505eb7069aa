//! Consecutive tickets of a counter spent in order within minutes.
//!
//! Catches tickets held back and spent in one go. Could wrong people served one after the other who answer at the desk,
//! and families: their tickets come in order too, but not faster than a desk works and a phone changes hands. Paper is left
//! out, since a clerk keys it in by number.

#![expect(clippy::indexing_slicing, reason = "rows of the study")]

use std::collections::HashMap;

use super::flag::{Flag, RuleName, Severity};
use super::pace::quantile;
use super::stretch::heavy;
use super::study::Study;
use super::tails::log_normal;
use super::{Rule, Settings, wording};

/// The rule.
pub struct TicketRun;

/// Tickets that make a run.
const TICKETS_MIN: usize = 5;
/// Evidence (log odds) for review, and for a person to look.
const MEDIUM: f64 = 9.0;
const HIGH: f64 = 20.0;
/// Numbers that may be missing between two tickets of a run.
const MISSING_MAX: u32 = 1;
/// Time between tickets in order before the file has said: serving somebody takes minutes, however long the form.
const EXPECTED_GAP_MS: f64 = 360_000.0;
/// Observations that expectation is worth.
const EXPECTED_WEIGHT: f64 = 10.0;
/// Gaps that people served in turn may leave between them; shorter ones say nothing about a desk, longer ones neither.
const DESK_GAP_MS: std::ops::Range<f64> = 120_000.0..3_600_000.0;
/// Spread of people's gaps and of a run's, in logarithms.
const GAP_DEVIATION: f64 = 0.6;
const RUN_DEVIATION: f64 = 0.8;
/// A run's gap: opening a ticket, ticking, sending.
const RUN_GAP_MS: f64 = 55_000.0;
/// Longer gaps end a run.
const GAP_MAX_MS: f64 = 300_000.0;
/// Milliseconds a counter is open in a day, for the pace at which it can hand out tickets.
const DAY_OPEN_MS: f64 = 8.0 * 3_600_000.0;
/// Tickets of a day that may themselves be a run.
const RUN_TICKETS: f64 = 15.0;

impl Rule for TicketRun {
    fn name(&self) -> RuleName {
        RuleName::TicketRun
    }

    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag> {
        let mut piles = study.group_by(|row| {
            let personal = study.kind[row].is_personal() && study.serial[row].is_some();
            personal.then(|| (study.counter[row], study.kind[row]))
        });
        for pile in &mut piles {
            pile.sort_by_key(|&row| (study.serial[row as usize], row));
        }
        let honest = honest_gap(study, &piles);
        piles
            .iter()
            .filter(|pile| pile.len() >= TICKETS_MIN)
            .flat_map(|pile| {
                let busy = Busy::of(study, pile, settings);
                self.runs(study, pile, honest, &busy)
            })
            .collect()
    }
}

impl TicketRun {
    fn runs(&self, study: &Study<'_>, pile: &[u32], honest: f64, busy: &Busy) -> Vec<Flag> {
        let steps: Vec<f64> = pile
            .windows(2)
            .map(|pair| match gap(study, pair[0], pair[1]) {
                Some(ms) if ms <= GAP_MAX_MS => {
                    // Below a few seconds haste can no longer be told apart.
                    let log = libm::log(ms.max(2_000.0));
                    let run = libm::log(RUN_GAP_MS);
                    let honest = honest.min(busy.log_gap(study.time[pair[0] as usize]));
                    log_normal(log.max(run), run, RUN_DEVIATION)
                        - log_normal(log.min(honest), honest, GAP_DEVIATION)
                }
                _ => f64::NEG_INFINITY,
            })
            .collect();
        let mut flags = Vec::new();
        for (first, last, weight) in heavy(&steps, MEDIUM) {
            let run = &pile[first..=last + 1];
            if run.len() < TICKETS_MIN {
                continue;
            }
            let lasted = wording::apart(study, run[0], run[run.len() - 1]);
            for (at, &row) in run.iter().enumerate() {
                let beside = if at == 0 { run[1] } else { run[at - 1] };
                flags.push(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: if weight >= HIGH { Severity::High } else { Severity::Medium },
                    score: weight,
                    related: Some(beside as usize),
                    explanation: format!(
                        "One of {} tickets of this counter spent in the order of their numbers within {lasted}, faster \
                         than people are served one after the other.",
                        run.len()
                    ),
                });
            }
        }
        flags
    }
}

/// How many tickets of a counter were answered each day.
struct Busy {
    offset_ms: i64,
    by_day: HashMap<i64, f64>,
}

impl Busy {
    fn of(study: &Study<'_>, pile: &[u32], settings: &Settings) -> Self {
        let offset_ms = settings.utc_offset_ms;
        let mut by_day: HashMap<i64, f64> = HashMap::new();
        for &row in pile {
            *by_day.entry(day(study.time[row as usize], offset_ms)).or_default() += 1.0;
        }
        Self { offset_ms, by_day }
    }

    /// Logarithm of the time between two tickets if the day's were handed out evenly, in milliseconds.
    fn log_gap(&self, time: i64) -> f64 {
        let answered = self.by_day.get(&day(time, self.offset_ms)).copied().unwrap_or(1.0);
        libm::log(DAY_OPEN_MS / (answered - RUN_TICKETS).max(1.0))
    }
}

fn day(time: i64, offset_ms: i64) -> i64 {
    (time + offset_ms).div_euclid(86_400_000)
}

/// Milliseconds from one ticket to the next in number, if they were spent in that order.
fn gap(study: &Study<'_>, a: u32, b: u32) -> Option<f64> {
    let (a, b) = (a as usize, b as usize);
    let (x, y) = (study.serial[a]?, study.serial[b]?);
    let step = y.checked_sub(x)?;
    let ms = study.time[b] - study.time[a];
    ((1..=MISSING_MAX + 1).contains(&step) && ms >= 0).then_some(ms as f64)
}

/// Logarithm of the usual time between tickets spent in order by people, in milliseconds.
fn honest_gap(study: &Study<'_>, piles: &[Vec<u32>]) -> f64 {
    let mut logs: Vec<f32> = piles
        .iter()
        .flat_map(|pile| pile.windows(2))
        .filter_map(|pair| gap(study, pair[0], pair[1]))
        .filter(|ms| DESK_GAP_MS.contains(ms))
        .map(|ms| libm::log(ms) as f32)
        .collect();
    let n = logs.len() as f64;
    let expected = libm::log(EXPECTED_GAP_MS);
    // A slow counter must not make an ordinary desk look fast.
    let seen = f64::from(quantile(&mut logs, 0.35)).min(expected + 0.5);
    (EXPECTED_WEIGHT * expected + n * seen) / (EXPECTED_WEIGHT + n)
}

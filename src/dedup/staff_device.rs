//! One device spends a pile of tickets, one right after the other.
//!
//! Catches a clerk's phone with the tickets that were never handed out. Could wrong a family, a helper going from person to
//! person and a shared Wi-Fi: their forms take as long as forms take, people need time to hand over, and many phones behind
//! one address overlap.

#![expect(clippy::indexing_slicing, reason = "rows of the study")]

use std::collections::HashMap;

use super::batch::Kind;
use super::flag::{Flag, RuleName, Severity};
use super::pace::quantile;
use super::stretch::heavy;
use super::study::Study;
use super::tails::log_normal;
use super::{Rule, Settings, wording};

/// The rule.
pub struct StaffDevice;

/// Tickets that make a pile; families rarely bring more.
const TICKETS_MIN: usize = 6;
/// Evidence (log odds) for review, and for a person to look.
const MEDIUM: f64 = 8.0;
const HIGH: f64 = 18.0;
/// Pause between two people on one phone before the file has said: handing over, finding the next ticket.
const EXPECTED_PAUSE_MS: f64 = 180_000.0;
/// Devices that expectation is worth.
const EXPECTED_WEIGHT: f64 = 10.0;
/// Longest pause that still looks like handing over.
const PAUSE_MAX_MS: f64 = 1_200_000.0;
/// A pile's pause as a share of people's, and the spread of pauses in logarithms.
const PILE_PAUSE: f64 = 0.25;
const PAUSE_DEVIATION: f64 = 0.8;
/// Pace of a pile: hurried, in logarithms.
const PILE_PACE: f64 = -0.6;
const PILE_PACE_DEVIATION: f64 = 0.4;
/// Each further ticket on one device speaks a little for a pile.
const ONE_MORE: f64 = 0.5;
/// A form opened before the last was sent: two phones behind one address.
const OVERLAP: f64 = -2.0;
/// A form of another counter or kind in between, on the same device.
const STRANGER: f64 = -0.7;
/// Overlap that clocks and networks explain, in milliseconds.
const SLACK_MS: f64 = 3_000.0;

impl Rule for StaffDevice {
    fn name(&self) -> RuleName {
        RuleName::StaffDevice
    }

    fn find(&self, study: &Study<'_>, _settings: &Settings) -> Vec<Flag> {
        let mut flags = Vec::new();
        let devices = study.group_by(|row| study.device[row]);
        let people = people_pause(study, &devices);
        for all in devices {
            if all.len() < TICKETS_MIN {
                continue;
            }
            // Places on the device's list of each counter's tickets, counters in order of their first ticket.
            let mut slot: HashMap<u32, usize> = HashMap::new();
            let mut piles: Vec<Vec<usize>> = Vec::new();
            for (at, &row) in all.iter().enumerate() {
                if study.kind[row as usize].is_personal() {
                    let pile = *slot.entry(study.counter[row as usize]).or_insert_with(|| {
                        piles.push(Vec::new());
                        piles.len() - 1
                    });
                    piles[pile].push(at);
                }
            }
            for places in piles.iter().filter(|places| places.len() >= TICKETS_MIN) {
                self.piles(study, &all, (places, people), &mut flags);
            }
        }
        flags
    }
}

impl StaffDevice {
    fn piles(
        &self,
        study: &Study<'_>,
        all: &[u32],
        (places, people): (&[usize], f64),
        flags: &mut Vec<Flag>,
    ) {
        let pile: Vec<u32> = places.iter().map(|&at| all[at]).collect();
        let steps: Vec<f64> = places
            .windows(2)
            .map(|pair| {
                let strangers = (pair[1] - pair[0] - 1) as f64;
                step(study, all[pair[0]], all[pair[1]], people) + STRANGER * strangers
            })
            .collect();
        for (first, last, weight) in heavy(&steps, MEDIUM) {
            let pile = &pile[first..=last + 1];
            if pile.len() < TICKETS_MIN {
                continue;
            }
            let lasted = wording::apart(study, pile[0], pile[pile.len() - 1]);
            for (at, &row) in pile.iter().enumerate() {
                let beside = if at == 0 { pile[1] } else { pile[at - 1] };
                flags.push(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: if weight >= HIGH { Severity::High } else { Severity::Medium },
                    score: weight,
                    related: Some(beside as usize),
                    explanation: format!(
                        "One of {} tickets of this counter spent on one device within {lasted}, each right after the other.",
                        pile.len()
                    ),
                });
            }
        }
    }
}

/// Logarithm of the usual pause between two people on one phone, in milliseconds: the shortest of each device that
/// several people used, so that no single device decides.
fn people_pause(study: &Study<'_>, devices: &[Vec<u32>]) -> f64 {
    let mut logs: Vec<f32> = devices
        .iter()
        .filter_map(|rows| {
            let mut pauses: Vec<f32> = rows
                .windows(2)
                .filter(|pair| pair.iter().all(|&row| handed_over(study.kind[row as usize])))
                .map(|pair| pause(study, pair[0] as usize, pair[1] as usize))
                .filter(|ms| (1_000.0..PAUSE_MAX_MS).contains(ms))
                .map(|ms| libm::log(ms) as f32)
                .collect();
            (!pauses.is_empty()).then(|| quantile(&mut pauses, 0.5))
        })
        .collect();
    let n = logs.len() as f64;
    let seen = f64::from(quantile(&mut logs, 0.5));
    (EXPECTED_WEIGHT * libm::log(EXPECTED_PAUSE_MS) + n * seen) / (EXPECTED_WEIGHT + n)
}

fn handed_over(kind: Kind) -> bool {
    !matches!(kind, Kind::Kiosk | Kind::Paper)
}

/// Milliseconds from the sending of one form to the opening of the next; below zero when they overlap.
fn pause(study: &Study<'_>, before: usize, row: usize) -> f64 {
    let gap = (study.time[row] - study.time[before]) as f64;
    let filling = f64::from(study.seconds[row]) * 1e3;
    if filling.is_finite() { gap - filling } else { gap - 0.5 * study.pace.usual_ms() }
}

/// How much better a pile explains the second of two forms on a device than people do; `people`: logarithm of their
/// pause.
fn step(study: &Study<'_>, before: u32, row: u32, people: f64) -> f64 {
    let (before, row) = (before as usize, row as usize);
    let pause = pause(study, before, row);
    if pause < -SLACK_MS {
        return OVERLAP;
    }
    let pile = people + libm::log(PILE_PAUSE);
    let pause = libm::log(pause.max(5_000.0));
    let mut sum = ONE_MORE + log_normal(pause.max(pile), pile, PAUSE_DEVIATION)
        - log_normal(pause, people, PAUSE_DEVIATION);
    if let Some(pace) = study.pace.of(row) {
        sum += log_normal(pace.max(PILE_PACE), PILE_PACE, PILE_PACE_DEVIATION)
            - log_normal(pace, 0.0, study.pace.spread);
    }
    sum
}

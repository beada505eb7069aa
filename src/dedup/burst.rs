//! A counter stuffed within minutes.
//!
//! Catches many nearly uniform forms on one link within minutes to two hours, hastily filled, beyond the counter's own
//! rhythm and the day's. Could wrong a meeting, a queue after a holiday, a kiosk: there forms come as fast, but they differ as
//! forms differ and take as long as forms take. Rate alone therefore never makes a burst; alikeness and haste of the whole
//! group must both speak. Which value the forms share plays no part: bought praise and a grudge are found alike.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over rows of the study")]

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::batch::{CODE_MAX, Kind};
use super::burst_search::{FORMS_MIN, Window, reach, uniform, windows};
use super::flag::{Flag, RuleName, Severity};
use super::rhythm::Rhythm;
use super::study::Study;
use super::tails::log_normal;
use super::{Rule, Settings, wording};

/// The rule.
pub struct Burst;

/// Shares of the answers that have the shared value, for a form to be nearly uniform: stuffing is more or less careless.
const EVENNESS: [f64; 2] = [0.6, 0.85];
/// How much less even than the others of a burst a form may be and still belong to it.
const EVENNESS_BELOW: f64 = 0.3;
/// Evidence from which a person must look.
const HIGH: f64 = 24.0;
/// A pause is long when it is this many times the mean, and longer than this.
const PAUSES_LONG: i64 = 8;
const PAUSE_MIN_MS: i64 = 300_000;
/// Log odds that make a form of the stretch a member of the burst.
const MEMBER: f64 = 1.1;
/// Log odds below which nobody is asked to look at once, whatever the burst.
const SURE_MEMBER: f64 = 3.0;

/// Nearly uniform forms of the round by value.
type UniformForms = [f64; CODE_MAX as usize + 1];

impl Rule for Burst {
    fn name(&self) -> RuleName {
        RuleName::Burst
    }

    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag> {
        let rhythm = Rhythm::learn(study, settings);
        let mut uniform_forms = [[0.0; CODE_MAX as usize + 1]; EVENNESS.len()];
        for (counts, evenness) in uniform_forms.iter_mut().zip(EVENNESS) {
            for row in 0..study.rows {
                if let Some(value) = uniform(study, row as u32, evenness) {
                    counts[usize::from(value)] += 1.0;
                }
            }
        }
        let links = study.group_by(|row| {
            (study.kind[row] != Kind::Paper).then(|| (study.counter[row], study.kind[row]))
        });
        links
            .par_iter()
            .filter(|link| link.len() >= FORMS_MIN)
            .flat_map_iter(|link| self.on_link(study, link, &uniform_forms, &rhythm))
            .collect()
    }
}

impl Burst {
    fn on_link(
        &self,
        study: &Study<'_>,
        link: &[u32],
        uniform_forms: &[UniformForms],
        rhythm: &Rhythm,
    ) -> Vec<Flag> {
        let lists: Vec<Vec<Window>> = EVENNESS
            .iter()
            .zip(uniform_forms)
            .flat_map(|(&evenness, forms)| {
                (1..=study.behaviour.top).map(move |value| {
                    windows(study, link, (value, evenness), forms[usize::from(value)], rhythm)
                })
            })
            .collect();
        let mut order: Vec<(usize, usize)> = lists
            .iter()
            .enumerate()
            .flat_map(|(list, windows)| (0..windows.len()).map(move |at| (list, at)))
            .collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&lists[a.0][a.1], &lists[b.0][b.1]);
            b.evidence.total_cmp(&a.evidence).then((a.first, a.last).cmp(&(b.first, b.last)))
        });
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        let mut flags = Vec::new();
        for (list, at) in order {
            let strongest = &lists[list][at];
            let is_free = |window: &Window| {
                taken.range(..=window.last).next_back().is_none_or(|(_, &last)| last < window.first)
            };
            if !is_free(strongest) {
                continue;
            }
            let window = reach(&lists[list], at, is_free);
            taken.insert(window.first, window.last);
            let members =
                unbroken(study, members(study, &link[window.first..=window.last], window));
            let (Some(&(first, _)), Some(&(last, _))) = (members.first(), members.last()) else {
                continue;
            };
            if members.len() < FORMS_MIN {
                continue;
            }
            let lasted = wording::apart(study, first, last);
            for (at, &(row, log_odds)) in members.iter().enumerate() {
                let beside = if at == 0 { members[1].0 } else { members[at - 1].0 };
                let sure = strongest.evidence >= HIGH && log_odds >= SURE_MEMBER;
                flags.push(Flag {
                    row: row as usize,
                    rule: self.name(),
                    severity: if sure { Severity::High } else { Severity::Medium },
                    score: strongest.evidence,
                    related: Some(beside as usize),
                    explanation: format!(
                        "One of {} forms at this counter within {lasted}, filled alike and in haste, beyond what the counter \
                         and the day otherwise see.",
                        members.len()
                    ),
                });
            }
        }
        flags
    }
}

/// The longest part without a pause that would be long for the burst.
fn unbroken(study: &Study<'_>, members: Vec<(u32, f64)>) -> Vec<(u32, f64)> {
    let time = |member: &(u32, f64)| study.time[member.0 as usize];
    let (Some(first), Some(last)) = (members.first(), members.last()) else { return members };
    let usual = (time(last) - time(first)) / (members.len() as i64 - 1).max(1);
    let pause = (PAUSES_LONG * usual).max(PAUSE_MIN_MS);
    members
        .chunk_by(|a, b| time(b) - time(a) <= pause)
        .max_by_key(|part| part.len())
        .map(<[_]>::to_vec)
        .unwrap_or_default()
}

/// The forms of a window that belong to the burst rather than to people who came by.
///
/// Each with the logarithm of the odds that it does.
fn members(study: &Study<'_>, rows: &[u32], window: &Window) -> Vec<(u32, f64)> {
    let same_value = |row: &u32| uniform(study, *row, EVENNESS[0] - 0.1) == Some(window.value);
    let mut alike: Vec<u32> = rows.iter().copied().filter(same_value).collect();
    let evenness = |row: u32| study.shape[row as usize].evenness();
    let usual = alike.iter().map(|&row| evenness(row)).sum::<f64>() / alike.len().max(1) as f64;
    alike.retain(|&row| evenness(row) >= usual - EVENNESS_BELOW);
    let paces: Vec<f64> = alike.iter().filter_map(|&row| study.pace.of(row as usize)).collect();
    let mean = paces.iter().sum::<f64>() / (paces.len() as f64).max(1.0);
    let by_chance = window.expected.max(0.3);
    let prior = libm::log(((alike.len() as f64 - by_chance) / by_chance).max(1.0));
    alike
        .into_iter()
        .map(|row| {
            let spread = study.pace.spread;
            let haste = study.pace.of(row as usize).map_or(0.0, |pace| {
                log_normal(pace, mean, 0.8 * spread) - log_normal(pace, 0.0, spread)
            });
            (row, prior + haste)
        })
        .filter(|(_, log_odds)| *log_odds > MEMBER)
        .collect()
}

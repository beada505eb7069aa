//! A counter stuffed within minutes.
//!
//! Catches many nearly uniform forms on one link within minutes to two hours, hastily filled, beyond the counter's own
//! rhythm and the day's. Could wrong a meeting, a queue after a holiday, a kiosk: there forms come as fast, but they differ as
//! forms differ and take as long as forms take. Rate alone therefore never makes a burst; alikeness and haste of the whole
//! group must both speak. Which value the forms share plays no part: bought praise and a grudge are found alike.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over rows of the study")]

use std::collections::HashMap;

use rayon::prelude::*;

use super::batch::{CODE_MAX, Kind};
use super::flag::{Flag, RuleName, Severity};
use super::study::Study;
use super::tails::{log_clumped_tail, log_excess, log_lower_tail, log_normal};
use super::{Rule, Settings, wording};

/// The rule.
pub struct Burst;

/// Forms that make a burst.
const FORMS_MIN: usize = 6;
/// Most forms and longest time of one burst.
const FORMS_MAX: usize = 150;
const LASTING_MAX_MS: i64 = 150 * 60_000;
/// Shares of the answers that have the shared value, for a form to be nearly uniform: stuffing is more or less careless.
const EVENNESS: [f64; 2] = [0.6, 0.85];
/// How much less even than the others of a burst a form may be and still belong to it.
const EVENNESS_BELOW: f64 = 0.3;
/// Evidence (natural logarithms of improbability) for review, and for a person to look.
const MEDIUM: f64 = 17.0;
const HIGH: f64 = 24.0;
/// Least evidence of each kind: haste, alikeness, rate; and the most that rate may give, since honest crowds have it too.
const HASTE_MIN: f64 = 1.0;
const ALIKE_MIN: f64 = 1.0;
const RATE_MIN: f64 = 2.5;
const RATE_MAX: f64 = 6.0;
/// The most that alikeness may give: a crowd may share an experience.
const ALIKE_MAX: f64 = 15.0;
/// A burst reaches as far as evidence and density stay above these shares of the strongest stretch.
const REACH_EVIDENCE: f64 = 0.8;
const REACH_DENSITY: f64 = 0.7;
/// A pause is long when it is this many times the mean, and longer than this.
const PAUSES_LONG: i64 = 8;
const PAUSE_MIN_MS: i64 = 300_000;
/// Log odds that make a form of the stretch a member of the burst.
const MEMBER: f64 = 1.1;
/// Log odds below which nobody is asked to look at once, whatever the burst.
const SURE_MEMBER: f64 = 3.0;
/// Forms of the round mixed into a counter's own share of uniform forms, and the allowance for counters that differ.
const SHARE_PRIOR: f64 = 15.0;
const SHARE_ALLOWANCE: f64 = 0.05;

/// Nearly uniform forms of the round by value.
type UniformForms = [f64; CODE_MAX as usize + 1];

/// Busy hours and days of the whole round.
struct Rhythm {
    offset_ms: i64,
    open_ms: f64,
    by_day: HashMap<i64, f64>,
    per_day: f64,
}

/// A stretch of one link's forms.
struct Window {
    first: usize,
    last: usize,
    value: u8,
    evidence: f64,
    expected: f64,
    /// Uniform forms per millisecond.
    density: f64,
}

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
        let mut windows: Vec<Window> = EVENNESS
            .iter()
            .zip(uniform_forms)
            .flat_map(|(&evenness, forms)| {
                (1..=study.behaviour.top).flat_map(move |value| {
                    windows(study, link, (value, evenness), forms[usize::from(value)], rhythm)
                })
            })
            .collect();
        windows.sort_by(|a, b| {
            b.evidence.total_cmp(&a.evidence).then((a.first, a.last).cmp(&(b.first, b.last)))
        });
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut flags = Vec::new();
        for strongest in &windows {
            let is_free = |window: &Window| {
                taken.iter().all(|&(first, last)| last < window.first || window.last < first)
            };
            if !is_free(strongest) {
                continue;
            }
            // The strongest stretch may be the hastiest part of a longer burst.
            let window = windows
                .iter()
                .filter(|wide| {
                    wide.value == strongest.value
                        && wide.first <= strongest.first
                        && strongest.last <= wide.last
                        && wide.evidence >= REACH_EVIDENCE * strongest.evidence
                        && wide.density >= REACH_DENSITY * strongest.density
                        && is_free(wide)
                })
                .max_by_key(|wide| wide.last - wide.first)
                .unwrap_or(strongest);
            taken.push((window.first, window.last));
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

/// The value a nearly uniform form shares, reversed items turned.
fn uniform(study: &Study<'_>, row: u32, evenness: f64) -> Option<u8> {
    let shape = &study.shape[row as usize];
    (shape.answered >= 4 && shape.evenness() >= evenness).then_some(shape.value)
}

fn windows(
    study: &Study<'_>,
    link: &[u32],
    (value, evenness): (u8, f64),
    uniform_forms: f64,
    rhythm: &Rhythm,
) -> Vec<Window> {
    let at: Vec<usize> =
        (0..link.len()).filter(|&i| uniform(study, link[i], evenness) == Some(value)).collect();
    let mut found = Vec::new();
    for i in 0..at.len().saturating_sub(FORMS_MIN - 1) {
        let start = study.time[link[at[i]] as usize];
        let (mut paces, mut known) = (0.0, 0.0);
        for j in i..at.len().min(i + FORMS_MAX) {
            let row = link[at[j]] as usize;
            let lasting = study.time[row] - start;
            if lasting > LASTING_MAX_MS {
                break;
            }
            if let Some(pace) = study.pace.of(row) {
                paces += pace;
                known += 1.0;
            }
            let forms = j - i + 1;
            if forms < FORMS_MIN || known < 1.0 {
                continue;
            }
            let haste = -log_lower_tail(paces / (study.pace.spread * f64::sqrt(known)));
            if haste < HASTE_MIN {
                continue;
            }
            let all = (at[j] - at[i] + 1) as f64;
            let forms = forms as f64;
            let outside = link.len() as f64 - all;
            let share = (uniform_forms - forms + 1.0) / (study.rows as f64 - all + 2.0);
            let own = (at.len() as f64 - forms + SHARE_PRIOR * share) / (outside + SHARE_PRIOR);
            let alike = log_excess(forms, all, (own + SHARE_ALLOWANCE).min(0.95));
            if alike < ALIKE_MIN {
                continue;
            }
            let arrivals = rhythm.expected(outside, start, lasting);
            let rate = -log_clumped_tail(all, arrivals);
            let evidence = haste + alike.min(ALIKE_MAX) + rate.min(RATE_MAX);
            if rate >= RATE_MIN && evidence >= MEDIUM {
                let density = forms / (lasting as f64).max(60_000.0);
                // Strangers in the stretch and uniform forms around it tell how many came by themselves.
                let came = (all - forms) * own / (1.0 - own).max(0.05);
                let around = around(study, link, &at, (i, j)) * lasting as f64;
                found.push(Window {
                    first: at[i],
                    last: at[j],
                    value,
                    evidence,
                    expected: came.max(around).max(arrivals * own),
                    density,
                });
            }
        }
    }
    found
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

/// Uniform forms per millisecond in the hours before and after a stretch.
fn around(study: &Study<'_>, link: &[u32], at: &[usize], (i, j): (usize, usize)) -> f64 {
    const HOURS_MS: i64 = 2 * 3_600_000;
    let time = |k: usize| study.time[link[at[k]] as usize];
    let before = (0..i).rev().take_while(|&k| time(i) - time(k) <= HOURS_MS).count();
    let after = (j + 1..at.len()).take_while(|&k| time(k) - time(j) <= HOURS_MS).count();
    (before + after) as f64 / (2 * HOURS_MS) as f64
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

impl Rhythm {
    fn learn(study: &Study<'_>, settings: &Settings) -> Self {
        let mut by_day: HashMap<i64, f64> = HashMap::new();
        let mut hours: Vec<i64> = Vec::with_capacity(study.rows);
        for &time in &study.time {
            let local = time + settings.utc_offset_ms;
            *by_day.entry(local.div_euclid(86_400_000)).or_default() += 1.0;
            hours.push(local.div_euclid(3_600_000));
        }
        hours.dedup();
        let per_day = study.rows as f64 / (by_day.len() as f64).max(1.0);
        Self {
            offset_ms: settings.utc_offset_ms,
            open_ms: (hours.len() as f64).max(1.0) * 3_600_000.0,
            by_day,
            per_day,
        }
    }

    /// Forms expected in a stretch of time on a link that has `others` outside it, the day's bustle allowed for.
    fn expected(&self, others: f64, start: i64, lasting_ms: i64) -> f64 {
        let day = (start + self.offset_ms).div_euclid(86_400_000);
        let bustle = self.by_day.get(&day).map_or(1.0, |n| n / self.per_day).clamp(1.0, 8.0);
        let lasting = (lasting_ms as f64).max(60_000.0);
        (others + 1.0) * bustle * lasting / self.open_ms
    }
}

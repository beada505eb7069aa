//! Which responses copy an earlier one: answers, times and comments weighed together.
//!
//! A pair of forms of one unit that lie within a few changes of each other is held against chance: how rare the answers
//! are under the model of the round ([`Rarity`]) and among the forms of other units, corrected by how often forms of
//! different units come that near ([`Chance`]). Sent close in time, at the same counter, by the same kind of link or with
//! the same rare comment, the pair gains; far apart it loses. Two forms that hundreds could have filled in alike
//! gain nothing from anything.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over rows of the study")]

use std::collections::HashMap;

use rayon::prelude::*;

use super::Settings;
use super::chance::Chance;
use super::neighbours::{Around, Blocks};
use super::rarity::{CHANGES_MAX, Rarity};
use super::study::Study;
use super::text;

/// A later response that copies an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The earlier response.
    pub first: u32,
    /// The later one.
    pub second: u32,
    /// Answers changed; a leap counts twice.
    pub changes: u8,
    /// Logarithm of the odds that one was made from the other.
    pub log_odds: f64,
}

/// Bounds of the share of copies among forms; between them the file says how common they are.
const SHARE_MIN: f64 = 0.004;
const SHARE_MAX: f64 = 0.03;
/// How copies spread over the number of changes (logarithm).
const LOG_CHANGED: [f64; CHANGES_MAX + 1] = [-1.4, -1.4, -1.4, -1.4, -3.0, -4.0, -5.0];
/// Forms whose neighbours elsewhere are counted to learn what chance does.
const DECOYS: usize = 4_000;
const CHUNK: usize = 4_096;

/// All pairs more likely copied than not, by (second, first).
pub fn find(study: &Study<'_>, _settings: &Settings) -> Vec<Copy> {
    if study.rows < 2 || study.items_per_row < 4 {
        return Vec::new();
    }
    let rarity = Rarity::fit(&study.items, study.items_per_row, &study.behaviour, &study.shape);
    let log_unit: Vec<f64> =
        study.unit_size.iter().map(|&n| libm::log(f64::from(n.max(2) - 1))).collect();
    let near = |row: u32| log_unit[study.unit[row as usize] as usize];

    // Forms that somebody else in the same unit is sure to have filled in alike are left out at once.
    let all: Vec<u32> = (0..study.rows as u32).collect();
    let rare: Vec<u32> = all
        .par_chunks(CHUNK)
        .flat_map_iter(|rows| {
            rows.iter().copied().filter(|&row| {
                study.shape[row as usize].answered >= 4
                    && rarity.log_same(study.answers(row as usize), &study.shape[row as usize])
                        + near(row)
                        < 0.0
            })
        })
        .collect();
    let mut slot = vec![u32::MAX; study.rows];
    for (at, &row) in rare.iter().enumerate() {
        slot[row as usize] = at as u32;
    }
    let within: Vec<[f32; CHANGES_MAX + 1]> = rare
        .par_chunks(CHUNK)
        .flat_map_iter(|rows| {
            rows.iter().map(|&row| {
                rarity.log_within(study.answers(row as usize), &study.shape[row as usize])
            })
        })
        .collect();
    let model = |row: u32, changes: usize| f64::from(within[slot[row as usize] as usize][changes]);

    let blocks = Blocks::of(study, rare.clone());
    let pairs = blocks
        .within_units(|x, y, changes| model(x, changes).min(model(y, changes)) + near(x) < -1.0);

    // Count the neighbours elsewhere of those pairs and of a sample that shows what chance does.
    let mut asked = vec![false; study.rows];
    for &(x, y, _) in &pairs {
        asked[x as usize] = true;
        asked[y as usize] = true;
    }
    let sample: Vec<u32> =
        rare.iter().copied().step_by(rare.len().div_ceil(DECOYS).max(1)).collect();
    for &row in &sample {
        asked[row as usize] = true;
    }
    let counted = blocks.around(&asked);
    let nobody = Around::default();
    let elsewhere = |row: u32| {
        study.rows as f64 - f64::from(study.home_size[study.home[row as usize] as usize])
    };
    let strays = study.strays();
    // Strength of a likeness: the model's probability, or the share seen elsewhere if that is larger.
    let strength = |row: u32, changes: usize, itself: u32| {
        let around = counted.get(&row).unwrap_or(&nobody);
        let mut seen: u32 = around.elsewhere[..=changes].iter().sum::<u32>() - itself;
        if strays > 0.0 {
            // Copies stay at home but for a few; what is common is more common elsewhere than here.
            seen = seen.saturating_sub(around.at_home[..=changes].iter().sum());
        }
        let share =
            if seen > 0 { libm::log(f64::from(seen) / elsewhere(row)) } else { f64::NEG_INFINITY };
        model(row, changes).max(share)
    };
    let mut decoys = Vec::new();
    let mut exposure = 0.0;
    for &row in &sample {
        exposure += elsewhere(row);
        let around = counted.get(&row).unwrap_or(&nobody);
        for changes in 0..=CHANGES_MAX {
            let (strangers, kin) = (around.elsewhere[changes], around.at_home[changes]);
            if strangers > 0 {
                decoys.push((strength(row, changes, 1), f64::from(strangers)));
            }
            if kin > 0 && strays > 0.0 {
                decoys.push((strength(row, changes, 0), -strays * f64::from(kin)));
            }
        }
    }
    let chance = Chance::learn(decoys, exposure);

    let circumstances = Circumstances::of(study);
    let mut copies: Vec<Copy> = pairs
        .iter()
        .map(|&(x, y, changes)| {
            let d = usize::from(changes);
            let stranger = u32::from(study.home[x as usize] != study.home[y as usize]);
            let strongest = strength(x, d, stranger).min(strength(y, d, stranger));
            let log_chance = near(x) + chance.log_tail(strongest) + core::f64::consts::LN_2;
            let log_odds = LOG_CHANGED[d] - log_chance.min(0.0)
                + circumstances.log_ratio(x as usize, y as usize);
            Copy { first: x, second: y, changes, log_odds }
        })
        .collect();
    copies.sort_by_key(|copy| (copy.second, copy.first));
    let log_prior = libm::log(share_of_copies(&copies, study.rows));
    copies.iter_mut().for_each(|copy| copy.log_odds += log_prior);
    copies.retain(|copy| copy.log_odds > 0.0);
    copies
}

/// Share of forms that copy another, by EM from the strongest pair of each.
fn share_of_copies(copies: &[Copy], rows: usize) -> f64 {
    let strongest: Vec<f64> = copies
        .chunk_by(|a, b| a.second == b.second)
        .map(|pairs| pairs.iter().map(|pair| pair.log_odds).fold(f64::NEG_INFINITY, f64::max))
        .collect();
    let mut share = SHARE_MIN;
    for _ in 0..30 {
        let copied: f64 =
            strongest.iter().map(|odds| 1.0 / (1.0 + libm::exp(-odds - libm::log(share)))).sum();
        share = (copied / rows as f64).clamp(SHARE_MIN, SHARE_MAX);
    }
    share
}

/// How much likelier the circumstances of a pair are for copies than for two people.
pub(super) struct Circumstances<'s, 'a> {
    study: &'s Study<'a>,
    same_counter: Vec<f64>,
    same_kind: f64,
    same_language: f64,
    /// Times of the responses of each unit, ascending.
    times: Vec<Vec<i64>>,
    comment_share: HashMap<u64, f64>,
}

impl<'s, 'a> Circumstances<'s, 'a> {
    pub(super) fn of(study: &'s Study<'a>) -> Self {
        let mut by_counter = vec![0.0; study.counters];
        let mut unit_of = vec![0; study.counters];
        let mut kinds = [0.0; 5];
        let mut languages = vec![0.0; study.languages.len()];
        let mut comments: HashMap<u64, f64> = HashMap::new();
        for row in 0..study.rows {
            by_counter[study.counter[row] as usize] += 1.0;
            unit_of[study.counter[row] as usize] = study.unit[row] as usize;
            kinds[study.kind[row].index()] += 1.0;
            languages[usize::from(study.language[row])] += 1.0;
            if let Some(comment) = study.comment[row] {
                *comments.entry(text::digest(comment)).or_default() += 1.0;
            }
        }
        let n = study.rows as f64;
        let alike = |counts: &[f64]| counts.iter().map(|c| (c / n) * (c / n)).sum::<f64>();
        let mut same_counter = vec![0.0; study.unit_size.len()];
        for (counter, &count) in by_counter.iter().enumerate() {
            let share = count / f64::from(study.unit_size[unit_of[counter]].max(1));
            same_counter[unit_of[counter]] += share * share;
        }
        let mut times = vec![Vec::new(); study.unit_size.len()];
        for row in 0..study.rows {
            times[study.unit[row] as usize].push(study.time[row]);
        }
        for count in comments.values_mut() {
            *count /= n;
        }
        Self {
            study,
            same_counter,
            same_kind: alike(&kinds),
            same_language: alike(&languages),
            times,
            comment_share: comments,
        }
    }

    /// Of where and when two responses were sent.
    pub(super) fn sent(&self, x: usize, y: usize) -> f64 {
        let study = self.study;
        let mut sum = agree(
            study.counter[x] == study.counter[y],
            0.9,
            self.same_counter[study.unit[x] as usize],
        );
        // Copies follow within minutes to weeks, evenly in the logarithm of the number of others in between: crowds, stacks
        // of paper and busy kiosks bring strangers as near in time, so time is counted in responses of the unit.
        let times = &self.times[study.unit[x] as usize];
        let apart = (study.time[y] - study.time[x]).max(30_000);
        let from = times.partition_point(|&time| time < study.time[y] - apart);
        let to = times.partition_point(|&time| time <= study.time[y] + apart);
        let others = times.len().max(3) as f64;
        let nearer = (to - from).saturating_sub(1).max(1) as f64;
        sum += libm::log(others / (nearer * libm::log(others).max(1.0))).clamp(-1.5, 4.0);
        sum
    }

    /// Of where, when and how two responses were sent and what was written in them.
    fn log_ratio(&self, x: usize, y: usize) -> f64 {
        let study = self.study;
        let mut sum = self.sent(x, y);
        sum += agree(study.kind[x] == study.kind[y], 0.9, self.same_kind);
        sum += agree(study.language[x] == study.language[y], 0.95, self.same_language);
        if let (Some(a), Some(b)) = (study.comment[x], study.comment[y]) {
            let digest = text::digest(a);
            sum += if digest == text::digest(b) {
                let share = self.comment_share.get(&digest).copied().unwrap_or(1.0);
                libm::log(0.5 / share).clamp(0.0, 6.0)
            } else {
                -0.5
            };
        }
        sum
    }
}

/// A copier stays with one counter, kind and language nine times in ten or more: what agreeing, or not, then says.
fn agree(same: bool, usual: f64, chance: f64) -> f64 {
    let chance = chance.clamp(0.01, 0.99);
    if same {
        libm::log(usual / chance).max(0.0)
    } else {
        libm::log((1.0 - usual) / (1.0 - chance)).min(0.0)
    }
}

//! A comment copied or lightly edited under other answers.
//!
//! Catches one person's sentences under several forms, with a word changed, accents dropped or a greeting added. Could
//! wrong people who use a stock phrase; phrases that also turn up in other units are no evidence, however long.

#![expect(clippy::indexing_slicing, reason = "texts and rows are numbered here")]

use std::collections::HashMap;

use super::chance::Chance;
use super::copies::Circumstances;
use super::flag::{Flag, RuleName};
use super::near_duplicate::severity;
use super::study::Study;
use super::{Rule, Settings, text, wording};

/// The rule.
pub struct DuplicateText;

/// Words in a row that are compared.
const SHINGLE: usize = 3;
/// Shorter comments are everybody's.
const WORDS_MIN: usize = 6;
/// Shingles by which two comments may meet.
const SKETCH: usize = 16;
/// Comments each is compared with in one bucket.
const WINDOW: usize = 32;
/// Shared shingles that say nothing yet: the length of a stock phrase.
const STOCK: f64 = 6.0;
/// What each further shared shingle is worth, in natural logarithms.
const WORTH: f64 = 0.8;
/// Least likeness (shared over all shingles) of an edited copy.
const LIKENESS_MIN: f64 = 0.5;
/// One comment in a hundred and fifty is a copy before anything was seen.
const LOG_PRIOR: f64 = -5.0;

/// One text, however many wrote it.
struct Text {
    shingles: Vec<u64>,
    rows: Vec<u32>,
}

impl Rule for DuplicateText {
    fn name(&self) -> RuleName {
        RuleName::DuplicateText
    }

    fn find(&self, study: &Study<'_>, _settings: &Settings) -> Vec<Flag> {
        let texts = distinct(study);
        let alike = alike(&texts);
        let (chance, writers) = chance(study, &texts, &alike);
        let circumstances = Circumstances::of(study);
        let mut best: HashMap<u32, (f64, u32)> = HashMap::new();
        for &(a, b, strength) in &alike {
            for (first, second) in neighbours(study, &texts[a].rows, &texts[b].rows) {
                let unit = study.unit[second as usize] as usize;
                let log_chance =
                    libm::log(writers[unit].max(2.0) - 1.0) + chance.log_tail(strength);
                let log_odds = LOG_PRIOR - log_chance.min(0.0)
                    + circumstances.sent(first as usize, second as usize);
                let found = best.entry(second).or_insert((f64::NEG_INFINITY, first));
                if (log_odds, first) > *found {
                    *found = (log_odds, first);
                }
            }
        }
        let mut found: Vec<(u32, (f64, u32))> =
            best.into_iter().filter(|(_, (log_odds, _))| *log_odds > 0.0).collect();
        found.sort_unstable_by_key(|(row, _)| *row);
        found
            .into_iter()
            .map(|(second, (log_odds, first))| Flag {
                row: second as usize,
                rule: self.name(),
                severity: severity(log_odds),
                score: log_odds,
                related: Some(first as usize),
                explanation: format!(
                    "The comment repeats, word for word or nearly so, one sent {} earlier, though it is no phrase that \
                     people share.",
                    wording::apart(study, first, second)
                ),
            })
            .collect()
    }
}

fn distinct(study: &Study<'_>) -> Vec<Text> {
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut texts: Vec<Text> = Vec::new();
    for row in 0..study.rows {
        let Some(comment) = study.comment[row] else { continue };
        let words = text::words(comment);
        if words.len() < WORDS_MIN {
            continue;
        }
        let digest = words.iter().fold(text::FNV, |hash, word| text::mix(hash, word));
        let at = *known.entry(digest).or_insert_with(|| {
            let mut shingles: Vec<u64> = words
                .windows(SHINGLE)
                .map(|words| words.iter().fold(text::FNV, |hash, word| text::mix(hash, word)))
                .collect();
            shingles.sort_unstable();
            shingles.dedup();
            texts.push(Text { shingles, rows: Vec::new() });
            texts.len() - 1
        });
        texts[at].rows.push(row as u32);
    }
    texts
}

/// Pairs of alike texts (each also with itself) and how strongly they are alike.
fn alike(texts: &[Text]) -> Vec<(usize, usize, f64)> {
    let mut sketch: Vec<(u64, u32)> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        sketch.extend(text.shingles.iter().take(SKETCH).map(|&shingle| (shingle, at as u32)));
    }
    sketch.sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for bucket in sketch.chunk_by(|a, b| a.0 == b.0) {
        for (i, &(_, a)) in bucket.iter().enumerate() {
            pairs.extend(bucket.iter().skip(i + 1).take(WINDOW).map(|&(_, b)| (a, b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let itself =
        (0..texts.len() as u32).filter(|&at| texts[at as usize].rows.len() > 1).map(|at| (at, at));
    itself
        .chain(pairs)
        .filter_map(|(a, b)| {
            let (a, b) = (a as usize, b as usize);
            let shared = shared(&texts[a].shingles, &texts[b].shingles) as f64;
            let all = (texts[a].shingles.len() + texts[b].shingles.len()) as f64 - shared;
            let likeness = shared / all.max(1.0);
            let strength = -WORTH * likeness * (shared - STOCK).max(0.0);
            (likeness >= LIKENESS_MIN && strength < 0.0).then_some((a, b, strength))
        })
        .collect()
}

fn shared(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    both
}

/// What chance does, from pairs of different units, and the number of comments per unit. Within one unit a copied comment
/// goes round all counters, so there only the length of what is shared speaks.
fn chance(study: &Study<'_>, texts: &[Text], alike: &[(usize, usize, f64)]) -> (Chance, Vec<f64>) {
    let mut writers = vec![0.0; study.unit_size.len()];
    for &row in texts.iter().flat_map(|text| &text.rows) {
        writers[study.unit[row as usize] as usize] += 1.0;
    }
    let total: f64 = writers.iter().sum();
    let within: f64 = writers.iter().map(|n| n * n).sum();
    let decoys = alike
        .iter()
        .filter_map(|&(a, b, strength)| {
            let mut here: HashMap<u32, f64> = HashMap::new();
            for &row in &texts[a].rows {
                *here.entry(study.unit[row as usize]).or_default() += 1.0;
            }
            let same: f64 = texts[b]
                .rows
                .iter()
                .map(|&row| here.get(&study.unit[row as usize]).copied().unwrap_or(0.0))
                .sum();
            let all = texts[a].rows.len() as f64 * texts[b].rows.len() as f64;
            let half = if a == b { 0.5 } else { 1.0 };
            let apart = (all - same) * half;
            (apart > 0.0).then_some((strength, apart))
        })
        .collect();
    let chance = Chance::learn(decoys, (total * total - within) / 2.0);
    (chance, writers)
}

/// For each row the one before it, in the same unit, among the writers of two texts.
fn neighbours(study: &Study<'_>, a: &[u32], b: &[u32]) -> Vec<(u32, u32)> {
    let mut rows: Vec<u32> = a.iter().chain(b).copied().collect();
    rows.sort_unstable();
    rows.dedup();
    let mut last: HashMap<u32, u32> = HashMap::new();
    rows.into_iter()
        .filter_map(|row| last.insert(study.unit[row as usize], row).map(|before| (before, row)))
        .collect()
}

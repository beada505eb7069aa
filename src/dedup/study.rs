//! What is learned once from a round's responses before any rule speaks.
//!
//! In: a checked [`Batch`]. Out: its columns in an order of their own (by time, then by what was answered), how
//! the items behave, the shape of every form and its pace. Rules read this and nothing else, so no rule can see the
//! order of rows in a file or in a database.

#![expect(clippy::indexing_slicing, reason = "indices are rows and items of the checked batch")]

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Settings;
use super::batch::{Batch, CODE_MAX, Kind};
use super::behaviour::Behaviour;
use super::copies::{self, Copy};
use super::pace::Pace;
use super::shape::Shape;

/// One round, ready for the rules. Rows here are positions in the order of the study.
pub struct Study<'a> {
    /// Responses.
    pub rows: usize,
    /// Items of the form.
    pub items_per_row: usize,
    /// Row of the batch at each position.
    pub batch_row: Vec<u32>,
    /// Sent at, milliseconds.
    pub time: Vec<i64>,
    /// Seconds from opening to sending; NaN where unknown.
    pub seconds: Vec<f32>,
    /// Units, renumbered 0..`units`.
    pub unit: Vec<u32>,
    /// Counters, renumbered 0..`counters`.
    pub counter: Vec<u32>,
    /// Serial number of issue.
    pub serial: Vec<Option<u32>>,
    /// How the link was given.
    pub kind: Vec<Kind>,
    /// Digest of the day.
    pub device: Vec<Option<u64>>,
    /// Index into `languages`.
    pub language: Vec<u16>,
    /// Language tags.
    pub languages: Vec<&'a str>,
    /// Codes row by row, 0 = no answer.
    pub items: Vec<u8>,
    /// Comments.
    pub comment: Vec<Option<&'a str>>,
    /// Number of units.
    pub units: usize,
    /// Number of counters.
    pub counters: usize,
    /// Home of a response, outside of which chance is learned: its unit where there are several, else its counter.
    pub home: Vec<u32>,
    /// Responses per home.
    pub home_size: Vec<u32>,
    /// Responses per unit.
    pub unit_size: Vec<u32>,
    /// How the items behave.
    pub behaviour: Behaviour,
    /// Shape of each form.
    pub shape: Vec<Shape>,
    /// Pace of each form.
    pub pace: Pace,
    copies: OnceLock<Vec<Copy>>,
}

impl<'a> Study<'a> {
    /// Orders the batch and learns from it.
    pub fn new(batch: &Batch<'a>) -> Self {
        let columns = batch.columns();
        let width = columns.items_per_response;
        let answers = |row: usize| columns.items.get(row * width..(row + 1) * width);
        let mut order: Vec<u32> = (0..u32::try_from(batch.len()).unwrap_or(u32::MAX)).collect();
        // The id comes last: it separates only responses that are alike in all that was seen of them.
        order.sort_unstable_by(|&a, &b| {
            let (a, b) = (a as usize, b as usize);
            columns.submitted_at[a]
                .cmp(&columns.submitted_at[b])
                .then_with(|| answers(a).cmp(&answers(b)))
                .then_with(|| columns.durations_ms[a].cmp(&columns.durations_ms[b]))
                .then_with(|| columns.kinds[a].cmp(&columns.kinds[b]))
                .then_with(|| columns.serials[a].cmp(&columns.serials[b]))
                .then_with(|| columns.comments[a].cmp(&columns.comments[b]))
                .then_with(|| tag(columns, a).cmp(tag(columns, b)))
                .then_with(|| columns.ids[a].cmp(&columns.ids[b]))
                .then_with(|| a.cmp(&b))
        });
        let mut items = Vec::with_capacity(columns.items.len());
        for &row in &order {
            let row = row as usize;
            items.extend(
                columns.items[row * width..(row + 1) * width]
                    .iter()
                    .map(|&code| if code > CODE_MAX { 0 } else { code }),
            );
        }
        let time: Vec<i64> = order.iter().map(|&r| columns.submitted_at[r as usize]).collect();
        let seconds: Vec<f32> = order
            .iter()
            .map(|&r| {
                columns.durations_ms[r as usize].map_or(f32::NAN, |ms| ms.max(1) as f32 / 1e3)
            })
            .collect();
        let (unit, units) = renumber(order.iter().map(|&r| columns.units[r as usize]));
        let (counter, counters) = renumber(order.iter().map(|&r| columns.counters[r as usize]));
        let kind: Vec<Kind> = order.iter().map(|&r| columns.kinds[r as usize]).collect();
        let language: Vec<u16> = order.iter().map(|&r| columns.language_of[r as usize]).collect();
        let comment: Vec<Option<&'a str>> =
            order.iter().map(|&r| columns.comments[r as usize]).collect();
        let home = if units > 1 { unit.clone() } else { counter.clone() };
        let home_size = sizes(&home);
        let unit_size = sizes(&unit);
        let behaviour = Behaviour::learn(&items, width);
        let shape = Shape::of_all(&items, width, &behaviour);
        let pace = Pace::learn(&seconds, &counter, &kind, &language, &shape, &comment, width);
        Self {
            rows: order.len(),
            items_per_row: width,
            time,
            seconds,
            unit,
            counter,
            serial: order.iter().map(|&r| columns.serials[r as usize]).collect(),
            kind,
            device: order.iter().map(|&r| columns.devices[r as usize]).collect(),
            language,
            languages: columns.languages.clone(),
            items,
            comment,
            units,
            counters,
            home,
            home_size,
            unit_size,
            behaviour,
            shape,
            pace,
            copies: OnceLock::new(),
            batch_row: order,
        }
    }

    /// For each copy found at home, the copies that passed for strangers: none where units are the homes, but of one unit's
    /// copies about one in ten is sent to another counter.
    pub fn strays(&self) -> f64 {
        if self.units > 1 { 0.0 } else { 0.12 }
    }

    /// Codes of one response.
    pub fn answers(&self, row: usize) -> &[u8] {
        &self.items[row * self.items_per_row..(row + 1) * self.items_per_row]
    }

    /// Pairs of responses of which one copies the other more likely than not.
    pub fn copies(&self, settings: &Settings) -> &[Copy] {
        self.copies.get_or_init(|| copies::find(self, settings))
    }

    /// First and last moment of the round in milliseconds; equal when there is at most one response.
    pub fn span(&self) -> (i64, i64) {
        (self.time.first().copied().unwrap_or(0), self.time.last().copied().unwrap_or(0))
    }

    /// Rows grouped by a key, groups in order of their first row, rows in order of time.
    pub fn group_by<K: std::hash::Hash + Eq>(
        &self,
        mut key: impl FnMut(usize) -> Option<K>,
    ) -> Vec<Vec<u32>> {
        let mut slot: HashMap<K, usize> = HashMap::new();
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for row in 0..self.rows {
            if let Some(key) = key(row) {
                let at = *slot.entry(key).or_insert_with(|| {
                    groups.push(Vec::new());
                    groups.len() - 1
                });
                groups[at].push(row as u32);
            }
        }
        groups
    }
}

fn tag<'a>(columns: &super::batch::Columns<'a>, row: usize) -> &'a str {
    columns.languages[usize::from(columns.language_of[row])]
}

fn sizes(of: &[u32]) -> Vec<u32> {
    let mut sizes = vec![0; of.iter().max().map_or(0, |&most| most as usize + 1)];
    for &number in of {
        sizes[number as usize] += 1;
    }
    sizes
}

fn renumber(values: impl Iterator<Item = u32>) -> (Vec<u32>, usize) {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    let out = values
        .map(|value| {
            let next = seen.len() as u32;
            *seen.entry(value).or_insert(next)
        })
        .collect();
    (out, seen.len())
}

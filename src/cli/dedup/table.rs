//! The responses of a file in memory: columns, with all texts in one string each.

use std::collections::HashMap;
use std::ops::Range;

use crate::dedup::{Columns, Kind};

/// The responses of a file. Texts lie in one string each, so that a million rows stay small.
pub struct Table {
    /// Local time minus UTC of the first response.
    pub utc_offset_ms: i64,
    pub ids: Texts,
    pub comments: Texts,
    pub round_of: Vec<u32>,
    pub rounds: Names,
    pub units: Vec<u32>,
    pub counters: Vec<u32>,
    pub links: Vec<u32>,
    pub serials: Vec<Option<u32>>,
    pub kinds: Vec<Kind>,
    pub submitted_at: Vec<i64>,
    pub durations_ms: Vec<Option<u32>>,
    pub devices: Vec<Option<u64>>,
    pub language_of: Vec<u16>,
    pub languages: Names,
    pub width: usize,
    pub items: Vec<u8>,
}

/// The rows of one round.
pub struct Round {
    /// Its name.
    pub name: String,
    /// Rows of the table.
    pub rows: Vec<u32>,
}

/// Many texts in one string.
#[derive(Default)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    pub fn get(&self, row: usize) -> &str {
        let start =
            row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        let range: Range<usize> = start..end;
        self.all.get(range).unwrap_or("")
    }
}

/// Names and the numbers they go by, in order of appearance.
#[derive(Default)]
pub struct Names {
    known: HashMap<String, u32>,
    list: Vec<String>,
}

impl Names {
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.known.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.known.insert(name.to_owned(), number);
        self.list.push(name.to_owned());
        number
    }
}

impl Table {
    /// An empty table for forms of `width` items.
    pub fn of(width: usize) -> Self {
        Self {
            utc_offset_ms: 0,
            ids: Texts::default(),
            comments: Texts::default(),
            round_of: Vec::new(),
            rounds: Names::default(),
            units: Vec::new(),
            counters: Vec::new(),
            links: Vec::new(),
            serials: Vec::new(),
            kinds: Vec::new(),
            submitted_at: Vec::new(),
            durations_ms: Vec::new(),
            devices: Vec::new(),
            language_of: Vec::new(),
            languages: Names::default(),
            width,
            items: Vec::new(),
        }
    }

    /// Responses in the file.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The id of a row.
    pub fn id(&self, row: u32) -> &str {
        self.ids.get(row as usize)
    }

    /// The rounds in the order of their names.
    pub fn rounds(&self) -> Vec<Round> {
        let mut rounds: Vec<Round> = self
            .rounds
            .list
            .iter()
            .map(|name| Round { name: name.clone(), rows: Vec::new() })
            .collect();
        for (row, &round) in self.round_of.iter().enumerate() {
            if let Some(round) = rounds.get_mut(round as usize) {
                round.rows.push(row as u32);
            }
        }
        rounds.sort_by(|a, b| a.name.cmp(&b.name));
        rounds
    }

    /// The columns of one round.
    pub fn columns(&self, round: &Round) -> Columns<'_> {
        let rows = || round.rows.iter().map(|&row| row as usize);
        // A round's form may be shorter than the widest in the file: items nobody answered are not of it.
        let asked: Vec<usize> = (0..self.width)
            .filter(|item| {
                rows().any(|row| {
                    self.items.get(row * self.width + item).is_some_and(|&code| code > 0)
                })
            })
            .collect();
        let mut items = Vec::with_capacity(round.rows.len() * asked.len());
        for row in rows() {
            items.extend(asked.iter().map(|item| pick(&self.items, row * self.width + item)));
        }
        Columns {
            ids: rows().map(|row| leading_bytes(self.ids.get(row))).collect(),
            units: rows().map(|row| pick(&self.units, row)).collect(),
            counters: rows().map(|row| pick(&self.counters, row)).collect(),
            links: rows().map(|row| pick(&self.links, row)).collect(),
            serials: rows().map(|row| pick(&self.serials, row)).collect(),
            kinds: rows().filter_map(|row| self.kinds.get(row).copied()).collect(),
            submitted_at: rows().map(|row| pick(&self.submitted_at, row)).collect(),
            durations_ms: rows().map(|row| pick(&self.durations_ms, row)).collect(),
            devices: rows().map(|row| pick(&self.devices, row)).collect(),
            language_of: rows().map(|row| pick(&self.language_of, row)).collect(),
            languages: self.languages.list.iter().map(String::as_str).collect(),
            items_per_response: asked.len(),
            items,
            comments: rows()
                .map(|row| Some(self.comments.get(row)).filter(|text| !text.is_empty()))
                .collect(),
        }
    }
}

fn pick<T: Copy + Default>(values: &[T], at: usize) -> T {
    values.get(at).copied().unwrap_or_default()
}

/// The first sixteen bytes of an id, for telling apart rows alike in everything else.
fn leading_bytes(id: &str) -> u128 {
    id.bytes().chain(std::iter::repeat(0)).take(16).fold(0, |sum, byte| sum << 8 | u128::from(byte))
}

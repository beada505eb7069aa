//! Who took over from whom when units were merged or divided.
//!
//! A CSV file `old_code,old_valid_to,new_code,new_valid_from,kind`, kind `whole` (all of the old unit went there) or
//! `split` (a part of it did). `old_valid_to` is the old unit's last day; an empty `new_valid_from` is a unit whose
//! beginning is not on record and which took in another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;

use super::period::read_date;
use super::{Problems, Tree, UnitCode, UnitKey};
use crate::table::Collector;
use crate::table::{self, Columns, Record};

const COLUMNS: Columns<5> = Columns {
    names: ["old_code", "old_valid_to", "new_code", "new_valid_from", "kind"],
    required: 5,
};

/// How much of the old unit a link speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuccessorKind {
    Whole,
    Split,
}

impl SuccessorKind {
    /// The word of files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Split => "split",
        }
    }

    /// Reads the word of files and tables; `None` for any other.
    pub fn new(text: &str) -> Option<Self> {
        [Self::Whole, Self::Split].into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for SuccessorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One link from an old unit to one that took it, or a part of it, over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuccessorRow {
    pub old_code: UnitCode,
    pub old_valid_to: Date,
    pub new_code: UnitCode,
    pub new_valid_from: Option<Date>,
    pub kind: SuccessorKind,
}

impl SuccessorRow {
    /// The unit that took over.
    pub fn new_key(&self) -> UnitKey {
        UnitKey { code: self.new_code.clone(), valid_from: self.new_valid_from }
    }

    fn ends(&self) -> (&UnitCode, Date, &UnitCode, Option<Date>) {
        (&self.old_code, self.old_valid_to, &self.new_code, self.new_valid_from)
    }
}

/// Reads a whole file or nothing of it; the units need not be known yet. Rows come in the order of the file.
///
/// # Errors
/// [`Problems`] with every wrong line: unreadable values, links twice, a whole link beside others, a lone split, a
/// successor that begins only after a gap. At most 8 MiB and 50,000 rows.
pub fn parse(bytes: &[u8], place: &str) -> Result<Vec<SuccessorRow>, Problems> {
    let mut problems = Collector::default();
    let records = table::read(bytes, &COLUMNS, &mut problems);
    let mut unreadable = BTreeSet::new();
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    for record in records {
        let (line, old_code) = (record.line, record.fields.first().cloned().unwrap_or_default());
        match row(record, &mut problems) {
            Some(row) => {
                lines.push(line);
                rows.push(row);
            }
            None => {
                unreadable.insert(old_code);
            }
        }
    }
    compare(&rows, &lines, &unreadable, &mut problems);
    problems.finish(place, rows)
}

fn row(record: Record<5>, problems: &mut Collector) -> Option<SuccessorRow> {
    let line = record.line;
    let [old, to, new, from, kind] = record.fields;
    let old_code = UnitCode::new(&old).map_err(|e| problems.add(line, "old_code", &old, e)).ok();
    let old_valid_to = match read_date(&to) {
        Ok(None) => {
            problems.add(
                line,
                "old_valid_to",
                "",
                "write the last day of the old unit as YYYY-MM-DD",
            );
            None
        }
        Ok(day) => day,
        Err(error) => {
            problems.add(line, "old_valid_to", &to, error);
            None
        }
    };
    let new_code = UnitCode::new(&new).map_err(|e| problems.add(line, "new_code", &new, e)).ok();
    let new_valid_from =
        read_date(&from).map_err(|e| problems.add(line, "new_valid_from", &from, e)).ok();
    let read_kind = SuccessorKind::new(&kind);
    if read_kind.is_none() {
        problems.add(line, "kind", &kind, "write whole or split");
    }
    let row = SuccessorRow {
        old_code: old_code?,
        old_valid_to: old_valid_to?,
        new_code: new_code?,
        new_valid_from: new_valid_from?,
        kind: read_kind?,
    };
    let next_day = row.old_valid_to.tomorrow().ok()?;
    if row.new_valid_from.is_some_and(|from| from > next_day) {
        let advice =
            format!("the successor must exist on {next_day}, the day after the old unit's last");
        problems.add(line, "new_valid_from", &from, advice);
        return None;
    }
    if row.old_code == row.new_code
        && row.new_valid_from.is_none_or(|from| from <= row.old_valid_to)
    {
        problems.add(
            line,
            "new_code",
            &new,
            "this is the old unit itself: name the one that took over",
        );
        return None;
    }
    Some(row)
}

fn compare(
    rows: &[SuccessorRow],
    lines: &[u64],
    unreadable: &BTreeSet<String>,
    problems: &mut Collector,
) {
    let mut seen = BTreeMap::new();
    let mut links: BTreeMap<(&UnitCode, Date), Vec<(u64, SuccessorKind)>> = BTreeMap::new();
    for (row, line) in rows.iter().zip(lines) {
        if let Some(first) = seen.insert(row.ends(), *line) {
            problems.add_line(*line, format!("the same link as line {first}: remove one"));
            continue;
        }
        links.entry((&row.old_code, row.old_valid_to)).or_default().push((*line, row.kind));
    }
    for ((code, _), group) in links {
        if unreadable.contains(code.as_str()) {
            continue;
        }
        for (line, kind) in &group {
            match kind {
                SuccessorKind::Whole if group.len() > 1 => {
                    let advice = format!(
                        "{code} has {} successors, so none took all of it: write split",
                        group.len()
                    );
                    problems.add(*line, "kind", kind.as_str(), advice);
                }
                SuccessorKind::Split if group.len() == 1 => {
                    let advice =
                        format!("{code} has no other successor: write whole or add the others");
                    problems.add(*line, "kind", kind.as_str(), advice);
                }
                _ => {}
            }
        }
    }
}

/// The changes that bring the known links to what a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuccessorPlan<'a> {
    pub insert: Vec<&'a SuccessorRow>,
    /// Known links, by their place, whose kind changes.
    pub update: Vec<(usize, &'a SuccessorRow)>,
    pub unchanged: Vec<&'a SuccessorRow>,
}

/// Compares `rows` with the known links; the same ends make the same link.
pub fn plan_import<'a>(existing: &[SuccessorRow], rows: &'a [SuccessorRow]) -> SuccessorPlan<'a> {
    let known: BTreeMap<_, usize> =
        existing.iter().enumerate().map(|(at, row)| (row.ends(), at)).collect();
    let mut plan = SuccessorPlan { insert: Vec::new(), update: Vec::new(), unchanged: Vec::new() };
    for row in rows {
        match known.get(&row.ends()) {
            None => plan.insert.push(row),
            Some(at) if existing.get(*at) == Some(row) => plan.unchanged.push(row),
            Some(at) => plan.update.push((*at, row)),
        }
    }
    plan
}

/// A unit that holds, on some later day, what was once another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    pub key: UnitKey,
    /// Whether it holds all of the old unit, or only some part.
    pub kind: SuccessorKind,
}

/// Links ready to be followed.
#[derive(Debug, Clone, Default)]
pub struct Successors {
    links: BTreeMap<(UnitCode, Date), Vec<SuccessorRow>>,
}

impl Successors {
    pub fn new(rows: impl IntoIterator<Item = SuccessorRow>) -> Self {
        let mut links: BTreeMap<_, Vec<SuccessorRow>> = BTreeMap::new();
        for row in rows {
            links.entry((row.old_code.clone(), row.old_valid_to)).or_default().push(row);
        }
        for group in links.values_mut() {
            group.sort();
        }
        Self { links }
    }

    /// The links out of the unit that held `code` until `valid_to`.
    pub fn of(&self, code: &UnitCode, valid_to: Date) -> &[SuccessorRow] {
        self.links.get(&(code.clone(), valid_to)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Who holds on `day` what was the unit `start`: follows links over any number of reorganisations, by key.
    ///
    /// A unit that still exists is its own whole heir. Empty when a trail ends (a level was abolished) or `day` lies
    /// before the unit. Parts that meet again in one unit make it the whole heir.
    pub fn heirs(&self, tree: &Tree, start: &UnitKey, day: Date) -> Vec<Heir> {
        let mut reached = BTreeSet::new();
        let mut lost = false;
        let mut seen = BTreeSet::from([start.clone()]);
        let mut open = vec![start.clone()];
        while let Some(key) = open.pop() {
            let Some(row) = tree.get(&key) else {
                lost = true;
                continue;
            };
            if row.period.contains(day) {
                reached.insert(key);
                continue;
            }
            let links = match row.period.to() {
                Some(to) if to < day => self.of(&key.code, to),
                _ => &[],
            };
            lost |= links.is_empty();
            open.extend(
                links.iter().map(SuccessorRow::new_key).filter(|next| seen.insert(next.clone())),
            );
        }
        let kind =
            if reached.len() == 1 && !lost { SuccessorKind::Whole } else { SuccessorKind::Split };
        reached.into_iter().map(|key| Heir { key, kind }).collect()
    }
}

#[cfg(test)]
mod tests;

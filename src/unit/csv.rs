//! Units from a CSV file: `code,name,kind,parent_code,valid_from,valid_to,aliases` and, if wanted, `note`.
//!
//! One line is one unit during one period. Days are `YYYY-MM-DD`, both inclusive; an empty `valid_from` means that the
//! beginning is not on record, an empty `valid_to` that the unit still exists. Aliases are separated by `;`. `note` is
//! for people and not kept. A unit whose parent, name or kind changes gets one line before and one after the change.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{self, Fault, Index, What};
use super::period::read_date;
use super::{Period, Problems, UnitCode, UnitKey, UnitKind, UnitName, UnitRow};
use crate::table::Collector;
use crate::table::{self, Columns, Record};

const COLUMNS: Columns<8> = Columns {
    names: ["code", "name", "kind", "parent_code", "valid_from", "valid_to", "aliases", "note"],
    required: 7,
};
const ALIASES_MAX: usize = 30;

/// Reads a whole file or nothing of it.
///
/// `place` is how messages call the file. `known` are the units already there: parents may be among them, and a row of
/// the file stands in for the known unit of the same code and first day. Returns the rows in the order of the file.
///
/// # Errors
/// [`Problems`] with every wrong line: unreadable values, codes with two holders on one day, unknown or unfit parents,
/// circles, and known units that the file would leave without a parent. At most 8 MiB and 50,000 rows.
pub fn parse(bytes: &[u8], place: &str, known: &[UnitRow]) -> Result<Vec<UnitRow>, Problems> {
    let mut problems = Collector::default();
    let records = table::read(bytes, &COLUMNS, &mut problems);
    let mut rows = Vec::with_capacity(records.len());
    let mut lines = Vec::with_capacity(records.len());
    // Codes of lines that cannot be read: their children are not to blame.
    let mut unreadable = BTreeSet::new();
    for record in records {
        let line = record.line;
        let code = record.fields.first().cloned().unwrap_or_default();
        match row(record, &mut problems) {
            Some(row) => {
                rows.push(row);
                lines.push(line);
            }
            None => {
                unreadable.insert(code);
            }
        }
    }
    compare(&rows, &lines, known, &unreadable, &mut problems);
    problems.finish(place, rows)
}

fn row(record: Record<8>, problems: &mut Collector) -> Option<UnitRow> {
    let line = record.line;
    let [code, name, kind, parent, from, to, aliases, _note] = record.fields;
    let mut told =
        |column, value: &str, advice: super::UnitError| problems.add(line, column, value, advice);

    let read_code = UnitCode::new(&code).map_err(|e| told("code", &code, e)).ok();
    let read_name = UnitName::new(&name).map_err(|e| told("name", &name, e)).ok();
    let read_kind = UnitKind::new(&kind).map_err(|e| told("kind", &kind, e)).ok();
    let read_parent = match parent.as_str() {
        "" => Some(None),
        text => UnitCode::new(text).map_err(|e| told("parent_code", text, e)).ok().map(Some),
    };
    let read_from = read_date(&from).map_err(|e| told("valid_from", &from, e)).ok();
    let read_to = read_date(&to).map_err(|e| told("valid_to", &to, e)).ok();
    let period = match (read_from, read_to) {
        (Some(from), Some(last)) => {
            Period::new(from, last).map_err(|e| told("valid_to", &to, e)).ok()
        }
        _ => None,
    };
    let read_aliases = read_aliases(line, &aliases, read_name.as_ref(), problems);
    if let (Some(name), Some(prefix)) = (&read_name, read_kind.and_then(UnitKind::prefix))
        && name.as_str().to_lowercase().starts_with(&format!("{} ", prefix.to_lowercase()))
    {
        problems.add(
            line,
            "name",
            name.as_str(),
            "the kind has a column of its own: write the name without it",
        );
        return None;
    }
    Some(UnitRow {
        code: read_code?,
        name: read_name?,
        kind: read_kind?,
        parent_code: read_parent?,
        period: period?,
        aliases: read_aliases?,
    })
}

fn read_aliases(
    line: u64,
    text: &str,
    name: Option<&UnitName>,
    problems: &mut Collector,
) -> Option<Vec<UnitName>> {
    let mut aliases: Vec<UnitName> = Vec::new();
    let mut readable = true;
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match UnitName::new(part) {
            Ok(alias) if Some(&alias) != name && !aliases.contains(&alias) => aliases.push(alias),
            Ok(_) => {}
            Err(error) => {
                problems.add(line, "aliases", part, error);
                readable = false;
            }
        }
        if aliases.len() > ALIASES_MAX {
            problems.add(
                line,
                "aliases",
                text,
                format!("at most {ALIASES_MAX} spellings: leave some out"),
            );
            return None;
        }
    }
    readable.then_some(aliases)
}

/// Compares the rows with each other and with the known units that stay as they are.
fn compare(
    rows: &[UnitRow],
    lines: &[u64],
    known: &[UnitRow],
    unreadable: &BTreeSet<String>,
    problems: &mut Collector,
) {
    let replaced: BTreeSet<UnitKey> = rows.iter().map(UnitRow::key).collect();
    let staying = known.iter().filter(|row| !replaced.contains(&row.key()));
    let index = Index::new(rows.iter().chain(staying).collect());
    let mut line_of_code: BTreeMap<&UnitCode, u64> = BTreeMap::new();
    for (row, line) in rows.iter().zip(lines) {
        line_of_code.entry(&row.code).or_insert(*line);
    }
    for Fault { row: at, column, what } in check::faults(&index) {
        let Some(row) = index.rows.get(at) else { continue };
        match what {
            What::Overlap { with } => tell_overlap(&index, lines, at, with, column, problems),
            What::Parent(advice) => {
                let parent = row.parent_code.as_ref();
                if parent.is_some_and(|code| unreadable.contains(code.as_str())) {
                    continue;
                }
                let parent_text = parent.map(UnitCode::as_str).unwrap_or_default();
                if let Some(line) = lines.get(at) {
                    problems.add(*line, column, parent_text, advice);
                } else if let Some(line) = parent.and_then(|code| line_of_code.get(code)) {
                    // A known unit is harmed by what the file says of its parent.
                    let advice = format!(
                        "{} {}, imported before, would lose its parent: {advice}",
                        row.code, row.name
                    );
                    problems.add(*line, "code", parent_text, advice);
                }
            }
        }
    }
}

fn tell_overlap(
    index: &Index<'_>,
    lines: &[u64],
    at: usize,
    with: usize,
    column: &'static str,
    problems: &mut Collector,
) {
    // Blame the later line of the file; units already there come behind all lines.
    let (mine, other) = match (lines.get(at), lines.get(with)) {
        (Some(_), Some(_)) => (at.max(with), at.min(with)),
        (Some(_), None) => (at, with),
        (None, Some(_)) => (with, at),
        (None, None) => return,
    };
    let (Some(line), Some(row), Some(holder)) =
        (lines.get(mine), index.rows.get(mine), index.rows.get(other))
    else {
        return;
    };
    let whose = match lines.get(other) {
        Some(line) => format!("line {line}"),
        None => "a unit imported before".to_owned(),
    };
    let from = row.period.from().map(|day| day.to_string()).unwrap_or_default();
    let advice = format!(
        "{whose} has code {} {} ({}): a code names one unit at a time, correct the dates",
        holder.code, holder.period, holder.name
    );
    problems.add(*line, column, &from, advice);
}

#[cfg(test)]
mod tests;

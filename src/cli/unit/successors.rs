//! `khaosat unit successors`: who took over from whom.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, imported, out};
use crate::store::actor::{Act, Right};
use crate::store::registry as known;
use crate::table::{self, BYTES_MAX, Collector, Columns};
use crate::unit::successor::{self, SuccessorRow};
use crate::unit::{UnitCode, UnitRow, shipped};

#[derive(clap::Args)]
pub struct Args {
    /// File of successors
    #[arg(required_unless_present = "shipped")]
    file: Option<PathBuf>,
    /// Successors that come with khaosat
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    shipped: Option<Shipped>,
    /// Leaves out rows whose units are not on record, and counts them, instead of refusing the file
    #[arg(long)]
    skip_unknown: bool,
}

/// Which successors come with the program.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shipped {
    /// Kbang, 2024-11-01
    #[value(name = "successors-2024")]
    Successors2024,
    /// Gia Lai and Bình Định, 2025-07-01
    #[value(name = "successors-2025")]
    Successors2025,
}

/// # Errors
/// Every wrong row, or a refusal; nothing is taken then.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (bytes, place) = match (&args.file, args.shipped) {
        (Some(path), _) => (file::read(path, BYTES_MAX)?, path.display().to_string()),
        (None, Some(Shipped::Successors2024)) => {
            (shipped::SUCCESSORS_2024.as_bytes().to_vec(), "successors-2024".to_owned())
        }
        (None, Some(Shipped::Successors2025)) => {
            (shipped::SUCCESSORS_2025.as_bytes().to_vec(), "successors-2025".to_owned())
        }
        (None, None) => return Err(Failure::new("name a file of successors or --shipped NAME")),
    };
    let (desk, actor) = shared.begin()?;
    let rows = successor::parse(&bytes, &place)?;
    let all = rows.len();
    let (rows, problems) = on_record(rows, &bytes, &known::units(&desk.store)?);
    if !args.skip_unknown {
        problems.finish(&place, ())?;
    }
    let links: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.old_code.to_string(),
                row.old_valid_to.to_string(),
                row.new_code.to_string(),
                known::first_day(row.new_valid_from),
                row.kind.to_string(),
            )
        })
        .collect();
    let at = desk.clock.now();
    let act = Act::new(&actor, Right::ManageRegistry, at, "unit.import", "successors")
        .with(serde_json::json!({ "links": links.len() }));
    let done = desk.store.import_successors(&act, &links)?;
    let mut told = imported::told("successors", &done);
    if args.skip_unknown {
        told.push_str(&format!(", {} left out (units not on record)", all - rows.len()));
    }
    out::print(&told)
}

/// The rows both of whose units are on record, and what is wrong with the others.
fn on_record(
    rows: Vec<SuccessorRow>,
    bytes: &[u8],
    units: &[UnitRow],
) -> (Vec<SuccessorRow>, Collector) {
    let starts: BTreeSet<_> = units.iter().map(UnitRow::key).collect();
    let ends: BTreeSet<(&UnitCode, _)> =
        units.iter().filter_map(|u| Some((&u.code, u.period.to()?))).collect();
    let lines = lines(bytes);
    let mut problems = Collector::default();
    let mut good = Vec::new();
    for (row, line) in rows.into_iter().zip(lines) {
        let old = ends.contains(&(&row.old_code, row.old_valid_to));
        let new = starts.contains(&row.new_key());
        if !old {
            let advice =
                format!("no unit of this code ended on {}: import it first", row.old_valid_to);
            problems.add(line, "old_code", row.old_code.as_str(), advice);
        }
        if !new {
            let from = row.new_valid_from.map_or_else(
                || "has its beginning not on record".to_owned(),
                |day| format!("begins on {day}"),
            );
            let advice = format!("no unit of this code {from}: import it first");
            problems.add(line, "new_code", row.new_code.as_str(), advice);
        }
        if old && new {
            good.push(row);
        }
    }
    (good, problems)
}

/// Lines of the records of a file that was found to be without mistakes, in order.
fn lines(bytes: &[u8]) -> Vec<u64> {
    const COLUMNS: Columns<5> = Columns {
        names: ["old_code", "old_valid_to", "new_code", "new_valid_from", "kind"],
        required: 5,
    };
    let records = table::read(bytes, &COLUMNS, &mut Collector::default());
    records.into_iter().map(|record| record.line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::csv;

    #[test]
    fn a_link_to_a_unit_not_on_record_is_named_with_its_line() {
        let mut units = csv::parse(shipped::DISTRICTS_2018.as_bytes(), "d", &[]).unwrap();
        units.extend(csv::parse(shipped::COMMUNES_2025.as_bytes(), "c", &units).unwrap());
        let bytes = shipped::SUCCESSORS_2025.as_bytes();
        let rows = successor::parse(bytes, "s").unwrap();
        let (good, problems) = on_record(rows, bytes, &units);
        assert!(good.iter().any(|row| row.old_code.as_str() == "64"), "the province's own link");
        let told = problems.finish("s.csv", ()).unwrap_err().to_string();
        assert!(
            told.starts_with("s.csv:2, old_code \"52\": no unit of this code ended on 2025-06-30"),
            "{told}"
        );
    }
}

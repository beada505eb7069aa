//! `khaosat staff`: names of officials, which comments do not show.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

use super::desk::Shared;
use super::{Outcome, file, label, out, time};
use crate::store::actor::{Act, Right};
use crate::store::id::UnitId;
use crate::table::{self, BYTES_MAX, Collector, Columns};

/// Takes the names of officials, which comments do not show
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat staff import staff.csv --on 2018-12-31 --as binh

The file has the columns unit,name: the list of every unit in it takes the place of that unit's list before. Codes of units
get re-used: --on says on which day they are read. Reviewers read comments as they were written; everybody else sees
[tên cán bộ] in the place of a name.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
    /// Day on which codes of units are read; today if left out
    #[arg(long, value_name = "DAY", value_parser = time::day, global = true)]
    on: Option<Date>,
}

#[derive(Subcommand)]
enum Command {
    /// Takes names from a file, unit by unit
    Import {
        /// File with unit,name
        file: PathBuf,
    },
    /// Counts the names of every unit
    List,
}

const COLUMNS: Columns<2> = Columns { names: ["unit", "name"], required: 2 };

/// # Errors
/// Every wrong row of a file, or a refusal.
pub fn run(args: &Args) -> Outcome {
    let (desk, actor) = args.shared.begin()?;
    let day = time::or_today(args.on, &desk).to_string();
    let units = desk.store.units()?;
    match &args.command {
        Command::Import { file } => {
            let bytes = file::read(file, BYTES_MAX)?;
            let codes: BTreeMap<&str, UnitId> = units
                .iter()
                .filter(|unit| unit.valid_from <= day && day <= unit.valid_to)
                .map(|unit| (unit.code.as_str(), unit.id))
                .collect();
            let lists = parse(&bytes, &file.display().to_string(), &codes)?;
            let mut names = 0;
            for (unit, list) in &lists {
                names += list.len();
                let act = Act::new(
                    &actor,
                    Right::ManageRegistry,
                    desk.clock.now(),
                    "staff.put",
                    "names of officials",
                )
                .with(serde_json::json!({ "names": list.len() }));
                desk.store.put_staff(&act, *unit, list)?;
            }
            out::print(&format!(
                "{} of {}",
                out::count(names, "name"),
                out::count(lists.len(), "unit")
            ))
        }
        Command::List => {
            let act = Act::new(
                &actor,
                Right::ManageRegistry,
                desk.clock.now(),
                "staff.list",
                "names of officials",
            );
            desk.store.permits(&act)?;
            let mut counts: BTreeMap<UnitId, usize> = BTreeMap::new();
            for (unit, _) in desk.store.staff()? {
                *counts.entry(unit).or_default() += 1;
            }
            let line = |(id, n): (&UnitId, &usize)| {
                let unit = units.iter().find(|unit| unit.id == *id);
                unit.map(|unit| {
                    format!(
                        "{}  {}  {}\n",
                        unit.code,
                        out::visible(&unit.name),
                        out::count(*n, "name")
                    )
                })
            };
            out::print(&counts.iter().filter_map(line).collect::<String>())
        }
    }
}

fn parse(
    bytes: &[u8],
    place: &str,
    units: &BTreeMap<&str, UnitId>,
) -> Result<BTreeMap<UnitId, Vec<String>>, table::Problems> {
    let mut problems = Collector::default();
    let mut lists: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let [unit, name] = record.fields;
        let found = units.get(unit.as_str());
        if found.is_none() {
            problems.add(
                record.line,
                "unit",
                &unit,
                "no unit has this code: import it, or see --on",
            );
        }
        if let Err(advice) = label::name(&name) {
            problems.add(record.line, "name", &name, advice);
        }
        if let Some(id) = found {
            let list = lists.entry(*id).or_default();
            // A person may stand in a list twice, at two desks.
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    problems.finish(place, lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_by_unit_and_every_wrong_row_is_named() {
        let units = BTreeMap::from([("625", UnitId(1))]);
        let told = |text: &str| match parse(text.as_bytes(), "s.csv", &units) {
            Ok(lists) => format!("{lists:?}"),
            Err(problems) => problems.to_string(),
        };
        let good = told("unit,name\n625,Nguyễn Văn An\n625,Siu H'Bia\n625,Siu H'Bia\n");
        assert_eq!(good, "{UnitId(1): [\"Nguyễn Văn An\", \"Siu H'Bia\"]}");
        let wrong = told("unit,name\n626,A\n625,\n");
        assert!(
            wrong.starts_with("s.csv:2, unit \"626\"") && wrong.contains("s.csv:3, name"),
            "{wrong}"
        );
    }
}

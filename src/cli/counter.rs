//! `khaosat counter`: the desks where dossiers are received.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::civil::Date;

use super::desk::Shared;
use super::{Failure, Outcome, file, imported, label, out, time};
use crate::desk::Desk;
use crate::store::Actor;
use crate::store::actor::{Act, Right};
use crate::store::unit::{Imported, Unit};
use crate::table::{self, BYTES_MAX, Collector, Columns};

/// Adds, imports and lists the counters of units
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat counter add --unit 625 --code Q1 --name \"Bộ phận Một cửa huyện Kbang\" --on 2018-12-31 --as binh
  khaosat counter import counters.csv --on 2018-12-31 --as binh

The file has the columns unit,code,name. Codes of units get re-used: --on says on which day they are read.")]
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
    /// Adds a counter or renames it
    Add {
        /// Unit it belongs to, by its code
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// Short code within the unit
        #[arg(long, value_parser = label::checked(label::code))]
        code: String,
        /// Name as on the sign
        #[arg(long, value_parser = label::checked(label::name))]
        name: String,
    },
    /// Takes counters from a file
    Import {
        /// File with unit,code,name
        file: PathBuf,
    },
    /// Lists the counters of the units of a day
    List,
}

const COLUMNS: Columns<3> = Columns { names: ["unit", "code", "name"], required: 3 };

/// A counter that is wished for.
struct Wanted {
    unit: Unit,
    code: String,
    name: String,
}

/// # Errors
/// Every wrong row of a file, or a refusal.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Add { unit, code, name } => {
            let (desk, actor) = args.shared.begin()?;
            let unit = desk.store.unit_on(unit, &time::or_today(args.on, &desk).to_string())?;
            let wanted = Wanted { unit, code: code.clone(), name: name.clone() };
            put(&desk, &actor, &wanted)?;
            out::print(&format!(
                "counter {code} of {} {} is {name}",
                wanted.unit.code, wanted.unit.name
            ))
        }
        Command::Import { file } => {
            let (desk, actor) = args.shared.begin()?;
            import(&desk, &actor, file, time::or_today(args.on, &desk))
        }
        Command::List => {
            let desk = args.shared.open()?;
            let units = units_on(&desk, time::or_today(args.on, &desk))?;
            let ids: Vec<_> = units.values().map(|u| u.id).collect();
            let mut text = String::new();
            for counter in desk.store.counters(&ids)? {
                let unit = units.values().find(|u| u.id == counter.unit_id);
                let unit = unit.map_or("", |u| u.code.as_str());
                text.push_str(&format!(
                    "{unit}  {}  {}\n",
                    counter.code,
                    out::visible(&counter.name)
                ));
            }
            out::print(&text)
        }
    }
}

fn put(desk: &Desk, actor: &Actor, wanted: &Wanted) -> Outcome {
    let subject = format!("counter {} of {}", wanted.code, wanted.unit.code);
    let act = Act::new(actor, Right::ManageRegistry, desk.clock.now(), "counter.put", subject);
    desk.store.put_counter(&act, wanted.unit.id, &wanted.code, &wanted.name)?;
    Ok(())
}

fn units_on(desk: &Desk, day: Date) -> Result<BTreeMap<String, Unit>, Failure> {
    let day = day.to_string();
    let valid = |unit: &Unit| unit.valid_from <= day && day <= unit.valid_to;
    let units = desk.store.units()?.into_iter().filter(valid);
    Ok(units.map(|unit| (unit.code.clone(), unit)).collect())
}

fn import(desk: &Desk, actor: &Actor, path: &Path, day: Date) -> Outcome {
    let units = units_on(desk, day)?;
    let bytes = file::read(path, BYTES_MAX)?;
    let wanted = parse(&bytes, &path.display().to_string(), &units, day)?;
    let ids: Vec<_> = units.values().map(|u| u.id).collect();
    let known: BTreeMap<_, _> =
        desk.store.counters(&ids)?.into_iter().map(|c| ((c.unit_id, c.code), c.name)).collect();
    let mut done = Imported::default();
    for one in &wanted {
        let name = known.get(&(one.unit.id, one.code.clone()));
        if imported::differs(name, &one.name, &mut done) {
            put(desk, actor, one)?;
        }
    }
    out::print(&imported::told("counters", &done))
}

fn parse(
    bytes: &[u8],
    place: &str,
    units: &BTreeMap<String, Unit>,
    day: Date,
) -> Result<Vec<Wanted>, table::Problems> {
    let mut problems = Collector::default();
    let mut lines: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut wanted = Vec::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let line = record.line;
        let [unit, code, name] = record.fields;
        let found = units.get(&unit);
        if found.is_none() {
            problems.add(
                line,
                "unit",
                &unit,
                format!("no unit has this code on {day}: import it, or see --on"),
            );
        }
        if let Err(advice) = label::code(&code) {
            problems.add(line, "code", &code, advice);
        }
        if let Err(advice) = label::name(&name) {
            problems.add(line, "name", &name, advice);
        }
        if let Some(first) = lines.insert((unit, code.clone()), line) {
            problems.add(
                line,
                "code",
                &code,
                format!("this counter stands on line {first} already"),
            );
        }
        wanted.extend(found.map(|unit| Wanted { unit: unit.clone(), code, name }));
    }
    problems.finish(place, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::id::UnitId;

    #[test]
    fn every_wrong_row_is_named() {
        let kbang = Unit {
            id: UnitId(1),
            code: "625".to_owned(),
            name: "Kbang".to_owned(),
            kind: "huyện".to_owned(),
            parent_id: None,
            valid_from: "0001-01-01".to_owned(),
            valid_to: "9999-12-31".to_owned(),
        };
        let units = BTreeMap::from([("625".to_owned(), kbang)]);
        let day = jiff::civil::date(2018, 12, 31);
        let told = |text: &str| match parse(text.as_bytes(), "c.csv", &units, day) {
            Ok(rows) => format!("{} good", rows.len()),
            Err(problems) => problems.to_string(),
        };
        assert_eq!(told("unit,code,name\n625,Q1,Quầy 1\n625,Q2,Quầy 2\n"), "2 good");
        let wrong = told("unit,code,name\n626,Q1,Quầy\n625,a b,\n625,Q1,x\n625,Q1,y\n");
        let starts = [
            "c.csv:2, unit \"626\"",
            "c.csv:3, code \"a b\"",
            "c.csv:3, name \"\"",
            "c.csv:5, code \"Q1\"",
        ];
        assert_eq!(wrong.lines().count(), starts.len(), "{wrong}");
        for (line, start) in wrong.lines().zip(starts) {
            assert!(line.starts_with(start), "{wrong}");
        }
    }
}

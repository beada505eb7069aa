//! `khaosat dossier received`: how many dossiers each unit received, to hold those finished against.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, file, out};
use crate::store::actor::{Act, Right};
use crate::store::id::UnitId;
use crate::store::unit::Unit;
use crate::table::{self, BYTES_MAX, Collector, Columns};

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
    /// File with unit,received
    file: PathBuf,
}

const COLUMNS: Columns<2> = Columns { names: ["unit", "received"], required: 2 };

/// # Errors
/// Every wrong row, or a refusal.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let bytes = file::read(&args.file, BYTES_MAX)?;
    let (desk, actor) = shared.begin()?;
    let round = desk.store.round(&args.round)?;
    let units = desk.store.round_units(round.id)?;
    let counts = parse(&bytes, &args.file.display().to_string(), &units)?;
    let subject = format!("round {}", args.round);
    let act = Act::new(&actor, Right::RunRound, desk.clock.now(), "dossier.received", subject)
        .with(serde_json::json!({ "units": counts.len() }));
    desk.store.put_received(&act, round.id, &counts)?;
    out::print(&format!("dossiers received: {}", out::count(counts.len(), "unit")))
}

fn parse(
    bytes: &[u8],
    place: &str,
    units: &[Unit],
) -> Result<BTreeMap<UnitId, i64>, table::Problems> {
    let mut problems = Collector::default();
    let mut counts = BTreeMap::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let [code, received] = &record.fields;
        let unit = units.iter().find(|unit| unit.code == *code);
        let n = received.parse::<i64>().ok().filter(|n| (0..=100_000_000).contains(n));
        if n.is_none() {
            problems.add(record.line, "received", received, "write a whole number, 0 or more");
        }
        match unit {
            None => {
                let advice = "no unit of this round has this code";
                problems.add(record.line, "unit", code, advice);
            }
            Some(unit) if counts.contains_key(&unit.id) => {
                problems.add(record.line, "unit", code, "this unit stands on a line before");
            }
            Some(unit) => {
                counts.extend(n.map(|n| (unit.id, n)));
            }
        }
    }
    problems.finish(place, counts)
}

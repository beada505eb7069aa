//! `khaosat round gate`.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::round::{self, Gate, GateRow, GateTest};

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When there is no such round.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let gate = round::gate(&shared.open()?, &args.round)?;
    if args.json {
        return out::print(&serde_json::to_string(&gate)?);
    }
    out::print(&told(&gate))
}

fn place(unit: &str, counter: Option<&str>, clerk: Option<&str>) -> String {
    match (counter, clerk) {
        (Some(counter), _) => format!("{unit}/{counter}"),
        (None, Some(clerk)) => format!("{unit}, {clerk}"),
        (None, None) => unit.to_owned(),
    }
}

fn range(interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(
        || "–".to_owned(),
        |(low, high)| format!("{:.0}–{:.0} %", low * 100.0, high * 100.0),
    )
}

fn line(row: &GateRow) -> String {
    let clerk = row.clerk.as_ref().map(|(_, account)| account.as_str());
    format!(
        "{:<14} {:>8} {:>8} {:>8} {:>12} {:>9} {:>12} {:>9}\n",
        out::visible(&place(&row.unit, row.counter.as_deref(), clerk)),
        row.dossiers,
        row.due,
        row.printed,
        range(row.printed_share),
        row.answered,
        range(row.answered_share),
        row.withdrawn
    )
}

fn look(test: &GateTest, rows: &[GateRow]) -> String {
    // The published number of a clerk leads to his account here alone.
    let named =
        rows.iter().filter(|row| row.unit == test.unit).filter_map(|row| row.clerk.as_ref());
    let mut named = named.filter(|(number, _)| Some(*number) == test.clerk);
    let clerk = named.next().map(|(_, account)| account.as_str());
    format!(
        "look here: {} of {} lies {} the others (p {:.4}); honest reasons exist, ask before you judge\n",
        test.indicator,
        out::visible(&place(&test.unit, test.counter.as_deref(), clerk)),
        if test.above { "above" } else { "below" },
        test.p
    )
}

fn told(gate: &Gate) -> String {
    let mut text = format!(
        "{:<14} {:>8} {:>8} {:>8} {:>12} {:>9} {:>12} {:>9}\n",
        "where", "dossiers", "due", "printed", "of due", "answered", "of printed", "withdrawn"
    );
    text.extend(gate.rows.iter().map(line));
    if gate.tests.is_empty() {
        text.push_str(
            "nothing is tested: that takes five units, counters or clerks of 30 dossiers each\n",
        );
    }
    text.extend(gate.tests.iter().filter(|test| test.look).map(|test| look(test, &gate.rows)));
    text
}

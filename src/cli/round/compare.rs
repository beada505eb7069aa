//! `khaosat round compare`.

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::round::{self, DifferenceRow, Differences};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  khaosat round compare 2018-gia-lai 625 626     two units of a round
  khaosat round compare 2019-gia-lai 2018-gia-lai     the same units in two rounds

Only published figures are compared: of the same form and rules, of the same kinds of links, shown in both.")]
pub struct Args {
    /// A published round
    round: String,
    /// Codes of two units of it, or the other round
    #[arg(value_name = "UNIT UNIT | ROUND", num_args = 1..=2, required = true)]
    with: Vec<String>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// # Errors
/// Without publications, across methods, or where no figure of both is shown.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let desk = shared.open()?;
    let found = match args.with.as_slice() {
        [other] => round::compare_rounds(&desk, &args.round, other)?,
        [first, second] => round::compare_units(&desk, &args.round, first, second)?,
        _ => return Err(Failure::new("name two units, or one other round")),
    };
    if args.json {
        return out::print(&serde_json::to_string(&found)?);
    }
    out::print(&told(&found))
}

fn told(found: &Differences) -> String {
    let mut text = format!(
        "{} minus {}, in per cent; intervals at {:.0} %\n",
        found.first,
        found.second,
        100.0 * found.confidence
    );
    text.push_str(&format!(
        "{:10}  {:8}  {:24}  {:>7}  {:>7}  {:>10}  {:>17}\n",
        "group", "unit", "factor", "first", "second", "difference", "interval"
    ));
    for row in &found.rows {
        text.push_str(&line(row));
    }
    for why in &found.left_out {
        text.push_str(&format!("left out: {why}\n"));
    }
    text
}

fn line(row: &DifferenceRow) -> String {
    let percent = |share: f64| 100.0 * share;
    let verdict = match row.told_apart {
        Some(true) => "differ",
        Some(false) => "cannot be told apart",
        None => "too few degrees of freedom to tell apart",
    };
    let interval = format!("{:+.2} – {:+.2}", percent(row.low), percent(row.high));
    format!(
        "{:10}  {:8}  {:24}  {:>7.2}  {:>7.2}  {:>+10.2}  {interval:>17}  {verdict}\n",
        row.group,
        row.unit.as_deref().unwrap_or_default(),
        row.factor.as_deref().unwrap_or("all criteria"),
        percent(row.first),
        percent(row.second),
        percent(row.difference),
    )
}

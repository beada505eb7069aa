//! `khaosat round year`.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::round::{self, Year};

#[derive(clap::Args)]
pub struct Args {
    /// The year in which the rounds closed
    year: i16,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When a sealed round of the year is not published, or rounds differ in form or rule.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let year = round::year(&shared.open()?, args.year)?;
    if args.json {
        return out::print(&serde_json::to_string(&year)?);
    }
    out::print(&told(&year))
}

fn told(year: &Year) -> String {
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |s| format!("{:.2}", 100.0 * s));
    let mut text = format!(
        "{} from {}\n{:8}  {:>6}  {:>6}  {:>15}  unit\n",
        year.year,
        year.rounds.join(", "),
        "code",
        "n",
        "index",
        "interval"
    );
    for unit in &year.units {
        let hidden = match unit.hidden_in.as_slice() {
            [] => String::new(),
            rounds => format!(": not shown in {}", rounds.join(", ")),
        };
        let interval = format!("{} – {}", percent(unit.low), percent(unit.high));
        text.push_str(&format!(
            "{:8}  {:>6}  {:>6}  {interval:>15}  {}{hidden}\n",
            unit.code,
            unit.n,
            percent(unit.index),
            unit.unit
        ));
    }
    text
}

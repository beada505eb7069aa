//! `khaosat unit list`: the units of a day as a tree.

use jiff::civil::Date;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out, time};
use crate::store::registry as known;
use crate::unit::{Tree, UnitRow};

#[derive(clap::Args)]
pub struct Args {
    /// Day such as 2018-12-31; today if left out
    #[arg(long, value_name = "DAY", value_parser = time::day)]
    on: Option<Date>,
}

/// # Errors
/// When the units cannot be read.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let desk = shared.open()?;
    let day = time::or_today(args.on, &desk);
    let tree = Tree::new(known::units(&desk.store)?)?;
    let mut tops: Vec<&UnitRow> = tree
        .rows()
        .iter()
        .filter(|row| row.period.contains(day) && tree.parent(&row.key()).is_none())
        .collect();
    tops.sort_by_key(|row| row.key());
    let mut text = String::new();
    for top in tops {
        draw(&tree, top, day, 0, &mut text);
    }
    if text.is_empty() {
        text = format!("no unit is on record for {day}");
    }
    out::print(&text)
}

fn draw(tree: &Tree, row: &UnitRow, day: Date, depth: usize, into: &mut String) {
    into.push_str(&format!(
        "{:depth$}{}  {}, {}\n",
        "",
        row.code,
        row.full_name(),
        row.period,
        depth = 2 * depth
    ));
    for child in tree.children(&row.key(), day) {
        draw(tree, child, day, depth + 1, into);
    }
}

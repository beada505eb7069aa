//! `khaosat round plan`.

use std::collections::BTreeMap;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::round::{self, SamplePlan, Wish};

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat margin import 2019-kbang margins.csv --as binh
  khaosat round plan 2019-kbang --half-width 0.05 --design-effect 1.5 --response 0.4 --spread-from 2018-kbang

Every size is at p = 0.5, the most cautious. Yamane's formula knows neither design effect nor non-response; its column
is there to compare with.")]
pub struct Args {
    /// The round; its totals by unit must be known
    round: String,
    /// Half-width of each unit's interval
    #[arg(long, default_value_t = 0.05)]
    half_width: f64,
    /// Margin in Yamane's formula n = N/(1 + N·e²)
    #[arg(long, default_value_t = 0.05)]
    margin: f64,
    /// Variance of the design ÷ that of a simple random sample
    #[arg(long, default_value_t = 1.5)]
    design_effect: f64,
    /// Share of those asked that will answer
    #[arg(long, default_value_t = 0.5)]
    response: f64,
    /// Confidence of the intervals
    #[arg(long, default_value_t = 0.95)]
    confidence: f64,
    /// Answers to spread over all units; as many as the half-width wants, if not given
    #[arg(long)]
    total: Option<u64>,
    /// Fewest answers of a unit when they are spread
    #[arg(long, default_value_t = 30)]
    least: u64,
    /// Published round that tells how much answers vary, for Neyman's allocation
    #[arg(long, value_name = "ROUND")]
    spread_from: Option<String>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When the totals by unit are not known, or a wish cannot be.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let wish = Wish {
        half_width: args.half_width,
        yamane_margin: args.margin,
        design_effect: args.design_effect,
        response: args.response,
        confidence: args.confidence,
        total: args.total,
        least: args.least,
        spread_from: args.spread_from.clone(),
        dossiers: BTreeMap::new(),
    };
    let plan = round::plan(&shared.open()?, &args.round, &wish)?;
    if args.json {
        return out::print(&serde_json::to_string(&plan)?);
    }
    out::print(&told(&plan))
}

fn told(plan: &SamplePlan) -> String {
    let mut text = format!(
        "{} answers in all; ± is the half-width to expect, in per cent\n{:8}  {:>8}  {:>13}  {:>7}  {:>7}  {:>13}  {:>13}  unit\n",
        plan.total, "code", "dossiers", "Yamane", "wanted", "ask", "proportional", "Neyman"
    );
    let with = |n: u64, width: f64| format!("{n} ± {:.1}", 100.0 * width);
    for unit in &plan.units {
        text.push_str(&format!(
            "{:8}  {:>8}  {:>13}  {:>7}  {:>7}  {:>13}  {:>13}  {}\n",
            unit.code,
            unit.dossiers,
            with(unit.yamane, unit.yamane_half_width),
            unit.wanted,
            unit.ask,
            with(unit.proportional, unit.proportional_half_width),
            with(unit.neyman, unit.neyman_half_width),
            unit.unit
        ));
    }
    text
}

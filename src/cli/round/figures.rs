//! Figures and weightings of a round as a person reads them.

use crate::round::{Figure, Figures, GroupNotes, Reason, UnitFigures, Weighting};

/// Misses of a category below this share of its total are not worth a line.
const TOLD_MISS: f64 = 1e-6;

/// What weighing did, for the official and the indicative kinds of links.
pub fn weighting(round: &str, parts: Vec<Option<Weighting>>) -> String {
    let mut text = format!("round {round} is weighed");
    for (group, part) in ["official", "indicative"].iter().zip(parts) {
        let Some(part) = part else {
            text.push_str(&format!("\n  {group}: no answers to weigh"));
            continue;
        };
        let margins: Vec<&str> = part.margins.iter().map(|m| m.variable.as_str()).collect();
        text.push_str(&format!(
            "\n  {group}: {} answers stand for {:.0}; effective n {:.0}; margins: {}",
            part.n,
            part.sum,
            part.effective_n,
            if margins.is_empty() { "none".to_owned() } else { margins.join(", ") }
        ));
        text.push_str(&format!(
            "\n    weights {:.3} to {:.3}, coefficient of variation {:.2}; {:.1} % cut; totals missed by at most {:.1e} of the population{}",
            part.min,
            part.max,
            part.cv,
            100.0 * part.trimmed_share,
            part.worst_miss,
            part.worst_category.map_or(String::new(), |category| format!(", {category}"))
        ));
        for margin in &part.margins {
            for missed in margin.categories.iter().filter(|c| c.miss.abs() > TOLD_MISS) {
                text.push_str(&format!(
                    "\n    {} = {}: {:.1} of {:.1}, {:+.2} %",
                    margin.variable,
                    missed.category,
                    missed.reached,
                    missed.total,
                    100.0 * missed.miss
                ));
            }
            for (from, into) in &margin.joined {
                text.push_str(&format!("\n    {}: {from} joined into {into}", margin.variable));
            }
        }
        for left in &part.left_out {
            text.push_str(&format!("\n    {} left out: {}", left.variable, left.reason));
        }
    }
    text
}

/// A table: a line per unit, and one over all.
pub fn table(figures: &Figures) -> String {
    let mut text = String::new();
    for (title, group) in [("official", &figures.official), ("indicative", &figures.indicative)] {
        if group.overall.n == 0 {
            continue;
        }
        text.push_str(&format!(
            "{title}\n{:8}  {:>6}  {:>6}  {:>10}  {:>6}  {:>15}  {:>13}  unit\n",
            "code", "n", "eff. n", "unweighted", "index", "interval", "rank"
        ));
        for unit in &group.units {
            text.push_str(&line(&unit.code, &unit.figure, &rank(unit), &unit.unit));
        }
        text.push_str(&line("", &group.overall, "", "all units"));
        text.push_str(&notes(&group.notes));
    }
    if text.is_empty() { "there are no answers, so there are no figures".to_owned() } else { text }
}

/// What stands beside the whole group.
fn notes(notes: &GroupNotes) -> String {
    let mut text = String::new();
    if notes.precision == "model" {
        text.push_str("nobody was drawn: intervals are precision under a model\n");
    }
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let response = &notes.overall.response;
    if let Some(rate) = response.rate {
        let of = if notes.precision == "model" { "finished" } else { "drawn" };
        text.push_str(&format!("answers of {} {of} dossiers: {}", response.asked, percent(rate)));
        if let Some((low, high)) = notes.overall.worst_case {
            let (low, high) = (percent(low), percent(high));
            text.push_str(&format!(
                "; whatever the others think, the index of all is {low} to {high}"
            ));
        }
        text.push('\n');
    }
    for variant in &notes.overall.variants {
        let value = match (variant.index, variant.differs_by_less_than) {
            (Some(index), _) => format!("{:.2}", 100.0 * index),
            (None, Some(step)) => format!("changes by less than {:.0}", 100.0 * step),
            (None, None) => continue,
        };
        text.push_str(&format!("{}: {value} (n {})\n", variant.name, variant.n));
    }
    if let Some(r) = &notes.representativity {
        text.push_str(&format!(
            "R-indicator {:.3} ({:.3} to {:.3}) over {} cells\n",
            r.r, r.low, r.high, r.cells
        ));
    }
    text
}

fn line(code: &str, figure: &Figure, rank: &str, unit: &str) -> String {
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |s| format!("{:.2}", 100.0 * s));
    let interval = match (figure.low, figure.high) {
        (Some(_), Some(_)) => format!("{} – {}", percent(figure.low), percent(figure.high)),
        _ => "–".to_owned(),
    };
    let why = figure.suppressed.map_or("", words);
    format!(
        "{code:8}  {:>6}  {:>6}  {:>10}  {:>6}  {interval:>15}  {rank:>13}  {unit}{}{why}\n",
        figure.n,
        figure.effective_n.map_or("–".to_owned(), |n| format!("{n:.0}")),
        percent(figure.unweighted),
        percent(figure.index),
        if why.is_empty() { "" } else { ": " },
    )
}

fn rank(unit: &UnitFigures) -> String {
    match unit.rank {
        Some(r) => format!("{} ({}–{} of {})", r.rank, r.low, r.high, r.of),
        None => "–".to_owned(),
    }
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::FewRespondents => "too few respondents to be shown",
        Reason::BelowMinimum => "fewer answers than the round's minimum sample",
        Reason::WouldReveal => "would reveal a hidden figure",
        Reason::NotWeighable => "answers and margins give no weights",
    }
}

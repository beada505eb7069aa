//! Figures and weightings of a round as a person reads them.

use crate::round::{Figure, Figures, Reason, UnitFigures, Weighting};

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
    }
    if text.is_empty() { "there are no answers, so there are no figures".to_owned() } else { text }
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

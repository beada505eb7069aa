//! The bars a set of flags must meet, on labelled rounds and on rounds of honest people.

use std::collections::{BTreeMap, BTreeSet};

use khaosat::dedup::{Flag, Kind, RuleName, Severity};

use super::round::Round;

const FRAUD: [(&str, f64); 7] = [
    ("near_duplicate", 0.95),
    ("burst", 0.95),
    ("speeder", 0.95),
    ("ticket_run", 0.95),
    ("duplicate_text", 0.90),
    ("straightliner", 0.90),
    ("staff_device", 0.90),
];

/// Every bar that is not met, in words; empty when all are.
pub fn missed(round: &Round, flags: &[Flag]) -> Vec<String> {
    let rows = &round.responses;
    let mut top: Vec<Option<Severity>> = vec![None; rows.len()];
    for flag in flags {
        top[flag.row] = top[flag.row].max(Some(flag.severity));
    }
    let reviewed = |row: usize| top[row] >= Some(Severity::Medium);
    let mut missed = Vec::new();
    for (label, bar) in FRAUD {
        let of: Vec<usize> = (0..rows.len()).filter(|&row| rows[row].label == label).collect();
        let wrong = of.iter().filter(|&&row| !reviewed(row)).count();
        if wrong > 2 && ((of.len() - wrong) as f64) < bar * of.len() as f64 {
            missed.push(format!("recall {label}: {} of {}", of.len() - wrong, of.len()));
        }
    }
    let mut by_rule: BTreeMap<RuleName, BTreeSet<usize>> = BTreeMap::new();
    for flag in flags.iter().filter(|flag| flag.severity >= Severity::Medium) {
        if !matches!(rows[flag.row].label, "source" | "undecidable") {
            by_rule.entry(flag.rule).or_default().insert(flag.row);
        }
    }
    for (rule, of) in by_rule {
        let wrong = of.iter().filter(|&&row| rows[row].label == "honest").count();
        let listed = FRAUD.iter().any(|(label, _)| *label == rule.as_str());
        let bar = if listed && rule != RuleName::Straightliner { 0.95 } else { 0.90 };
        if wrong > 2 && ((of.len() - wrong) as f64) < bar * of.len() as f64 {
            missed.push(format!("precision {rule}: {wrong} honest of {}", of.len()));
        }
    }
    let fraud: Vec<usize> = (0..rows.len())
        .filter(|&row| FRAUD.iter().any(|(label, _)| *label == rows[row].label))
        .collect();
    let high = fraud.iter().filter(|&&row| top[row] == Some(Severity::High)).count();
    if high * 3 + 6 < fraud.len() {
        missed.push(format!("fraud at high: {high} of {}", fraud.len()));
    }
    let honest: Vec<usize> = (0..rows.len()).filter(|&row| rows[row].label == "honest").collect();
    for (severity, share) in
        [(Severity::High, 1e-3), (Severity::Medium, 1.0 / 300.0), (Severity::Low, 0.04)]
    {
        let wrong = honest.iter().filter(|&&row| top[row] >= Some(severity)).count();
        if wrong > 2 && wrong as f64 > share * honest.len() as f64 {
            missed.push(format!("honest at {severity}: {wrong} of {}", honest.len()));
        }
    }
    let mut alike: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for &row in &honest {
        let response = &rows[row];
        let language = round.setting.languages[response.language].0;
        for name in [response.looks.to_owned(), language.to_owned(), format!("{:?}", response.kind)]
        {
            let entry = alike.entry(name).or_default();
            entry.0 += 1;
            entry.1 += usize::from(reviewed(row));
        }
    }
    for (name, (of, wrong)) in alike {
        if of >= 100 && wrong > 3 && wrong * 40 > of {
            missed.push(format!("honest among {name:?}: {wrong} of {of}"));
        }
    }
    let copies: Vec<&Flag> = flags
        .iter()
        .filter(|flag| {
            flag.severity >= Severity::Medium
                && matches!(flag.rule, RuleName::NearDuplicate | RuleName::DuplicateText)
                && rows[flag.row].label == flag.rule.as_str()
        })
        .collect();
    let beside = copies
        .iter()
        .filter(|flag| flag.related.is_some_and(|at| rows[at].act == rows[flag.row].act))
        .count();
    if copies.len() - beside > 2 && (beside as f64) < 0.95 * copies.len() as f64 {
        missed.push(format!("related in the same act: {beside} of {}", copies.len()));
    }
    missed
}

/// Flags at medium and up per rule and label, for a person looking at a missed bar.
pub fn account(round: &Round, flags: &[Flag]) -> String {
    let mut counts: BTreeMap<(RuleName, &str), usize> = BTreeMap::new();
    for flag in flags.iter().filter(|flag| flag.severity >= Severity::Medium) {
        *counts.entry((flag.rule, round.responses[flag.row].label)).or_default() += 1;
    }
    let personal = round.responses.iter().filter(|r| r.kind == Kind::Ticket).count();
    format!("{} responses, {personal} tickets, {counts:?}", round.responses.len())
}

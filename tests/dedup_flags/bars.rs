//! The bars a set of flags must meet, on labelled rounds and on rounds of honest people.

use std::collections::{BTreeMap, BTreeSet};

use khaosat::dedup::{Flag, RuleName, Severity};

/// The truth about one response.
pub struct Truth {
    /// "honest", "source", "undecidable" or the label of a fraud.
    pub label: String,
    /// Act of fraud.
    pub act: String,
    /// Why it may look odd, its language and its kind of link.
    pub looks: Vec<String>,
}

/// A flag as far as the bars go.
pub struct Said {
    pub row: usize,
    pub rule: String,
    pub severity: Severity,
    pub related: Option<usize>,
}

impl From<&Flag> for Said {
    fn from(flag: &Flag) -> Self {
        Self {
            row: flag.row,
            rule: flag.rule.as_str().to_owned(),
            severity: flag.severity,
            related: flag.related,
        }
    }
}

const FRAUD: [(&str, f64); 7] = [
    ("near_duplicate", 0.95),
    ("burst", 0.95),
    ("speeder", 0.95),
    ("ticket_run", 0.95),
    ("duplicate_text", 0.90),
    ("straightliner", 0.90),
    ("staff_device", 0.90),
];
const HONEST: [(Severity, f64); 3] =
    [(Severity::High, 1e-3), (Severity::Medium, 1.0 / 300.0), (Severity::Low, 0.04)];
/// Single misses or false flags that are forgiven, and among look-alikes.
const FORGIVEN: usize = 2;
const FORGIVEN_ALIKE: usize = 3;
/// Honest people below which single false flags are forgiven among them too.
const SMALL: usize = 2_000;

/// Every bar that is not met, in words; empty when all are.
pub fn missed(truth: &[Truth], said: &[Said]) -> Vec<String> {
    let mut top: Vec<Option<Severity>> = vec![None; truth.len()];
    for flag in said {
        top[flag.row] = top[flag.row].max(Some(flag.severity));
    }
    let mut missed = recalls(truth, &top);
    missed.extend(precisions(truth, said));
    missed.extend(about_honest(truth, &top));
    missed.extend(related(truth, said));
    missed
}

fn rows<'t>(
    truth: &'t [Truth],
    wanted: impl Fn(&str) -> bool + 't,
) -> impl Iterator<Item = usize> + 't {
    (0..truth.len()).filter(move |&row| wanted(&truth[row].label))
}

fn below(right: usize, of: usize, bar: f64) -> bool {
    of - right > FORGIVEN && (right as f64) < bar * of as f64 - 1e-9
}

fn recalls(truth: &[Truth], top: &[Option<Severity>]) -> Vec<String> {
    let mut missed = Vec::new();
    for (label, bar) in FRAUD {
        let of: Vec<usize> = rows(truth, |l| l == label).collect();
        let right = of.iter().filter(|&&row| top[row] >= Some(Severity::Medium)).count();
        if below(right, of.len(), bar) {
            missed.push(format!("recall {label}: {right} of {}", of.len()));
        }
    }
    let fraud: Vec<usize> = rows(truth, is_fraud).collect();
    let high = fraud.iter().filter(|&&row| top[row] == Some(Severity::High)).count();
    if high * 3 < fraud.len() {
        missed.push(format!("fraud at high: {high} of {}", fraud.len()));
    }
    missed
}

fn is_fraud(label: &str) -> bool {
    FRAUD.iter().any(|(known, _)| *known == label)
}

fn precisions(truth: &[Truth], said: &[Said]) -> Vec<String> {
    let mut by_rule: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for flag in said.iter().filter(|flag| flag.severity >= Severity::Medium) {
        let label = truth[flag.row].label.as_str();
        if is_fraud(label) || label == "honest" {
            by_rule.entry(&flag.rule).or_default().insert(flag.row);
        }
    }
    by_rule
        .into_iter()
        .filter_map(|(rule, of)| {
            let right = of.iter().filter(|&&row| truth[row].label != "honest").count();
            let bar = if is_fraud(rule) && rule != "straightliner" { 0.95 } else { 0.90 };
            let wrong = of.len() - right;
            below(right, of.len(), bar)
                .then(|| format!("precision {rule}: {wrong} honest of {}", of.len()))
        })
        .collect()
}

fn about_honest(truth: &[Truth], top: &[Option<Severity>]) -> Vec<String> {
    let honest: Vec<usize> = rows(truth, |label| label == "honest").collect();
    let mut missed = Vec::new();
    for (severity, share) in HONEST {
        let wrong = honest.iter().filter(|&&row| top[row] >= Some(severity)).count();
        // In a small round a single row would decide.
        let forgiven = if honest.len() < SMALL { FORGIVEN } else { 0 };
        if wrong > forgiven && wrong as f64 > share * honest.len() as f64 {
            missed.push(format!("honest at {severity}: {wrong} of {}", honest.len()));
        }
    }
    let mut alike: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for &row in &honest {
        for name in &truth[row].looks {
            let entry = alike.entry(name).or_default();
            entry.0 += 1;
            entry.1 += usize::from(top[row] >= Some(Severity::Medium));
        }
    }
    for (name, (of, wrong)) in alike {
        if of >= 100 && wrong > FORGIVEN_ALIKE && wrong * 40 > of {
            missed.push(format!("honest among {name:?}: {wrong} of {of}"));
        }
    }
    missed
}

/// A copy must be shown beside a response of the same act.
fn related(truth: &[Truth], said: &[Said]) -> Option<String> {
    let copies: Vec<&Said> = said
        .iter()
        .filter(|flag| {
            flag.severity >= Severity::Medium
                && [RuleName::NearDuplicate.as_str(), RuleName::DuplicateText.as_str()]
                    .contains(&flag.rule.as_str())
                && truth[flag.row].label == flag.rule
        })
        .collect();
    let beside =
        |flag: &&&Said| flag.related.is_some_and(|at| truth[at].act == truth[flag.row].act);
    let right = copies.iter().filter(beside).count();
    below(right, copies.len(), 0.95)
        .then(|| format!("related in the same act: {right} of {}", copies.len()))
}

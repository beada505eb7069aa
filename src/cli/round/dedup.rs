//! `khaosat round dedup`: the flags of a closed round.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::dedup::writing;
use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::round;
use crate::store::flag::StoredFlag;
use crate::store::id::ResponseId;

#[derive(clap::Args)]
pub struct Args {
    /// The round, closed and its grace over
    round: String,
    /// Also writes the flags: id,rule,severity,score,related_id,explanation
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// # Errors
/// Before the grace ends, or when the actor may not.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let flags = round::flag(&desk, &actor, &args.round)?;
    if let Some(path) = &args.csv {
        let rows: Vec<[String; 6]> = flags.iter().map(row).collect();
        writing::write(path, &rows).map_err(|error| {
            Failure::because(format!("{} cannot be written", path.display()), error)
        })?;
    }
    out::print(&told(&args.round, &flags))
}

fn row(flag: &StoredFlag) -> [String; 6] {
    [
        flag.response_id.hex(),
        flag.rule.clone(),
        flag.severity.clone(),
        format!("{:.2}", flag.score),
        flag.related_id.map(ResponseId::hex).unwrap_or_default(),
        flag.explanation.clone(),
    ]
}

fn told(round: &str, flags: &[StoredFlag]) -> String {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for flag in flags {
        *counts.entry(&flag.rule).or_default().entry(&flag.severity).or_default() += 1;
    }
    let mut text = format!("round {round} is flagged: {}", out::count(flags.len(), "flag"));
    for (rule, of) in counts {
        let of: Vec<String> = ["high", "medium", "low"]
            .iter()
            .filter_map(|severity| Some(format!("{severity} {}", of.get(severity)?)))
            .collect();
        text.push_str(&format!("\n  {rule}: {}", of.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_told_by_rule_and_severity() {
        let flag = |rule: &str, severity: &str| StoredFlag {
            response_id: ResponseId([7; 16]),
            rule: rule.to_owned(),
            severity: severity.to_owned(),
            score: 1.0,
            related_id: None,
            explanation: String::new(),
        };
        let flags = [flag("speeder", "low"), flag("speeder", "high"), flag("burst", "high")];
        assert_eq!(
            told("r", &flags),
            "round r is flagged: 3 flags\n  burst: high 1\n  speeder: high 1, low 1"
        );
        assert_eq!(told("r", &[]), "round r is flagged: 0 flags");
    }
}

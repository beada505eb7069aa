//! `khaosat round verdict`: what is flagged, and what is decided about it.

use std::collections::BTreeMap;

use crate::cli::desk::{Second, Shared};
use crate::cli::{Failure, Outcome, out};
use crate::dedup::{RULES, RuleName};
use crate::round;
use crate::store::actor::{Right, Role};
use crate::store::flag::StoredFlag;
use crate::store::id::ResponseId;
use crate::store::verdict::{Decision, Verdict};
use crate::store::{Actor, StoreError};

#[derive(clap::Args)]
pub struct Args {
    /// The round, flagged
    round: String,
    /// Decides on these responses, by the ids of the list
    #[arg(long, value_name = "HEX", num_args = 1.., value_delimiter = ',', value_parser = response)]
    response: Vec<ResponseId>,
    /// Decides on all responses flagged by this rule
    #[arg(long, value_parser = rule, conflicts_with = "response")]
    rule: Option<RuleName>,
    /// With --rule: only flags of these severities
    #[arg(long, value_delimiter = ',', default_value = "medium,high", value_parser = ["low", "medium", "high"], requires = "rule")]
    severity: Vec<String>,
    /// What is decided: keep, exclude, or undone (takes the verdict back)
    #[arg(long, value_parser = decision, requires = "reason")]
    decision: Option<Decision>,
    /// Why, at least ten characters; it is audited
    #[arg(long, requires = "decision")]
    reason: Option<String>,
    #[command(flatten)]
    second: Second,
}

fn response(text: &str) -> Result<ResponseId, String> {
    ResponseId::from_hex(text).ok_or_else(|| "an id has 32 hex digits".to_owned())
}

fn decision(word: &str) -> Result<Decision, String> {
    Decision::from_word(word).ok_or_else(|| "write keep, exclude or undone".to_owned())
}

fn rule(word: &str) -> Result<RuleName, String> {
    let names = || RULES.iter().map(|rule| rule.name());
    names().find(|rule| rule.as_str() == word).ok_or_else(|| {
        let known: Vec<&str> = names().map(RuleName::as_str).collect();
        format!("there is no such rule; the rules are {}", known.join(", "))
    })
}

/// # Errors
/// When nothing is flagged so, a response is of the person's own unit, or the actor may not.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let wanted = !args.response.is_empty() || args.rule.is_some();
    let (Some(decision), Some(reason)) = (args.decision, &args.reason) else {
        if wanted {
            return Err(Failure::new(
                "say what is decided with --decision keep|exclude and --reason",
            ));
        }
        may_read(&actor)?;
        let round = desk.store.round(&args.round)?;
        return out::print(&told(&desk.store.flags(round.id)?, &desk.store.verdicts(round.id)?));
    };
    let responses = match args.rule {
        Some(rule) => {
            let severities: Vec<&str> = args.severity.iter().map(String::as_str).collect();
            round::flagged_by(&desk, &args.round, rule.as_str(), &severities)?
        }
        None if wanted => args.response.clone(),
        None => {
            let advice = "name what is decided on with --response HEX or --rule RULE";
            return Err(Failure::new(advice));
        }
    };
    let second = args.second.person(&desk, &actor)?;
    round::decide(&desk, &actor, second.as_ref(), &args.round, &responses, decision, reason)?;
    if responses.is_empty() {
        return out::print("no response is flagged so; nothing was decided");
    }
    out::print(&format!("{}: {decision}", out::count(responses.len(), "response")))
}

/// The flagged answers are for those who compute flags or decide on them, and for the inspector.
fn may_read(actor: &Actor) -> Outcome {
    let readers = || {
        let deciding = Right::DecideVerdicts.roles().iter().chain(Right::ComputeFlags.roles());
        deciding.chain(std::iter::once(&Role::Inspector))
    };
    let may = match actor {
        Actor::Service(_) => true,
        Actor::Client { .. } => false,
        Actor::Person { grants, .. } => grants.iter().any(|(role, _)| readers().any(|r| r == role)),
    };
    if may {
        return Ok(());
    }
    let needed: std::collections::BTreeSet<&str> = readers().map(|role| role.word()).collect();
    Err(StoreError::Forbidden {
        actor: actor.name().to_owned(),
        right: "see flags",
        needed: needed.into_iter().collect::<Vec<_>>().join(" or "),
    }
    .into())
}

fn told(flags: &[StoredFlag], verdicts: &BTreeMap<ResponseId, Verdict>) -> String {
    if flags.is_empty() {
        return "no response is flagged".to_owned();
    }
    let mut text = String::new();
    for flag in flags {
        let related = flag.related_id.map(|id| format!(" beside {}", id.hex())).unwrap_or_default();
        let verdict = match verdicts.get(&flag.response_id) {
            Some(v) => {
                let second = v.confirmed_by.as_ref().map(|w| format!(" and {w}"));
                let (by, second) = (&v.decided_by, second.unwrap_or_default());
                format!("{} by {by}{second}: {}", v.decision, out::visible(&v.reason))
            }
            None => "no verdict".to_owned(),
        };
        text.push_str(&format!(
            "{:6}  {}  {}{related}: {} [{verdict}]\n",
            flag.severity,
            flag.response_id.hex(),
            flag.rule,
            out::visible(&flag.explanation)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_does_not_see_what_is_flagged() {
        let with = |role| Actor::Person { name: "x".to_owned(), grants: vec![(role, None)] };
        for role in [Role::Reviewer, Role::Inspector, Role::Publisher, Role::ProvinceAdmin] {
            assert!(may_read(&with(role)).is_ok(), "{role}");
        }
        for role in [Role::Clerk, Role::UnitAdmin, Role::PaperClerk, Role::SystemAdmin] {
            let told = may_read(&with(role)).unwrap_err().told();
            assert!(
                told.starts_with("x may not see flags here; it needs the role inspector or"),
                "{told}"
            );
        }
    }

    #[test]
    fn every_flag_is_listed_with_its_verdict() {
        let flag = StoredFlag {
            response_id: ResponseId([1; 16]),
            rule: "speeder".to_owned(),
            severity: "high".to_owned(),
            score: 3.0,
            related_id: Some(ResponseId([2; 16])),
            explanation: "answered in 4 s".to_owned(),
        };
        let verdict = Verdict {
            response_id: flag.response_id,
            decision: Decision::Keep,
            reason: "read aloud".to_owned(),
            decided_by: "em".to_owned(),
            confirmed_by: None,
        };
        let one = "01".repeat(16);
        let two = "02".repeat(16);
        let verdicts = BTreeMap::from([(flag.response_id, verdict)]);
        assert_eq!(
            told(&[flag], &verdicts),
            format!(
                "high    {one}  speeder beside {two}: answered in 4 s [keep by em: read aloud]\n"
            )
        );
    }

    #[test]
    fn an_unknown_rule_is_answered_with_the_known_ones() {
        assert!(rule("straightliner").is_ok());
        assert!(rule("straightlining").unwrap_err().contains("straightliner"));
    }
}

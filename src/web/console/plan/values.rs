//! From a plan to the fields of its form.

use serde::Serialize;

use super::field::Values;
use crate::clock::Millis;
use crate::round::{Covariate, Plan};

/// A share as a percentage, by moving the decimal point only: 0.333 is 33.3.
pub fn percent(share: f64) -> String {
    format!("{share}e2").parse::<f64>().map(|value| value.to_string()).unwrap_or_default()
}

/// The word of an enumeration as files have it.
fn word(value: impl Serialize) -> String {
    let json = serde_json::to_value(value).ok();
    json.and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// A time as a field of a page has it, in Vietnam; as it was written where it is none.
pub fn time(text: &str) -> String {
    Millis::parse(text).map_or_else(|_| text.to_owned(), moment)
}

/// The same of a moment.
pub fn moment(at: Millis) -> String {
    let text = at.vietnam_second().replace(' ', "T");
    text.strip_suffix(":00").map(ToOwned::to_owned).unwrap_or(text)
}

/// Hours of a grace such as `90m`.
fn hours(grace: &str) -> String {
    let ms = grace.parse::<jiff::SignedDuration>().map(|span| span.as_millis() as f64);
    ms.map_or_else(|_| grace.to_owned(), |ms| (ms / 3_600_000.0).to_string())
}

/// Covariates as a table: a line per unit.
fn table(covariates: &[Covariate], units: &[String]) -> String {
    if covariates.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = covariates.iter().map(|one| one.name.as_str()).collect();
    let mut lines = vec![format!("unit;{}", names.join(";"))];
    for unit in units {
        let of = |one: &Covariate| one.values.get(unit).map(f64::to_string).unwrap_or_default();
        let values: Vec<String> = covariates.iter().map(of).collect();
        lines.push(format!("{unit};{}", values.join(";")));
    }
    lines.join("\n")
}

/// The fields of a plan; `form`: the choice that stands for its form.
pub fn of(code: &str, plan: &Plan, form: &str) -> Values {
    let rules = &plan.rules;
    let days = |days: Option<u16>| days.map(|days| days.to_string()).unwrap_or_default();
    let yes = |yes: bool| if yes { "1".to_owned() } else { String::new() };
    let draw = rules.draw.as_ref();
    let ask = draw.map(|draw| {
        let lines = draw.ask.iter().map(|(unit, n)| format!("{unit} {n}"));
        lines.collect::<Vec<_>>().join("\n")
    });
    let trim = |of: fn(&crate::round::Trim) -> f64| {
        rules.trim.as_ref().map(|trim| of(trim).to_string()).unwrap_or_default()
    };
    let called = rules.callback.as_ref();
    let all = [
        ("code", code.to_owned()),
        ("title", rules.title.clone()),
        ("form", form.to_owned()),
        ("units_on", rules.units_on.clone()),
        ("units", rules.units.join("\n")),
        ("opens_at", time(&plan.opens_at)),
        ("closes_at", time(&plan.closes_at)),
        ("grace_hours", hours(&plan.grace)),
        ("asked", if draw.is_some() { "drawn" } else { "at_once" }.to_owned()),
        ("ticket_share", percent(rules.ticket_share)),
        ("random", draw.map(|draw| draw.random.clone()).unwrap_or_default()),
        ("per_thousand", draw.map_or(1000, |draw| draw.per_thousand).to_string()),
        ("ask", ask.unwrap_or_default()),
        ("layout", word(rules.asking.layout)),
        ("length", word(rules.asking.length)),
        ("order", word(rules.asking.order)),
        ("invitations", yes(rules.invitations)),
        ("reminders", rules.reminders.to_string()),
        ("reminder_days", rules.reminder_days.to_string()),
        ("days_poster", days(rules.link_days.poster)),
        ("days_ticket", days(rules.link_days.ticket)),
        ("days_invitation", days(rules.link_days.invitation)),
        ("days_kiosk", days(rules.link_days.kiosk)),
        ("days_paper", days(rules.link_days.paper)),
        ("own_domains", rules.own_domains.join("\n")),
        ("index_rule", word(rules.index_rule)),
        ("margins", rules.margins.join(", ")),
        ("not_stated_max", percent(rules.not_stated_max)),
        ("category_minimum", rules.category_minimum.to_string()),
        ("trim_lower", trim(|trim| trim.lower)),
        ("trim_upper", trim(|trim| trim.upper)),
        ("confidence", percent(rules.confidence)),
        ("minimum_sample", rules.minimum_sample.to_string()),
        ("rank_df_min", rules.rank_df_min.to_string()),
        ("indicative_points", yes(rules.indicative_points)),
        ("covariates", table(&rules.covariates, &rules.units)),
        ("suppression_threshold", rules.suppression_threshold.to_string()),
        ("policy", word(rules.policy)),
        ("seal_within_days", rules.seal_within_days.to_string()),
        ("four_eyes_from", rules.four_eyes_from.to_string()),
        ("four_eyes_percent", rules.four_eyes_percent.to_string()),
        ("callback_body", called.map(|one| one.body.clone()).unwrap_or_default()),
        ("callback_share", called.map(|one| percent(one.share)).unwrap_or_default()),
        ("callback_key", called.map(|one| one.key.clone()).unwrap_or_default()),
        ("witness_mail", rules.witnesses.mail.join("\n")),
        ("witness_web", rules.witnesses.web.join("\n")),
        ("synthetic", yes(rules.synthetic)),
    ];
    all.into_iter().collect()
}

//! How many to ask, and what precision to expect, before anything is decided: what `khaosat round plan` works out.

use std::collections::BTreeMap;

use super::field::Values;
use super::read::{share, words};
use crate::round::{self, RoundError, SamplePlan, Wish};
use crate::store::round::Round;
use crate::web::console::{Frame, Trouble, Visit};
use crate::web::text::{Key, key};

/// A unit's line.
pub struct Line {
    pub unit: String,
    pub dossiers: String,
    pub wanted: String,
    pub ask: String,
    pub proportional: String,
    pub neyman: String,
}

/// A field of the wishes.
pub struct Wished {
    pub name: &'static str,
    pub label: String,
    pub value: String,
}

/// The section of the page.
pub struct Sampling {
    pub wishes: Vec<Wished>,
    pub dossiers: String,
    /// Whether the round has totals by unit already.
    pub known: bool,
    pub total: String,
    pub lines: Vec<Line>,
    pub wrong: Option<String>,
    /// To the form with these numbers in it.
    pub use_them: String,
}

/// Name, words and usual value of the wishes; per cent, but for the design effect, the total and the round.
const WISHES: [(&str, Key, &str); 7] = [
    ("half", key::PLAN_HALF, "5"),
    ("response", key::PLAN_RESPONSE, "50"),
    ("deff", key::PLAN_DEFF, "1.5"),
    ("level", key::PLAN_CONFIDENCE, "95"),
    ("least", key::PLAN_LEAST, "30"),
    ("total", key::PLAN_TOTAL, ""),
    ("spread", key::PLAN_SPREAD, ""),
];

fn asked(visit: &Visit, name: &str) -> String {
    let usual = WISHES.iter().find(|wish| wish.0 == name).map_or("", |wish| wish.2);
    let typed = visit.asked(name).map(|text| text.trim().chars().take(64).collect());
    typed.unwrap_or_else(|| usual.to_owned())
}

/// Lines of `code n`.
fn pairs(text: &str) -> BTreeMap<String, u64> {
    let words = words(text);
    let pair = |pair: &[String]| match pair {
        [unit, n] => n.parse().ok().map(|n| (unit.clone(), n)),
        _ => None,
    };
    words.chunks(2).filter_map(pair).collect()
}

fn wish(visit: &Visit) -> Option<Wish> {
    let whole = |name: &str| {
        let text = asked(visit, name);
        if text.is_empty() { Some(None) } else { text.parse::<u64>().ok().map(Some) }
    };
    Some(Wish {
        half_width: share(&asked(visit, "half"))?,
        yamane_margin: share(&asked(visit, "half"))?,
        design_effect: asked(visit, "deff").replace(',', ".").parse().ok()?,
        response: share(&asked(visit, "response"))?,
        confidence: share(&asked(visit, "level"))?,
        total: whole("total")?,
        least: whole("least")?.unwrap_or(0),
        spread_from: Some(asked(visit, "spread")).filter(|code| !code.is_empty()),
        dossiers: pairs(visit.asked("dossiers").unwrap_or_default()),
    })
}

fn planned(visit: &Visit, round: &Round) -> Result<Result<SamplePlan, String>, Trouble> {
    let say = |key: Key| visit.lang.say(key).into_owned();
    let Some(wish) = wish(visit) else { return Ok(Err(say(key::PLAN_WISH_WRONG))) };
    if let Some(code) = &wish.spread_from
        && visit.desk.store.round(code).is_err()
    {
        return Ok(Err(say(key::PLAN_SPREAD_WRONG)));
    }
    match round::plan(&visit.desk, &round.code, &wish) {
        Ok(plan) => Ok(Ok(plan)),
        Err(RoundError::Refused(_)) => Ok(Err(say(key::PLAN_WISH_WRONG))),
        Err(error) => Err(error.into()),
    }
}

/// The section for a round.
pub fn of(visit: &Visit, frame: &Frame, round: &Round) -> Result<Sampling, Trouble> {
    let known = visit.desk.store.margins(round.id)?.contains_key("unit");
    let dossiers: String =
        visit.asked("dossiers").unwrap_or_default().chars().take(60_000).collect();
    let wishes = WISHES
        .iter()
        .map(|(name, label, _)| Wished {
            name,
            label: frame.say(*label),
            value: asked(visit, name),
        })
        .collect();
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, ..) in WISHES {
        query.append_pair(name, &asked(visit, name));
    }
    query.append_pair("dossiers", &dossiers).append_pair("ask", "1");
    let use_them = format!("{}/edit?{}", super::place(&round.code), query.finish());
    let mut page = Sampling {
        wishes,
        known,
        total: String::new(),
        lines: Vec::new(),
        wrong: None,
        use_them,
        dossiers,
    };
    if !known && page.dossiers.is_empty() {
        return Ok(page);
    }
    match planned(visit, round)? {
        Err(words) => page.wrong = Some(words),
        Ok(plan) => {
            let n = |n: u64| frame.count(i64::try_from(n).unwrap_or(i64::MAX));
            let with = |answers: u64, width: f64| {
                format!("{} ± {}", n(answers), frame.percent(Some(width)))
            };
            page.total = n(plan.total);
            page.lines = plan
                .units
                .iter()
                .map(|unit| Line {
                    unit: unit.unit.clone(),
                    dossiers: n(unit.dossiers),
                    wanted: n(unit.wanted),
                    ask: n(unit.ask),
                    proportional: with(unit.proportional, unit.proportional_half_width),
                    neyman: with(unit.neyman, unit.neyman_half_width),
                })
                .collect();
        }
    }
    Ok(page)
}

/// Puts the people to ask of each unit into the fields of the draw.
pub fn fill(visit: &Visit, round: &Round, values: &mut Values) -> Result<(), Trouble> {
    if let Ok(plan) = planned(visit, round)? {
        let lines = plan.units.iter().map(|unit| format!("{} {}", unit.code, unit.ask));
        values.insert("ask", lines.collect::<Vec<_>>().join("\n"));
        values.insert("asked", "drawn".to_owned());
    }
    Ok(())
}

//! From the fields of the form to a plan: the same that a `round.toml` gives. Everything that is wrong is told beside its
//! field.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::field::{SECTIONS, Values, Wrongs};
use crate::form::Asking;
use crate::issue::draw::DrawRule;
use crate::issue::expiry::LinkDays;
use crate::ledger::Witnesses;
use crate::round::{CallBack, Covariate, Plan, Rules, Trim};
use crate::web::console::Visit;
use crate::web::text::{Arg, key};

/// A percentage as a share, by moving the decimal point only.
pub fn share(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { format!("{text}e-2").parse().ok() } else { None }
}

/// Words of a field of several lines, apart at spaces, commas, semicolons and line ends.
pub fn words(text: &str) -> Vec<String> {
    text.split([' ', ',', ';', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The fields of a post by the names that the form has.
pub fn posted(visit: &Visit) -> Values {
    let fields = SECTIONS.iter().flat_map(|section| section.fields);
    fields.map(|field| (field.name, visit.field(field.name).replace("\r\n", "\n"))).collect()
}

/// Reads one field after the other and remembers what is wrong.
struct Reader<'a> {
    values: &'a Values,
    wrong: Vec<&'static str>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> &str {
        self.values.get(name).map(String::as_str).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    fn good<T: Default>(&mut self, name: &'static str, read: Option<T>) -> T {
        read.unwrap_or_else(|| {
            self.wrong.push(name);
            T::default()
        })
    }

    fn whole<T: Default + std::str::FromStr>(&mut self, name: &'static str) -> T {
        let read = self.text(name).parse().ok();
        self.good(name, read)
    }

    fn some_whole<T: Default + std::str::FromStr>(&mut self, name: &'static str) -> Option<T> {
        if self.is(name) { Some(self.whole(name)) } else { None }
    }

    fn number(&mut self, name: &'static str) -> f64 {
        let read = self.text(name).replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite());
        self.good(name, read)
    }

    fn share(&mut self, name: &'static str) -> f64 {
        let read = share(self.text(name));
        self.good(name, read)
    }

    fn word<T: Default + DeserializeOwned>(&mut self, name: &'static str) -> T {
        let word = serde_json::Value::String(self.text(name).to_owned());
        self.good(name, serde_json::from_value(word).ok())
    }

    fn ask(&mut self) -> BTreeMap<String, u32> {
        let mut all = BTreeMap::new();
        let words = words(self.text("ask"));
        for pair in words.chunks(2) {
            let read = match pair {
                [unit, n] => {
                    n.parse().ok().and_then(|n| all.insert(unit.clone(), n).is_none().then_some(()))
                }
                _ => None,
            };
            self.good("ask", read);
        }
        all
    }

    /// `unit;name;…` and a line per unit.
    fn covariates(&mut self) -> Vec<Covariate> {
        let text = self.text("covariates").to_owned();
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let Some(head) = lines.next() else { return Vec::new() };
        let mut all: Vec<Covariate> = head
            .split(';')
            .skip(1)
            .map(|name| Covariate { name: name.trim().to_owned(), values: BTreeMap::new() })
            .collect();
        for line in lines {
            let mut cells = line.split(';').map(str::trim);
            let unit = cells.next().unwrap_or_default();
            for one in &mut all {
                let value = cells.next().and_then(|cell| cell.replace(',', ".").parse().ok());
                let value = self.good("covariates", value);
                one.values.insert(unit.to_owned(), value);
            }
            let rest = cells.next().map_or(Some(()), |_| None);
            self.good("covariates", rest);
        }
        all
    }
}

/// Grace in whole milliseconds, in the words of a `round.toml`.
fn grace(hours: f64) -> String {
    let ms = (hours * 3_600_000.0).round();
    if ms % 3_600_000.0 == 0.0 { format!("{hours}h") } else { format!("{}s", ms / 1000.0) }
}

/// The plan that the fields say, or what is wrong. `form` is how the plan names its form.
pub fn plan(visit: &Visit, values: &Values, form: &str) -> Result<Plan, Wrongs> {
    let mut read = Reader { values, wrong: Vec::new() };
    let drawn = read.text("asked") == "drawn";
    let draw = drawn.then(|| DrawRule {
        random: read.text("random").to_owned(),
        per_thousand: read.whole("per_thousand"),
        ask: read.ask(),
    });
    let trimmed = read.is("trim_lower") || read.is("trim_upper");
    let trim = trimmed
        .then(|| Trim { lower: read.number("trim_lower"), upper: read.number("trim_upper") });
    let called =
        ["callback_body", "callback_share", "callback_key"].iter().any(|name| read.is(name));
    let callback = called.then(|| CallBack {
        body: read.text("callback_body").to_owned(),
        share: read.share("callback_share"),
        key: read.text("callback_key").to_owned(),
    });
    let hours = read.number("grace_hours");
    let plan = Plan {
        form: form.to_owned(),
        opens_at: read.text("opens_at").to_owned(),
        closes_at: read.text("closes_at").to_owned(),
        grace: grace(hours),
        rules: Rules {
            title: read.text("title").to_owned(),
            units: words(read.text("units")),
            units_on: read.text("units_on").to_owned(),
            index_rule: read.word("index_rule"),
            asking: Asking {
                layout: read.word("layout"),
                length: read.word("length"),
                order: read.word("order"),
            },
            margins: words(read.text("margins")),
            not_stated_max: read.share("not_stated_max"),
            category_minimum: read.whole("category_minimum"),
            trim,
            indicative_points: read.is("indicative_points"),
            suppression_threshold: read.whole("suppression_threshold"),
            minimum_sample: read.whole("minimum_sample"),
            rank_df_min: read.whole("rank_df_min"),
            confidence: read.share("confidence"),
            covariates: read.covariates(),
            seal_within_days: read.whole("seal_within_days"),
            policy: read.word("policy"),
            four_eyes_from: read.whole("four_eyes_from"),
            four_eyes_percent: read.whole("four_eyes_percent"),
            // Without effect in a drawn round, whose page may leave it empty.
            ticket_share: if drawn && !read.is("ticket_share") {
                1.0
            } else {
                read.share("ticket_share")
            },
            draw,
            invitations: read.is("invitations"),
            reminders: read.whole("reminders"),
            reminder_days: read.whole("reminder_days"),
            link_days: LinkDays {
                poster: read.some_whole("days_poster"),
                ticket: read.some_whole("days_ticket"),
                invitation: read.some_whole("days_invitation"),
                kiosk: read.some_whole("days_kiosk"),
                paper: read.some_whole("days_paper"),
            },
            own_domains: words(read.text("own_domains")),
            callback,
            witnesses: Witnesses {
                mail: words(read.text("witness_mail")),
                web: words(read.text("witness_web")),
            },
            synthetic: read.is("synthetic"),
        },
    };
    let mut wrong = read.wrong;
    // What could not be read is told as that; the rest by the rules that a file is held against.
    let faults = plan.rules.faults().into_iter().map(|(name, _)| field(name));
    for name in faults.chain(plan.times().err().map(|(name, _)| field(name))) {
        if !wrong.contains(&name) {
            wrong.push(name);
        }
    }
    let mut wrongs: Wrongs = wrong.into_iter().map(|name| (name, hint(visit, name))).collect();
    if !wrongs.contains_key("units") && !wrongs.contains_key("units_on") {
        unknown_units(visit, &plan.rules, &mut wrongs);
    }
    if wrongs.is_empty() { Ok(plan) } else { Err(wrongs) }
}

/// The field beside which a rule's fault stands.
fn field(rule: &'static str) -> &'static str {
    match rule {
        "trim" => "trim_lower",
        "callback" => "callback_body",
        "witnesses" => "witness_mail",
        "link_days" => "days_poster",
        "grace" => "grace_hours",
        other => other,
    }
}

/// "Not usable", and what is.
pub fn hint(visit: &Visit, name: &str) -> String {
    let known = SECTIONS.iter().flat_map(|section| section.fields).find(|field| field.name == name);
    let hint = known.and_then(|field| field.hint).map(|hint| visit.lang.say(hint));
    visit.lang.tell(key::PLAN_WRONG, &[("hint", Arg::Text(hint.as_deref().unwrap_or(name)))])
}

/// Codes that no unit bears on the day, and codes that stand there twice.
fn unknown_units(visit: &Visit, rules: &Rules, wrongs: &mut Wrongs) {
    let Ok(units) = visit.desk.store.units() else { return };
    let valid = |code: &String| {
        let on =
            |from: &str, to: &str| from <= rules.units_on.as_str() && rules.units_on.as_str() <= to;
        units.iter().any(|unit| unit.code == *code && on(&unit.valid_from, &unit.valid_to))
    };
    let unknown: Vec<&str> =
        rules.units.iter().filter(|code| !valid(code)).map(String::as_str).take(20).collect();
    let mut seen = std::collections::BTreeSet::new();
    let twice: Vec<&str> = rules
        .units
        .iter()
        .map(String::as_str)
        .filter(|code| !seen.insert(*code))
        .take(20)
        .collect();
    let told = if !unknown.is_empty() {
        visit.lang.tell(
            key::PLAN_UNITS_UNKNOWN,
            &[("codes", Arg::Text(&unknown.join(", "))), ("day", Arg::Text(&rules.units_on))],
        )
    } else if !twice.is_empty() {
        visit.lang.tell(key::PLAN_UNITS_TWICE, &[("codes", Arg::Text(&twice.join(", ")))])
    } else {
        return;
    };
    wrongs.insert("units", told);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::console::plan::values;

    #[test]
    fn a_percentage_is_the_share_that_a_file_says() {
        for (text, wanted) in
            [("95", 0.95), ("33.3", 0.333), ("12,5", 0.125), ("100", 1.0), ("0.1", 0.001)]
        {
            assert_eq!(share(text), Some(wanted), "{text}");
            assert_eq!(share(&values::percent(wanted)), Some(wanted), "{text}");
        }
        for none in ["", "-1", "1e9", "abc", "95%", "1.2.3"] {
            assert_eq!(share(none), None, "{none}");
        }
    }

    #[test]
    fn grace_is_written_as_files_write_it() {
        assert_eq!(
            (grace(24.0).as_str(), grace(0.0).as_str(), grace(1.5).as_str()),
            ("24h", "0h", "5400s")
        );
    }
}

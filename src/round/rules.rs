//! The rules of a round: written in `round.toml` while it is planned, frozen and hashed when it opens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RoundError;
use crate::clock::Millis;
use crate::form::Asking;
use crate::issue;
use crate::issue::callback::Draw;
use crate::issue::draw::DrawRule;
use crate::issue::expiry::LinkDays;
use crate::ledger::Witnesses;
use crate::vault::{Recipient, sha256};

/// What a round is run by. Frozen at opening as canonical JSON (RFC 8785), whose SHA-256 is published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What the round is called, in Vietnamese.
    pub title: String,
    /// Codes of the units taking part.
    pub units: Vec<String>,
    /// Day (ISO) on which these codes are read; codes get re-used.
    pub units_on: String,
    /// How answers become an index.
    #[serde(default)]
    pub index_rule: IndexRule,
    /// How the form is asked: layout, length, order of the levels.
    #[serde(default, skip_serializing_if = "Asking::is_usual")]
    pub asking: Asking,
    /// Margin variables that weights are raked to, in the order in which they are kept longest.
    #[serde(default = "default_margins")]
    pub margins: Vec<String>,
    /// Share of "not stated" above which a variable is not used, 0..1.
    #[serde(default = "default_not_stated_max")]
    pub not_stated_max: f64,
    /// Answers below which a category of a margin is joined with another.
    #[serde(default = "default_category_minimum")]
    pub category_minimum: u32,
    /// Bounds of the weights, as multiples of their mean; none: weights are not cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim: Option<Trim>,
    /// Whether the index of kinds that nobody was drawn for may bring survey points.
    #[serde(default, skip_serializing_if = "is_false")]
    pub indicative_points: bool,
    /// Fewest respondents of a published figure.
    #[serde(default = "default_threshold")]
    pub suppression_threshold: u32,
    /// Fewest answers of drawn kinds for an official index of a unit.
    #[serde(default = "default_threshold")]
    pub minimum_sample: u32,
    /// Fewest degrees of freedom for a rank.
    #[serde(default = "default_df_min")]
    pub rank_df_min: u32,
    /// Level of the intervals, 0..1.
    #[serde(default = "default_confidence")]
    pub confidence: f64,
    /// What the small-area model knows of the units beside a constant, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covariates: Vec<Covariate>,
    /// Days after closing by which the round is sealed.
    #[serde(default = "default_seal_days")]
    pub seal_within_days: u32,
    /// What becomes of flagged answers without a person's verdict when the deadline comes.
    #[serde(default)]
    pub policy: Policy,
    /// Share of finished dossiers that get a ticket, 0..1.
    #[serde(default = "default_ticket_share")]
    pub ticket_share: f64,
    /// People are asked by drawn lists, not at once; then `ticket_share` has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<DrawRule>,
    /// Whether those whose address is known are invited by mail instead of getting a ticket.
    #[serde(default = "default_true", skip_serializing_if = "is_true")]
    pub invitations: bool,
    /// Reminders to invitations that are not answered, 0 to 2.
    #[serde(default = "default_reminders", skip_serializing_if = "are_two")]
    pub reminders: u8,
    /// Days from an invitation to its reminder, and from that to the next.
    #[serde(default = "default_reminder_days", skip_serializing_if = "are_five")]
    pub reminder_days: u32,
    /// Days after which links end by themselves, by kind.
    #[serde(default, skip_serializing_if = "LinkDays::are_none")]
    pub link_days: LinkDays,
    /// Domains of the administration itself: an address in one is told to the administrator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_domains: Vec<String>,
    /// Whom an independent body calls back; none: nobody is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<CallBack>,
    /// To whom outside the ledger's signed heads are sent.
    #[serde(default, skip_serializing_if = "Witnesses::are_none")]
    pub witnesses: Witnesses,
    /// True for simulated answers; printed wherever figures are shown.
    #[serde(default)]
    pub synthetic: bool,
}

/// How answers become an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexRule {
    /// (Hài lòng + Rất hài lòng) / valid answers.
    #[default]
    Top2,
    /// Mean of the options' percentages.
    OptionShares,
}

/// Bounds of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trim {
    /// Lower bound ÷ mean weight.
    pub lower: f64,
    /// Upper bound ÷ mean weight.
    pub upper: f64,
}

impl From<Trim> for crate::weigh::Trim {
    fn from(Trim { lower, upper }: Trim) -> Self {
        Self { lower, upper }
    }
}

/// A covariate of the small-area model, e.g. the share of dossiers finished late in the year before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covariate {
    /// What it is, as it is published.
    pub name: String,
    /// Its value for every unit of the round, by code.
    pub values: BTreeMap<String, f64>,
}

/// Call-backs of a round: a sample of all dossiers that should have been asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallBack {
    /// The independent body, as it is published, such as the Fatherland Front of the province.
    pub body: String,
    /// Share of the dossiers asked that are drawn, 0..1.
    pub share: f64,
    /// Its public key, 64 hex digits, from `khaosat round callback key`.
    pub key: String,
}

impl CallBack {
    /// How dossiers are drawn; `None` for a key that is none.
    #[must_use]
    pub fn draw(&self) -> Option<Draw> {
        Recipient::parse(&self.key).map(|to| Draw { share: self.share, to })
    }

    fn is_good(&self) -> bool {
        self.share > 0.0
            && self.share <= 1.0
            && (1..=100).contains(&self.body.trim().chars().count())
            && self.draw().is_some()
    }
}

/// Most covariates of a round; the model needs more units than that.
const COVARIATES_MAX: usize = 10;
/// Largest value of a covariate, either way.
const COVARIATE_MAX: f64 = 1e6;

/// Verdicts that no person gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// They count.
    #[default]
    Keep,
    /// Those flagged `high` do not count.
    ExcludeHigh,
}

fn default_margins() -> Vec<String> {
    ["unit", "service", "sex", "age_group"].map(str::to_owned).to_vec()
}
fn default_not_stated_max() -> f64 {
    0.2
}
fn default_category_minimum() -> u32 {
    crate::weigh::collapse::ANSWERS_MIN
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_false(value: &bool) -> bool {
    !value
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_true(value: &bool) -> bool {
    *value
}
fn default_true() -> bool {
    true
}
fn default_reminders() -> u8 {
    2
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn are_two(value: &u8) -> bool {
    *value == default_reminders()
}
fn default_reminder_days() -> u32 {
    5
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn are_five(value: &u32) -> bool {
    *value == default_reminder_days()
}
fn default_threshold() -> u32 {
    Rules::SUPPRESSION_DEFAULT
}
fn default_df_min() -> u32 {
    8
}
fn default_confidence() -> f64 {
    0.95
}
fn default_seal_days() -> u32 {
    Rules::SEAL_DAYS_DEFAULT
}
fn default_ticket_share() -> f64 {
    1.0
}

/// A `round.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Path of the form's file, beside `round.toml`; the shipped ones are found by id.
    pub form: String,
    /// Opening: RFC 3339, or Vietnamese local time.
    pub opens_at: String,
    /// Closing.
    pub closes_at: String,
    /// How long an answer begun in time may arrive after closing: `24h`, `90m`, `0s`.
    #[serde(default = "default_grace")]
    pub grace: String,
    /// The rules.
    pub rules: Rules,
}

fn default_grace() -> String {
    "24h".to_owned()
}

/// Longest `round.toml`.
pub const PLAN_BYTES_MAX: usize = 256 * 1024;

impl Plan {
    /// Reads a `round.toml`.
    ///
    /// # Errors
    /// [`RoundError::Plan`] with file, line and reason.
    pub fn parse(text: &str, place: &str) -> Result<Self, RoundError> {
        let refuse = |line: usize, reason: String| RoundError::Plan {
            place: format!("{place}:{line}"),
            reason,
        };
        if text.len() > PLAN_BYTES_MAX {
            return Err(refuse(1, "the file is larger than 256 KiB".to_owned()));
        }
        let plan: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            refuse(before.matches('\n').count() + 1, error.message().to_owned())
        })?;
        let line_of = |key: &str| {
            // A table of its own stands under its heading.
            let begins = |line: &str| {
                let line = line.trim_start().trim_start_matches('[');
                line.trim_start_matches("rules.").starts_with(key)
            };
            let found = text.lines().position(begins);
            found.map_or(1, |at| at + 1)
        };
        if let Some((key, reason)) = plan.rules.faults().into_iter().next() {
            return Err(refuse(line_of(key), format!("{key}: {reason}")));
        }
        plan.times().map_err(|(key, reason)| refuse(line_of(key), format!("{key}: {reason}")))?;
        Ok(plan)
    }

    /// Opening, closing and grace.
    pub(super) fn times(&self) -> Result<(Millis, Millis, i64), (&'static str, String)> {
        let time = |key: &'static str, text: &str| {
            Millis::parse(text).map_err(|error| {
                (key, format!("{text:?} is no time ({error}); write 2026-11-24T07:00 or RFC 3339"))
            })
        };
        let opens_at = time("opens_at", &self.opens_at)?;
        let closes_at = time("closes_at", &self.closes_at)?;
        if closes_at <= opens_at {
            return Err(("closes_at", "it must be after opens_at".to_owned()));
        }
        let grace: jiff::SignedDuration = self.grace.parse().map_err(|_| {
            ("grace", format!("{:?} is no duration; write 24h, 90m or 0s", self.grace))
        })?;
        let grace_ms = i64::try_from(grace.as_millis()).unwrap_or(-1);
        if !(0..=30 * crate::clock::DAY_MS).contains(&grace_ms) {
            return Err(("grace", "it must be between 0 and 30 days".to_owned()));
        }
        Ok((opens_at, closes_at, grace_ms))
    }
}

/// Variables that margins may be given for.
pub const MARGIN_VARIABLES: [&str; 4] = ["unit", "service", "sex", "age_group"];
/// Units of one round.
const UNITS_MAX: usize = 2_000;

impl Rules {
    /// Fewest respondents of a published figure where a round says nothing else.
    pub const SUPPRESSION_DEFAULT: u32 = 10;
    /// Days after closing by which a round is sealed where it says nothing else.
    pub const SEAL_DAYS_DEFAULT: u32 = 30;

    /// What is wrong with the values, key by key.
    fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut check = |good: bool, key, reason: &str| {
            if !good {
                faults.push((key, reason.to_owned()));
            }
        };
        check(!self.title.trim().is_empty(), "title", "it must not be empty");
        check(
            (1..=UNITS_MAX).contains(&self.units.len()),
            "units",
            "name between 1 and 2000 unit codes",
        );
        check(
            self.units_on.parse::<jiff::civil::Date>().is_ok(),
            "units_on",
            "write a day such as 2018-12-31",
        );
        let known = self.margins.iter().all(|m| MARGIN_VARIABLES.contains(&m.as_str()));
        check(known, "margins", "only unit, service, sex and age_group can be margins");
        check((0.0..=1.0).contains(&self.not_stated_max), "not_stated_max", "between 0 and 1");
        check(
            (1..=1000).contains(&self.category_minimum),
            "category_minimum",
            "between 1 and 1000",
        );
        let trims =
            |Trim { lower, upper }| lower > 0.0 && lower < 1.0 && upper > 1.0 && upper <= 1e6;
        check(self.trim.is_none_or(trims), "trim", "0 < lower < 1 < upper, such as 0.2 and 5");
        check(
            (0.5..=0.9999).contains(&self.confidence),
            "confidence",
            "between 0.5 and 0.9999, such as 0.95",
        );
        check(
            (3..=1000).contains(&self.suppression_threshold),
            "suppression_threshold",
            "between 3 and 1000; fewer would point at people",
        );
        check(self.minimum_sample >= 2, "minimum_sample", "at least 2");
        let covariates = covariate_fault(&self.covariates, &self.units);
        check(covariates.is_none(), "covariates", covariates.as_deref().unwrap_or_default());
        check(
            self.callback.as_ref().is_none_or(CallBack::is_good),
            "callback",
            "body: a name of up to 100 characters; share: above 0, at most 1; key: 64 hex digits from khaosat round callback key",
        );
        let witnesses = self.witnesses.fault();
        check(witnesses.is_none(), "witnesses", witnesses.as_deref().unwrap_or_default());
        check((1..=90).contains(&self.seal_within_days), "seal_within_days", "between 1 and 90");
        check(
            self.ticket_share > 0.0 && self.ticket_share <= 1.0,
            "ticket_share",
            "above 0, at most 1",
        );
        check(self.reminders <= 2, "reminders", "at most two");
        check((1..=60).contains(&self.reminder_days), "reminder_days", "between 1 and 60");
        check(self.link_days.are_possible(), "link_days", "between 1 and 400 days");
        let domain = |d: &String| !d.is_empty() && d.len() <= 253 && d.contains('.');
        check(
            self.own_domains.len() <= 100 && self.own_domains.iter().all(domain),
            "own_domains",
            "domains such as gialai.gov.vn, at most 100",
        );
        if let Some(draw) = &self.draw {
            let words = draw.random.trim().chars().count();
            check(
                (10..=500).contains(&words),
                "random",
                "name the public random value in 10 to 500 characters: which lottery, which prize, of which day",
            );
            check((1..=1000).contains(&draw.per_thousand), "per_thousand", "between 1 and 1000");
            check(
                draw.ask.keys().all(|code| self.units.contains(code)),
                "ask",
                "name units of this round by their code",
            );
        }
        faults
    }

    /// How people are asked.
    #[must_use]
    pub fn who_is_asked(&self) -> issue::Asking {
        let invites = self.invitations;
        match self.draw {
            Some(_) => issue::Asking::Drawn { invites },
            None => issue::Asking::AtOnce { share: self.ticket_share, invites },
        }
    }

    /// Canonical JSON.
    ///
    /// # Errors
    /// [`RoundError::Canonical`] for values JSON cannot hold, which `faults` excludes.
    pub fn canonical(&self) -> Result<String, RoundError> {
        serde_json_canonicalizer::to_string(self).map_err(RoundError::Canonical)
    }

    /// The stored rules of a round.
    ///
    /// # Errors
    /// [`RoundError::Canonical`] when a newer binary wrote them.
    pub fn read(json: &str) -> Result<Self, RoundError> {
        serde_json::from_str(json).map_err(RoundError::Canonical)
    }
}

/// The first thing that is wrong with covariates.
fn covariate_fault(covariates: &[Covariate], units: &[String]) -> Option<String> {
    if covariates.len() > COVARIATES_MAX {
        return Some(format!("at most {COVARIATES_MAX}"));
    }
    let mut names = std::collections::BTreeSet::from(["constant"]);
    for Covariate { name, values } in covariates {
        if !(1..=100).contains(&name.chars().count()) || !names.insert(name) {
            return Some(format!("{name:?} is no name of its own of 1 to 100 characters"));
        }
        if let Some(unit) = units.iter().find(|unit| !values.contains_key(*unit)) {
            return Some(format!("{name:?} has no value for unit {unit}; add it"));
        }
        if let Some(unit) = values.keys().find(|unit| !units.contains(unit)) {
            return Some(format!("{name:?} has a value for {unit}, which is no unit of the round"));
        }
        let absurd = |value: &f64| !(-COVARIATE_MAX..=COVARIATE_MAX).contains(value);
        if let Some((unit, value)) = values.iter().find(|(_, value)| absurd(value)) {
            return Some(format!("{name:?} of unit {unit} is {value}; between −1e6 and 1e6"));
        }
    }
    None
}

/// SHA-256 of what is frozen at opening: form, times and rules, as lower-case hex.
#[must_use]
pub fn frozen_digest(
    form_digest: &str,
    opens_at: Millis,
    closes_at: Millis,
    grace_ms: i64,
    rules: &str,
) -> String {
    let frozen = format!(
        "khaosat round v1\n{form_digest}\n{}\n{}\n{grace_ms}\n{rules}",
        opens_at.0, closes_at.0
    );
    data_encoding::HEXLOWER.encode(&sha256(frozen.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covariates_name_every_unit_of_the_round_once() {
        let plan = |values: &str| {
            let text = format!(
                "form = \"one-stop-shop\"\nopens_at = \"2018-11-01T07:00\"\ncloses_at = \"2018-12-15T17:00\"\n[rules]\ntitle = \"t\"\nunits = [\"1\", \"2\"]\nunits_on = \"2018-12-01\"\n[[rules.covariates]]\nname = \"late\"\nvalues = {{ {values} }}\n"
            );
            Plan::parse(&text, "round.toml").map_err(|error| error.to_string())
        };
        let read = plan("1 = 0.25, 2 = 3").unwrap().rules;
        assert_eq!(read.covariates[0].values["2"], 3.0);
        assert_eq!(Rules::read(&read.canonical().unwrap()).unwrap(), read);
        for (values, words) in [
            ("1 = 0.25", "no value for unit 2"),
            ("1 = 0.25, 2 = 3, 3 = 4", "no unit of the round"),
            ("1 = 0.25, 2 = inf", "between"),
            ("1 = 0.25, 2 = nan", "between"),
        ] {
            let told = plan(values).unwrap_err();
            assert!(told.starts_with("round.toml:") && told.contains(words), "{values}: {told}");
        }
    }
}

//! The fields of a round's plan: one table, from which form, summary and messages are made.

use std::collections::BTreeMap;

use crate::web::console::Frame;
use crate::web::text::{Key, key};

/// What a field's value is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// A number, written with a point or a comma.
    Number,
    /// A day and time in Vietnam.
    Time,
    /// A day.
    Day,
    /// One of the round's forms or of the units above others.
    Listed,
    /// One of these words.
    Choice(&'static [(&'static str, Key)]),
    /// Yes or no.
    Check,
}

/// One field.
pub struct Field {
    /// In the form.
    pub name: &'static str,
    /// What it is.
    pub label: Key,
    /// What may stand there; said again when something else does.
    pub hint: Option<Key>,
    /// Of which kind.
    pub kind: Kind,
}

const fn field(name: &'static str, kind: Kind, label: Key, hint: Key) -> Field {
    Field { name, label, hint: Some(hint), kind }
}

/// Fields that belong together.
pub struct Section {
    /// What they are about.
    pub heading: Key,
    /// Whether most rounds leave them as they are.
    pub usual: bool,
    /// The fields.
    pub fields: &'static [Field],
}

use Kind::{Check, Choice, Day, Line, Lines, Listed, Number, Time};

/// All of them, in the order of the form.
pub const SECTIONS: &[Section] = &[
    Section {
        heading: key::PLAN_WHAT,
        usual: false,
        fields: &[
            field("code", Line, key::PLAN_CODE, key::PLAN_CODE_HINT),
            field("title", Line, key::PLAN_TITLE, key::PLAN_TITLE_HINT),
            field("form", Listed, key::PLAN_FORM, key::PLAN_FORM_HINT),
            field("units_on", Day, key::PLAN_UNITS_ON, key::PLAN_UNITS_ON_HINT),
            field("units", Lines, key::PLAN_UNITS, key::PLAN_UNITS_HINT),
        ],
    },
    Section {
        heading: key::PLAN_WHEN,
        usual: false,
        fields: &[
            field("opens_at", Time, key::COL_OPENS, key::PLAN_TIME_HINT),
            field("closes_at", Time, key::CLOSES, key::PLAN_CLOSES_HINT),
            field("grace_hours", Number, key::PLAN_GRACE, key::PLAN_GRACE_HINT),
        ],
    },
    Section {
        heading: key::PLAN_ASKED,
        usual: false,
        fields: &[
            field(
                "asked",
                Choice(&[("at_once", key::PLAN_AT_ONCE), ("drawn", key::PLAN_DRAWN)]),
                key::PLAN_WHO,
                key::PLAN_WHO_HINT,
            ),
            field("ticket_share", Number, key::PLAN_TICKET_SHARE, key::PLAN_TICKET_SHARE_HINT),
            field("random", Line, key::PLAN_RANDOM, key::PLAN_RANDOM_HINT),
            field("per_thousand", Number, key::PLAN_PER_THOUSAND, key::PLAN_PER_THOUSAND_HINT),
            field("ask", Lines, key::PLAN_ASK, key::PLAN_ASK_HINT),
            field(
                "layout",
                Choice(&[
                    ("one_page", key::PLAN_ONE_PAGE),
                    ("one_question", key::PLAN_ONE_QUESTION),
                ]),
                key::PLAN_LAYOUT,
                key::PLAN_LAYOUT_HINT,
            ),
            field(
                "length",
                Choice(&[
                    ("full", key::PLAN_FULL),
                    ("short", key::PLAN_SHORT),
                    ("one_tap", key::PLAN_ONE_TAP),
                ]),
                key::PLAN_LENGTH,
                key::PLAN_LENGTH_HINT,
            ),
            field(
                "order",
                Choice(&[("as_written", key::PLAN_AS_WRITTEN), ("random", key::PLAN_RANDOM_ORDER)]),
                key::PLAN_ORDER,
                key::PLAN_ORDER_HINT,
            ),
            field("invitations", Check, key::PLAN_INVITATIONS, key::PLAN_INVITATIONS_HINT),
        ],
    },
    Section {
        heading: key::PLAN_LINKS,
        usual: true,
        fields: &[
            field("reminders", Number, key::PLAN_REMINDERS, key::PLAN_REMINDERS_HINT),
            field("reminder_days", Number, key::PLAN_REMINDER_DAYS, key::PLAN_REMINDER_DAYS_HINT),
            field("days_poster", Number, key::PLAN_DAYS_POSTER, key::PLAN_DAYS_HINT),
            field("days_ticket", Number, key::PLAN_DAYS_TICKET, key::PLAN_DAYS_HINT),
            field("days_invitation", Number, key::PLAN_DAYS_INVITATION, key::PLAN_DAYS_HINT),
            field("days_kiosk", Number, key::PLAN_DAYS_KIOSK, key::PLAN_DAYS_HINT),
            field("days_paper", Number, key::PLAN_DAYS_PAPER, key::PLAN_DAYS_HINT),
            field("own_domains", Lines, key::PLAN_OWN_DOMAINS, key::PLAN_OWN_DOMAINS_HINT),
        ],
    },
    Section {
        heading: key::PLAN_FIGURES,
        usual: true,
        fields: &[
            field(
                "index_rule",
                Choice(&[("top2", key::PLAN_TOP2), ("option_shares", key::PLAN_OPTION_SHARES)]),
                key::PLAN_INDEX_RULE,
                key::PLAN_INDEX_RULE_HINT,
            ),
            field("margins", Line, key::PLAN_MARGINS, key::PLAN_MARGINS_HINT),
            field("not_stated_max", Number, key::PLAN_NOT_STATED, key::PLAN_PERCENT_HINT),
            field("category_minimum", Number, key::PLAN_CATEGORY, key::PLAN_CATEGORY_HINT),
            field("trim_lower", Number, key::PLAN_TRIM_LOWER, key::PLAN_TRIM_HINT),
            field("trim_upper", Number, key::PLAN_TRIM_UPPER, key::PLAN_TRIM_HINT),
            field("confidence", Number, key::PLAN_CONFIDENCE, key::PLAN_CONFIDENCE_HINT),
            field("minimum_sample", Number, key::PLAN_MINIMUM, key::PLAN_MINIMUM_HINT),
            field("rank_df_min", Number, key::PLAN_DF, key::PLAN_DF_HINT),
            field("indicative_points", Check, key::PLAN_INDICATIVE, key::PLAN_INDICATIVE_HINT),
            field("covariates", Lines, key::PLAN_COVARIATES, key::PLAN_COVARIATES_HINT),
        ],
    },
    Section {
        heading: key::PLAN_CARE,
        usual: true,
        fields: &[
            field(
                "suppression_threshold",
                Number,
                key::PLAN_SUPPRESSION,
                key::PLAN_SUPPRESSION_HINT,
            ),
            field(
                "policy",
                Choice(&[("keep", key::PLAN_KEEP), ("exclude_high", key::PLAN_EXCLUDE_HIGH)]),
                key::PLAN_POLICY,
                key::PLAN_POLICY_HINT,
            ),
            field("seal_within_days", Number, key::PLAN_SEAL_DAYS, key::PLAN_SEAL_DAYS_HINT),
            field("four_eyes_from", Number, key::PLAN_FOUR_EYES, key::PLAN_FOUR_EYES_HINT),
            field(
                "four_eyes_percent",
                Number,
                key::PLAN_FOUR_EYES_PERCENT,
                key::PLAN_FOUR_EYES_PERCENT_HINT,
            ),
        ],
    },
    Section {
        heading: key::PLAN_CALLBACK,
        usual: true,
        fields: &[
            field("callback_body", Line, key::PLAN_CALLBACK_BODY, key::PLAN_CALLBACK_BODY_HINT),
            field(
                "callback_share",
                Number,
                key::PLAN_CALLBACK_SHARE,
                key::PLAN_CALLBACK_SHARE_HINT,
            ),
            field("callback_key", Line, key::PLAN_CALLBACK_KEY, key::PLAN_CALLBACK_KEY_HINT),
            field("witness_mail", Lines, key::PLAN_WITNESS_MAIL, key::PLAN_WITNESS_HINT),
            field("witness_web", Lines, key::PLAN_WITNESS_WEB, key::PLAN_WITNESS_HINT),
            field("synthetic", Check, key::PLAN_SYNTHETIC, key::PLAN_SYNTHETIC_HINT),
        ],
    },
];

/// Values by field.
pub type Values = BTreeMap<&'static str, String>;
/// What is wrong, by field.
pub type Wrongs = BTreeMap<&'static str, String>;

/// A choice of a list.
pub struct Picked {
    /// As it is sent.
    pub value: String,
    /// In words.
    pub label: String,
    /// Whether it is the one.
    pub here: bool,
}

/// A field as the page shows it.
pub struct Shown {
    /// In the form.
    pub name: &'static str,
    /// In words.
    pub label: String,
    /// What may stand there.
    pub hint: String,
    /// `line`, `lines`, `number`, `time`, `day`, `choice` or `check`.
    pub kind: &'static str,
    /// What stands there.
    pub value: String,
    /// What there is to choose from.
    pub options: Vec<Picked>,
    /// What is wrong.
    pub wrong: Option<String>,
}

/// A section as the page shows it.
pub struct Part {
    /// In words.
    pub heading: String,
    /// Whether it is folded.
    pub folded: bool,
    /// Whether something is wrong in it.
    pub wrong: bool,
    /// Its fields.
    pub fields: Vec<Shown>,
}

/// The name of a kind in the template.
const fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "line",
        Kind::Lines => "lines",
        Kind::Number => "number",
        Kind::Time => "time",
        Kind::Day => "day",
        Kind::Listed | Kind::Choice(_) => "choice",
        Kind::Check => "check",
    }
}

/// The form, filled in. `fixed`: the round has its code already; `forms`: value and words of each form version.
pub fn form(
    frame: &Frame,
    values: &Values,
    wrongs: &Wrongs,
    fixed: bool,
    forms: &[(String, String)],
) -> Vec<Part> {
    let shown = |field: &Field| {
        let value = values.get(field.name).cloned().unwrap_or_default();
        let options = match field.kind {
            Kind::Choice(all) => all
                .iter()
                .map(|(word, label)| Picked {
                    value: (*word).to_owned(),
                    label: frame.say(*label),
                    here: *word == value,
                })
                .collect(),
            Kind::Listed => forms
                .iter()
                .map(|(word, label)| Picked {
                    value: word.clone(),
                    label: label.clone(),
                    here: *word == value,
                })
                .collect(),
            _ => Vec::new(),
        };
        Shown {
            name: field.name,
            label: frame.say(field.label),
            hint: field.hint.map(|hint| frame.say(hint)).unwrap_or_default(),
            kind: named(field.kind),
            value,
            options,
            wrong: wrongs.get(field.name).cloned(),
        }
    };
    let part = |section: &Section| {
        let fields = section.fields.iter().filter(|field| !(fixed && field.name == "code"));
        let fields: Vec<Shown> = fields.map(shown).collect();
        let wrong = fields.iter().any(|field| field.wrong.is_some());
        Part { heading: frame.say(section.heading), folded: section.usual, wrong, fields }
    };
    SECTIONS.iter().map(part).collect()
}

/// The summary: heading, then label and value of what is not empty.
pub fn summary(frame: &Frame, values: &Values, form: &str) -> Vec<(String, Vec<(String, String)>)> {
    let told = |field: &Field| {
        let value = values.get(field.name).map(String::as_str).unwrap_or_default();
        let said = match field.kind {
            Kind::Choice(all) => {
                all.iter().find(|(word, _)| *word == value).map(|(_, label)| frame.say(*label))
            }
            Kind::Check => {
                Some(frame.say(if value.is_empty() { key::PLAN_NO } else { key::PLAN_YES }))
            }
            Kind::Listed => Some(form.to_owned()),
            Kind::Time | Kind::Day => Some(value.replace('T', " ")),
            Kind::Number if value.is_empty() => None,
            _ => Some(value.to_owned()),
        };
        said.filter(|text| !text.is_empty()).map(|text| (frame.say(field.label), text))
    };
    SECTIONS
        .iter()
        .map(|section| {
            (frame.say(section.heading), section.fields.iter().filter_map(told).collect())
        })
        .collect()
}

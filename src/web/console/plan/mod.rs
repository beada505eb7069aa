//! `/console/rounds/new` and `/console/rounds/{round}/plan`: a round's rules, from the first idea to the digest under which
//! they are frozen. The form makes the same [`Plan`] that a `round.toml` gives, and goes the same way from there.

mod field;
mod read;
mod sample;
mod times;
mod values;

pub use times::{change as change_times, show as times};

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::segment;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use super::{Frame, rounds};
use crate::form::{Form, shipped};
use crate::round::{self, PLAN_BYTES_MAX, Plan, RoundError};
use crate::store::form::FormVersion;
use crate::store::round::{Round, State};
use crate::store::{Right, Role};
use crate::web::text::{Arg, key};
use field::{Part, Values, Wrongs};
use sample::Sampling;

/// A form version to choose.
struct FormChoice {
    /// `id@version`.
    value: String,
    /// How a plan names it.
    name: String,
    label: String,
    source: String,
}

fn choice(form: &Form, source: &str, lang_title: &str) -> FormChoice {
    let (id, version) = (form.id.as_str(), form.version);
    let shipped = shipped::by_id(id).and_then(|text| Form::parse(text, id).ok());
    let is_shipped = shipped.is_some_and(|shipped| shipped.digest() == form.digest());
    FormChoice {
        value: format!("{id}@{version}"),
        name: if is_shipped { id.to_owned() } else { format!("{id}-{version}.toml") },
        label: format!("{lang_title} ({id} {version})"),
        source: source.to_owned(),
    }
}

/// Every stored version, and the shipped forms that are not stored yet.
fn forms(visit: &Visit) -> Result<Vec<FormChoice>, Trouble> {
    let mut all = Vec::new();
    let stored = visit.desk.store.forms()?;
    let sources = stored.iter().map(|one| one.source.as_str());
    let shipped = [shipped::ONE_STOP_SHOP, shipped::OFFICIALS, shipped::ONE_TAP];
    for source in sources.chain(shipped) {
        let Ok(form) = Form::parse(source, "form") else { continue };
        let title = form.language(visit.lang.tag()).map_or_else(
            || form.title.in_default_language().to_owned(),
            |language| form.title.get(language).to_owned(),
        );
        let one = choice(&form, source, &title);
        if !all.iter().any(|known: &FormChoice| known.value == one.value) {
            all.push(one);
        }
    }
    Ok(all)
}

fn choice_of(stored: &FormVersion) -> String {
    format!("{}@{}", stored.code, stored.version)
}

#[derive(Template)]
#[template(path = "console_plan_form.html")]
struct Asked {
    frame: Frame,
    action: String,
    parts: Vec<Part>,
    wrongs: Vec<(&'static str, String)>,
    above: Vec<(String, String)>,
    new: bool,
}

fn asked(
    visit: &Visit,
    values: &Values,
    wrongs: &Wrongs,
    forms: &[FormChoice],
) -> Result<Asked, Trouble> {
    let round = visit.round.as_ref();
    let frame = match round {
        None => visit
            .frame(visit.lang.say(key::PLAN_NEW))
            .under("/console", visit.lang.say(key::NAV_ROUNDS)),
        Some(round) => visit
            .frame(visit.lang.say(key::PLAN_EDIT))
            .under(place(&round.code), visit.lang.say(key::NAV_PLAN)),
    };
    let listed: Vec<(String, String)> =
        forms.iter().map(|one| (one.value.clone(), one.label.clone())).collect();
    let parts = field::form(&frame, values, wrongs, round.is_some(), &listed);
    let named = parts.iter().flat_map(|part| &part.fields);
    let wrongs = named
        .filter_map(|field| field.wrong.as_ref().map(|_| (field.name, field.label.clone())))
        .collect();
    let today = visit.now.vietnam_day().to_string();
    let units = visit.desk.store.units()?;
    let parents: std::collections::BTreeSet<_> =
        units.iter().filter_map(|unit| unit.parent_id).collect();
    let above = units
        .iter()
        .filter(|unit| parents.contains(&unit.id))
        .map(|unit| {
            let old = if unit.valid_to < today {
                format!(" (… {})", unit.valid_to)
            } else {
                String::new()
            };
            (unit.id.0.to_string(), format!("{} {}{old}", unit.code, unit.name))
        })
        .collect();
    Ok(Asked { action: visit.path.clone(), parts, wrongs, above, new: round.is_none(), frame })
}

/// A plan with nothing said yet, and what rules are where nothing is said.
fn blank(visit: &Visit) -> Result<Plan, Trouble> {
    let day = |days: i64| visit.now.plus(days * crate::clock::DAY_MS).vietnam_day();
    let text = format!(
        "form = \"one-stop-shop\"\nopens_at = \"{}T07:00\"\ncloses_at = \"{}T17:00\"\n[rules]\ntitle = \"-\"\nunits = [\"0\"]\nunits_on = \"{}\"\n",
        day(14),
        day(44),
        day(14),
    );
    let mut plan = Plan::parse(&text, "plan")?;
    plan.rules.title = String::new();
    plan.rules.units = Vec::new();
    Ok(plan)
}

/// Asks for a new round.
pub fn ask(visit: &Visit) -> Answer {
    let plan = blank(visit)?;
    let forms = forms(visit)?;
    let first = forms.iter().find(|one| one.name == plan.form).map(|one| one.value.clone());
    let values = values::of("", &plan, &first.unwrap_or_default());
    Reply::page(&asked(visit, &values, &Wrongs::new(), &forms)?)
}

fn place(code: &str) -> String {
    format!("/console/rounds/{}/plan", segment(code))
}

/// Keeps a new plan, or the changed one of a round that is not open.
pub fn keep(visit: &Visit) -> Answer {
    let forms = forms(visit)?;
    if visit.field("do") == "file" {
        return from_file(visit, &forms);
    }
    let mut values = read::posted(visit);
    if let Some(round) = &visit.round {
        values.insert("code", round.code.clone());
    }
    if visit.field("do") == "units" {
        add_units(visit, &mut values)?;
        return Reply::page(&asked(visit, &values, &Wrongs::new(), &forms)?);
    }
    let chosen = forms.iter().find(|one| values.get("form") == Some(&one.value));
    let name = chosen.map(|one| one.name.as_str()).unwrap_or_default();
    let mut wrongs = Wrongs::new();
    let plan = match read::plan(visit, &values, name) {
        Ok(plan) => Some(plan),
        Err(told) => {
            wrongs = told;
            None
        }
    };
    if chosen.is_none() {
        wrongs.insert("form", read::hint(visit, "form"));
    }
    let code = values.get("code").cloned().unwrap_or_default();
    if visit.round.is_none() {
        if !round::is_code(&code) {
            wrongs.insert("code", read::hint(visit, "code"));
        } else if visit.desk.store.round(&code).is_ok() {
            wrongs.insert("code", visit.lang.say(key::PLAN_CODE_THERE).into_owned());
        }
    }
    if let (Some(plan), Some(form)) = (&plan, chosen) {
        let parsed = Form::parse(&form.source, &form.name);
        if parsed.is_ok_and(|parsed| plan.rules.asking.fault(&parsed).is_some()) {
            wrongs.insert("length", read::hint(visit, "length"));
        }
    }
    match (plan, chosen) {
        (Some(plan), Some(form)) if wrongs.is_empty() => {
            match round::create(visit.patient_desk(), visit.actor()?, &code, &plan, &form.source) {
                Ok(_) => Ok(Reply::see(format!("{}?done=kept", place(&code)))),
                Err(error) => Err(error.into()),
            }
        }
        _ => {
            let page = asked(visit, &values, &wrongs, &forms)?;
            Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The units right below the one that was chosen, on the day of the plan, behind those that stand there.
fn add_units(visit: &Visit, values: &mut Values) -> Result<(), Trouble> {
    let day = values.get("units_on").cloned().unwrap_or_default();
    let parent: Option<i32> = visit.field("above").parse().ok();
    let mut codes = read::words(values.get("units").map(String::as_str).unwrap_or_default());
    for unit in visit.desk.store.units()? {
        let below = unit.parent_id.map(|id| id.0) == parent && parent.is_some();
        if below && unit.valid_from <= day && day <= unit.valid_to && !codes.contains(&unit.code) {
            codes.push(unit.code);
        }
    }
    values.insert("units", codes.join("\n"));
    Ok(())
}

/// Fills the form from a `round.toml`.
fn from_file(visit: &Visit, forms: &[FormChoice]) -> Answer {
    let file = visit.upload("file").ok_or_else(|| invalid(visit))?;
    if file.bytes.len() > PLAN_BYTES_MAX {
        return Err(invalid(visit));
    }
    let text = std::str::from_utf8(&file.bytes).map_err(|_| invalid(visit))?;
    let plan = Plan::parse(text, &file.file)?;
    let form = forms.iter().find(|one| one.name == plan.form).map(|one| one.value.clone());
    let code = file.file.strip_suffix(".toml").filter(|code| round::is_code(code));
    let values = values::of(code.unwrap_or_default(), &plan, &form.unwrap_or_default());
    Reply::page(&asked(visit, &values, &Wrongs::new(), forms)?)
}

fn invalid(visit: &Visit) -> Trouble {
    Trouble::Invalid(visit.lang.say(key::PLAN_FILE_WRONG).into_owned())
}

#[derive(Template)]
#[template(path = "console_plan.html")]
struct Kept {
    frame: Frame,
    state: String,
    state_word: &'static str,
    planned: bool,
    runs: bool,
    parts: Vec<(String, Vec<(String, String)>)>,
    digest: String,
    form_digest: String,
    asked_key: Option<String>,
    place: String,
    open: String,
    edit: String,
    people: Vec<(String, Vec<String>, bool)>,
    amendments: Vec<times::Amendment>,
    times: String,
    sampling: Sampling,
    past: bool,
}

/// The stored plan of a round, as a file would say it.
fn stored(visit: &Visit, round: &Round) -> Result<(Plan, FormVersion), Trouble> {
    let form = visit.desk.store.form(round.form_id)?;
    let parsed = Form::parse(&form.source, &form.code).map_err(|problems| {
        Trouble::Failed(format!("form {} {}: {problems}", form.code, form.version))
    })?;
    let name = choice(&parsed, &form.source, "").name;
    Ok((round::plan_of(round, name)?, form))
}

/// Who is there for the steps that need certain roles; and whether they are enough.
fn people(visit: &Visit, frame: &Frame) -> Result<Vec<(String, Vec<String>, bool)>, Trouble> {
    let everybody = visit.desk.store.people("", 1_000)?;
    let holders = |right: Right| -> Vec<String> {
        let holds = |roles: &[Role], role: Role| roles.contains(&role);
        everybody
            .iter()
            .filter(|person| person.disabled_at.is_none())
            .filter(|person| {
                person.grants.iter().any(|one| one.unit.is_none() && holds(right.roles(), one.role))
            })
            .map(|person| person.name.clone())
            .collect()
    };
    let lines = [
        (key::PLAN_CONFIRMERS, Right::Confirm, 2),
        (key::PLAN_REVIEWERS, Right::DecideVerdicts, 2),
        (key::PLAN_WITNESSES, Right::WitnessSeal, 1),
        (key::PLAN_PUBLISHERS, Right::Publish, 2),
    ];
    Ok(lines
        .into_iter()
        .map(|(label, right, needed)| {
            let names = holders(right);
            let enough = names.len() >= needed;
            (frame.say(label), names, enough)
        })
        .collect())
}

/// Shows the plan, and whoever runs the round may change or open it.
pub fn show(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let (plan, form) = stored(visit, round)?;
    let planned = round.state == State::Planned;
    let runs = visit.may(Right::RunRound);
    let frame = visit
        .frame(visit.lang.say(key::NAV_PLAN))
        .telling(visit, "kept", key::PLAN_KEPT)
        .telling(visit, "opened", key::PLAN_OPENED);
    let values = values::of(&round.code, &plan, &choice_of(&form));
    let digest =
        round.rules_digest.clone().map_or_else(|| round::digest(&visit.desk, round), Ok)?;
    let place = place(&round.code);
    let asked = round::asked(&visit.desk, round)?;
    let page = Kept {
        state: frame.say(rounds::state_key(round.state)),
        state_word: round.state.word(),
        parts: field::summary(&frame, &values, &format!("{} {}", form.code, form.version)),
        form_digest: form.digest,
        asked_key: asked.map(|asked| asked.key_sha256),
        open: format!("/console/rounds/{}/open", segment(&round.code)),
        edit: format!("{place}/edit"),
        times: format!("/console/rounds/{}/times", segment(&round.code)),
        people: people(visit, &frame)?,
        amendments: times::amendments(&frame, round)?,
        sampling: sample::of(visit, &frame, round)?,
        past: round.closes_at <= visit.now,
        planned,
        runs,
        digest,
        place,
        frame,
    };
    Reply::page(&page)
}

/// The form of a round that is not open yet; `?ask=` puts the planned numbers into the draw.
pub fn edit(visit: &Visit) -> Answer {
    let round = visit.round()?;
    if round.state != State::Planned {
        return Ok(Reply::see(place(&round.code)));
    }
    let (plan, form) = stored(visit, round)?;
    let mut values = values::of(&round.code, &plan, &choice_of(&form));
    if visit.asked("ask").is_some() {
        sample::fill(visit, round, &mut values)?;
    }
    Reply::page(&asked(visit, &values, &Wrongs::new(), &forms(visit)?)?)
}

/// The same as a file for `khaosat round create --file`.
pub fn file(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let (plan, _) = stored(visit, round)?;
    let name = format!("{}.toml", round.code);
    Ok(Reply::file("application/toml", name, plan.to_toml()?.into_bytes()))
}

/// Opens the round with exactly the rules that were looked at.
pub fn open(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let seen = visit.field("digest");
    if round.state == State::Planned && round::digest(&visit.desk, round)? != seen {
        let told = visit.lang.tell(key::PLAN_CHANGED, &[("round", Arg::Text(&round.code))]);
        return Err(Trouble::Refused(told));
    }
    match round::open(visit.patient_desk(), visit.actor()?, &round.code) {
        Ok(()) => Ok(Reply::see(format!("{}?done=opened", place(&round.code)))),
        Err(RoundError::Refused(words)) => Err(Trouble::Refused(words)),
        Err(error) => Err(error.into()),
    }
}

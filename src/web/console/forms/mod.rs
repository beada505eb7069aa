//! `/console/forms`: form versions, how they look to a citizen in every language, what differs between them, and new ones
//! from files. A stored version is never altered.

mod diff;

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::segment;
use super::reply::{Answer, Reply};
use super::trouble::Trouble;
use super::visit::Visit;
use super::{Frame, Upload};
use crate::form::{FORM_BYTES_MAX, Form, Language, Problems, Role, Shown, Text, shipped};
use crate::store::{Act, Right};
use crate::web::page::{Fill, Filled, LevelOrder, SurveyPage};
use crate::web::recordings::SILENCE;
use crate::web::text::{Lang, key};
use diff::Line;

/// A version, stored or coming with khaosat.
struct Version {
    form: Form,
    stored: bool,
    rounds: Vec<String>,
}

fn versions(visit: &Visit) -> Result<Vec<Version>, Trouble> {
    let rounds = visit.desk.store.rounds()?;
    let mut all = Vec::new();
    for stored in visit.desk.store.forms()? {
        let Ok(form) = Form::parse(&stored.source, &stored.code) else { continue };
        let using = rounds.iter().filter(|round| round.form_id == stored.id);
        let rounds = using.map(|round| round.code.clone()).collect();
        all.push(Version { form, stored: true, rounds });
    }
    for source in [shipped::ONE_STOP_SHOP, shipped::OFFICIALS, shipped::ONE_TAP] {
        let Ok(form) = Form::parse(source, "form") else { continue };
        let known = |one: &Version| one.form.id == form.id && one.form.version == form.version;
        if !all.iter().any(known) {
            all.push(Version { form, stored: false, rounds: Vec::new() });
        }
    }
    all.sort_by(|a, b| {
        (a.form.id.as_str(), a.form.version).cmp(&(b.form.id.as_str(), b.form.version))
    });
    Ok(all)
}

fn place(form: &Form) -> String {
    format!("/console/forms/{}/{}", segment(form.id.as_str()), form.version)
}

fn said(text: &Text, lang: Lang) -> &str {
    match Language::new(lang.tag()) {
        Ok(language) => text.get(&language),
        Err(_) => text.in_default_language(),
    }
}

struct Row {
    href: String,
    title: String,
    id: String,
    version: u16,
    languages: String,
    criteria: usize,
    rounds: String,
    stored: bool,
}

struct Fault {
    line: usize,
    key: String,
    reason: String,
    /// The line of the file.
    source: String,
}

/// A file that was looked at.
struct Checked {
    /// Canonical text, to be kept.
    source: String,
    facts: Vec<(String, String)>,
    preview: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console_forms.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    manages: bool,
    faults: Vec<Fault>,
    wrong: Option<String>,
    checked: Option<Checked>,
}

fn listed(visit: &Visit) -> Result<List, Trouble> {
    let frame = visit.frame(visit.lang.say(key::NAV_FORMS)).telling(visit, "kept", key::FORM_KEPT);
    let row = |one: &Version| Row {
        href: place(&one.form),
        title: said(&one.form.title, visit.lang).to_owned(),
        id: one.form.id.as_str().to_owned(),
        version: one.form.version,
        languages: languages(&one.form),
        criteria: one.form.criteria().count(),
        rounds: one.rounds.join(", "),
        stored: one.stored,
    };
    Ok(List {
        rows: versions(visit)?.iter().map(row).collect(),
        manages: visit.actor()?.holds_everywhere(Right::ManageRegistry),
        faults: Vec::new(),
        wrong: None,
        checked: None,
        frame,
    })
}

fn languages(form: &Form) -> String {
    let tags: Vec<&str> = form.languages.iter().map(Language::as_str).collect();
    tags.join(", ")
}

/// Lists them.
pub fn list(visit: &Visit) -> Answer {
    Reply::page(&listed(visit)?)
}

/// The text of a form file or workbook.
fn text_of(file: &Upload) -> Result<String, String> {
    if file.bytes.starts_with(b"PK") {
        return Form::toml_of_xlsx(&file.bytes).map_err(|error| error.to_string());
    }
    String::from_utf8(file.bytes.clone()).map_err(|_| format!("{}: UTF-8?", file.file))
}

/// Looks at a file and tells every mistake with its line, or keeps what was looked at.
pub fn take(visit: &Visit) -> Answer {
    let mut page = listed(visit)?;
    if visit.field("do") == "keep" {
        let source = visit.field("source").replace("\r\n", "\n");
        return match Form::parse(&source, "form") {
            Ok(form) => keep(visit, &form, &source),
            Err(problems) => faulty(page, &problems, &source),
        };
    }
    let Some(file) = visit.upload("file") else {
        page.wrong = Some(page.frame.say(key::FORM_FILE_WRONG));
        return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let text = match text_of(file) {
        Ok(text) if text.len() <= FORM_BYTES_MAX => text,
        Ok(_) => {
            page.wrong = Some(page.frame.say(key::FORM_FILE_WRONG));
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(words) => {
            page.wrong = Some(words);
            return Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match Form::parse(&text, &file.file) {
        Err(problems) => faulty(page, &problems, &text),
        Ok(form) => {
            page.checked = Some(Checked {
                facts: facts(&page.frame, &form),
                preview: form
                    .questions
                    .iter()
                    .map(|one| {
                        (one.name.as_str().to_owned(), said(&one.text, visit.lang).to_owned())
                    })
                    .collect(),
                source: form.to_toml(),
            });
            Reply::page(&page)
        }
    }
}

fn faulty(mut page: List, problems: &Problems, source: &str) -> Answer {
    let lines: Vec<&str> = source.lines().collect();
    page.faults = problems
        .iter()
        .map(|one| Fault {
            line: one.line,
            key: one.key.clone(),
            reason: one.reason.clone(),
            source: one
                .line
                .checked_sub(1)
                .and_then(|at| lines.get(at))
                .map(|line| line.chars().take(200).collect())
                .unwrap_or_default(),
        })
        .collect();
    Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn keep(visit: &Visit, form: &Form, source: &str) -> Answer {
    let subject = format!("form {} version {}", form.id, form.version);
    let act = Act::new(visit.actor()?, Right::ManageRegistry, visit.now, "form.store", subject);
    let (id, digest) = (form.id.as_str(), form.digest().to_string());
    visit.desk.store.put_form(&act, id, i32::from(form.version), &digest, source)?;
    Ok(Reply::see("/console/forms?done=kept"))
}

fn facts(frame: &Frame, form: &Form) -> Vec<(String, String)> {
    let count = |n: usize| frame.count(i64::try_from(n).unwrap_or(i64::MAX));
    vec![
        (frame.say(key::FORM_VERSION), format!("{} {}", form.id, form.version)),
        (frame.say(key::FORM_LANGUAGES), languages(form)),
        (frame.say(key::FORM_FACTORS), count(form.factors.len())),
        (frame.say(key::FORM_CRITERIA), count(form.criteria().count())),
        (frame.say(key::FORM_PERSON), count(form.margins().count())),
    ]
}

fn found(visit: &Visit) -> Result<Version, Trouble> {
    let (id, version) = (visit.part("form"), visit.part("version"));
    versions(visit)?
        .into_iter()
        .find(|one| one.form.id.as_str() == id && one.form.version.to_string() == version)
        .ok_or(Trouble::Missing)
}

struct Question {
    name: String,
    text: String,
    about: String,
    kind: String,
    options: String,
    required: bool,
}

struct Other {
    href: String,
    label: String,
}

#[derive(Template)]
#[template(path = "console_form.html")]
struct One {
    frame: Frame,
    facts: Vec<(String, String)>,
    digest: String,
    rounds: String,
    place: String,
    previews: Vec<Other>,
    others: Vec<Other>,
    questions: Vec<Question>,
    compared: Option<String>,
    changes: Vec<(&'static str, String)>,
}

/// One version, and with `?with=VERSION` what differs from another of the same form.
pub fn show(visit: &Visit) -> Answer {
    let one = found(visit)?;
    let form = &one.form;
    let here = place(form);
    let all = versions(visit)?;
    let same =
        all.iter().filter(|other| other.form.id == form.id && other.form.version != form.version);
    let frame = visit
        .frame(format!("{} {}", said(&form.title, visit.lang), form.version))
        .under("/console/forms", visit.lang.say(key::NAV_FORMS));
    let with = visit.asked("with").unwrap_or_default();
    let other = same.clone().find(|other| other.form.version.to_string() == with);
    let changes = other.map(|other| changes(&other.form.to_toml(), &form.to_toml()));
    let preview = |language: &Language| Other {
        href: format!("{here}/preview?in={}", language.as_str()),
        label: Lang::from_tag(language.as_str())
            .map_or_else(|| language.as_str().to_owned(), |lang| lang.own_name().to_owned()),
    };
    let page = One {
        facts: facts(&frame, form),
        digest: form.digest().to_string(),
        rounds: one.rounds.join(", "),
        previews: form.languages.iter().map(preview).collect(),
        others: same
            .map(|other| Other {
                href: format!("{here}?with={}", other.form.version),
                label: other.form.version.to_string(),
            })
            .collect(),
        questions: form.questions.iter().map(|one| question(&frame, form, one)).collect(),
        compared: other.map(|other| other.form.version.to_string()),
        changes: changes.unwrap_or_default(),
        place: here,
        frame,
    };
    Reply::page(&page)
}

fn question(frame: &Frame, form: &Form, one: &crate::form::Question) -> Question {
    let lang = frame.lang;
    let about = match &one.role {
        Role::Criterion { factor } => {
            let factor = form.factors.get(*factor);
            factor.map(|factor| said(&factor.text, lang).to_owned()).unwrap_or_default()
        }
        Role::Person { .. } => frame.say(key::FORM_PERSON),
        Role::Helper => frame.say(key::FORM_HELPER),
        Role::Comment => frame.say(key::FORM_COMMENT),
    };
    let options: Vec<&str> = one.options().iter().map(|option| said(&option.text, lang)).collect();
    Question {
        name: one.name.as_str().to_owned(),
        text: said(&one.text, lang).to_owned(),
        kind: one.kind.name.to_owned(),
        options: options.join(" · "),
        required: one.required,
        about,
    }
}

/// Changed lines with two unchanged ones around them.
fn changes(old: &str, new: &str) -> Vec<(&'static str, String)> {
    let all = diff::lines(old, new);
    let changed: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Same(_)))
        .map(|(at, _)| at)
        .collect();
    let near = |at: usize| changed.iter().any(|one| one.abs_diff(at) <= 2);
    let mut shown = Vec::new();
    let mut gap = false;
    for (at, line) in all.iter().enumerate() {
        if !near(at) {
            gap = true;
            continue;
        }
        if gap && !shown.is_empty() {
            shown.push(("gap", "…".to_owned()));
        }
        gap = false;
        shown.push(match line {
            Line::Same(text) => ("same", (*text).to_owned()),
            Line::Gone(text) => ("gone", (*text).to_owned()),
            Line::New(text) => ("new", (*text).to_owned()),
        });
    }
    shown
}

/// The page that a citizen gets, made by the same template, with nothing behind it: it can be filled in, not sent.
pub fn preview(visit: &Visit) -> Answer {
    let form = found(visit)?.form;
    let asked = visit.asked("in").or_else(|| visit.asked("lang")).and_then(Lang::from_tag);
    let lang = asked.filter(|lang| form.language(lang.tag()).is_some()).unwrap_or(Lang::Vi);
    let page = SurveyPage {
        form: &form,
        order: LevelOrder::WorstFirst,
        shown: &Shown::EVERYTHING,
        fill: Fill {
            action: "",
            key: "",
            submission: "",
            opened: "",
            counter: &visit.lang.say(key::FORM_PREVIEW_COUNTER),
            unit: &visit.lang.say(key::FORM_PREVIEW_UNIT),
        },
        filled: Filled::NOTHING,
        notice: None,
        kiosk: false,
        recorded: &SILENCE,
    };
    Ok(Reply::sandboxed(page.style(), page.render(lang)))
}

/// The version as a form file.
pub fn toml(visit: &Visit) -> Answer {
    let form = found(visit)?.form;
    let name = format!("{}-{}.toml", form.id, form.version);
    Ok(Reply::file("application/toml", name, form.to_toml().into_bytes()))
}

/// The version as an XLSForm workbook.
pub fn xlsx(visit: &Visit) -> Answer {
    let form = found(visit)?.form;
    let bytes = form.to_xlsx().map_err(|error| Trouble::Failed(error.to_string()))?;
    let name = format!("{}-{}.xlsx", form.id, form.version);
    Ok(Reply::file(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        name,
        bytes,
    ))
}

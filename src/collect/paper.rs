//! Paper forms: a sheet is keyed in by two persons; where they read the same it is an answer like any other, where they
//! differ a third person settles the items. Nobody keys in one sheet twice.
//!
//! In: the fields of a sheet under the names of the form. Out: what became of it. The answer passes the same checks and
//! the same writer as those of the pages; its submission id follows from the sheet, so that a step cut short is run again.

use super::prepare::{CONSENT, OPENED, SUBMISSION, consented, field};
use super::{Arrival, CollectError, Gate, Intake, Rejection, Survey};
use crate::form::{AnswerProblem, Answers, Form};
use crate::store::StoreError;
use crate::store::actor::{Act, Actor, Right};
use crate::store::link::LinkState;
use crate::store::paper::{Entry, NewEntry};
use crate::vault::TieError;

/// The column that tells the language of a sheet.
pub const LANGUAGE: &str = "language";

/// What was read from one sheet: names of the form, `consent`, `language`. An empty value is no answer.
pub type Fields = Vec<(String, String)>;

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Keyed in once; another person is to do it again.
    Once,
    /// Both read the same, or the third settled it: the answer is stored.
    Stored,
    /// The two differ in these items.
    Differs(Vec<String>),
}

/// Why a sheet was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// What stands against it.
    #[error("{0}")]
    Refused(String),
    /// Fields that do not fit the form.
    #[error("{} answers do not fit the form", .0.len())]
    Form(Vec<AnswerProblem>),
    /// Something failed here.
    #[error(transparent)]
    Failed(#[from] CollectError),
}

impl From<StoreError> for PaperError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn refused<T>(text: impl Into<String>) -> Result<T, PaperError> {
    Err(PaperError::Refused(text.into()))
}

/// What a sheet says, as it would be stored.
fn reading(form: &Form, fields: &[(String, String)]) -> Result<Answers, PaperError> {
    let of_form: Vec<_> = fields.iter().filter(|(name, _)| name != LANGUAGE).collect();
    let of_form: Vec<(&str, &str)> =
        of_form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answers = form.check(&of_form).map_err(PaperError::Form)?;
    Ok(consented(form, answers, fields)?)
}

/// The items in which two readings of a sheet differ: questions in the order of the form, then consent and language.
fn differing(form: &Form, a: &Fields, b: &Fields) -> Result<Vec<String>, PaperError> {
    let (first, second) = (reading(form, a)?, reading(form, b)?);
    let mut items = Vec::new();
    for (at, question) in form.coded_questions().enumerate() {
        if first.at(at) != second.at(at) {
            items.push(question.name.to_string());
        }
    }
    if first.comment() != second.comment() {
        items.extend(form.comment_question().map(|question| question.name.to_string()));
    }
    let value = |fields: &Fields, name: &str| field(fields, name).unwrap_or_default().to_owned();
    if value(a, CONSENT).is_empty() != value(b, CONSENT).is_empty() {
        items.push(CONSENT.to_owned());
    }
    if value(a, LANGUAGE) != value(b, LANGUAGE) {
        items.push(LANGUAGE.to_owned());
    }
    Ok(items)
}

impl Intake {
    /// Keys in a sheet: the first time, or the second by another person.
    ///
    /// # Errors
    /// [`PaperError::Form`]; [`PaperError::Refused`] for a person's second time, a sheet that is settled or waits for a
    /// third person, or a round that takes nothing; [`StoreError::Forbidden`].
    pub async fn enter(
        &self,
        actor: &Actor,
        survey: &Survey,
        fields: &Fields,
    ) -> Result<Step, PaperError> {
        let form = survey.form();
        reading(form, fields)?;
        let entries = self.store.entries_of(survey.link().id)?;
        match entries.as_slice() {
            [] => {
                self.may_be_keyed_in(survey, None)?;
                self.write_entry(actor, survey, 1, fields, None)?;
                Ok(Step::Once)
            }
            [first] => {
                let before = self.fields_of(survey, first)?;
                if first.by == actor.name() {
                    return match *fields == before {
                        true => Ok(Step::Once),
                        false => refused(format!(
                            "{} keyed in this sheet before with other answers; another person does it the second time",
                            actor.name()
                        )),
                    };
                }
                self.may_be_keyed_in(survey, Some(first))?;
                let items = differing(form, &before, fields)?;
                self.write_entry(actor, survey, 2, fields, Some(items.clone()))?;
                if items.is_empty() {
                    self.store_sheet(survey, first, &before).await
                } else {
                    Ok(Step::Differs(items))
                }
            }
            [first, second, ..] => {
                let mine = [first, second].iter().any(|entry| entry.by == actor.name());
                let items = second.differing.clone().unwrap_or_default();
                if survey.link().state == LinkState::Spent {
                    return if mine { Ok(Step::Stored) } else { refused("the sheet is settled") };
                }
                if mine && items.is_empty() {
                    let before = self.fields_of(survey, first)?;
                    return self.store_sheet(survey, first, &before).await;
                }
                if mine {
                    return Ok(Step::Differs(items));
                }
                refused(format!(
                    "two persons keyed in this sheet and differ in {}; settle it with khaosat paper settle",
                    items.join(", ")
                ))
            }
        }
    }

    /// Settles a sheet: `fields` say how the items that differ are to be read; others may be left empty.
    ///
    /// # Errors
    /// [`PaperError::Refused`] for one of the two persons, for a sheet in which nothing differs, or for other items than
    /// those; else as [`Self::enter`].
    pub async fn settle(
        &self,
        actor: &Actor,
        survey: &Survey,
        fields: &Fields,
    ) -> Result<Step, PaperError> {
        let form = survey.form();
        let entries = self.store.entries_of(survey.link().id)?;
        let [first, second, rest @ ..] = entries.as_slice() else {
            return refused("the sheet was not keyed in twice yet");
        };
        if survey.link().state == LinkState::Spent {
            return refused("the sheet is settled");
        }
        let items = second.differing.clone().unwrap_or_default();
        if let [third] = rest {
            let settled = self.fields_of(survey, third)?;
            return self.store_sheet(survey, first, &settled).await;
        }
        if items.is_empty() {
            let agreed = self.fields_of(survey, first)?;
            return self.store_sheet(survey, first, &agreed).await;
        }
        if [first, second].iter().any(|entry| entry.by == actor.name()) {
            return refused(format!(
                "{} keyed in this sheet; a third person settles it",
                actor.name()
            ));
        }
        let mut settled = self.fields_of(survey, first)?;
        for (name, value) in fields.iter().filter(|(name, _)| !items.contains(name)) {
            let agreed = field(&settled, name).unwrap_or_default();
            if !value.is_empty() && value != agreed {
                return refused(format!(
                    "{name}: both persons read the same here; only {} differ",
                    items.join(", ")
                ));
            }
        }
        settled.retain(|(name, _)| !items.contains(name));
        settled.extend(fields.iter().filter(|(name, _)| items.contains(name)).cloned());
        reading(form, &settled)?;
        self.may_be_keyed_in(survey, Some(first))?;
        self.write_entry(actor, survey, 3, &settled, None)?;
        self.store_sheet(survey, first, &settled).await
    }

    /// Both readings of the items in which a sheet's two persons differ, for a third who settles them; none for anybody
    /// else, or while nothing is to be settled.
    ///
    /// # Errors
    /// [`PaperError::Failed`].
    pub fn readings(
        &self,
        actor: &Actor,
        survey: &Survey,
    ) -> Result<Vec<(String, String, String)>, PaperError> {
        let entries = self.store.entries_of(survey.link().id)?;
        let [first, second] = entries.as_slice() else { return Ok(Vec::new()) };
        let mine = [first, second].iter().any(|entry| entry.by == actor.name());
        let unit = Some(survey.link().unit_id);
        if mine
            || survey.link().state != LinkState::Ready
            || !self.store.holds(actor, Right::EnterPaper, unit)?
        {
            return Ok(Vec::new());
        }
        let (a, b) = (self.fields_of(survey, first)?, self.fields_of(survey, second)?);
        let items = second.differing.clone().unwrap_or_default();
        let read = |fields: &Fields, name: &str| field(fields, name).unwrap_or_default().to_owned();
        Ok(items
            .into_iter()
            .map(|name| {
                let (a, b) = (read(&a, &name), read(&b, &name));
                (name, a, b)
            })
            .collect())
    }

    /// A sheet that was keyed in once before its last day was over may be finished while the round is open, one before the
    /// round closed within the grace.
    fn may_be_keyed_in(&self, survey: &Survey, first: Option<&Entry>) -> Result<(), PaperError> {
        let (now, round) = (self.clock.now(), survey.round());
        let begun = first.is_some_and(|entry| entry.at <= round.closes_at);
        match survey.gate(now) {
            Ok(()) => Ok(()),
            Err(Gate::Closed { .. }) if begun && now <= round.closes_at.plus(round.grace_ms) => {
                Ok(())
            }
            Err(Gate::Expired { ended_at }) if first.is_some_and(|entry| entry.at <= ended_at) => {
                Ok(())
            }
            Err(gate) => refused(shut(gate)),
        }
    }

    fn fields_of(&self, survey: &Survey, entry: &Entry) -> Result<Fields, PaperError> {
        let broken = || PaperError::Failed(CollectError::Tie(TieError));
        let sealed = entry.fields.as_deref().ok_or_else(broken)?;
        let bytes = survey.linking().open_entry(survey.link().id, sealed);
        serde_json::from_slice(&bytes.map_err(CollectError::from)?).map_err(|_| broken())
    }

    fn write_entry(
        &self,
        actor: &Actor,
        survey: &Survey,
        pass: i32,
        fields: &Fields,
        differing: Option<Vec<String>>,
    ) -> Result<(), PaperError> {
        let link = survey.link();
        let clear = serde_json::to_vec(fields).unwrap_or_default();
        let fields = survey.linking().seal_entry(link.id, &clear).map_err(CollectError::from)?;
        let subject = format!("round {}", survey.round().code);
        let act = Act::new(actor, Right::EnterPaper, self.clock.now(), "paper.enter", subject)
            .on(link.unit_id.0)
            .with(serde_json::json!({
                "kind": link.kind.word(), "counter": link.counter_name, "pass": pass,
                "differing": differing.as_ref().map_or(0, Vec::len),
            }));
        Ok(self.store.enter_paper(&act, link.id, &NewEntry { pass, fields, differing })?)
    }

    /// Hands the answer to the writer and forgets what was read.
    async fn store_sheet(
        &self,
        survey: &Survey,
        first: &Entry,
        fields: &Fields,
    ) -> Result<Step, PaperError> {
        let link = survey.link();
        let now = self.clock.now();
        let language = field(fields, LANGUAGE).filter(|tag| !tag.is_empty());
        let language = language.or_else(|| survey.form().default_language().map(|l| l.as_str()));
        let id = data_encoding::HEXLOWER.encode(&survey.linking().ticket(link.id));
        let mut post: Fields =
            fields.iter().filter(|(name, _)| name != LANGUAGE).cloned().collect();
        post.push((SUBMISSION.to_owned(), id));
        if now > survey.round().closes_at || link.expires_at.is_some_and(|end| now > end) {
            post.push((OPENED.to_owned(), self.opened_token(survey, first.at, 0)));
        }
        let arrival = Arrival {
            at: now,
            address: "",
            user_agent: "",
            language: language.unwrap_or_default(),
            signed: None,
        };
        match self.submit(survey, &post, &arrival).await {
            Ok(_) => {}
            Err(Rejection::Form(problems)) => return Err(PaperError::Form(problems)),
            Err(Rejection::Gate(gate)) => return refused(shut(gate)),
            Err(Rejection::Failed(error)) => return Err(error.into()),
            Err(other) => return refused(other.to_string()),
        }
        self.store.forget_fields(link.id)?;
        Ok(Step::Stored)
    }
}

/// Why a link takes nothing, for officials.
#[must_use]
pub fn shut(gate: Gate) -> String {
    match gate {
        Gate::NotYet { opens_at } => {
            format!("the round opens at {}", opens_at.vietnam_minute())
        }
        Gate::Closed { closed_at } => {
            format!("the round closed at {}", closed_at.vietnam_minute())
        }
        Gate::Spent => "the sheet has its answer".to_owned(),
        Gate::Expired { ended_at } => {
            format!("the last day of the sheet was {}", ended_at.vietnam_day())
        }
        Gate::Void => "the sheet is void".to_owned(),
    }
}

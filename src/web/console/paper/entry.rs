//! What a sheet's form does: a batch of numbers, one reading, one settlement.

use std::future::Future;

use super::{Told, form_of, page, read};
use crate::collect::paper::{Fields, PaperError, Step, shut};
use crate::collect::{CollectError, Door, Found, Survey};
use crate::store::Right;
use crate::web::console::Trouble;
use crate::web::console::reply::Answer;
use crate::web::console::visit::Visit;
use crate::web::text::{Arg, Key, key};

/// Most numbers of one batch.
const BATCH_MAX: usize = 400;

/// Waits for intake on the thread of this request.
fn wait<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Handle::try_current();
    let runtime = runtime.map_err(|error| Trouble::Failed(error.to_string()))?;
    Ok(runtime.block_on(work))
}

fn collected(error: CollectError) -> Trouble {
    match error {
        CollectError::Store(error) => error.into(),
        other => Trouble::Failed(other.to_string()),
    }
}

/// The sheet of a number, or why there is none for this person.
fn found(visit: &Visit, code: &str) -> Result<Result<Survey, String>, Trouble> {
    let round = visit.round()?;
    let unknown = || Ok(Err(visit.lang.say(key::PAPER_UNKNOWN).into_owned()));
    match visit.state.intake.find_at(Door::Paper, code).map_err(collected)? {
        Found::Survey(survey) if survey.round().id == round.id => {
            let unit = Some(survey.link().unit_id);
            match visit.desk.store.holds(visit.actor()?, Right::EnterPaper, unit)? {
                true => Ok(Ok(survey)),
                false => unknown(),
            }
        }
        Found::Shut(gate) => Ok(Err(shut(gate))),
        Found::Survey(_) | Found::Nothing => unknown(),
    }
}

fn codes(text: &str) -> Vec<String> {
    text.split_whitespace().take(BATCH_MAX).map(str::to_owned).collect()
}

fn tell(visit: &Visit, words: Key, code: &str) -> String {
    visit.lang.tell(words, &[("sheet", Arg::Text(code))])
}

/// What became of a sheet, in words; or what is wrong with it.
fn outcome(visit: &Visit, code: &str, step: Result<Step, PaperError>) -> Result<Told, Trouble> {
    let mut told = Told::default();
    match step {
        Ok(Step::Once) => told.notice = Some(tell(visit, key::PAPER_ONCE, code)),
        Ok(Step::Stored) => told.notice = Some(tell(visit, key::PAPER_STORED, code)),
        Ok(Step::Differs(items)) => {
            let items = items.join(", ");
            let gaps = [("sheet", Arg::Text(code)), ("items", Arg::Text(&items))];
            told.notice = Some(visit.lang.tell(key::PAPER_DIFFERS, &gaps));
        }
        Err(PaperError::Refused(words)) => told.wrong.push(words),
        Err(PaperError::Form(problems)) => {
            told.wrong.extend(problems.iter().map(|one| format!("{}: {}", one.question, one.fault)))
        }
        Err(PaperError::Failed(error)) => return Err(collected(error)),
    }
    Ok(told)
}

/// Acts and shows the next form.
pub fn change(visit: &Visit) -> Answer {
    if visit.field("do") == "batch" {
        return batch(visit);
    }
    let code = visit.field("code").to_owned();
    let mut queue = codes(visit.field("queue"));
    let survey = match found(visit, &code)? {
        Ok(survey) => survey,
        Err(words) => {
            let values = visit.fields.clone();
            return page(
                visit,
                Told { code, values, queue, wrong: vec![words], ..Told::default() },
            );
        }
    };
    let intake = &visit.state.intake;
    let actor = visit.actor()?;
    let form = form_of(visit)?;
    let fields: Fields = read::sheet(&form, &visit.fields);
    let settles = visit.field("do") == "settle";
    let both = intake.readings(actor, &survey);
    let both = both.or_else(|error| match error {
        PaperError::Refused(_) | PaperError::Form(_) => Ok(Vec::new()),
        PaperError::Failed(error) => Err(collected(error)),
    })?;
    if !both.is_empty() && !settles {
        return page(visit, Told { code, queue, differing: both, ..Told::default() });
    }
    let step = match settles {
        true => {
            let own: Fields = fields
                .into_iter()
                .filter(|(name, _)| both.iter().any(|(differing, ..)| differing == name))
                .collect();
            wait(intake.settle(actor, &survey, &own))?
        }
        false => wait(intake.enter(actor, &survey, &fields))?,
    };
    let mut told = outcome(visit, &code, step)?;
    if told.wrong.is_empty() {
        queue.retain(|one| *one != code);
        told.code = queue.first().cloned().unwrap_or_default();
    } else {
        told.code = code;
        told.values = visit.fields.clone();
        told.differing = both;
    }
    told.queue = queue;
    page(visit, told)
}

/// A pile of sheets whose numbers were scanned one after the other: those that can be keyed in come one by one.
fn batch(visit: &Visit) -> Answer {
    let mut told = Told::default();
    for code in codes(visit.field("codes")) {
        match found(visit, &code)? {
            Ok(survey) if !told.queue.contains(&code) => match survey.gate(visit.now) {
                Ok(()) => told.queue.push(code),
                Err(gate) => told.wrong.push(format!("{code}: {}", shut(gate))),
            },
            Ok(_) => {}
            Err(words) => told.wrong.push(format!("{code}: {words}")),
        }
    }
    told.code = told.queue.first().cloned().unwrap_or_default();
    page(visit, told)
}

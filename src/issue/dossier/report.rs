//! Finished dossiers that the one-stop software reports over the API: it learns "ticket" or "no ticket", nothing else.

use std::collections::BTreeMap;

use super::row::Finished;
use super::{Register, Taken};
use crate::desk::Desk;
use crate::issue::code::Code;
use crate::issue::print::prints;
use crate::issue::{IssueError, address};
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::LinkId;
use crate::store::tally::Kind;
use crate::table::{Collector, Record};

/// Dossiers of one report.
pub const DOSSIERS_MAX: usize = 500;

/// What is answered to one dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its number as reported, normalized.
    pub number: String,
    /// Whether it is asked.
    pub asked: bool,
    /// Code and address of its ticket, while that is unused; an invitation goes by mail and is nobody's here.
    pub ticket: Option<(String, String)>,
}

impl Register {
    /// Checks reported dossiers, each as the texts of a row; places count from 1.
    ///
    /// # Errors
    /// [`IssueError::File`] with every fault; nothing is taken then.
    pub fn check(&self, reported: Vec<[String; 12]>) -> Result<Vec<Finished>, IssueError> {
        let mut problems = Collector::default();
        let records = (1..).zip(reported).map(|(line, fields)| Record { line, fields });
        let rows = self.rows(records, &mut problems);
        Ok(problems.finish("dossiers", rows)?)
    }

    /// Takes reported dossiers and says for each whether it is asked; reporting again says the same again. Whoever asks
    /// for a ticket again has it printed again, which is counted.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Forbidden`] for a unit that is not the actor's.
    pub fn report(
        &self,
        desk: &Desk,
        actor: &Actor,
        finished: &[Finished],
    ) -> Result<(Taken, Vec<Answer>), IssueError> {
        let taken = self.take_by(desk, actor, "dossier.report", finished, |_| {})?;
        let linking = desk.vault.linking_key(self.round.id)?;
        let codes = desk.vault.code_key()?;
        let numbers: Vec<[u8; 16]> =
            finished.iter().map(|one| linking.dossier(&one.number)).collect();
        let found = desk.store.reported(self.round.id, &numbers)?;
        let mut answers = Vec::with_capacity(finished.len());
        let mut printed: BTreeMap<i32, Vec<LinkId>> = BTreeMap::new();
        for (one, number) in finished.iter().zip(&numbers) {
            // One that was taken and has no row by its number any more has been answered, so it was asked.
            let asked = found.get(number).is_none_or(|reported| reported.asked);
            let ticket = found.get(number).and_then(|reported| reported.ticket.as_ref());
            let code = ticket
                .and_then(|(id, sealed)| Some((*id, Code::parse(&codes.open(*id, sealed)?).ok()?)));
            if let Some((id, _)) = code {
                let unit = self.counters.get(one.counter).map(|c| c.unit_id.0);
                printed.entry(unit.unwrap_or_default()).or_default().push(id);
            }
            let ticket = code.map(|(_, code)| (code.to_string(), address(&desk.public_url, &code)));
            answers.push(Answer { number: one.number.clone(), asked, ticket });
        }
        for (unit, ids) in printed {
            let subject = format!("round {}", self.round.code);
            let act = Act::new(actor, Right::IssueLinks, desk.clock.now(), "link.print", subject)
                .on(unit)
                .with(serde_json::json!({ "kind": "ticket", "links": ids.len() }));
            let prints = prints(desk, &self.round, Kind::Ticket, ids)?;
            desk.store.count_hand_outs(&act, &prints)?;
        }
        Ok((taken, answers))
    }
}

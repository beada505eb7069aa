//! What became of dossiers and tickets, for the gate-keeping figures.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::id::{CounterId, LinkId, RoundId};
use super::link::LinkState;
use super::schema::{dossier, link};
use super::tally::Kind;
use super::{Result, Store};

/// Dossiers of one counter and day that fared alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fate {
    /// Counter that received them.
    pub counter: CounterId,
    /// Day they were finished, ISO.
    pub finished_on: String,
    /// Finished after their due day.
    pub late: bool,
    /// A ticket was due.
    pub asked: bool,
    /// The ticket was printed.
    pub printed: bool,
    /// The ticket was answered.
    pub answered: bool,
    /// Account of the official who printed it first.
    pub clerk: Option<String>,
}

/// What a ticket's print and dossier say, for the sealing step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketNote {
    /// The dossier was finished after its due day.
    pub late: bool,
    /// A slip with an apology was issued; `None` where the register does not say.
    pub apology: Option<bool>,
    /// Account of the official who printed it first.
    pub clerk: Option<String>,
    /// When it was first printed, encrypted; `None` if it never was.
    pub printed_enc: Option<Vec<u8>>,
}

impl Store {
    /// How many dossiers of a round fared how.
    ///
    /// # Errors
    /// What the database says.
    pub fn fates(&self, round_id: RoundId) -> Result<BTreeMap<Fate, u64>> {
        type Ticket = (Option<String>, Option<i32>, Option<String>);
        type Row = (CounterId, String, bool, bool, Ticket);
        let rows = self.read(|conn| {
            Ok(dossier::table
                .left_join(link::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(dossier::round_id.eq(round_id.0))
                .select((
                    dossier::counter_id,
                    dossier::finished_on,
                    dossier::late,
                    dossier::asked,
                    (link::state.nullable(), link::prints.nullable(), link::handed_by.nullable()),
                ))
                .load::<Row>(conn)?)
        })?;
        let mut fates = BTreeMap::new();
        for (counter, finished_on, late, asked, (state, prints, clerk)) in rows {
            let printed = prints.is_some_and(|prints| prints > 0);
            let answered = state.as_deref() == Some(LinkState::Spent.word());
            let fate = Fate { counter, finished_on, late, asked, printed, answered, clerk };
            *fates.entry(fate).or_default() += 1;
        }
        Ok(fates)
    }

    /// What is known of every ticket of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn ticket_notes(&self, round_id: RoundId) -> Result<BTreeMap<LinkId, TicketNote>> {
        type Row = (Vec<u8>, bool, Option<bool>, Option<String>, Option<Vec<u8>>);
        self.read(|conn| {
            link::table
                .inner_join(dossier::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(link::round_id.eq(round_id).and(link::kind.eq(Kind::Ticket.word())))
                .select((
                    link::id,
                    dossier::late,
                    dossier::apology,
                    link::handed_by,
                    link::printed_enc,
                ))
                .load::<Row>(conn)?
                .into_iter()
                .map(|(id, late, apology, clerk, printed_enc)| {
                    Ok((id.try_into()?, TicketNote { late, apology, clerk, printed_enc }))
                })
                .collect()
        })
    }
}

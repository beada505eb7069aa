//! Entries of paper forms: who keyed in which sheet and when; what was read only until the sheet is settled.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CounterId, LinkId, RoundId, UnitId};
use super::link::{LinkState, read_kind};
use super::schema::{counter, link, paper_entry};
use super::tally::Kind;
use super::{Result, Store, StoreError};
use crate::clock::Millis;

/// One time that a sheet was keyed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1 or 2; 3 settles what the two differ in.
    pub pass: i32,
    /// Account.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What was read, encrypted; `None` once settled.
    pub fields: Option<Vec<u8>>,
    /// On the second: names of the items that differ from the first.
    pub differing: Option<Vec<String>>,
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// 1, 2 or 3.
    pub pass: i32,
    /// What was read, encrypted.
    pub fields: Vec<u8>,
    /// Of the second only.
    pub differing: Option<Vec<String>>,
}

/// A sheet that waits for another person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSheet {
    /// Its counter.
    pub counter_id: CounterId,
    /// Paper, or paper in the place of a ticket.
    pub kind: Kind,
    /// Its running number there.
    pub serial: i64,
    /// Who keyed it in, in order.
    pub by: Vec<String>,
    /// Items in which the two differ.
    pub differing: Vec<String>,
}

/// Names of items hold no space.
const BETWEEN: &str = " ";

type Row = (Vec<u8>, i32, String, i64, Option<Vec<u8>>, Option<String>);
type Columns = (
    paper_entry::link_id,
    paper_entry::pass,
    paper_entry::entered_by,
    paper_entry::entered_at,
    paper_entry::fields_enc,
    paper_entry::differing,
);
const COLUMNS: Columns = (
    paper_entry::link_id,
    paper_entry::pass,
    paper_entry::entered_by,
    paper_entry::entered_at,
    paper_entry::fields_enc,
    paper_entry::differing,
);

fn read((id, pass, by, at, fields, differing): Row) -> Result<(LinkId, Entry)> {
    let differing = differing.map(|names| names.split_whitespace().map(str::to_owned).collect());
    Ok((id.try_into()?, Entry { pass, by, at: Millis(at), fields, differing }))
}

impl Store {
    /// The entries of one sheet, in the order of their passes.
    ///
    /// # Errors
    /// What the database says.
    pub fn entries_of(&self, sheet: LinkId) -> Result<Vec<Entry>> {
        self.read(|conn| {
            paper_entry::table
                .filter(paper_entry::link_id.eq(sheet.bytes()))
                .order(paper_entry::pass)
                .select(COLUMNS)
                .load::<Row>(conn)?
                .into_iter()
                .map(|row| Ok(read(row)?.1))
                .collect()
        })
    }

    /// The entries of every sheet of a round that has some.
    ///
    /// # Errors
    /// What the database says.
    pub fn paper_entries(&self, round_id: RoundId) -> Result<BTreeMap<LinkId, Vec<Entry>>> {
        let rows = self.read(|conn| {
            Ok(paper_entry::table
                .inner_join(link::table.on(link::id.eq(paper_entry::link_id)))
                .filter(link::round_id.eq(round_id))
                .order((paper_entry::link_id, paper_entry::pass))
                .select(COLUMNS)
                .load::<Row>(conn)?)
        })?;
        let mut entries: BTreeMap<LinkId, Vec<Entry>> = BTreeMap::new();
        for row in rows {
            let (sheet, entry) = read(row)?;
            entries.entry(sheet).or_default().push(entry);
        }
        Ok(entries)
    }

    /// Sheets at counters of `units` that wait for somebody, at most some `limit`, by counter, kind and number.
    ///
    /// # Errors
    /// What the database says.
    pub fn waiting_sheets(
        &self,
        round_id: RoundId,
        units: &[UnitId],
        limit: i64,
    ) -> Result<Vec<WaitingSheet>> {
        type Row = (CounterId, String, i64, String, Option<String>);
        let rows = self.read(|conn| {
            Ok(paper_entry::table
                .inner_join(link::table.on(link::id.eq(paper_entry::link_id)))
                .inner_join(counter::table.on(counter::id.eq(link::counter_id)))
                .filter(link::round_id.eq(round_id).and(paper_entry::fields_enc.is_not_null()))
                .filter(counter::unit_id.eq_any(units.to_vec()))
                .order((link::counter_id, link::kind, link::serial, paper_entry::pass))
                .limit(limit * 3)
                .select((
                    counter::id,
                    link::kind,
                    link::serial,
                    paper_entry::entered_by,
                    paper_entry::differing,
                ))
                .load::<Row>(conn)?)
        })?;
        let mut sheets: Vec<WaitingSheet> = Vec::new();
        for (counter_id, kind, serial, by, differing) in rows {
            let kind = read_kind(&kind)?;
            let differing: Vec<String> =
                differing.iter().flat_map(|d| d.split_whitespace()).map(str::to_owned).collect();
            match sheets.last_mut() {
                Some(last)
                    if (last.counter_id, last.kind, last.serial) == (counter_id, kind, serial) =>
                {
                    last.by.push(by);
                    last.differing.extend(differing);
                }
                _ => {
                    sheets.push(WaitingSheet { counter_id, kind, serial, by: vec![by], differing })
                }
            }
        }
        sheets.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(sheets)
    }

    /// Writes an entry by the act's person. That nobody keys in a sheet twice, and nobody a pass that is there, is a
    /// constraint.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::Refused`] for a sheet that takes none, or an entry that is there.
    pub fn enter_paper(&self, act: &Act, sheet: LinkId, new: &NewEntry) -> Result<()> {
        let written = self.write(act, |tx| {
            let conn = tx.conn();
            let state =
                link::table.find(sheet.bytes()).select(link::state).first::<String>(conn)?;
            if state != LinkState::Ready.word() {
                return Err(StoreError::Refused(format!("the sheet is {state} already")));
            }
            diesel::insert_into(paper_entry::table)
                .values((
                    paper_entry::link_id.eq(sheet.bytes()),
                    paper_entry::pass.eq(new.pass),
                    paper_entry::entered_by.eq(act.actor.name()),
                    paper_entry::entered_at.eq(act.at.0),
                    paper_entry::fields_enc.eq(Some(new.fields.clone())),
                    paper_entry::differing
                        .eq(new.differing.as_ref().map(|names| names.join(BETWEEN))),
                ))
                .execute(conn)?;
            Ok(())
        });
        written.map_err(|error| match error.is_unique_violation() {
            true => StoreError::Refused(format!(
                "{} or another keyed in this sheet at this moment; look at khaosat paper status",
                act.actor.name()
            )),
            false => error,
        })
    }

    /// Erases what was read from a sheet whose answer is stored; who read it and when stays.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_fields(&self, sheet: LinkId) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(paper_entry::table.filter(paper_entry::link_id.eq(sheet.bytes())))
                .set(paper_entry::fields_enc.eq(None::<Vec<u8>>))
                .execute(conn)?;
            Ok(())
        })
    }
}

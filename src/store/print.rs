//! Links on paper: which are to be printed, and how often they were.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{Act, Actor};
use super::engine::batch;
use super::id::{CounterId, LinkId, RoundId, UnitId};
use super::link::{LinkState, read_kind};
use super::schema::{counter, link, unit};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// A link as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printable {
    /// Id.
    pub id: LinkId,
    /// Kind.
    pub kind: Kind,
    /// Running number at its counter.
    pub serial: i64,
    /// Unit.
    pub unit_id: UnitId,
    /// Unit's code.
    pub unit_code: String,
    /// Unit's name.
    pub unit_name: String,
    /// Counter's code.
    pub counter_code: String,
    /// Counter's name.
    pub counter_name: String,
    /// The code, encrypted; `None` once spent.
    pub code_enc: Option<Vec<u8>>,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
}

/// Which links are to be printed.
#[derive(Clone, Debug)]
pub struct PrintScope<'a> {
    /// Kind.
    pub kind: Kind,
    /// At counters of these units.
    pub units: &'a [UnitId],
    /// At the counters of this code only.
    pub counter: Option<&'a str>,
    /// With these running numbers only, both ends included.
    pub serials: Option<(i64, i64)>,
    /// True for those printed before, false for those never printed.
    pub printed: bool,
    /// None that ended before.
    pub now: Millis,
}

impl Store {
    /// Ready links of a round that `scope` takes, by unit, counter and serial.
    ///
    /// # Errors
    /// What the database says.
    pub fn printable_links(
        &self,
        round_id: RoundId,
        scope: &PrintScope<'_>,
    ) -> Result<Vec<Printable>> {
        type Code = (Option<Vec<u8>>, Option<i64>);
        type Row = (Vec<u8>, i64, UnitId, String, String, String, String, Code);
        self.read(|conn| {
            let mut query = link::table
                .inner_join(counter::table.inner_join(unit::table))
                .filter(link::round_id.eq(round_id).and(link::kind.eq(scope.kind.word())))
                .filter(link::state.eq(LinkState::Ready.word()))
                .filter(link::expires_at.is_null().or(link::expires_at.ge(scope.now.0)))
                .filter(counter::unit_id.eq_any(scope.units.to_vec()))
                .into_boxed();
            query = match scope.printed {
                true => query.filter(link::prints.gt(0)),
                false => query.filter(link::prints.eq(0)),
            };
            if let Some(code) = scope.counter {
                query = query.filter(counter::code.eq(code.to_owned()));
            }
            if let Some((from, to)) = scope.serials {
                query = query.filter(link::serial.between(from, to));
            }
            query
                .order((unit::code, counter::code, link::serial))
                .select((
                    link::id,
                    link::serial,
                    unit::id,
                    unit::code,
                    unit::name,
                    counter::code,
                    counter::name,
                    (link::code_enc, link::expires_at),
                ))
                .load::<Row>(conn)?
                .into_iter()
                .map(|row| {
                    let (
                        id,
                        serial,
                        unit_id,
                        unit_code,
                        unit_name,
                        counter_code,
                        counter_name,
                        (code, expires_at),
                    ) = row;
                    Ok(Printable {
                        id: id.try_into()?,
                        kind: scope.kind,
                        serial,
                        unit_id,
                        unit_code,
                        unit_name,
                        counter_code,
                        counter_name,
                        code_enc: code,
                        expires_at: expires_at.map(Millis),
                    })
                })
                .collect()
        })
    }

    /// Counts links as printed, or with `again` as reprinted, before anybody prints them.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::Refused`] when another print, an answer or a void came between.
    pub fn count_prints(&self, act: &Act, prints: &[Print], again: bool) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let ids: Vec<LinkId> = prints.iter().map(|print| print.id).collect();
            let all: Vec<Vec<u8>> = ids.iter().map(|id| id.bytes()).collect();
            let ready = link::id.eq_any(all.clone()).and(link::state.eq(LinkState::Ready.word()));
            let counted = match again {
                true => diesel::update(link::table.filter(ready.and(link::prints.gt(0))))
                    .set(link::prints.eq(link::prints + 1))
                    .execute(conn)?,
                false => diesel::update(link::table.filter(ready.and(link::prints.eq(0))))
                    .set((link::prints.eq(1), link::handed_by.eq(person(act))))
                    .execute(conn)?,
            };
            if counted != ids.len() {
                return Err(StoreError::Refused(
                    "some of these links were printed, answered or made void at this moment; print again"
                        .to_owned(),
                ));
            }
            if !again {
                keep_times(conn, prints)?;
            }
            let what = if again { What::Reprinted } else { What::Printed };
            tally(conn, act, all, what)
        })
    }

    /// Counts links that were handed to a reporting system, which prints them and may ask again: the first time as
    /// printed, then as reprinted. One that was answered meanwhile is not counted.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn count_hand_outs(&self, act: &Act, prints: &[Print]) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let (mut first, mut again) = (Vec::new(), Vec::new());
            // In one order, whoever asks: two servers that hold some of the same links wait, and never for each other.
            let mut prints = prints.to_vec();
            prints.sort_unstable_by_key(|print| print.id);
            prints.dedup_by_key(|print| print.id);
            for print in prints {
                let id = print.id;
                let ready = link::id.eq(id.bytes()).and(link::state.eq(LinkState::Ready.word()));
                let printed = diesel::update(link::table.filter(ready))
                    .set(link::prints.eq(link::prints + 1))
                    .returning(link::prints)
                    .get_result::<i32>(conn)
                    .optional()?;
                match printed {
                    Some(1) => {
                        keep_times(conn, &[print])?;
                        diesel::update(link::table.find(id.bytes()))
                            .set(link::handed_by.eq(person(act)))
                            .execute(conn)?;
                        first.push(id.bytes());
                    }
                    Some(_) => again.push(id.bytes()),
                    None => {}
                }
            }
            tally(conn, act, first, What::Printed)?;
            tally(conn, act, again, What::Reprinted)
        })
    }
}

/// The account of whoever prints; a program is nobody who could choose.
fn person(act: &Act) -> Option<&str> {
    matches!(act.actor, Actor::Person { .. }).then(|| act.actor.name())
}

/// A link that is printed now.
#[derive(Clone, Debug)]
pub struct Print {
    /// Link.
    pub id: LinkId,
    /// Now, encrypted for the link's row; of tickets only.
    pub at_enc: Option<Vec<u8>>,
}

/// Keeps when links were printed first.
fn keep_times(conn: &mut Conn, prints: &[Print]) -> Result<()> {
    for Print { id, at_enc } in prints.iter().filter(|print| print.at_enc.is_some()) {
        diesel::update(link::table.find(id.bytes()))
            .set(link::printed_enc.eq(at_enc))
            .execute(conn)?;
    }
    Ok(())
}

/// Adds links to the running counts of their counters.
fn tally(conn: &mut Conn, act: &Act, ids: Vec<Vec<u8>>, what: What) -> Result<()> {
    let mut counts = BTreeMap::new();
    for (round_id, counter_id, kind) in link::table
        .filter(link::id.eq_any(ids))
        .select((link::round_id, link::counter_id, link::kind))
        .load::<(RoundId, CounterId, String)>(conn)?
    {
        let kind = read_kind(&kind)?;
        let count = Count { round_id, counter_id, kind, what, hour: act.at.hour() };
        *counts.entry(count).or_insert(0) += 1;
    }
    batch::add_to_tallies(conn, &counts)
}

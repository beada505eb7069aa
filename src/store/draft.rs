//! Files of dossiers that somebody looks at before taking them, the imports made of them, and undoing one until it is used.

use diesel::prelude::*;

use super::actor::Act;
use super::engine::batch;
use super::id::{CounterId, DossierId, ImportId, LinkId, RoundId};
use super::link::{LinkState, make_void};
use super::outbox::MailState;
use super::overview;
use super::schema::{
    counter, dossier, dossier_draft, dossier_draft_part, dossier_import, dossier_seen, link, outbox,
};
use super::{Conn, Result, Store, StoreError};
use crate::clock::{DAY_MS, Millis};

/// How long a file waits to be taken.
pub const KEPT_MS: i64 = DAY_MS;

/// A file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Id.
    pub id: ImportId,
    /// Round.
    pub round_id: RoundId,
    /// Account; nobody else sees it.
    pub by: String,
    /// When it was sent.
    pub at: Millis,
    /// What the sender calls it.
    pub file: String,
    /// Which heading is which column (TOML).
    pub mapping: String,
}

/// A file that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Id.
    pub id: ImportId,
    /// Account.
    pub by: String,
    /// What the sender calls it.
    pub file: String,
    /// When.
    pub began_at: Millis,
    /// When all of it was; `None`: it broke off, and is to be finished.
    pub ended_at: Option<Millis>,
    /// When it was undone.
    pub undone_at: Option<Millis>,
}

/// What undoing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Dossiers that are gone with their links.
    pub undone: usize,
    /// Those that are used and stay.
    pub kept: usize,
    /// The last dossier that was looked at; `None` at the end.
    pub last: Option<DossierId>,
}

/// Dossiers of one short transaction (design §3).
const UNDO_CHUNK: i64 = 200;

type DraftRow = (Vec<u8>, RoundId, String, i64, String, String);
type ImportRow = (Vec<u8>, String, String, i64, Option<i64>, Option<i64>);

fn read_draft((id, round_id, by, at, file, mapping): DraftRow) -> Result<Draft> {
    Ok(Draft { id: id.try_into()?, round_id, by, at: Millis(at), file, mapping })
}

fn read_import((id, by, file, began, ended, undone): ImportRow) -> Result<Import> {
    Ok(Import {
        id: id.try_into()?,
        by,
        file,
        began_at: Millis(began),
        ended_at: ended.map(Millis),
        undone_at: undone.map(Millis),
    })
}

fn erase(conn: &mut Conn, id: &[u8]) -> Result<()> {
    let parts = dossier_draft_part::table.filter(dossier_draft_part::draft_id.eq(id.to_vec()));
    diesel::delete(parts).execute(conn)?;
    diesel::delete(dossier_draft::table.find(id.to_vec())).execute(conn)?;
    Ok(())
}

impl Store {
    /// Keeps a file in parts; it is there once all of them are. Erases what waited too long.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn stage_draft(&self, act: &Act, draft: &Draft, parts: &[Vec<u8>]) -> Result<()> {
        self.forget_drafts(act.at)?;
        self.permits(act)?;
        self.transaction(|conn| {
            diesel::insert_into(dossier_draft::table)
                .values((
                    dossier_draft::id.eq(draft.id.bytes()),
                    dossier_draft::round_id.eq(draft.round_id.0),
                    dossier_draft::staged_by.eq(&draft.by),
                    dossier_draft::staged_at.eq(draft.at.0),
                    dossier_draft::file.eq(&draft.file),
                    dossier_draft::mapping.eq(&draft.mapping),
                    dossier_draft::parts.eq(0),
                ))
                .execute(conn)?;
            Ok(())
        })?;
        let mut number = 0;
        for part in parts {
            number += 1;
            self.transaction(|conn| {
                diesel::insert_into(dossier_draft_part::table)
                    .values((
                        dossier_draft_part::draft_id.eq(draft.id.bytes()),
                        dossier_draft_part::number.eq(number),
                        dossier_draft_part::content_enc.eq(part),
                    ))
                    .execute(conn)?;
                Ok(())
            })?;
        }
        self.write(act, |tx| {
            diesel::update(dossier_draft::table.find(draft.id.bytes()))
                .set(dossier_draft::parts.eq(number))
                .execute(tx.conn())?;
            Ok(())
        })
    }

    /// Erases files that waited too long; how many.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_drafts(&self, now: Millis) -> Result<usize> {
        let old = self.read(|conn| {
            Ok(dossier_draft::table
                .filter(dossier_draft::staged_at.lt(now.plus(-KEPT_MS).0))
                // An import that broke off is finished from its file, whenever that is.
                .filter(dossier_draft::id.ne_all(dossier_import::table.select(dossier_import::id)))
                .select(dossier_draft::id)
                .load::<Vec<u8>>(conn)?)
        })?;
        for id in &old {
            self.transaction(|conn| erase(conn, id))?;
        }
        Ok(old.len())
    }

    /// The whole files of an account that wait in a round, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn drafts(&self, round_id: RoundId, by: &str, now: Millis) -> Result<Vec<Draft>> {
        let rows =
            self.read(|conn| {
                Ok(dossier_draft::table
                    .filter(dossier_draft::round_id.eq(round_id.0))
                    .filter(dossier_draft::staged_by.eq(by).and(dossier_draft::parts.gt(0)))
                    .filter(dossier_draft::staged_at.ge(now.plus(-KEPT_MS).0).or(
                        dossier_draft::id.eq_any(dossier_import::table.select(dossier_import::id)),
                    ))
                    .order(dossier_draft::staged_at.desc())
                    .select((
                        dossier_draft::id,
                        dossier_draft::round_id,
                        dossier_draft::staged_by,
                        dossier_draft::staged_at,
                        dossier_draft::file,
                        dossier_draft::mapping,
                    ))
                    .load::<DraftRow>(conn)?)
            })?;
        rows.into_iter().map(read_draft).collect()
    }

    /// The parts of a file, encrypted, in their order.
    ///
    /// # Errors
    /// What the database says.
    pub fn draft_parts(&self, id: ImportId) -> Result<Vec<(i32, Vec<u8>)>> {
        self.read(|conn| {
            Ok(dossier_draft_part::table
                .filter(dossier_draft_part::draft_id.eq(id.bytes()))
                .order(dossier_draft_part::number)
                .select((dossier_draft_part::number, dossier_draft_part::content_enc))
                .load(conn)?)
        })
    }

    /// Says anew which heading is which column.
    ///
    /// # Errors
    /// What the database says.
    pub fn map_draft(&self, draft: &Draft, mapping: &str) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(dossier_draft::table.find(draft.id.bytes()))
                .set(dossier_draft::mapping.eq(mapping))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Erases a file.
    ///
    /// # Errors
    /// What the database says.
    pub fn drop_draft(&self, draft: &Draft) -> Result<()> {
        self.transaction(|conn| erase(conn, &draft.id.bytes()))
    }

    /// Begins the import of a file, or goes on with it.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin_import(&self, draft: &Draft, at: Millis) -> Result<()> {
        self.transaction(|conn| {
            let there = dossier_import::table
                .find(draft.id.bytes())
                .select(dossier_import::began_at)
                .first::<i64>(conn)
                .optional()?;
            if there.is_some() {
                return Ok(());
            }
            diesel::insert_into(dossier_import::table)
                .values((
                    dossier_import::id.eq(draft.id.bytes()),
                    dossier_import::round_id.eq(draft.round_id.0),
                    dossier_import::imported_by.eq(&draft.by),
                    dossier_import::file.eq(&draft.file),
                    dossier_import::began_at.eq(at.0),
                ))
                .execute(conn)?;
            Ok(())
        })
    }

    /// Ends an import and erases its file in the same transaction.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_import(&self, draft: &Draft, at: Millis) -> Result<()> {
        self.transaction(|conn| {
            diesel::update(dossier_import::table.find(draft.id.bytes()))
                .set(dossier_import::ended_at.eq(at.0))
                .execute(conn)?;
            erase(conn, &draft.id.bytes())
        })
    }

    /// The newest imports of a round, at most `limit`; of one account, or of all.
    ///
    /// # Errors
    /// What the database says.
    pub fn imports(&self, round_id: RoundId, by: Option<&str>, limit: i64) -> Result<Vec<Import>> {
        let rows = self.read(|conn| {
            let mut these =
                dossier_import::table.filter(dossier_import::round_id.eq(round_id.0)).into_boxed();
            if let Some(by) = by {
                these = these.filter(dossier_import::imported_by.eq(by.to_owned()));
            }
            Ok(these
                .order((dossier_import::began_at.desc(), dossier_import::id))
                .limit(limit)
                .select((
                    dossier_import::id,
                    dossier_import::imported_by,
                    dossier_import::file,
                    dossier_import::began_at,
                    dossier_import::ended_at,
                    dossier_import::undone_at,
                ))
                .load::<ImportRow>(conn)?)
        })?;
        rows.into_iter().map(read_import).collect()
    }

    /// How many dossiers of an import there are, and the units of their counters.
    ///
    /// # Errors
    /// What the database says.
    pub fn import_size(&self, id: ImportId) -> Result<(i64, Vec<i32>)> {
        self.read(|conn| {
            let rows = dossier::table
                .inner_join(counter::table)
                .filter(dossier::import_id.eq(id.bytes()))
                .group_by(counter::unit_id)
                .select((counter::unit_id, diesel::dsl::count_star()))
                .load::<(i32, i64)>(conn)?;
            Ok((
                rows.iter().map(|(_, n)| n).sum(),
                rows.into_iter().map(|(unit, _)| unit).collect(),
            ))
        })
    }

    /// How many of these numbers were taken before.
    ///
    /// # Errors
    /// What the database says.
    pub fn known_numbers(&self, round_id: RoundId, macs: &[[u8; 16]]) -> Result<i64> {
        let mut known = 0;
        for chunk in macs.chunks(500) {
            let chunk: Vec<Vec<u8>> = chunk.iter().map(|mac| mac.to_vec()).collect();
            known += self.read(|conn| {
                Ok(dossier_seen::table
                    .filter(dossier_seen::round_id.eq(round_id.0))
                    .filter(dossier_seen::number_mac.eq_any(chunk))
                    .count()
                    .get_result::<i64>(conn)?)
            })?;
        }
        Ok(known)
    }

    /// Undoes the next dossiers of an import behind `after`: links void, mails dropped, dossiers and their traces gone.
    /// One whose link was printed, replaced, made void or answered, whose mail began to go out, or that stands in a
    /// drawn list is used, and stays.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn undo_import(
        &self,
        act: &Act,
        (round_id, id): (RoundId, ImportId),
        after: Option<DossierId>,
    ) -> Result<Undone> {
        type Row = (Vec<u8>, i32, Option<Vec<u8>>, bool, Option<i32>, Ticket);
        type Ticket = (Option<Vec<u8>>, Option<String>, Option<i32>);
        self.write(act, |tx| {
            let conn = tx.conn();
            let after = after.map_or_else(Vec::new, DossierId::bytes);
            let rows = dossier::table
                .left_join(link::table.on(link::dossier_id.eq(dossier::id.nullable())))
                .filter(dossier::import_id.eq(id.bytes()).and(dossier::id.gt(after)))
                .order(dossier::id)
                .limit(UNDO_CHUNK)
                .select((
                    dossier::id,
                    dossier::counter_id,
                    dossier::number_mac,
                    dossier::asked,
                    dossier::list,
                    (link::id.nullable(), link::state.nullable(), link::prints.nullable()),
                ))
                .load::<Row>(conn)?;
            batch::hold_counters(conn, &rows.iter().map(|row| row.1).collect())?;
            let mut done = Undone::default();
            for (dossier_id, counter_id, number, asked, list, (link_id, state, prints)) in rows {
                done.last = Some(DossierId::try_from(dossier_id.clone())?);
                let link_id = link_id.map(LinkId::try_from).transpose()?;
                let unused = match (link_id, state) {
                    (Some(link), Some(state)) => {
                        state == LinkState::Ready.word()
                            && prints == Some(0)
                            && drop_unsent(conn, link)?
                    }
                    _ => !asked && list.is_none(),
                };
                if !unused {
                    done.kept += 1;
                    continue;
                }
                if let Some(link) = link_id {
                    make_void(conn, act.at, link)?;
                }
                if let Some(number) = number {
                    diesel::delete(dossier_seen::table.find((round_id.0, number))).execute(conn)?;
                }
                diesel::delete(dossier::table.find(dossier_id)).execute(conn)?;
                overview::count_dossiers(conn, round_id, CounterId(counter_id), -1)?;
                done.undone += 1;
            }
            Ok(done)
        })
    }

    /// Notes that an import was undone as far as it could be.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn note_undone(&self, act: &Act, id: ImportId) -> Result<()> {
        self.write(act, |tx| {
            diesel::update(dossier_import::table.find(id.bytes()))
                .set(dossier_import::undone_at.eq(act.at.0))
                .execute(tx.conn())?;
            Ok(())
        })
    }
}

/// Drops the mails about a link; false when one began to go out.
fn drop_unsent(conn: &mut Conn, link: LinkId) -> Result<bool> {
    let mails = || outbox::table.filter(outbox::link_id.eq(link.bytes()));
    let begun = mails()
        .filter(outbox::attempts.gt(0).or(outbox::state.ne(MailState::Queued.word())))
        .count()
        .get_result::<i64>(conn)?;
    if begun > 0 {
        return Ok(false);
    }
    diesel::update(mails())
        .set((outbox::state.eq(MailState::Dropped.word()), outbox::last_error.eq("undone")))
        .execute(conn)?;
    Ok(true)
}

/// A file that is not there, or another's.
#[must_use]
pub fn no_draft() -> StoreError {
    StoreError::Missing { what: "file that waits", name: String::new() }
}

//! The call-back sheet: dossiers drawn when they arrive, readable by an independent body alone, and what it heard.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{CallbackId, RoundId, UnitId};
use super::round::State;
use super::schema::{callback, round};
use super::{Conn, Result, Store, StoreError};

/// A dossier for the sheet.
#[derive(Clone, Debug)]
pub struct NewCallback {
    /// Id.
    pub id: CallbackId,
    /// Unit of the counter.
    pub unit_id: UnitId,
    /// Number and address, encrypted to the independent body.
    pub sheet: Vec<u8>,
}

/// What one person said when called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// A link was given.
    pub given: bool,
    /// The person answered without another; `None`: did not answer the survey, or does not say.
    pub own: Option<bool>,
    /// An official stood beside; likewise.
    pub beside: Option<bool>,
}

/// A dossier on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Id.
    pub id: CallbackId,
    /// Unit of the counter.
    pub unit_id: UnitId,
    /// Number and address, encrypted to the independent body.
    pub sheet: Vec<u8>,
    /// What the person said, once reached.
    pub heard: Option<Heard>,
}

pub(super) fn insert(conn: &mut Conn, round_id: RoundId, new: &NewCallback) -> Result<()> {
    diesel::insert_into(callback::table)
        .values((
            callback::id.eq(new.id.bytes()),
            callback::round_id.eq(round_id.0),
            callback::unit_id.eq(new.unit_id.0),
            callback::sheet.eq(&new.sheet),
        ))
        .execute(conn)?;
    Ok(())
}

impl Store {
    /// The sheet of a round, in order of its random ids.
    ///
    /// # Errors
    /// What the database says.
    pub fn callbacks(&self, round_id: RoundId) -> Result<Vec<Callback>> {
        type Row = (Vec<u8>, UnitId, Vec<u8>, Option<bool>, Option<bool>, Option<bool>);
        self.read(|conn| {
            callback::table
                .filter(callback::round_id.eq(round_id.0))
                .order(callback::id)
                .select((
                    callback::id,
                    callback::unit_id,
                    callback::sheet,
                    callback::given,
                    callback::own,
                    callback::beside,
                ))
                .load::<Row>(conn)?
                .into_iter()
                .map(|(id, unit_id, sheet, given, own, beside)| {
                    let heard = given.map(|given| Heard { given, own, beside });
                    Ok(Callback { id: id.try_into()?, unit_id, sheet, heard })
                })
                .collect()
        })
    }

    /// Writes an entry of the audit log for a sheet that is handed out.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn hand_out_callbacks(&self, act: &Act) -> Result<()> {
        self.write(act, |_| Ok(()))
    }

    /// Writes down what people said; said again, it takes the place of what was said before.
    ///
    /// # Errors
    /// [`StoreError::Refused`] once the round is published, or for an id that is not on its sheet; nothing is written then.
    pub fn hear(&self, act: &Act, round_id: RoundId, heard: &[(CallbackId, Heard)]) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let state = round::table.find(round_id).select(round::state).first::<String>(conn)?;
            if state == State::Published.word() {
                return Err(StoreError::Refused(
                    "the round is published with what was heard until then; enter call-backs before"
                        .to_owned(),
                ));
            }
            for (id, said) in heard {
                let this = callback::round_id.eq(round_id.0).and(callback::id.eq(id.bytes()));
                let changed = diesel::update(callback::table.filter(this))
                    .set((
                        callback::given.eq(Some(said.given)),
                        callback::own.eq(said.own),
                        callback::beside.eq(said.beside),
                    ))
                    .execute(conn)?;
                if changed == 0 {
                    let id = id.hex();
                    return Err(StoreError::Refused(format!("{id} is not on the round's sheet")));
                }
            }
            Ok(())
        })
    }
}

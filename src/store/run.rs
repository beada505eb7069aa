//! Weight runs and index runs: what was computed from which inputs.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{RoundId, WeightRunId};
use super::round::{Change, State, move_round};
use super::schema::{index_run, weight_run};
use super::{Result, Store};

/// A weight run as stored.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = weight_run)]
pub struct WeightRun {
    /// Id.
    pub id: WeightRunId,
    /// SHA-256 of everything that went in, hex.
    pub input_digest: String,
    /// JSON: iterations, margin misses, spread of the weights, Kish's n.
    pub diagnostics: String,
    /// Weights in order of the sealed id, 8 bytes each (IEEE 754, little-endian).
    pub weights: Vec<u8>,
}

const WEIGHABLE: [State; 4] = [State::Sealed, State::Weighed, State::Indexed, State::Published];
const INDEXABLE: [State; 3] = [State::Weighed, State::Indexed, State::Published];

impl Store {
    /// Stores a weight run (the same inputs again are the same run) and moves the round to weighed.
    ///
    /// # Errors
    /// [`super::StoreError::Refused`] before sealing.
    pub fn put_weight_run(
        &self,
        act: &Act,
        round_id: RoundId,
        input_digest: &str,
        diagnostics: &str,
        weights: &[u8],
    ) -> Result<WeightRunId> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let none = Change::default();
            move_round(conn, act.at, round_id, &WEIGHABLE, State::Weighed, &none)?;
            let mine =
                weight_run::round_id.eq(round_id).and(weight_run::input_digest.eq(input_digest));
            let known = weight_run::table
                .filter(mine)
                .select(weight_run::id)
                .first::<WeightRunId>(conn)
                .optional()?;
            if let Some(id) = known {
                return Ok(id);
            }
            Ok(diesel::insert_into(weight_run::table)
                .values((
                    weight_run::round_id.eq(round_id),
                    weight_run::at.eq(act.at.0),
                    weight_run::input_digest.eq(input_digest),
                    weight_run::diagnostics.eq(diagnostics),
                    weight_run::weights.eq(weights.to_vec()),
                ))
                .returning(weight_run::id)
                .get_result(conn)?)
        })
    }

    /// The last weight run of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn weight_run(&self, round_id: RoundId) -> Result<Option<WeightRun>> {
        self.read(|conn| {
            Ok(weight_run::table
                .filter(weight_run::round_id.eq(round_id))
                .order(weight_run::id.desc())
                .select(WeightRun::as_select())
                .first(conn)
                .optional()?)
        })
    }

    /// Stores the figures of a weight run and moves the round to indexed.
    ///
    /// # Errors
    /// [`super::StoreError::Refused`] before weighing.
    pub fn put_index_run(
        &self,
        act: &Act,
        round_id: RoundId,
        run: WeightRunId,
        figures: &str,
    ) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let none = Change::default();
            move_round(conn, act.at, round_id, &INDEXABLE, State::Indexed, &none)?;
            let mine = index_run::weight_run_id.eq(run);
            diesel::delete(index_run::table.filter(mine)).execute(conn)?;
            diesel::insert_into(index_run::table)
                .values((
                    index_run::weight_run_id.eq(run),
                    index_run::at.eq(act.at.0),
                    index_run::figures.eq(figures),
                ))
                .execute(conn)?;
            Ok(())
        })
    }

    /// The figures (JSON) of a round's last weight run, if indexed.
    ///
    /// # Errors
    /// What the database says.
    pub fn figures(&self, round_id: RoundId) -> Result<Option<String>> {
        let Some(run) = self.weight_run(round_id)? else {
            return Ok(None);
        };
        self.read(|conn| {
            Ok(index_run::table
                .filter(index_run::weight_run_id.eq(run.id))
                .select(index_run::figures)
                .first(conn)
                .optional()?)
        })
    }
}

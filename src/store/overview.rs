//! What the overview of a round reads: running counts by counter and day, never a response.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::engine::Conn;
use super::id::{CounterId, RoundId};
use super::schema::{dossier_count, flag, verdict};
use super::tally::{Kind, What};
use super::{Result, Store, StoreError};

/// Running counts of one counter on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Counter.
    pub counter_id: CounterId,
    /// Kind of link.
    pub kind: Kind,
    /// What is counted.
    pub what: What,
    /// Days since 1970-01-01 in Vietnam's calendar.
    pub day: i64,
    /// How many.
    pub n: i64,
    /// The last hour of that day with any, since the epoch.
    pub last_hour: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    counter_id: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    last_hour: i64,
}

/// Both engines read this; 7 hours and 24 make the day in Vietnam of an hour since the epoch.
const BY_DAY: &str =
    "SELECT counter_id, kind, what, (hour + 7) / 24 AS day, CAST(sum(n) AS BIGINT) AS n,
        max(hour) AS last_hour
    FROM tally WHERE round_id = $1 AND what IN ('issued', 'voided', 'opened', 'stored', 'withdrawn')
    GROUP BY counter_id, kind, what, (hour + 7) / 24
    ORDER BY counter_id, kind, what, day";

impl Store {
    /// Running counts of a round by counter, kind, what and day: what was issued, made void, opened, stored, withdrawn.
    ///
    /// # Errors
    /// What the database says.
    pub fn day_counts(&self, round_id: RoundId) -> Result<Vec<DayCount>> {
        let rows = self.read(|conn| {
            let query = diesel::sql_query(BY_DAY).bind::<Integer, _>(round_id.0);
            Ok(match conn {
                Conn::Pg(pg) => query.load::<Row>(pg)?,
                Conn::Sqlite(sqlite) => query.load::<Row>(sqlite)?,
            })
        })?;
        let corrupt = || StoreError::Corrupt { what: "tally" };
        rows.into_iter()
            .map(|row| {
                Ok(DayCount {
                    counter_id: CounterId(row.counter_id),
                    kind: Kind::from_word(&row.kind).ok_or_else(corrupt)?,
                    what: What::from_word(&row.what).ok_or_else(corrupt)?,
                    day: row.day,
                    n: row.n,
                    last_hour: row.last_hour,
                })
            })
            .collect()
    }

    /// Dossiers finished in a round, by counter, as counted when they were reported.
    ///
    /// # Errors
    /// What the database says.
    pub fn dossier_counts(&self, round_id: RoundId) -> Result<BTreeMap<CounterId, i64>> {
        self.read(|conn| {
            Ok(dossier_count::table
                .filter(dossier_count::round_id.eq(round_id.0))
                .select((dossier_count::counter_id, dossier_count::n))
                .load::<(CounterId, i64)>(conn)?
                .into_iter()
                .collect())
        })
    }

    /// Flagged answers of a round that nobody has decided on, by the highest severity of each.
    ///
    /// # Errors
    /// What the database says.
    pub fn waiting_flags(&self, round_id: RoundId) -> Result<BTreeMap<String, i64>> {
        self.read(|conn| {
            let decided = verdict::table
                .filter(
                    verdict::round_id
                        .eq(flag::round_id)
                        .and(verdict::response_id.eq(flag::response_id)),
                )
                .select(verdict::round_id);
            let rows = flag::table
                .filter(flag::round_id.eq(round_id.0))
                .filter(diesel::dsl::not(diesel::dsl::exists(decided)))
                .select((flag::response_id, flag::severity))
                .load::<(Vec<u8>, String)>(conn)?;
            let rank = |word: &str| ["low", "medium", "high"].iter().position(|w| *w == word);
            let mut highest: BTreeMap<Vec<u8>, String> = BTreeMap::new();
            for (id, severity) in rows {
                let known = highest.entry(id).or_insert_with(|| severity.clone());
                if rank(&severity) > rank(known) {
                    *known = severity;
                }
            }
            let mut counts = BTreeMap::new();
            for severity in highest.into_values() {
                *counts.entry(severity).or_default() += 1;
            }
            Ok(counts)
        })
    }
}

/// Adds to the count of finished dossiers of one counter.
pub(super) fn count_dossiers(
    conn: &mut Conn,
    round_id: RoundId,
    counter_id: CounterId,
    n: i64,
) -> Result<()> {
    let this = dossier_count::round_id.eq(round_id.0).and(dossier_count::counter_id.eq(counter_id));
    let counted = diesel::update(dossier_count::table.filter(this))
        .set(dossier_count::n.eq(dossier_count::n + n))
        .execute(conn)?;
    if counted == 0 {
        diesel::insert_into(dossier_count::table)
            .values((
                dossier_count::round_id.eq(round_id.0),
                dossier_count::counter_id.eq(counter_id),
                dossier_count::n.eq(n),
            ))
            .execute(conn)?;
    }
    Ok(())
}

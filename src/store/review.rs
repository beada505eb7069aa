//! Cases of a review: flagged answers that belong together, by severity, paged by key.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::id::{ResponseId, RoundId};
use super::schema::{flag, review_case, verdict};
use super::{Conn, Result, Store, StoreError};

/// A case as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The first answer of it.
    pub id: ResponseId,
    /// 0 high, 1 medium, 2 low.
    pub severity: i32,
    /// Answers in it.
    pub size: i32,
    /// Of these without a verdict.
    pub undecided: i32,
    /// Which rules flagged how many of them.
    pub rules: BTreeMap<String, usize>,
}

type Row = (Vec<u8>, i32, i32, i32, String);
type Columns = (
    review_case::id,
    review_case::severity,
    review_case::size,
    review_case::undecided,
    review_case::rules,
);
const COLUMNS: Columns = (
    review_case::id,
    review_case::severity,
    review_case::size,
    review_case::undecided,
    review_case::rules,
);

fn read_case((id, severity, size, undecided, rules): Row) -> Result<Case> {
    let corrupt = |_| StoreError::Corrupt { what: "case" };
    let rules = serde_json::from_str(&rules).map_err(corrupt)?;
    Ok(Case { id: id.try_into()?, severity, size, undecided, rules })
}

/// The number of a severity's word.
#[must_use]
pub fn rank(severity: &str) -> i32 {
    match severity {
        "high" => 0,
        "medium" => 1,
        _ => 2,
    }
}

/// Writes a case anew from the flags and verdicts that there are; without any flag it is gone.
pub(super) fn recount(conn: &mut Conn, round_id: RoundId, case: &[u8]) -> Result<()> {
    let of_case = || flag::round_id.eq(round_id.0).and(flag::case_id.eq(case.to_vec()));
    let flags = flag::table
        .filter(of_case())
        .select((flag::response_id, flag::severity, flag::rule))
        .load::<(Vec<u8>, String, String)>(conn)?;
    let this = review_case::round_id.eq(round_id.0).and(review_case::id.eq(case.to_vec()));
    diesel::delete(review_case::table.filter(this)).execute(conn)?;
    let members: BTreeSet<&Vec<u8>> = flags.iter().map(|(id, _, _)| id).collect();
    if members.is_empty() {
        return Ok(());
    }
    let decided = verdict::table
        .filter(verdict::round_id.eq(round_id).and(verdict::is_current.eq(true)))
        .filter(verdict::decision.ne(super::verdict::Decision::Undone.word()))
        .filter(
            verdict::response_id.eq_any(flag::table.filter(of_case()).select(flag::response_id)),
        )
        .count()
        .get_result::<i64>(conn)?;
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, rule) in &flags {
        *rules.entry(rule).or_default() += 1;
    }
    let severity = flags.iter().map(|(_, severity, _)| rank(severity)).min().unwrap_or(2);
    let size = i32::try_from(members.len()).unwrap_or(i32::MAX);
    let rules = serde_json::to_string(&rules).map_err(|_| StoreError::Corrupt { what: "case" })?;
    diesel::insert_into(review_case::table)
        .values((
            review_case::round_id.eq(round_id.0),
            review_case::id.eq(case.to_vec()),
            review_case::severity.eq(severity),
            review_case::size.eq(size),
            review_case::undecided.eq(size - i32::try_from(decided).unwrap_or(0).min(size)),
            review_case::rules.eq(rules),
        ))
        .execute(conn)?;
    Ok(())
}

impl Store {
    /// Cases of a round behind `after` (severity and id), gravest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn cases(
        &self,
        round_id: RoundId,
        only_open: bool,
        after: Option<(i32, ResponseId)>,
        limit: i64,
    ) -> Result<Vec<Case>> {
        self.read(|conn| {
            let mut rows = review_case::table
                .filter(review_case::round_id.eq(round_id.0))
                .order((review_case::severity, review_case::id))
                .limit(limit)
                .select(COLUMNS)
                .into_boxed();
            if only_open {
                rows = rows.filter(review_case::undecided.gt(0));
            }
            if let Some((severity, id)) = after {
                let same = review_case::severity.eq(severity).and(review_case::id.gt(id.bytes()));
                rows = rows.filter(review_case::severity.gt(severity).or(same));
            }
            rows.load::<Row>(conn)?.into_iter().map(read_case).collect()
        })
    }

    /// One case.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn case(&self, round_id: RoundId, id: ResponseId) -> Result<Case> {
        self.read(|conn| {
            let found = review_case::table
                .find((round_id.0, id.bytes()))
                .select(COLUMNS)
                .first::<Row>(conn)
                .optional()?;
            let missing = || StoreError::Missing { what: "case", name: id.hex() };
            read_case(found.ok_or_else(missing)?)
        })
    }

    /// Answers of a case behind `after`, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn case_members(
        &self,
        round_id: RoundId,
        case: ResponseId,
        after: Option<ResponseId>,
        limit: i64,
    ) -> Result<Vec<ResponseId>> {
        let after = after.map(ResponseId::bytes).unwrap_or_default();
        self.read(|conn| {
            flag::table
                .filter(flag::round_id.eq(round_id.0).and(flag::case_id.eq(case.bytes())))
                .filter(flag::response_id.gt(after))
                .order(flag::response_id)
                .select(flag::response_id)
                .distinct()
                .limit(limit)
                .load::<Vec<u8>>(conn)?
                .into_iter()
                .map(ResponseId::try_from)
                .collect()
        })
    }

    /// Cases with answers that wait for a verdict, by severity (0 high … 2 low).
    ///
    /// # Errors
    /// What the database says.
    pub fn open_cases(&self, round_id: RoundId) -> Result<BTreeMap<i32, i64>> {
        self.read(|conn| {
            Ok(review_case::table
                .filter(review_case::round_id.eq(round_id.0).and(review_case::undecided.gt(0)))
                .group_by(review_case::severity)
                .select((review_case::severity, diesel::dsl::count_star()))
                .load::<(i32, i64)>(conn)?
                .into_iter()
                .collect())
        })
    }
}

//! The sealed records as one root and counts: what sealing puts into the ledger, and what is compared with it ever after.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::seal::Outcome;
use super::{Result, RoundError, refused};
use crate::ledger::merkle;
use crate::store::id::UnitId;
use crate::store::round::Round;
use crate::store::sealed::SealedRecord;
use crate::store::tally::Kind;

/// Records of one unit and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordCount {
    /// Number of the unit.
    pub unit: i32,
    /// Kind of link.
    pub kind: Kind,
    /// Records.
    pub n: usize,
}

/// A record as it stands in the tree: one line of text, every part of it, and no line end.
pub(super) fn record_line(r: &SealedRecord) -> String {
    format!(
        "{} {} {} {:?} {:?} {:?} {:?} {}/{} {} {} {}",
        r.id.hex(),
        r.unit_id.0,
        r.kind,
        r.service,
        r.sex,
        r.age_group,
        r.stratum,
        r.population,
        r.drawn,
        r.psu,
        u8::from(r.excluded),
        data_encoding::HEXLOWER.encode(&r.answers),
    )
}

/// Root of the Merkle tree (RFC 9162, 2.1) over the lines of the records in order of their ids, hex; empty for none.
pub(super) fn records_root(records: &[SealedRecord]) -> String {
    let leaves = records.iter().map(|r| merkle::hash_leaf(record_line(r).as_bytes()));
    merkle::root(leaves).map(|root| data_encoding::HEXLOWER.encode(&root)).unwrap_or_default()
}

/// Records by unit and kind.
pub(super) fn record_counts(records: &[SealedRecord]) -> Vec<RecordCount> {
    let mut counts: BTreeMap<(UnitId, Kind), usize> = BTreeMap::new();
    for r in records {
        *counts.entry((r.unit_id, r.kind)).or_default() += 1;
    }
    let count = |((unit, kind), n): ((UnitId, Kind), usize)| RecordCount { unit: unit.0, kind, n };
    counts.into_iter().map(count).collect()
}

/// What is wrong with the records of a sealed round, by unit and kind where the numbers tell.
pub(super) fn record_faults(outcome: &Outcome, records: &[SealedRecord]) -> Vec<String> {
    if records_root(records) == outcome.records {
        return Vec::new();
    }
    let mut faults = vec![
        "the sealed records are not those that were sealed: their root differs from the ledger's"
            .to_owned(),
    ];
    let now = record_counts(records);
    let of = |counts: &[RecordCount], like: &RecordCount| {
        counts.iter().find(|c| (c.unit, c.kind) == (like.unit, like.kind)).map_or(0, |c| c.n)
    };
    let mut every: Vec<&RecordCount> = outcome.record_counts.iter().chain(&now).collect();
    every.sort_by_key(|c| (c.unit, c.kind));
    every.dedup_by_key(|c| (c.unit, c.kind));
    for one in every {
        let (was, is) = (of(&outcome.record_counts, one), of(&now, one));
        if was != is {
            faults.push(format!(
                "unit {}, {}: {was} records were sealed, {is} are there",
                one.unit, one.kind
            ));
        }
    }
    faults
}

/// Refuses to compute from records that are not those that were sealed.
pub(super) fn check_records(round: &Round, records: &[SealedRecord]) -> Result<()> {
    let outcome = round.outcome.as_deref().unwrap_or("{}");
    let outcome: Outcome = serde_json::from_str(outcome).map_err(RoundError::Canonical)?;
    match record_faults(&outcome, records).as_slice() {
        [] => Ok(()),
        faults => refused(format!("round {}: {}", round.code, faults.join("; "))),
    }
}

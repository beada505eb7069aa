//! The publication of a round as a document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::bundle::inputs_of;
use super::callback::{CalledUnit, called};
use super::figures::Figures;
use super::seal::Outcome;
use super::weigh::Sealed;
use super::{Desk, Result, RoundError, Rules};
use crate::form::Length;
use crate::publish::canonical;
use crate::store::id::CounterId;
use crate::store::tally::{Kind, What};

/// Version of the document's layout.
pub const SCHEMA: &str = "khaosat.publication.v1";

/// A publication: everything the public may know of a round's results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// Code of the round.
    pub round: String,
    /// 1 for the first publication of a round.
    pub number: i32,
    /// Digest of the one it takes the place of.
    pub supersedes: Option<String>,
    /// Why it takes its place.
    pub correction: Option<String>,
    /// RFC 3339.
    pub published_at: String,
    /// Opening, RFC 3339.
    pub opened_at: String,
    /// Closing, RFC 3339.
    pub closed_at: String,
    /// Frozen rules.
    pub rules: Rules,
    /// SHA-256 of what was frozen at opening.
    pub rules_digest: String,
    /// How people were asked: digests of the keys, and the drawn lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// Changes by two persons after opening.
    pub amendments: serde_json::Value,
    /// Form: code, version, digest.
    pub form: FormNote,
    /// Counts that sealing left behind.
    pub outcome: Outcome,
    /// Links and answers by unit and kind, exact.
    pub counts: Vec<UnitCounts>,
    /// Answers withdrawn, by counter and kind; counters without any are left out.
    #[serde(default)]
    pub withdrawn: Vec<CounterWithdrawals>,
    /// Digests of what everything was computed from.
    pub inputs: InputDigests,
    /// What people told an independent body that called them back, by unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called: Vec<CalledUnit>,
    /// A one-tap round: its figures stand apart and enter no index and no score. Left out where they are an index.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// The figures.
    pub figures: Figures,
}

/// Which form was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormNote {
    /// Code.
    pub code: String,
    /// Version.
    pub version: i32,
    /// SHA-256 of the canonical form.
    pub digest: String,
}

/// Digests of the inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputDigests {
    /// Of the sealed records.
    pub records: String,
    /// Of the margins.
    pub margins: String,
    /// Of all inputs as the inspector's bundle holds them.
    pub bundle: String,
}

/// Counts of one unit and kind of link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitCounts {
    /// Unit's code.
    pub code: String,
    /// Kind of link.
    pub kind: Kind,
    /// What was counted, e.g. `issued`, `printed`, `reprinted`, `voided`, `replaced`, `stored`.
    pub counts: BTreeMap<What, i64>,
}

/// How many answers of one counter and kind of link were withdrawn by those who gave them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterWithdrawals {
    /// Unit's code.
    pub unit: String,
    /// Counter's code within its unit.
    pub counter: String,
    /// Kind of link.
    pub kind: Kind,
    /// How many.
    pub n: i64,
}

/// What differs between publications of the same figures.
pub(super) struct Heading {
    pub number: i32,
    pub supersedes: Option<String>,
    pub correction: Option<String>,
    pub published_at: String,
}

/// The document of a sealed round under a heading.
pub(super) fn document(
    desk: &Desk,
    sealed: &Sealed,
    figures: Figures,
    heading: Heading,
) -> Result<Document> {
    let round = &sealed.round;
    let form = desk.store.form(round.form_id)?;
    let outcome = round.outcome.as_deref().unwrap_or("{}");
    let (counts, withdrawn) = counts(desk, sealed)?;
    Ok(Document {
        schema: SCHEMA.to_owned(),
        round: round.code.clone(),
        number: heading.number,
        supersedes: heading.supersedes,
        correction: heading.correction,
        published_at: heading.published_at,
        opened_at: round.opens_at.rfc3339(),
        closed_at: round.closes_at.rfc3339(),
        rules: sealed.rules.clone(),
        rules_digest: round.rules_digest.clone().unwrap_or_default(),
        asked: super::asked::asked(desk, round)?,
        amendments: serde_json::from_str(&round.amendments).map_err(RoundError::Canonical)?,
        form: FormNote { code: form.code, version: form.version, digest: form.digest },
        outcome: serde_json::from_str(outcome).map_err(RoundError::Canonical)?,
        counts,
        withdrawn,
        inputs: InputDigests {
            records: sealed.records_digest(),
            margins: sealed.margins_digest(),
            bundle: canonical(&inputs_of(desk, sealed)?)?.digest,
        },
        called: called(desk, round, &sealed.rules, &sealed.units)?,
        apart: sealed.rules.asking.length == Length::OneTap,
        figures,
    })
}

/// Exact counts by unit and kind, and the withdrawals by counter and kind.
fn counts(desk: &Desk, sealed: &Sealed) -> Result<(Vec<UnitCounts>, Vec<CounterWithdrawals>)> {
    let ids: Vec<_> = sealed.units.iter().map(|u| u.id).collect();
    let counters: BTreeMap<CounterId, (&str, String)> = desk
        .store
        .counters(&ids)?
        .into_iter()
        .filter_map(|c| {
            let unit = sealed.units.iter().find(|u| u.id == c.unit_id)?;
            Some((c.id, (unit.code.as_str(), c.code)))
        })
        .collect();
    let mut sums: BTreeMap<(&str, Kind), BTreeMap<What, i64>> = BTreeMap::new();
    let mut withdrawn = Vec::new();
    for ((counter, kind, what), n) in desk.store.tallies(sealed.round.id)? {
        let Some((unit, code)) = counters.get(&counter) else { continue };
        *sums.entry((unit, kind)).or_default().entry(what).or_default() += n;
        if what == What::Withdrawn {
            let (unit, counter) = ((*unit).to_owned(), code.clone());
            withdrawn.push(CounterWithdrawals { unit, counter, kind, n });
        }
    }
    withdrawn.sort_by(|a, b| (&a.unit, &a.counter, a.kind).cmp(&(&b.unit, &b.counter, b.kind)));
    let counts = sums
        .into_iter()
        .map(|((code, kind), counts)| UnitCounts { code: code.to_owned(), kind, counts })
        .collect();
    Ok((counts, withdrawn))
}

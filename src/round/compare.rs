//! What stands beside an index to tell how much hangs on choices: the same index of the same round weighed otherwise.
//!
//! Which one is official is fixed by the rules before opening. What of a variant may be shown decides [`super::show`].

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Choice, Part, Weighted, places, weigh_part};
use super::items::Items;
use super::weigh::Sealed;
use super::{Result, RoundError};
use crate::index::point_estimates;
use crate::store::id::UnitId;
use crate::store::tally::Kind;

/// A variant before it is decided what is shown of it.
pub(super) struct Compared {
    pub name: String,
    /// Whether it holds answers excluded by verdict.
    pub with_excluded: bool,
    /// The one kind it is made from; all of its group otherwise.
    pub kind: Option<Kind>,
    /// Over all criteria, then by factor in the form's order.
    pub sets: Vec<Points>,
}

/// The index of one set of criteria.
#[derive(Default)]
pub(super) struct Points {
    /// By unit.
    pub by_unit: BTreeMap<UnitId, f64>,
    /// Over them.
    pub overall: Option<f64>,
}

impl Compared {
    /// The units that take part.
    pub fn units(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.sets.iter().take(1).flat_map(|all| all.by_unit.keys().copied())
    }
}

/// The variants of a weighed group that differ from its index in their answers or weights.
///
/// A variant whose answers and margins give no weights is left out.
pub(super) fn compare(sealed: &Sealed, part: Part, weighted: &Weighted) -> Result<Vec<Compared>> {
    let records = || weighted.rows.iter().filter_map(|at| sealed.records.get(*at));
    let units: BTreeSet<UnitId> = records().map(|r| r.unit_id).collect();
    let kinds: BTreeSet<Kind> = records().map(|r| r.kind).collect();
    let base = Choice { units: Some(&units), ..Choice::of(part) };
    let mut wanted = vec![("with_excluded".to_owned(), Choice { with_excluded: true, ..base })];
    if sealed.rules.trim.is_some() {
        wanted.push(("untrimmed".to_owned(), Choice { trimmed: false, ..base }));
    }
    if kinds.len() > 1 {
        for kind in kinds {
            let choice = Choice { kind: Some(kind), ..base };
            wanted.push((format!("kind:{}", kind.word()), choice));
        }
    }
    let mut compared = Vec::new();
    for (name, choice) in wanted {
        let weighed = match weigh_part(&sealed.inputs(), &choice) {
            Err(RoundError::Weigh(_)) | Ok(None) => continue,
            Ok(Some(weighed)) => weighed,
            Err(error) => return Err(error),
        };
        compared.push(points(sealed, name, &choice, &weighed)?);
    }
    Ok(compared)
}

fn points(
    sealed: &Sealed,
    name: String,
    choice: &Choice<'_>,
    weighted: &Weighted,
) -> Result<Compared> {
    let records: Vec<_> = weighted.rows.iter().filter_map(|at| sealed.records.get(*at)).collect();
    let codes: Vec<&[u8]> = records.iter().map(|r| r.answers.as_slice()).collect();
    let units: Vec<UnitId> =
        records.iter().map(|r| r.unit_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut found =
        Compared { name, with_excluded: choice.with_excluded, kind: choice.kind, sets: Vec::new() };
    let Some(items) = Items::of(&sealed.rules, &sealed.form, &codes) else { return Ok(found) };
    let domains = weighted.domains(&sealed.records, &places(units.iter().copied()));
    let survey = weighted.survey(&items.answers, &domains, units.len());
    let (estimands, ends) = items.sets();
    let estimates = point_estimates(&survey, &estimands)
        .map_err(|error| RoundError::Refused(format!("a variant cannot be estimated: {error}")))?;
    found.sets.resize_with(ends.len(), Points::default);
    for (number, domain, estimate) in estimates {
        let set = ends.iter().position(|end| *end == number);
        let Some(points) = set.and_then(|set| found.sets.get_mut(set)) else { continue };
        let index = estimate * items.scale();
        match domain.map(|domain| units.get(domain as usize)) {
            None => points.overall = Some(index),
            Some(Some(unit)) => {
                points.by_unit.insert(*unit, index);
            }
            Some(None) => {}
        }
    }
    Ok(found)
}

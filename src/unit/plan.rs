//! What an import would change: worked out before anything is written, so that importing twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Index;
use super::tree::Misfit;
use super::{UnitKey, UnitRow};

/// The changes that bring the known units to what a file says. Units the file does not name stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// New units, each behind its parent, so they can be written in this order.
    pub insert: Vec<Step<'a>>,
    /// Known units to be overwritten, to be done behind the insertions: a parent may be new.
    pub update: Vec<Update<'a>>,
    /// Rows that say what is known already.
    pub unchanged: Vec<&'a UnitRow>,
}

/// A unit to write and the unit above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    pub row: &'a UnitRow,
    pub parent: Option<UnitKey>,
}

/// A known unit, by its place among the known ones, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update<'a> {
    pub existing: usize,
    pub row: &'a UnitRow,
    pub parent: Option<UnitKey>,
}

/// Compares `rows`, as [`super::csv::parse`] returned them for the same `existing`, with the known units.
///
/// A row and a known unit are the same when code and first day agree.
///
/// # Errors
/// [`Misfit`] when a row's parent is in neither; it cannot happen to rows parsed against `existing`.
pub fn plan_import<'a>(existing: &'a [UnitRow], rows: &'a [UnitRow]) -> Result<Plan<'a>, Misfit> {
    let known: BTreeMap<UnitKey, usize> =
        existing.iter().enumerate().map(|(at, row)| (row.key(), at)).collect();
    let named: BTreeSet<UnitKey> = rows.iter().map(UnitRow::key).collect();
    let staying = existing.iter().filter(|row| !named.contains(&row.key()));
    let index = Index::new(rows.iter().chain(staying).collect());

    let mut plan = Plan { insert: Vec::new(), update: Vec::new(), unchanged: Vec::new() };
    for row in rows {
        let parent = parent(&index, row)?;
        match known.get(&row.key()) {
            None => plan.insert.push(Step { row, parent }),
            Some(at) if existing.get(*at) == Some(row) => plan.unchanged.push(row),
            Some(at) => plan.update.push(Update { existing: *at, row, parent }),
        }
    }
    // By number of units above: a parent always has fewer. The sort is stable, so the file's order stays otherwise.
    plan.insert.sort_by_cached_key(|step| depth(&index, step.row));
    Ok(plan)
}

fn parent(index: &Index<'_>, row: &UnitRow) -> Result<Option<UnitKey>, Misfit> {
    if row.parent_code.is_none() {
        return Ok(None);
    }
    let found = index.parent(row).map(|(_, parent)| parent.key());
    found.map(Some).ok_or_else(|| Misfit {
        code: row.code.to_string(),
        name: row.name.to_string(),
        advice: "its parent is not known on all its days".to_owned(),
    })
}

fn depth(index: &Index<'_>, row: &UnitRow) -> usize {
    // Bounded, should someone hand in a circle that parsing would have refused.
    std::iter::successors(Some(row), |row| index.parent(row).map(|(_, parent)| parent))
        .take(64)
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::{csv, shipped};
    use super::*;

    fn parse(text: &str, known: &[UnitRow]) -> Vec<UnitRow> {
        csv::parse(text.as_bytes(), "u.csv", known).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn apply(existing: &mut Vec<UnitRow>, text: &str) -> (usize, usize, usize) {
        let rows = parse(text, existing);
        let before = existing.clone();
        let plan = plan_import(&before, &rows).unwrap();
        let counts = (plan.insert.len(), plan.update.len(), plan.unchanged.len());
        let mut keys: BTreeSet<UnitKey> = existing.iter().map(UnitRow::key).collect();
        for step in &plan.insert {
            assert!(
                step.parent.as_ref().is_none_or(|key| keys.contains(key)),
                "parents come first"
            );
            keys.insert(step.row.key());
            existing.push(step.row.clone());
        }
        for update in &plan.update {
            existing[update.existing] = update.row.clone();
        }
        counts
    }

    #[test]
    fn importing_twice_changes_nothing() {
        let mut existing = Vec::new();
        assert_eq!(apply(&mut existing, shipped::DISTRICTS_2018), (18, 0, 0));
        assert_eq!(apply(&mut existing, shipped::KBANG_COMMUNES_2018), (14, 0, 0));
        assert_eq!(apply(&mut existing, shipped::DISTRICTS_2018), (0, 0, 18));
        assert_eq!(apply(&mut existing, shipped::KBANG_COMMUNES_2018), (0, 0, 14));
    }

    #[test]
    fn a_changed_row_is_one_update_of_the_known_unit() {
        let mut existing = Vec::new();
        apply(&mut existing, shipped::DISTRICTS_2018);
        let changed = shipped::DISTRICTS_2018.replace("625,Kbang,", "625,Kơbang,");
        let rows = parse(&changed, &existing);
        let plan = plan_import(&existing, &rows).unwrap();
        assert_eq!((plan.insert.len(), plan.unchanged.len()), (0, 17));
        assert_eq!(existing[plan.update[0].existing].name.as_str(), "Kbang");
        assert_eq!(plan.update[0].row.name.as_str(), "Kơbang");
        assert_eq!(plan.update[0].parent.as_ref().unwrap().code.as_str(), "64");
    }

    #[test]
    fn a_new_holder_of_an_old_code_is_an_insertion_not_an_update() {
        let mut existing = Vec::new();
        apply(&mut existing, shipped::DISTRICTS_2018);
        apply(&mut existing, shipped::KBANG_COMMUNES_2018);
        let before = existing.len();
        assert_eq!(apply(&mut existing, shipped::COMMUNES_2025), (136, 0, 0));
        assert_eq!(existing.len(), before + 136);
    }

    #[test]
    fn parents_are_planned_before_their_children_whatever_the_order_of_the_file() {
        let text = "code,name,kind,parent_code,valid_from,valid_to,aliases\n\
                    23641,Kon Pne,xã,625,,,\n\
                    625,Kbang,huyện,64,,,\n\
                    64,Gia Lai,tỉnh,,,,\n";
        let rows = parse(text, &[]);
        let plan = plan_import(&[], &rows).unwrap();
        let order: Vec<&str> = plan.insert.iter().map(|step| step.row.code.as_str()).collect();
        assert_eq!(order, ["64", "625", "23641"]);
    }

    #[test]
    fn rows_whose_parent_is_nowhere_are_refused() {
        let districts = parse(shipped::DISTRICTS_2018, &[]);
        let communes = parse(shipped::KBANG_COMMUNES_2018, &districts);
        assert_eq!(plan_import(&[], &communes).unwrap_err().code, "23638");
    }
}

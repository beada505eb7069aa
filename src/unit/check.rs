//! What must hold among units: one holder of a code at a time, a parent of a higher level for all of a unit's days, no
//! circle. Shared by the reading of files, which names lines, and by [`super::Tree`].

use std::collections::BTreeMap;

use super::{Level, Period, UnitCode, UnitRow};

/// No real chain is longer than ward–district–province–ministry with a few agencies below.
const DEPTH_MAX: usize = 8;

/// Units by code, those of one code by first day.
pub(super) struct Index<'a> {
    pub rows: Vec<&'a UnitRow>,
    by_code: BTreeMap<&'a UnitCode, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub fn new(rows: Vec<&'a UnitRow>) -> Self {
        let mut by_code: BTreeMap<&UnitCode, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            by_code.entry(&row.code).or_default().push(at);
        }
        for holders in by_code.values_mut() {
            holders.sort_by_key(|at| rows.get(*at).map(|row| row.period.from()));
        }
        Self { rows, by_code }
    }

    /// All units that ever held `code`, earliest first.
    pub fn holders(&self, code: &UnitCode) -> impl Iterator<Item = (usize, &'a UnitRow)> + '_ {
        let at = self.by_code.get(code).map(Vec::as_slice).unwrap_or_default();
        at.iter().filter_map(|at| self.rows.get(*at).map(|row| (*at, *row)))
    }

    /// The one that held `code` on every day of `period`.
    pub fn holder_during(&self, code: &UnitCode, period: Period) -> Option<(usize, &'a UnitRow)> {
        self.holders(code).find(|(_, row)| row.period.covers(period))
    }

    /// The unit above `row`, if it is there.
    pub fn parent(&self, row: &UnitRow) -> Option<(usize, &'a UnitRow)> {
        self.holder_during(row.parent_code.as_ref()?, row.period)
    }
}

/// What is wrong with `row`, to be told at `column`.
pub(super) struct Fault {
    pub row: usize,
    pub column: &'static str,
    pub what: What,
}

pub(super) enum What {
    /// Shares days and code with the unit `with`.
    Overlap { with: usize },
    /// Something about the unit above; the advice is complete.
    Parent(String),
}

/// Every fault among the units, in the order of the rows; overlaps first.
pub(super) fn faults(index: &Index<'_>) -> Vec<Fault> {
    let mut faults = overlaps(index);
    for (at, row) in index.rows.iter().enumerate() {
        if let Some(advice) = parent_fault(index, at, row) {
            faults.push(Fault { row: at, column: "parent_code", what: What::Parent(advice) });
        }
    }
    faults
}

fn overlaps(index: &Index<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for code in index.by_code.keys() {
        // The holder whose last day is the latest so far: a long one may reach over several.
        let mut reaching: Option<(usize, Period)> = None;
        for (at, row) in index.holders(code) {
            if let Some((with, period)) = reaching
                && period.overlaps(row.period)
            {
                faults.push(Fault { row: at, column: "valid_from", what: What::Overlap { with } });
            }
            let ends_later = |period: Period| match (row.period.to(), period.to()) {
                (_, None) => false,
                (None, _) => true,
                (mine, theirs) => mine > theirs,
            };
            if reaching.is_none_or(|(_, period)| ends_later(period)) {
                reaching = Some((at, row.period));
            }
        }
    }
    faults
}

fn parent_fault(index: &Index<'_>, at: usize, row: &UnitRow) -> Option<String> {
    let kind = row.kind;
    let Some(code) = &row.parent_code else {
        let alone = matches!(kind.level(), Level::Province | Level::Agency);
        return (!alone)
            .then(|| format!("a {kind} belongs to a unit above: write that unit's code"));
    };
    let Some((parent_at, parent)) = index.parent(row) else {
        let periods: Vec<String> =
            index.holders(code).map(|(_, holder)| holder.period.to_string()).collect();
        return Some(if periods.is_empty() {
            "no unit has this code: add it to the file or import it before".to_owned()
        } else {
            format!(
                "this code is valid {}, {} (valid {}) needs it on all its days: correct the dates or divide the row",
                periods.join(" and "),
                row.code,
                row.period
            )
        });
    };
    if parent_at == at {
        return Some(
            "a unit cannot be its own parent: write the code of the unit above".to_owned(),
        );
    }
    if !kind.fits_below(parent.kind) {
        return Some(format!(
            "a {kind} does not belong below a {}: correct the kind or the parent",
            parent.kind
        ));
    }
    chain_fault(index, at, row)
}

/// Walks up from `row`: a circle through it, or more steps than any tree has.
fn chain_fault(index: &Index<'_>, at: usize, row: &UnitRow) -> Option<String> {
    let mut codes = vec![row.code.to_string()];
    let mut here = index.parent(row);
    while let Some((above_at, above)) = here {
        codes.push(above.code.to_string());
        if above_at == at {
            return Some(format!(
                "the parents form a circle ({}): correct one of them",
                codes.join(" → ")
            ));
        }
        if codes.len() > DEPTH_MAX {
            return Some(format!(
                "more than {DEPTH_MAX} levels above one another: correct the parents"
            ));
        }
        here = index.parent(above);
    }
    None
}

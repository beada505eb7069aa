//! The tables of a round beside the index: factors, what was handed out and came back, what was flagged.

use super::chart::{reason_words, sorted};
use super::{Estimate, Suppression, UnitResult};
use crate::web::number;
use crate::web::text::Lang;

/// One factor over the units.
#[derive(Debug, Clone)]
pub struct FactorResult<'a> {
    /// The factor's words.
    pub factor: &'a str,
    /// Per unit; a unit is found by its code.
    pub units: Vec<UnitResult<'a>>,
}

/// What was handed out for a unit and what came back; counts are published exactly.
#[derive(Debug, Clone, Copy)]
pub struct Coverage<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// Tickets, invitations and drawn paper handed out.
    pub issued: u64,
    /// Answers received by them.
    pub received: u64,
    /// Withdrawn by the people themselves.
    pub withdrawn: u64,
    /// Excluded by a verdict.
    pub excluded: u64,
}

/// One check on the answers.
#[derive(Debug, Clone, Copy)]
pub struct Handling<'a> {
    /// What the check looks for, in words.
    pub check: &'a str,
    /// Answers it flagged.
    pub flagged: u64,
    /// Of these, kept.
    pub kept: u64,
    /// Of these, excluded.
    pub excluded: u64,
}

/// The factors side by side: a row a unit, a column a factor.
pub(super) struct FactorSheet {
    pub factors: Vec<String>,
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// An index with its interval, or why there is none.
pub(super) struct Cell {
    pub value: String,
    pub under: String,
}

impl FactorSheet {
    /// In the order of the picture of `units`; `None` without factors.
    pub fn of(lang: Lang, factors: &[FactorResult<'_>], units: &[UnitResult<'_>]) -> Option<Self> {
        if factors.is_empty() {
            return None;
        }
        let row = |unit: &UnitResult<'_>| {
            let cells = factors.iter().map(|factor| {
                let found = factor.units.iter().find(|result| result.code == unit.code);
                Cell::of(lang, found.map(|result| result.figures))
            });
            (unit.unit.to_owned(), cells.collect())
        };
        Some(Self {
            factors: factors.iter().map(|factor| factor.factor.to_owned()).collect(),
            rows: sorted(units).into_iter().map(row).collect(),
        })
    }
}

impl Cell {
    fn of(lang: Lang, figures: Option<Result<Estimate, Suppression>>) -> Self {
        match figures {
            Some(Ok(e)) => Self {
                value: number::percent(lang, e.index),
                under: number::percent_range(lang, e.low, e.high),
            },
            Some(Err(reason)) => {
                Self { value: "–".to_owned(), under: reason_words(lang, reason) }
            }
            None => Self { value: "–".to_owned(), under: String::new() },
        }
    }
}

/// A row of counts as text, after its name.
pub(super) type CountRow = (String, Vec<String>);

/// Handed out, received, response rate, withdrawn, excluded, counted.
pub(super) fn coverage_row(lang: Lang, line: &Coverage<'_>) -> CountRow {
    let count = |value| number::count(lang, value);
    let rate = if line.issued == 0 { f64::NAN } else { line.received as f64 / line.issued as f64 };
    let rate = if rate.is_finite() { number::percent(lang, rate) } else { "–".to_owned() };
    let counted = line.received.saturating_sub(line.withdrawn).saturating_sub(line.excluded);
    let cells = vec![
        count(line.issued),
        count(line.received),
        rate,
        count(line.withdrawn),
        count(line.excluded),
        count(counted),
    ];
    (line.unit.to_owned(), cells)
}

/// Flagged, kept, excluded.
pub(super) fn handling_row(lang: Lang, line: &Handling<'_>) -> CountRow {
    let count = |value| number::count(lang, value);
    (line.check.to_owned(), vec![count(line.flagged), count(line.kept), count(line.excluded)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_rate_needs_slips_handed_out() {
        let line =
            |issued| Coverage { unit: "Kbang", issued, received: 46, withdrawn: 1, excluded: 2 };
        assert_eq!(
            coverage_row(Lang::Vi, &line(100)),
            (
                "Kbang".to_owned(),
                ["100", "46", "46,0%", "1", "2", "43"].map(str::to_owned).to_vec()
            )
        );
        assert_eq!(coverage_row(Lang::Vi, &line(0)).1[2], "–");
    }

    #[test]
    fn a_factor_that_lacks_a_unit_leaves_its_cell_empty() {
        let unit = UnitResult {
            code: "625",
            unit: "Kbang",
            n: 3,
            figures: Err(Suppression::TooFew { threshold: 10 }),
            tied_with: Vec::new(),
        };
        let factors = [
            FactorResult { factor: "A", units: vec![unit.clone()] },
            FactorResult { factor: "B", units: Vec::new() },
        ];
        let sheet = FactorSheet::of(Lang::En, &factors, &[unit]).unwrap();
        assert_eq!(sheet.rows[0].1[0].under, "Not published: fewer than 10 respondents");
        assert_eq!(
            (sheet.rows[0].1[1].value.as_str(), sheet.rows[0].1[1].under.as_str()),
            ("–", "")
        );
        assert!(FactorSheet::of(Lang::En, &[], &[]).is_none());
    }
}

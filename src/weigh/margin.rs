//! Margins (known population totals) and the joint cells they make.
//!
//! Responses in one joint cell share their calibration factor, so calibration and residuals run over the cells,
//! not over the responses.

use super::error::WeighError;
use super::exact;
use super::keys::{self, Numbered};

/// Margins whose populations differ by no more than this, relatively, are taken as equal and scaled to the first.
const SAME_POPULATION: f64 = 1e-9;

/// The largest total of one category.
pub const TOTAL_MAX: f64 = 1e15;

/// One variable with known totals.
#[derive(Clone, Debug)]
pub struct Margin {
    /// The variable's name.
    pub name: String,
    /// Names of its categories; their index is the code.
    pub labels: Vec<String>,
    /// n category codes.
    pub codes: Vec<u32>,
    /// Population total of each category.
    pub totals: Vec<f64>,
}

/// The joint cells of all margins that hold a response, in ascending order of their codes (first margin first).
#[derive(Clone, Debug)]
pub struct Cells {
    /// Cell of each response.
    pub of: Vec<u32>,
    /// Number of responses in each cell.
    pub n: Vec<u32>,
    /// For each cell its `margins` columns: a column is a category of a margin, numbered over all margins.
    pub columns: Vec<u32>,
    /// Number of margins.
    pub margins: usize,
    /// First column of each margin, and the number of columns at the end.
    pub first: Vec<u32>,
}

impl Cells {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.n.len()
    }

    /// No cell at all: no response.
    pub fn is_empty(&self) -> bool {
        self.n.is_empty()
    }

    /// Number of categories over all margins.
    pub fn width(&self) -> usize {
        self.first.last().copied().unwrap_or_default() as usize
    }

    /// The columns of one cell, one per margin.
    #[inline]
    pub fn columns_of(&self, cell: usize) -> &[u32] {
        let start = cell * self.margins;
        self.columns.get(start..start + self.margins).unwrap_or_default()
    }

    /// Adds `value(cell)` into the columns of each cell: `into[column] += value`.
    pub fn add_up(&self, into: &mut [f64], value: impl Fn(usize) -> f64) {
        for cell in 0..self.len() {
            let value = value(cell);
            for &column in self.columns_of(cell) {
                if let Some(sum) = into.get_mut(column as usize) {
                    *sum += value;
                }
            }
        }
    }
}

/// Checks margins against `n` responses and each other, scales them to one population, and finds their cells.
///
/// Returns the cells, the totals by column and the population; without margins one cell and no population.
/// # Errors
/// Codes without a category, totals that are negative, absurd or not finite, empty margins, populations that differ.
pub fn joint_cells(
    n: usize,
    margins: &[Margin],
) -> Result<(Cells, Vec<f64>, Option<f64>), WeighError> {
    let mut first = vec![0u32];
    let mut bound = 1u64;
    for margin in margins {
        check(n, margin)?;
        first.push(first.last().copied().unwrap_or_default() + margin.labels.len() as u32);
        bound = bound.saturating_mul(margin.labels.len() as u64);
    }
    if bound == u64::MAX {
        return Err(WeighError::TooMuch("the margins have too many joint categories".into()));
    }
    let (totals, population) = agreed_totals(margins)?;
    let Numbered { of, keys } = keys::number(n, bound, |response| {
        margins.iter().fold(0u64, |key, margin| {
            let code = margin.codes.get(response).copied().unwrap_or_default();
            key * margin.labels.len() as u64 + u64::from(code)
        })
    });
    let mut columns = vec![0u32; keys.len() * margins.len()];
    if !margins.is_empty() {
        for (cell, &key) in columns.chunks_exact_mut(margins.len()).zip(&keys) {
            let mut rest = key;
            for ((column, margin), first) in cell.iter_mut().zip(margins).zip(&first).rev() {
                let width = margin.labels.len() as u64;
                *column = first + (rest % width) as u32;
                rest /= width;
            }
        }
    }
    let mut count = vec![0u32; keys.len()];
    for &cell in &of {
        if let Some(count) = count.get_mut(cell as usize) {
            *count += 1;
        }
    }
    let cells = Cells { of, n: count, columns, margins: margins.len(), first };
    Ok((cells, totals, population))
}

fn check(n: usize, margin: &Margin) -> Result<(), WeighError> {
    let bad = |problem: String| WeighError::BadMargin { variable: margin.name.clone(), problem };
    if margin.codes.len() != n {
        return Err(WeighError::Length {
            column: format!("margin {}", margin.name),
            expected: n,
            found: margin.codes.len(),
        });
    }
    if margin.labels.is_empty() || margin.labels.len() != margin.totals.len() {
        return Err(bad(format!(
            "{} categories and {} totals; each category needs one total",
            margin.labels.len(),
            margin.totals.len()
        )));
    }
    for (label, total) in margin.labels.iter().zip(&margin.totals) {
        if !(0.0..=TOTAL_MAX).contains(total) {
            return Err(bad(format!("{label:?} has total {total}; it must lie in 0 … 1e15")));
        }
    }
    let width = margin.labels.len() as u32;
    if let Some(code) = margin.codes.iter().find(|&&code| code >= width) {
        return Err(bad(format!("code {code} has no category; there are {width}")));
    }
    Ok(())
}

/// Totals by column, all scaled to the population of the first margin.
fn agreed_totals(margins: &[Margin]) -> Result<(Vec<f64>, Option<f64>), WeighError> {
    let sums: Vec<f64> = margins
        .iter()
        .map(|margin| {
            let total = |index: usize| margin.totals.get(index).copied().unwrap_or_default();
            exact::sum(margin.totals.len(), total)
        })
        .collect();
    let Some((&population, first)) = sums.first().zip(margins.first()) else {
        return Ok((Vec::new(), None));
    };
    if population <= 0.0 {
        return Err(WeighError::BadMargin {
            variable: first.name.clone(),
            problem: "its totals add to zero".into(),
        });
    }
    let disagree: Vec<String> = sums
        .iter()
        .zip(margins)
        .filter(|&(sum, _)| (sum - population).abs() > SAME_POPULATION * population)
        .map(|(sum, margin)| {
            let share = 100.0 * (sum - population) / population;
            format!(
                "{} adds to {population} but {} to {sum} ({share:+.3} %)",
                first.name, margin.name
            )
        })
        .collect();
    if !disagree.is_empty() {
        return Err(WeighError::MarginsDisagree {
            totals: disagree,
            empty: without_response(margins),
        });
    }
    let mut totals = Vec::new();
    for (margin, sum) in margins.iter().zip(&sums) {
        let scale = if *sum == population { 1.0 } else { population / sum };
        totals.extend(margin.totals.iter().map(|total| total * scale));
    }
    Ok((totals, Some(population)))
}

/// Categories with a total and no response.
fn without_response(margins: &[Margin]) -> Vec<String> {
    let mut empty = Vec::new();
    for margin in margins {
        let mut held = vec![false; margin.labels.len()];
        for &code in &margin.codes {
            if let Some(held) = held.get_mut(code as usize) {
                *held = true;
            }
        }
        for ((label, total), held) in margin.labels.iter().zip(&margin.totals).zip(held) {
            if *total > 0.0 && !held {
                empty.push(format!("{} = {label:?} (total {total})", margin.name));
            }
        }
    }
    empty
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn margin(name: &str, codes: &[u32], totals: &[f64]) -> Margin {
        Margin {
            name: name.into(),
            labels: (0..totals.len()).map(|index| format!("{name}{index}")).collect(),
            codes: codes.to_vec(),
            totals: totals.to_vec(),
        }
    }

    #[test]
    fn only_joint_cells_with_a_response_are_kept() {
        let a = margin("a", &[0, 1, 1, 0], &[5.0, 5.0]);
        let b = margin("b", &[2, 0, 0, 2], &[4.0, 3.0, 3.0]);
        let (cells, totals, population) = joint_cells(4, &[a, b]).unwrap();
        assert_eq!(cells.of, [0, 1, 1, 0]);
        assert_eq!(cells.columns, [0, 4, 1, 2]);
        assert_eq!(cells.n, [2, 2]);
        assert_eq!(totals, [5.0, 5.0, 4.0, 3.0, 3.0]);
        assert_eq!(population, Some(10.0));
    }

    #[test]
    fn margins_that_disagree_are_named_with_both_totals() {
        let a = margin("sex", &[0], &[100.0]);
        let b = margin("unit", &[0], &[105.0]);
        let error = joint_cells(1, &[a, b]).unwrap_err().to_string();
        assert!(error.contains("sex adds to 100 but unit to 105 (+5.000 %)"), "{error}");
    }

    #[test]
    fn totals_that_are_not_counts_are_refused() {
        for total in [f64::NAN, -1.0, f64::INFINITY, 2e15] {
            let error = joint_cells(1, &[margin("sex", &[0], &[total])]).unwrap_err();
            assert!(matches!(error, WeighError::BadMargin { .. }), "{total}: {error}");
        }
    }

    #[test]
    fn without_margins_there_is_one_cell() {
        let (cells, totals, population) = joint_cells(3, &[]).unwrap();
        assert_eq!((cells.len(), cells.width(), totals.len()), (1, 0, 0));
        assert_eq!(population, None);
    }
}

//! All that can be worked out from published sums: the vectors they span, one coordinate per cell.
//!
//! A combination of sums that leaves only few respondents is a vector that is zero outside a few small cells. The span is
//! kept in echelon form with pivots on large cells first, so that the vectors on small cells alone, the only ones that
//! can be about few, have a basis of their own. It has a vector for each way in which a total names what was left out, so
//! it stays small, and is searched for a vector on fewer respondents than the threshold.

use std::collections::{BTreeMap, BTreeSet};

/// Answers that are always summed together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Cells of one group are answers of the same people to different items.
    pub group: usize,
    /// At least 1.
    pub respondents: u64,
}

/// What a further sum would mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Safe,
    /// Some combination is about this many, fewer than the threshold.
    Reveals(u64),
    /// The search was given up.
    Unknown,
}

/// Coordinates that are not zero, by cell.
type Vector = BTreeMap<usize, i128>;

/// A search that visits more branches than this is given up; ordinary publications need a handful.
const BRANCHES_MAX: usize = 5_000;

pub(super) struct Span {
    cells: Vec<Cell>,
    threshold: u64,
    /// Vectors with a large cell as pivot, in order of admission: each is zero at the pivots of those before it.
    large: Vec<(usize, Vector)>,
    /// The vectors on small cells alone, in reduced echelon form.
    small: Vec<Vector>,
}

impl Span {
    pub fn new(cells: Vec<Cell>, threshold: u64) -> Self {
        Self { cells, threshold, large: Vec::new(), small: Vec::new() }
    }

    /// At least how many people the answers in `cells` come from.
    pub fn respondents(&self, cells: impl Iterator<Item = usize>) -> u64 {
        let mut most: BTreeMap<usize, u64> = BTreeMap::new();
        for cell in cells.filter_map(|cell| self.cells.get(cell)) {
            let known = most.entry(cell.group).or_default();
            *known = cell.respondents.max(*known);
        }
        most.into_values().fold(0, u64::saturating_add)
    }

    /// Takes the sum over `cells` into the span if that is safe; else leaves the span as it was.
    pub fn admit(&mut self, cells: &BTreeSet<usize>) -> Verdict {
        let mut rest: Vector = cells.iter().map(|cell| (*cell, 1)).collect();
        for (pivot, row) in &self.large {
            let Some(next) = eliminate(rest, row, *pivot) else { return Verdict::Unknown };
            rest = next;
        }
        if let Some(pivot) = rest.keys().copied().find(|cell| self.weight(*cell) >= self.threshold)
        {
            self.large.push((pivot, rest));
            return Verdict::Safe;
        }
        let before = self.small.len();
        let Some(basis) = echelon(self.small.iter().cloned().chain([rest])) else {
            return Verdict::Unknown;
        };
        if basis.len() == before {
            return Verdict::Safe;
        }
        let mut branches = 0;
        let mut verdict = Verdict::Safe;
        for part in parts(&basis) {
            // A part that was there before was searched before.
            if verdict == Verdict::Safe && !part.iter().all(|vector| self.small.contains(vector)) {
                verdict = self.search(part, &mut BTreeSet::new(), &mut branches);
            }
        }
        if verdict == Verdict::Safe {
            self.small = basis;
        }
        verdict
    }

    fn weight(&self, cell: usize) -> u64 {
        self.cells.get(cell).map_or(0, |cell| cell.respondents)
    }

    /// Looks in the span of `basis`, in echelon form, for a vector that is not zero and on fewer respondents than the
    /// threshold. Each step decides on one cell: the vector uses it, as it does all of `used`, or is zero there.
    fn search(
        &self,
        basis: Vec<Vector>,
        used: &mut BTreeSet<usize>,
        branches: &mut usize,
    ) -> Verdict {
        *branches += 1;
        if *branches > BRANCHES_MAX {
            return Verdict::Unknown;
        }
        let lightest = basis.iter().map(|vector| self.respondents(vector.keys().copied())).min();
        match lightest {
            None => return Verdict::Safe,
            Some(respondents) if respondents < self.threshold => {
                return Verdict::Reveals(respondents);
            }
            Some(_) if basis.len() == 1 => return Verdict::Safe,
            Some(_) => {}
        }
        // The heaviest first: few of them fit below the threshold. There is one, or a vector would be light.
        let open = basis.iter().flat_map(Vector::keys).copied().filter(|cell| !used.contains(cell));
        let Some(cell) = open.max_by_key(|cell| (self.weight(*cell), *cell)) else {
            return Verdict::Unknown;
        };
        used.insert(cell);
        let mut verdict = Verdict::Safe;
        if self.respondents(used.iter().copied()) < self.threshold {
            verdict = self.search(basis.clone(), used, branches);
        }
        used.remove(&cell);
        if verdict != Verdict::Safe {
            return verdict;
        }
        let Some(basis) = without(basis, cell) else { return Verdict::Unknown };
        for part in parts(&basis) {
            verdict = self.search(part, used, branches);
            if verdict != Verdict::Safe {
                break;
            }
        }
        verdict
    }
}

/// The reduced echelon form of the span of `vectors`: one for each span, each vector's first cell in no other.
/// `None` when numbers grow beyond 128 bits, as in all that follows.
fn echelon(vectors: impl Iterator<Item = Vector>) -> Option<Vec<Vector>> {
    let mut basis: BTreeMap<usize, Vector> = BTreeMap::new();
    for mut vector in vectors {
        for (pivot, row) in &basis {
            vector = eliminate(vector, row, *pivot)?;
        }
        let Some(pivot) = vector.keys().next().copied() else { continue };
        for row in basis.values_mut() {
            *row = eliminate(std::mem::take(row), &vector, pivot)?;
        }
        basis.insert(pivot, vector);
    }
    Some(basis.into_values().collect())
}

/// The vectors of the span of `basis` that are zero at `cell`, in echelon form.
fn without(basis: Vec<Vector>, cell: usize) -> Option<Vec<Vector>> {
    let (with, mut rest): (Vec<Vector>, Vec<Vector>) =
        basis.into_iter().partition(|vector| vector.contains_key(&cell));
    let mut with = with.into_iter();
    if let Some(pivot) = with.next() {
        for vector in with {
            rest.push(eliminate(vector, &pivot, cell)?);
        }
    }
    echelon(rest.into_iter())
}

/// Divides a basis in echelon form into parts that share no cell. A vector of the span about the fewest respondents lies
/// in one part: what it has in any other could be left out.
fn parts(basis: &[Vector]) -> Vec<Vec<Vector>> {
    let mut parts: Vec<(BTreeSet<usize>, Vec<Vector>)> = Vec::new();
    for vector in basis {
        let mut cells: BTreeSet<usize> = vector.keys().copied().collect();
        let mut vectors = vec![vector.clone()];
        for (other_cells, other_vectors) in std::mem::take(&mut parts) {
            if other_cells.is_disjoint(&cells) {
                parts.push((other_cells, other_vectors));
            } else {
                cells.extend(other_cells);
                vectors.extend(other_vectors);
            }
        }
        parts.push((cells, vectors));
    }
    parts.into_iter().map(|(_, vectors)| vectors).collect()
}

/// A multiple of `vector` plus one of `row` that is zero at `pivot`, where `row` is not; without common factors.
fn eliminate(vector: Vector, row: &Vector, pivot: usize) -> Option<Vector> {
    let (Some(mine), Some(theirs)) = (vector.get(&pivot).copied(), row.get(&pivot).copied()) else {
        return Some(vector);
    };
    let mut sum = Vector::new();
    for (cell, value) in vector {
        sum.insert(cell, value.checked_mul(theirs)?);
    }
    for (cell, value) in row {
        let entry = sum.entry(*cell).or_default();
        *entry = entry.checked_sub(value.checked_mul(mine)?)?;
    }
    sum.retain(|_, value| *value != 0);
    let common = sum.values().fold(0, |common, value| gcd(common, value.unsigned_abs()));
    let common = i128::try_from(common).ok()?;
    if common > 1 {
        for value in sum.values_mut() {
            *value /= common;
        }
    }
    Some(sum)
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

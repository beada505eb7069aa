//! The symbol as rectangles: a run of dark modules for as long as it goes on over rows, so that pictures stay small.

/// A rectangle of dark modules, its edges counted in modules from the symbol's left and top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Left edge.
    pub left: u32,
    /// Modules from left to right.
    pub width: u32,
    /// Upper edge.
    pub top: usize,
    /// Lower edge: the row behind its last.
    pub end: usize,
}

/// Tells every rectangle; together they cover each dark module once.
pub(super) fn each(rows: &[u64], mut tell: impl FnMut(Run)) {
    let mut open: Vec<Run> = Vec::new();
    let mut next: Vec<Run> = Vec::new();
    for (y, row) in rows.iter().copied().chain([0]).enumerate() {
        next.clear();
        let mut rest = row;
        while rest != 0 {
            let left = rest.trailing_zeros();
            let width = (!(rest >> left)).trailing_zeros();
            // Rows have at most 57 modules, so neither shift reaches 64.
            rest &= !(((1 << width) - 1) << left);
            let begun = open.iter().find(|run| (run.left, run.width) == (left, width));
            let top = begun.map_or(y, |run| run.top);
            next.push(Run { left, width, top, end: y });
        }
        for run in open.iter().filter(|run| !goes_on(&next, run)) {
            tell(Run { end: y, ..*run });
        }
        std::mem::swap(&mut open, &mut next);
    }
}

fn goes_on(next: &[Run], run: &Run) -> bool {
    next.iter().any(|other| (other.left, other.width, other.top) == (run.left, run.width, run.top))
}

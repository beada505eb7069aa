//! What differs between two texts, line by line.

/// One line of both texts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the first.
    Gone(&'a str),
    /// Only in the second.
    New(&'a str),
}

/// Cells of the table above which the middle is told as gone and new as a whole.
const CELLS_MAX: usize = 4_000_000;

/// Lines in order, by a longest common subsequence of what differs.
pub fn lines<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = |lines: &[&'a str]| lines.iter().skip(start).copied().collect::<Vec<&'a str>>();
    let (mut a_rest, mut b_rest) = (rest(&a), rest(&b));
    let mut end = Vec::new();
    while let (Some(x), Some(y)) = (a_rest.last().copied(), b_rest.last().copied()) {
        if x != y {
            break;
        }
        end.push(x);
        a_rest.pop();
        b_rest.pop();
    }
    let mut all: Vec<Line<'a>> = a.iter().take(start).map(|line| Line::Same(line)).collect();
    all.extend(middle(&a_rest, &b_rest));
    all.extend(end.into_iter().rev().map(Line::Same));
    all
}

fn middle<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<Line<'a>> {
    if a.len().saturating_mul(b.len()) > CELLS_MAX {
        return a.iter().map(|x| Line::Gone(x)).chain(b.iter().map(|y| Line::New(y))).collect();
    }
    // common[i][j]: longest common subsequence of a[i..] and b[j..], rows from the last.
    let mut rows = vec![vec![0_u32; b.len() + 1]];
    for x in a.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_u32; b.len() + 1];
        for (j, y) in b.iter().enumerate().rev() {
            let at = |row: &[u32], j: usize| row.get(j).copied().unwrap_or(0);
            let best =
                if x == y { at(&below, j + 1) + 1 } else { at(&below, j).max(at(&row, j + 1)) };
            if let Some(cell) = row.get_mut(j) {
                *cell = best;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    let at = |i: usize, j: usize| rows.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    loop {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => {
                all.push(Line::Same(x));
                (i, j) = (i + 1, j + 1);
            }
            (Some(x), other) if other.is_none() || at(i + 1, j) >= at(i, j + 1) => {
                all.push(Line::Gone(x));
                i += 1;
            }
            (_, Some(y)) => {
                all.push(Line::New(y));
                j += 1;
            }
            _ => return all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_changed_line_is_gone_and_new_in_its_place() {
        let all = lines("a\nb\nc\nd", "a\nB\nc\ne\nd");
        let wanted = [
            Line::Same("a"),
            Line::Gone("b"),
            Line::New("B"),
            Line::Same("c"),
            Line::New("e"),
            Line::Same("d"),
        ];
        assert_eq!(all, wanted);
    }

    proptest! {
        #[test]
        fn both_texts_stand_in_it_whole(a in "[ab\n]{0,30}", b in "[ab\n]{0,30}") {
            let all = lines(&a, &b);
            let of = |new: bool| -> Vec<&str> {
                all.iter().filter_map(|line| match line {
                    Line::Same(text) => Some(*text),
                    Line::Gone(text) => (!new).then_some(*text),
                    Line::New(text) => new.then_some(*text),
                }).collect()
            };
            prop_assert_eq!(of(false), a.lines().collect::<Vec<_>>());
            prop_assert_eq!(of(true), b.lines().collect::<Vec<_>>());
        }
    }
}

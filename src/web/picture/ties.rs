//! Brackets over units that cannot be told apart, beside a list sorted by estimate.

/// Brackets beyond this many side by side are a thicket; the table under the picture then says it alone.
const LANES_MAX: usize = 6;
/// Width of one bracket, in CSS pixels.
const LANE: usize = 7;

/// The brackets of one list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ties {
    brackets: Vec<Bracket>,
    lanes: usize,
}

/// Rows `first` to `last`, drawn in `lane` (0 = nearest to the list).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bracket {
    first: usize,
    last: usize,
    lane: usize,
}

impl Ties {
    /// The longest runs of rows in which no two can be told apart (`tied(a, b)` for a < b), those inside another run
    /// left out. No brackets at all when more than six would stand side by side.
    pub fn among(rows: usize, tied: impl Fn(usize, usize) -> bool) -> Self {
        let mut brackets: Vec<Bracket> = Vec::new();
        let mut ends: Vec<usize> = Vec::new();
        let mut first = 0;
        for last in 0..rows {
            // The run that ends here begins after the last row that can be told apart from it.
            let begin =
                (first..last).rev().find(|row| !tied(*row, last)).map_or(first, |row| row + 1);
            first = begin;
            let goes_on = last + 1 < rows && (begin..=last).all(|row| tied(row, last + 1));
            if last > begin && !goes_on {
                let lane = ends.iter().position(|end| *end < begin).unwrap_or(ends.len());
                match ends.get_mut(lane) {
                    Some(end) => *end = last,
                    None => ends.push(last),
                }
                brackets.push(Bracket { first: begin, last, lane });
            }
        }
        if ends.len() > LANES_MAX { Self::default() } else { Self { brackets, lanes: ends.len() } }
    }

    /// Whether there is any bracket to draw.
    pub fn is_empty(&self) -> bool {
        self.brackets.is_empty()
    }

    /// The piece of the brackets beside `row`, as high as the row; empty when there are no brackets.
    pub fn strip(&self, row: usize) -> String {
        if self.is_empty() {
            return String::new();
        }
        let width = self.lanes * LANE;
        let mut svg =
            format!("<svg class=\"ties\" width=\"{width}\" height=\"100%\" aria-hidden=\"true\">");
        for bracket in self.brackets.iter().filter(|b| (b.first..=b.last).contains(&row)) {
            let x = bracket.lane * LANE + LANE - 2;
            let top = if row == bracket.first { "50%" } else { "0" };
            let bottom = if row == bracket.last { "50%" } else { "100%" };
            svg.push_str(&line(x, x, top, bottom));
            if row == bracket.first || row == bracket.last {
                svg.push_str(&line(x - 4, x + 1, "50%", "50%"));
            }
        }
        svg.push_str("</svg>");
        svg
    }
}

fn line(x1: usize, x2: usize, y1: &str, y2: &str) -> String {
    format!("<line class=\"tie\" x1=\"{x1}\" x2=\"{x2}\" y1=\"{y1}\" y2=\"{y2}\"/>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(rows: usize, tied: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize, usize)> {
        Ties::among(rows, tied).brackets.iter().map(|b| (b.first, b.last, b.lane)).collect()
    }

    #[test]
    fn a_bracket_spans_rows_of_which_no_two_can_be_told_apart() {
        assert_eq!(runs(5, |a, b| b - a <= 1), [(0, 1, 0), (1, 2, 1), (2, 3, 0), (3, 4, 1)]);
        assert_eq!(runs(4, |_, _| true), [(0, 3, 0)]);
        assert_eq!(runs(4, |_, _| false), []);
        // 0 and 1, and 2 to 4; nothing across.
        assert_eq!(runs(5, |a, b| (a < 2) == (b < 2)), [(0, 1, 0), (2, 4, 0)]);
        assert_eq!(runs(0, |_, _| true), []);
        assert_eq!(runs(1, |_, _| true), []);
    }

    #[test]
    fn every_pair_that_is_tied_through_all_rows_between_stands_under_one_bracket() {
        // Pairs from a fixed mixing function, so that runs of all shapes occur.
        for seed in 0..200_usize {
            let tied = |a: usize, b: usize| !(a * 31 + b * 17 + seed * 7).is_multiple_of(3);
            let found = runs(9, tied);
            for (first, last, _) in &found {
                for a in *first..=*last {
                    assert!((a + 1..=*last).all(|b| tied(a, b)), "{seed}: {found:?}");
                }
            }
            for a in 0..9 {
                for b in a + 1..9 {
                    let all = (a..=b).all(|x| (x + 1..=b).all(|y| tied(x, y)));
                    let under = found.iter().any(|(first, last, _)| *first <= a && b <= *last);
                    assert!(!all || under || found.is_empty(), "{seed}: {a} {b} {found:?}");
                }
            }
        }
    }

    #[test]
    fn a_thicket_of_brackets_is_left_to_the_table() {
        assert!(Ties::among(40, |a, b| b - a <= 10).is_empty());
        assert_eq!(Ties::among(40, |a, b| b - a <= 10).strip(3), "");
    }

    #[test]
    fn a_bracket_begins_and_ends_in_the_middle_of_its_rows() {
        let ties = Ties::among(3, |_, _| true);
        assert!(ties.strip(0).contains("y1=\"50%\" y2=\"100%\""));
        assert!(ties.strip(1).contains("y1=\"0\" y2=\"100%\""));
        assert!(ties.strip(2).contains("y1=\"0\" y2=\"50%\""));
        assert_eq!(ties.strip(1).matches("<line").count(), 1);
    }
}

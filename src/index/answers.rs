//! The answers of n responses, one column per item.

/// Highest code an answer may have.
pub const CODE_MAX: u8 = 200;

/// A set of answer codes, kept as ranges so that a column can be tested many codes at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    ranges: Vec<(u8, u8)>,
}

impl Codes {
    /// The set of these codes; 0 (no answer) is never in it.
    pub fn of(codes: &[u8]) -> Self {
        let mut sorted: Vec<u8> = codes.iter().copied().filter(|&code| code > 0).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for code in sorted {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == code => *last = code,
                _ => ranges.push((code, code)),
            }
        }
        Self { ranges }
    }

    /// Is the code in the set?
    pub fn contains(&self, code: u8) -> bool {
        self.ranges.iter().any(|&(first, last)| (first..=last).contains(&code))
    }

    /// The largest code of the set.
    pub fn largest(&self) -> u8 {
        self.ranges.last().map_or(0, |&(_, last)| last)
    }

    /// The only range of the set, when it has one.
    pub(super) fn single_range(&self) -> Option<(u8, u8)> {
        match self.ranges.as_slice() {
            &[range] => Some(range),
            _ => None,
        }
    }

    /// `into[i]` = 1 where `column[i]` is in the set, else 0.
    pub(super) fn mark(&self, column: &[u8], into: &mut [u8]) {
        match self.ranges.as_slice() {
            [] => into.fill(0),
            &[(first, last)] => {
                for (mark, &code) in into.iter_mut().zip(column) {
                    *mark = u8::from(code.wrapping_sub(first) <= last - first);
                }
            }
            ranges => {
                into.fill(0);
                for &(first, last) in ranges {
                    for (mark, &code) in into.iter_mut().zip(column) {
                        *mark |= u8::from(code.wrapping_sub(first) <= last - first);
                    }
                }
            }
        }
    }
}

/// Which column an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// Index into [`Answers::coded`].
    Coded(usize),
    /// Index into [`Answers::real`].
    Real(usize),
}

/// The answers of n responses.
#[derive(Clone, Debug)]
pub struct Answers {
    /// Per item, n codes; 0 is no answer.
    pub coded: Vec<Vec<u8>>,
    /// Per item, n numbers; NaN is no answer.
    pub real: Vec<Vec<f64>>,
    /// Codes that count as an answer: "no opinion" is left out of it, and so of every denominator.
    pub valid: Codes,
}

impl Answers {
    /// Coded items with answers 1 … 5.
    pub fn five_point(coded: Vec<Vec<u8>>) -> Self {
        Self { coded, real: Vec::new(), valid: Codes::of(&[1, 2, 3, 4, 5]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_as_ranges_and_zero_is_no_answer() {
        let codes = Codes::of(&[5, 0, 4, 2]);
        assert_eq!(codes.ranges, [(2, 2), (4, 5)]);
        let mut marks = [9; 6];
        codes.mark(&[0, 1, 2, 3, 4, 5], &mut marks);
        assert_eq!(marks, [0, 0, 1, 0, 1, 1]);
        assert!(codes.contains(4) && !codes.contains(3) && !codes.contains(0));
    }
}

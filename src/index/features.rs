//! y and x of every ratio, a block of responses at a time.

use super::answers::{Answers, Codes};
use super::estimand::Ratio;

/// Responses per block: all its columns stay in the first-level cache.
pub(super) const BLOCK: usize = 1024;

/// Which columns to read for a set of ratios, each column and set of codes once.
pub(super) struct Plan<'a> {
    ratios: Vec<&'a Ratio>,
    /// (item, codes counted, ratios that count it).
    marks: Vec<(usize, &'a Codes, Vec<usize>)>,
    /// Ratios whose items are those of others put together: (ratio, the others). Their counts are added up.
    unions: Vec<(usize, Vec<usize>)>,
    /// Ratios whose every column is read for them alone, tested by one range each: (ratio, items, range).
    lone: Vec<(usize, Vec<usize>, (u8, u8))>,
    largest_count: usize,
}

impl<'a> Plan<'a> {
    pub fn new(ratios: Vec<&'a Ratio>, answers: &Answers) -> Self {
        let unions: Vec<(usize, Vec<usize>)> =
            (0..ratios.len()).filter_map(|ratio| Some((ratio, parts(&ratios, ratio)?))).collect();
        let is_union = |ratio: &usize| unions.iter().any(|(union, _)| union == ratio);
        let unions: Vec<(usize, Vec<usize>)> =
            unions.iter().filter(|(_, parts)| !parts.iter().any(is_union)).cloned().collect();
        let mut marks: Vec<(usize, &Codes, Vec<usize>)> = Vec::new();
        let mut largest_count = 1;
        for (number, ratio) in ratios.iter().enumerate() {
            match ratio {
                Ratio::Count { items, top } => {
                    largest_count = largest_count.max(items.len());
                    if unions.iter().any(|(union, _)| *union == number) {
                        continue;
                    }
                    for &item in items {
                        match marks
                            .iter_mut()
                            .find(|(known, codes, _)| *known == item && *codes == top)
                        {
                            Some((_, _, users)) => users.push(number),
                            None => marks.push((item, top, vec![number])),
                        }
                    }
                }
                Ratio::Score(_) => {
                    largest_count = largest_count.max(usize::from(answers.valid.largest()));
                }
                _ => {}
            }
        }
        let mut lone = Vec::new();
        if answers.valid.single_range().is_some() {
            for (number, ratio) in ratios.iter().enumerate() {
                let Ratio::Count { items, top } = ratio else { continue };
                let own = marks.iter().filter(|mark| mark.2 == [number]).count();
                let shared = marks.iter().any(|mark| mark.2.len() > 1 && mark.2.contains(&number));
                if let Some(range) = top.single_range()
                    && own == items.len()
                    && !shared
                {
                    lone.push((number, items.clone(), range));
                    marks.retain(|mark| mark.2 != [number]);
                }
            }
        }
        Self { ratios, marks, unions, lone, largest_count }
    }

    /// Ratios that are the sum of others: (ratio, the others).
    pub fn unions(&self) -> &[(usize, Vec<usize>)] {
        &self.unions
    }

    /// The ratios that must be summed themselves.
    pub fn own(&self) -> Vec<usize> {
        let is_union = |ratio: &usize| self.unions.iter().any(|(union, _)| union == ratio);
        (0..self.ratios.len()).filter(|ratio| !is_union(ratio)).collect()
    }

    /// The largest y or x of one whole-number ratio.
    pub fn count_of(&self, ratio: usize) -> usize {
        match self.ratios.get(ratio) {
            Some(Ratio::Count { items, .. }) => items.len(),
            _ => self.largest_count,
        }
    }

    /// Number of ratios.
    pub fn len(&self) -> usize {
        self.ratios.len()
    }

    pub fn ratios(&self) -> &[&'a Ratio] {
        &self.ratios
    }

    /// Is any y or x not a small whole number?
    pub fn has_reals(&self) -> bool {
        self.ratios.iter().any(|ratio| !matches!(ratio, Ratio::Count { .. } | Ratio::Score(_)))
    }
}

/// Other ratios that count the same codes and split this one's items among them; `None` when there are none such.
fn parts(ratios: &[&Ratio], whole: usize) -> Option<Vec<usize>> {
    let Some(Ratio::Count { items, top }) = ratios.get(whole) else { return None };
    let mut rest: Vec<usize> = items.clone();
    let mut parts = Vec::new();
    for (number, other) in ratios.iter().enumerate() {
        if let Ratio::Count { items: own, top: same } = other
            && same == top
            && !own.is_empty()
            && own.len() < items.len()
            && own.iter().all(|item| rest.contains(item))
        {
            rest.retain(|item| !own.contains(item));
            parts.push(number);
        }
    }
    (rest.is_empty() && parts.len() > 1).then_some(parts)
}

/// y and x of one block.
pub(super) struct Features {
    counts: Vec<[Vec<u8>; 2]>,
    reals: Vec<Option<[Vec<f64>; 2]>>,
    marks: [Vec<u8>; 2],
}

impl Features {
    pub fn new(plan: &Plan<'_>) -> Self {
        let bytes = || vec![0u8; BLOCK];
        let is_real = |ratio: &&Ratio| {
            matches!(ratio, Ratio::Number(_) | Ratio::Valued { .. } | Ratio::Scaled { .. })
        };
        let reals = plan
            .ratios
            .iter()
            .map(|ratio| is_real(ratio).then(|| [vec![0.0; BLOCK], vec![0.0; BLOCK]]))
            .collect();
        let counts = plan.ratios.iter().map(|_| [bytes(), bytes()]).collect();
        Self { counts, reals, marks: [bytes(), bytes()] }
    }

    /// Computes responses `from … to` (at most [`BLOCK`]).
    ///
    /// `unions`: also those ratios that are sums of others.
    pub fn fill(
        &mut self,
        plan: &Plan<'_>,
        answers: &Answers,
        from: usize,
        to: usize,
        unions: bool,
    ) {
        let coded = |item: usize| {
            answers.coded.get(item).and_then(|column| column.get(from..to)).unwrap_or_default()
        };
        for counts in &mut self.counts {
            counts.iter_mut().for_each(|column| column.fill(0));
        }
        if let Some(valid) = answers.valid.single_range() {
            for (ratio, items, top) in &plan.lone {
                if let Some([y, x]) = self.counts.get_mut(*ratio) {
                    count(items.iter().map(|&item| coded(item)), *top, valid, y, x);
                }
            }
        }
        for &(item, codes, ref users) in &plan.marks {
            let column = coded(item);
            let [top, valid] = &mut self.marks;
            codes.mark(column, top);
            answers.valid.mark(column, valid);
            for &user in users {
                if let Some([y, x]) = self.counts.get_mut(user) {
                    y.iter_mut().zip(top.iter()).for_each(|(sum, mark)| *sum += mark);
                    x.iter_mut().zip(valid.iter()).for_each(|(sum, mark)| *sum += mark);
                }
            }
        }
        for (whole, parts) in plan.unions.iter().filter(|_| unions) {
            for &part in parts {
                self.add_counts(*whole, part);
            }
        }
        for ((ratio, counts), reals) in
            plan.ratios.iter().zip(&mut self.counts).zip(&mut self.reals)
        {
            let [y, x] = counts;
            match (ratio, reals) {
                (Ratio::Score(item), _) => {
                    let column = coded(*item);
                    answers.valid.mark(column, x);
                    for ((y, &x), &code) in y.iter_mut().zip(x.iter()).zip(column) {
                        *y = code * x;
                    }
                }
                (Ratio::Number(item), Some([real_y, real_x])) => {
                    let column = answers.real.get(*item).and_then(|column| column.get(from..to));
                    for (index, &value) in column.unwrap_or_default().iter().enumerate() {
                        let valid = value.is_finite();
                        put(real_y, index, if valid { value } else { 0.0 });
                        put(real_x, index, f64::from(u8::from(valid)));
                        put(x, index, u8::from(valid));
                    }
                }
                (Ratio::Valued { item, values }, Some([real_y, real_x])) => {
                    let column = coded(*item);
                    answers.valid.mark(column, x);
                    for (index, (&code, &valid)) in column.iter().zip(x.iter()).enumerate() {
                        let value = values.get(usize::from(code)).copied().unwrap_or_default();
                        put(real_y, index, value * f64::from(valid));
                        put(real_x, index, f64::from(valid));
                    }
                }
                (Ratio::Scaled { items, top }, Some([real_y, real_x])) => {
                    real_y.fill(0.0);
                    real_x.fill(0.0);
                    for &(item, factor) in items {
                        let [tops, valid] = &mut self.marks;
                        top.mark(coded(item), tops);
                        answers.valid.mark(coded(item), valid);
                        for (((sum_y, sum_x), &top), &valid) in real_y
                            .iter_mut()
                            .zip(real_x.iter_mut())
                            .zip(tops.iter())
                            .zip(valid.iter())
                        {
                            *sum_y += factor * f64::from(top);
                            *sum_x += factor * f64::from(valid);
                        }
                    }
                    for (mark, &sum) in x.iter_mut().zip(real_x.iter()) {
                        *mark = u8::from(sum > 0.0);
                    }
                }
                _ => {}
            }
        }
    }

    fn add_counts(&mut self, whole: usize, part: usize) {
        let Some([y, x]) = self.counts.get_mut(part).map(std::mem::take) else { return };
        if let Some([sum_y, sum_x]) = self.counts.get_mut(whole) {
            sum_y.iter_mut().zip(&y).for_each(|(sum, count)| *sum += count);
            sum_x.iter_mut().zip(&x).for_each(|(sum, count)| *sum += count);
        }
        if let Some(counts) = self.counts.get_mut(part) {
            *counts = [y, x];
        }
    }

    /// y and x of one ratio as bytes; for real-valued ratios x is 1 for a valid answer and y means nothing.
    pub fn counts(&self, ratio: usize) -> (&[u8], &[u8]) {
        self.counts.get(ratio).map_or((&[], &[]), |[y, x]| (y, x))
    }

    /// y and x of one response.
    #[inline]
    pub fn pair(&self, ratio: usize, index: usize) -> (f64, f64) {
        if let Some(Some([y, x])) = self.reals.get(ratio) {
            let at = |column: &[f64]| column.get(index).copied().unwrap_or_default();
            return (at(y), at(x));
        }
        let (y, x) = self.counts(ratio);
        let at = |column: &[u8]| f64::from(column.get(index).copied().unwrap_or_default());
        (at(y), at(x))
    }
}

/// Answers counted together: their counts stay in registers over all columns.
const LANE: usize = 32;

/// The usual case: adds to `y` and `x`, for each response, how many of its codes in `columns` lie in two ranges. Two
/// comparisons and two additions per answer, many answers at a time.
fn count<'a>(
    columns: impl Iterator<Item = &'a [u8]> + Clone,
    (top, top_last): (u8, u8),
    (valid, valid_last): (u8, u8),
    y: &mut [u8],
    x: &mut [u8],
) {
    let (top_width, valid_width) = (top_last - top, valid_last - valid);
    let add = |y: &mut [u8], x: &mut [u8], codes: &[u8]| {
        for ((y, x), &code) in y.iter_mut().zip(x.iter_mut()).zip(codes) {
            *y += u8::from(code.wrapping_sub(top) <= top_width);
            *x += u8::from(code.wrapping_sub(valid) <= valid_width);
        }
    };
    let lanes = y.chunks_exact_mut(LANE).zip(x.chunks_exact_mut(LANE));
    for (lane, (y, x)) in lanes.enumerate() {
        let (mut tops, mut valids) = ([0u8; LANE], [0u8; LANE]);
        for column in columns.clone() {
            let from = lane * LANE;
            match column.get(from..).and_then(|rest| rest.first_chunk::<LANE>()) {
                Some(codes) => add(&mut tops, &mut valids, codes),
                None => add(&mut tops, &mut valids, column.get(from..).unwrap_or_default()),
            }
        }
        y.copy_from_slice(&tops);
        x.copy_from_slice(&valids);
    }
}

fn put<T>(column: &mut [T], index: usize, value: T) {
    if let Some(entry) = column.get_mut(index) {
        *entry = value;
    }
}

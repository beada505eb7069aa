//! The choice among the eight masks, a whole row of modules at a time: the penalty of ISO/IEC 18004, 7.8.3, and how many
//! modules an unsharp picture of the symbol loses.
//!
//! The crate's own choice weighs module by module and takes 97 % of the time of a code; the penalty here is the same. It
//! says little about a camera that does not focus on a small print: a module that stands alone among the other colour
//! is the first to drown, and masks of one penalty differ by half in how many such modules they make.

use qrcode::Color;
use qrcode::canvas::{Canvas, MaskPattern};

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// What a module lost to blur weighs beside the penalty. Over the masks of one address the penalty varies by about 150 and
/// the loss by about 20 modules.
const LOST: u32 = 10;

/// The rows of the symbol under the mask of the smallest penalty and loss; among equals the first. `width` is at most 57.
pub(super) fn best(canvas: &Canvas, width: usize) -> Vec<u64> {
    of_least(canvas, width, |rows| penalty(rows, width) + LOST * lost(rows, width))
}

fn of_least(canvas: &Canvas, width: usize, score: impl Fn(&[u64]) -> u32) -> Vec<u64> {
    let masked = MASKS.into_iter().map(|mask| {
        let mut canvas = canvas.clone();
        canvas.apply_mask(mask);
        rows(&canvas.into_colors(), width)
    });
    masked.min_by_key(|rows| score(rows)).unwrap_or_default()
}

fn rows(modules: &[Color], width: usize) -> Vec<u64> {
    let bit = |(x, module): (usize, &Color)| u64::from(*module == Color::Dark) << x;
    modules.chunks(width.max(1)).map(|row| row.iter().enumerate().map(bit).sum()).collect()
}

fn penalty(rows: &[u64], width: usize) -> u32 {
    let inside = (1_u64 << width) - 1;
    let lines: u32 = rows.iter().map(|row| runs_across(*row, width) + finders_across(*row)).sum();
    lines
        + runs_down(rows, inside)
        + finders_down(rows, inside)
        + blocks(rows, width)
        + imbalance(rows, width)
}

/// Runs of 5 + n equal modules in a row: 3 + n each.
fn runs_across(row: u64, width: usize) -> u32 {
    // Bit i: modules i and i + 1 are equal.
    let equal = !(row ^ (row >> 1)) & ((1 << (width - 1)) - 1);
    // Bit i: the five from i on are equal. A run of 5 + n has n + 1 of them, in one piece.
    let fives = equal & (equal >> 1) & (equal >> 2) & (equal >> 3);
    fives.count_ones() + 2 * (fives & !(fives << 1)).count_ones()
}

/// The same in the columns, all columns at once.
fn runs_down(rows: &[u64], inside: u64) -> u32 {
    let mut score = 0;
    let mut above = 0;
    for five in rows.windows(5) {
        let [a, b, c, d, e] = five else { continue };
        let fives = !((a ^ b) | (b ^ c) | (c ^ d) | (d ^ e)) & inside;
        score += fives.count_ones() + 2 * (fives & !above).count_ones();
        above = fives;
    }
    score
}

/// Blocks of 2 × 2 equal modules, overlapping ones counted: 3 each.
fn blocks(rows: &[u64], width: usize) -> u32 {
    let pairs = (1_u64 << (width - 1)) - 1;
    let count = |pair: &[u64]| {
        let [upper, lower] = pair else { return 0 };
        let same = !(upper ^ lower);
        (same & (same >> 1) & !(upper ^ (upper >> 1)) & pairs).count_ones()
    };
    3 * rows.windows(2).map(count).sum::<u32>()
}

/// Stretches that look like a finder, dark-light-dark-dark-dark-light-dark with four light modules on a side: 40 each.
fn finders_across(row: u64) -> u32 {
    // Four light modules of the quiet zone before the row, any number behind it.
    let dark = u128::from(row) << 4;
    let light = !dark;
    let finder = dark & light >> 1 & dark >> 2 & dark >> 3 & dark >> 4 & light >> 5 & dark >> 6;
    let before = light << 1 & light << 2 & light << 3 & light << 4;
    let behind = light >> 7 & light >> 8 & light >> 9 & light >> 10;
    40 * (finder & (before | behind)).count_ones()
}

/// The same in the columns, all columns at once.
fn finders_down(rows: &[u64], inside: u64) -> u32 {
    let light = |y: Option<usize>| !y.and_then(|y| rows.get(y)).copied().unwrap_or_default();
    let mut score = 0;
    for (y, seven) in rows.windows(7).enumerate() {
        let [a, b, c, d, e, f, g] = seven else { continue };
        let finder = a & !b & c & d & e & !f & g & inside;
        if finder != 0 {
            let before = (1..=4).fold(inside, |all, n| all & light(y.checked_sub(n)));
            let behind = (7..=10).fold(inside, |all, n| all & light(Some(y + n)));
            score += 40 * (finder & (before | behind)).count_ones();
        }
    }
    score
}

/// One per half percent by which the dark modules miss one half: the standard's 10 per 5 %, without its steps.
fn imbalance(rows: &[u64], width: usize) -> u32 {
    let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
    let modules = u32::try_from(width * width).unwrap_or(u32::MAX);
    (dark * 200 / modules).abs_diff(100)
}

/// Modules whose middle has the other colour after a blur of about six tenths of a module: a module counts 9, those beside
/// it 3 and those at its corners 1 of 25, and dark is from 13 on.
fn lost(rows: &[u64], width: usize) -> u32 {
    let inside = (1_u64 << width) - 1;
    let across =
        |y: Option<usize>| weighed_across(y.and_then(|y| rows.get(y)).copied().unwrap_or_default());
    let lines = rows.iter().enumerate().map(|(y, row)| {
        let sums = weighed_down(across(y.checked_sub(1)), across(Some(y)), across(Some(y + 1)));
        ((from_13_on(sums) ^ row) & inside).count_ones()
    });
    lines.sum()
}

/// Per module of a row left + 3 × itself + right, 0 to 5, as the bits of the sums from the lowest.
fn weighed_across(row: u64) -> [u64; 3] {
    let (left, right) = (row << 1, row >> 1);
    let twice = (left & right) | (left & row) | (right & row);
    [left ^ row ^ right, twice ^ row, twice & row]
}

/// Per module above + 3 × itself + below, 0 to 25.
fn weighed_down(above: [u64; 3], row: [u64; 3], below: [u64; 3]) -> [u64; 5] {
    let [a, b, c] = row;
    let twice = [0, a, b, c, 0];
    [above, row, below].into_iter().fold(twice, |sum, [a, b, c]| add(sum, [a, b, c, 0, 0]))
}

/// Adds per module, in five bits.
fn add(one: [u64; 5], other: [u64; 5]) -> [u64; 5] {
    let mut carry = 0;
    let mut sum = one;
    for (bit, b) in sum.iter_mut().zip(other) {
        let a = *bit;
        *bit = a ^ b ^ carry;
        carry = (a & b) | (a & carry) | (b & carry);
    }
    sum
}

fn from_13_on([ones, twos, fours, eights, sixteens]: [u64; 5]) -> u64 {
    sixteens | (eights & fours & (twos | ones))
}

#[cfg(test)]
mod tests;

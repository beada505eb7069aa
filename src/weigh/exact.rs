//! Sums that do not depend on the order of their terms, so that published numbers don't depend on the order of
//! rows or the number of threads.
//!
//! A value is put on a grid of multiples of a power of two, fine enough that what is lost is far below the last
//! digit of a double, and the multiples are added as 128-bit integers, which is exact and associative. (A
//! compensated or pairwise sum is accurate too, but still depends on the order.)

use rayon::prelude::*;

/// Bits of an `i128` that carry a sum: one is the sign, one is kept free.
const SUM_BITS: i32 = 126;

/// Below this many terms a parallel sum costs more than it saves.
const SERIAL_TERMS: usize = 1 << 15;

/// A grid of multiples of 2^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    exponent: i32,
}

impl Grid {
    /// The finest grid on which `terms` values of magnitude up to `bound` add up without overflow.
    ///
    /// With a million terms the step is 2^−106 of the bound. A bound of zero or one that is not finite gives
    /// a grid on which only zero is meaningful.
    pub fn for_sum(bound: f64, terms: usize) -> Self {
        let room = SUM_BITS - ceil_log2(terms.max(1));
        Self { exponent: exponent_above(bound) - room }
    }

    /// A grid with `bits` bits (at most 50) between its step and `bound`, for values that will be added or multiplied by
    /// small whole numbers in 64-bit arithmetic.
    pub fn with_bits(bound: f64, bits: i32) -> Self {
        Self { exponent: exponent_above(bound) - bits }
    }

    /// The multiple nearest to `value` towards zero; 0 for what is not finite.
    #[inline]
    pub fn whole(self, value: f64) -> i128 {
        let bits = value.to_bits();
        let biased = ((bits >> 52) & 0x7ff) as i32;
        if biased == 0 || biased == 0x7ff {
            return 0; // zero and subnormal numbers lie below every grid in use
        }
        let mantissa = i128::from((bits & ((1 << 52) - 1)) | (1 << 52));
        let shift = biased - 1075 - self.exponent;
        let magnitude = match shift {
            0..=73 => mantissa << shift,
            -63..=-1 => mantissa >> -shift,
            74.. => i128::MAX >> 1, // beyond the bound the grid was made for
            _ => 0,
        };
        if value.is_sign_negative() { -magnitude } else { magnitude }
    }

    /// The multiple nearest to `value`, for a grid of at most 50 bits.
    ///
    /// Adding 1.5 · 2^52 leaves the rounded multiple in the low bits of the sum: no conversion, many at a time.
    #[inline]
    pub fn small_whole(self, value: f64) -> i64 {
        const SHIFT: f64 = 6_755_399_441_055_744.0;
        (value * self.step_inverse() + SHIFT).to_bits() as i64 - SHIFT.to_bits() as i64
    }

    #[inline]
    fn step_inverse(self) -> f64 {
        power_of_two(-self.exponent)
    }

    /// The value of a sum of multiples, correctly rounded.
    pub fn value(self, sum: i128) -> f64 {
        libm::ldexp(sum as f64, self.exponent)
    }
}

/// The sum of `term(0) … term(terms − 1)`, the same for every order and number of threads; NaN when a term is
/// not finite. `term` must be pure: it is called twice.
pub fn sum(terms: usize, term: impl Fn(usize) -> f64 + Sync) -> f64 {
    let largest = |bound: f64, value: f64| {
        if value.is_finite() { bound.max(value.abs()) } else { f64::INFINITY }
    };
    if terms < SERIAL_TERMS {
        let bound = (0..terms).map(&term).fold(0.0, largest);
        if !bound.is_finite() {
            return f64::NAN;
        }
        let grid = Grid::for_sum(bound, terms);
        return grid.value((0..terms).map(|index| grid.whole(term(index))).sum());
    }
    let indices = || (0..terms).into_par_iter().with_min_len(SERIAL_TERMS / 4);
    let bound = indices().map(&term).fold(|| 0.0, largest).reduce(|| 0.0, largest);
    if !bound.is_finite() {
        return f64::NAN;
    }
    let grid = Grid::for_sum(bound, terms);
    grid.value(indices().map(|index| grid.whole(term(index))).sum())
}

/// The smallest e with |value| < 2^e; 0 for zero and what is not finite.
fn exponent_above(value: f64) -> i32 {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    libm::frexp(value).1
}

fn ceil_log2(count: usize) -> i32 {
    (usize::BITS - (count - 1).leading_zeros()) as i32
}

/// 2^exponent, where that is a normal number; else 0 or infinity.
fn power_of_two(exponent: i32) -> f64 {
    match exponent {
        -1022..=1023 => f64::from_bits(((exponent + 1023) as u64) << 52),
        ..-1022 => 0.0,
        _ => f64::INFINITY,
    }
}

/// `value` rounded to 12 significant decimal digits, half away from zero as printed. Quantiles and special
/// functions pass through here, so that a difference in a crate's last bits never reaches a publication.
pub fn twelve_digits(value: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sum_loses_nothing_that_doubles_would_lose() {
        let values = [1e16, 1.0, -1e16, 1.0];
        assert_eq!(sum(4, |index| values[index]), 2.0);
    }

    #[test]
    fn a_sum_with_a_term_that_is_not_finite_is_not_a_number() {
        assert!(sum(2, |index| [1.0, f64::INFINITY][index]).is_nan());
        assert!(sum(2, |index| [1.0, f64::NAN][index]).is_nan());
    }

    #[test]
    fn an_empty_sum_is_zero() {
        assert_eq!(sum(0, |_| 1.0), 0.0);
    }

    #[test]
    fn twelve_digits_are_kept_and_no_more() {
        assert_eq!(twelve_digits(1.959_963_984_540_054), 1.959_963_984_54);
        assert_eq!(twelve_digits(0.0), 0.0);
        assert!(twelve_digits(f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_sum(
            mut values in prop::collection::vec(-1e12f64..1e12, 1..200), turn in 0usize..200,
        ) {
            let before = sum(values.len(), |index| values[index]);
            let turn = turn % values.len();
            values.rotate_left(turn);
            values.reverse();
            prop_assert_eq!(before.to_bits(), sum(values.len(), |index| values[index]).to_bits());
        }

        #[test]
        fn a_value_survives_the_grid(value in -1e15f64..1e15) {
            let grid = Grid::for_sum(1e15, 1 << 20);
            prop_assert!((grid.value(grid.whole(value)) - value).abs() <= value.abs() * 1e-16 + 1e-16);
            let small = Grid::with_bits(1e15, 50);
            prop_assert!((small.value(i128::from(small.small_whole(value))) - value).abs() <= 1.0);
        }
    }
}

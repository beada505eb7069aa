//! Who gets a ticket at the counter: decided by a keyed digest of the dossier's number, so nobody there chooses.

use unicode_normalization::UnicodeNormalization;

use crate::vault::{Secret, mac};

/// A dossier's number as it enters every digest: NFC, trimmed.
#[must_use]
pub fn normal(number: &str) -> String {
    number.trim().nfc().collect()
}

/// True for a share `p` (0..1) of all numbers: HMAC-SHA-256(key, number as [`normal`] makes it), read big-endian, < p·2²⁵⁶.
///
/// Only the first 128 bits are compared, which is exact for every `p` ≥ 2⁻⁷⁵: p·2¹²⁸ is whole then.
#[must_use]
pub fn is_asked(key: &Secret, number: &str, p: f64) -> bool {
    if p >= 1.0 {
        return true;
    }
    let digest = mac(key, normal(number).as_bytes());
    let head = digest.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    // 2^64, twice: powers of two multiply without rounding.
    head < to_whole(p.max(0.0) * 18_446_744_073_709_551_616.0 * 18_446_744_073_709_551_616.0)
}

fn to_whole(bound: f64) -> u128 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ bound < 2^128"
    )]
    let whole = bound as u128;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::new(Box::new([7; 32]))
    }

    #[test]
    fn the_share_asked_is_the_share_wished() {
        for (p, low, high) in [(0.25, 2_300, 2_700), (0.5, 4_800, 5_200), (1.0, 10_000, 10_000)] {
            let asked = (0..10_000)
                .filter(|n| is_asked(&key(), &format!("H21.01-241124-{n:05}"), p))
                .count();
            assert!((low..=high).contains(&asked), "{p}: {asked}");
        }
        assert!(!is_asked(&key(), "x", 0.0));
    }

    #[test]
    fn spaces_around_a_number_and_the_way_its_letters_are_written_do_not_matter() {
        for n in 0..200 {
            let plain = format!("Đơn-{n}");
            let decomposed: String = plain.nfd().collect();
            let same = is_asked(&key(), &plain, 0.5);
            assert_eq!(is_asked(&key(), &format!("  {decomposed}\t"), 0.5), same);
        }
    }

    #[test]
    fn the_comparison_is_that_of_the_whole_digest() {
        for n in 0..2_000 {
            let digest = mac(&key(), format!("{n}").as_bytes());
            // p = 3/8: the bound is the byte 0x60 followed by zeros.
            assert_eq!(is_asked(&key(), &format!("{n}"), 0.375), digest[0] < 0x60);
        }
    }
}

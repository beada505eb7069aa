//! Who gets a ticket at the counter: decided by a keyed digest of the dossier's number, so nobody there chooses.

use crate::vault::{Secret, mac};

/// True for a share `p` (0..1) of all numbers: HMAC-SHA-256(key, number), read big-endian, < p·2²⁵⁶.
///
/// `number` is taken as NFC and trimmed. Only the first 64 bits are compared, which is exact for every `p` ≥ 2⁻¹¹.
#[must_use]
pub fn is_asked(key: &Secret, number: &str, p: f64) -> bool {
    if p >= 1.0 {
        return true;
    }
    let digest = mac(key, number.as_bytes());
    let head = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let bound = p.max(0.0) * 18_446_744_073_709_551_616.0;
    // Exact: an f64 at or above 2^53 is a whole number.
    u128::from(head) < to_whole(bound)
}

fn to_whole(bound: f64) -> u128 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ bound ≤ 2^64")]
    let whole = bound as u128;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_asked_is_the_share_wished() {
        let key = Secret::new(Box::new([7; 32]));
        for (p, low, high) in [(0.25, 2_300, 2_700), (0.5, 4_800, 5_200), (1.0, 10_000, 10_000)] {
            let asked =
                (0..10_000).filter(|n| is_asked(&key, &format!("H21.01-241124-{n:05}"), p)).count();
            assert!((low..=high).contains(&asked), "{p}: {asked}");
        }
        assert!(!is_asked(&key, "x", 0.0));
    }
}

//! Recovery codes: ten codes on paper, each good once in the place of the second factor.

use crate::store::id::AccountId;
use crate::vault::{AccountKey, VaultError, random};

/// How many there are.
pub const CODES: usize = 10;
/// Letters that nobody confuses; 32 of them, so that five bits are one letter.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// New codes of 80 bits, as four groups of four letters, and what is kept of them.
///
/// # Errors
/// Without randomness.
pub fn codes(
    key: &AccountKey,
    account: AccountId,
) -> Result<(Vec<String>, Vec<[u8; 32]>), VaultError> {
    let mut shown = Vec::with_capacity(CODES);
    let mut kept = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let letters: String = random::<16>()?
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
            .map(|letter| char::from(*letter))
            .collect();
        kept.push(key.recovery_digest(account.0, &letters));
        let groups: Vec<&str> =
            [0, 4, 8, 12].iter().filter_map(|at| letters.get(*at..at + 4)).collect();
        shown.push(groups.join("-"));
    }
    Ok((shown, kept))
}

/// The letters of a code however it was typed; `None` where it cannot be one.
#[must_use]
pub fn typed(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .take(17)
        .collect();
    let known = letters.bytes().all(|byte| LETTERS.contains(&byte));
    (letters.len() == 16 && known).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::testing::desk;

    #[test]
    fn codes_differ_and_are_read_however_they_are_typed() {
        let (desk, _clock, _dir) = desk();
        let key = desk.vault.account_key().unwrap();
        let (shown, kept) = codes(&key, AccountId(1)).unwrap();
        let mut once = shown.clone();
        once.sort();
        once.dedup();
        assert_eq!((once.len(), kept.len()), (CODES, CODES));
        for (code, digest) in shown.iter().zip(&kept) {
            let letters = typed(&format!(" {} ", code.to_uppercase())).unwrap();
            assert_eq!(key.recovery_digest(1, &letters), *digest);
        }
        assert_eq!(typed("123456"), None);
        assert_eq!(typed("iiii-llll-oooo-uuuu"), None);
    }
}

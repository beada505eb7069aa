//! Passwords: long enough and not among those that everybody tries; nothing else is asked of them.
//!
//! In: what was typed. Out: Argon2id in PHC form, or whether it is the one. Refused: fewer than 12 characters, more than 256,
//! the 10,000 met most often (NIST SP 800-63B-4, 3.1.1.2), one of those with digits or marks about it, and the account's
//! own name.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::vault::{VaultError, random};

/// Fewest characters.
pub const CHARS_MIN: usize = 12;
/// Most characters; nobody remembers more, and nobody is to make the server hash megabytes.
pub const CHARS_MAX: usize = 256;

/// Memory of one hash, KiB; with [`PASSES`] and one lane the second choice of RFC 9106, as OWASP scales it for servers.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;

static FREQUENT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("password/frequent.txt").lines();
    lines.filter(|line| !line.starts_with("# ") && !line.is_empty()).collect()
});

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("a password has at least {CHARS_MIN} characters; a sentence is easy to remember")]
    Short,
    /// Too long.
    #[error("a password has at most {CHARS_MAX} characters")]
    Long,
    /// Everybody tries it.
    #[error("this password is among those that are tried first; choose another")]
    Frequent,
    /// It is the account's name.
    #[error("a password is not made of the account's name")]
    Name,
}

/// One spelling of what looks the same (NFC), so that another keyboard types the same password.
fn composed(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

/// Whether a password may be used for the account of that name.
///
/// # Errors
/// [`WeakPassword`].
pub fn check(password: &SecretString, name: &str) -> Result<(), WeakPassword> {
    let composed = composed(password);
    let text = composed.expose_secret();
    let chars = text.chars().count();
    if chars < CHARS_MIN {
        return Err(WeakPassword::Short);
    }
    if chars > CHARS_MAX {
        return Err(WeakPassword::Long);
    }
    let lower = text.to_lowercase();
    if is_frequent(&lower) {
        return Err(WeakPassword::Frequent);
    }
    let rest = lower.replace(&name.to_lowercase(), "");
    if name.chars().count() > 2 && rest.chars().count() < CHARS_MIN / 2 && rest != lower {
        return Err(WeakPassword::Name);
    }
    Ok(())
}

/// Whether `lower` is on the list, or is a word of it, repeated or not, with digits and marks about it.
fn is_frequent(lower: &str) -> bool {
    if FREQUENT.contains(lower) {
        return true;
    }
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    FREQUENT.contains(core) || FREQUENT.contains(unit(lower))
}

/// The shortest beginning that gives the whole when repeated.
fn unit(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let repeats = |end: &usize| {
        text.get(..*end).is_some_and(|part| {
            text.len().is_multiple_of(*end) && part.repeat(text.len() / end) == text
        })
    };
    ends.take(64).find(repeats).and_then(|end| text.get(..end)).unwrap_or(text)
}

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Argon2id of a password, with a salt of its own, in PHC form.
///
/// # Errors
/// Without randomness.
pub fn hash(password: &SecretString) -> Result<String, VaultError> {
    let salt = random::<16>()?;
    let composed = composed(password);
    let hashed = argon()
        .hash_password_with_salt(composed.expose_secret().as_bytes(), &salt)
        .map_err(|_| VaultError::Signing)?;
    Ok(hashed.to_string())
}

/// What nobody's password is compared with when there is no such account, so that both take the same time.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash(&SecretString::from("nobody has this password")).unwrap_or_default());

/// Whether `password` is the one that `stored` was made of. Without a stored one the answer is no, after the same work.
#[must_use]
pub fn is_right(password: &SecretString, stored: Option<&str>) -> bool {
    if password.expose_secret().chars().take(CHARS_MAX + 1).count() > CHARS_MAX {
        return false;
    }
    let composed = composed(password);
    let compared = stored.unwrap_or(&NOBODY);
    let Ok(parsed) = PasswordHash::new(compared) else { return false };
    let same = argon().verify_password(composed.expose_secret().as_bytes(), &parsed).is_ok();
    same && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[test]
    fn ten_thousand_passwords_are_known() {
        assert_eq!(FREQUENT.len(), 10_000);
    }

    #[test]
    fn only_what_is_short_frequent_or_ones_name_is_refused() {
        for (text, wanted) in [
            ("mười một ch", Err(WeakPassword::Short)),
            ("một câu dễ nhớ", Ok(())),
            ("alllowercaseletters", Ok(())),
            ("1Q2w3e4r5t6y", Err(WeakPassword::Frequent)),
            ("Password1234", Err(WeakPassword::Frequent)),
            ("84629173529046817352", Ok(())),
            ("passwordpassword", Err(WeakPassword::Frequent)),
            ("123123123123", Err(WeakPassword::Frequent)),
            ("nguyenvanan123", Err(WeakPassword::Name)),
        ] {
            assert_eq!(check(&secret(text), "nguyenvanan"), wanted, "{text}");
        }
        assert_eq!(check(&secret(&"ơ".repeat(257)), "an"), Err(WeakPassword::Long));
    }

    #[test]
    fn a_password_is_right_however_its_marks_are_typed_and_nothing_else_is() {
        let stored = hash(&secret("hài lòng là chính")).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let apart: String = "hài lòng là chính".nfd().collect();
        assert!(is_right(&secret(&apart), Some(&stored)));
        assert!(!is_right(&secret("hai long la chinh"), Some(&stored)));
        assert!(!is_right(&secret("nobody has this password"), None));
        assert_ne!(hash(&secret("hài lòng là chính")).unwrap(), stored);
    }
}

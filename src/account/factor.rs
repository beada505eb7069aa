//! The second factor: something that a person holds beside the password.
//!
//! [`SecondFactor`] is what signing in needs to know of it; [`Totp`] is the one there is: one-time passwords by time
//! (RFC 6238, SHA-1, 30 seconds, 6 digits: what every authenticator app speaks). Another kind is another file with the same
//! three questions.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::clock::Millis;
use crate::vault::{VaultError, random};

/// Something that a person proves to hold.
pub trait SecondFactor {
    /// The step that `answer` proves at `now`, to be taken once and never again; `None` for a wrong answer.
    fn proved(&self, answer: &str, now: Millis) -> Option<i64>;
    /// What is kept of it, to be encrypted.
    fn kept(&self) -> Vec<u8>;
    /// What a person enters by hand where nothing can be scanned.
    fn by_hand(&self) -> String;
}

/// A secret shared with an authenticator app.
#[derive(Clone)]
pub struct Totp([u8; 20]);

/// Seconds of a step (RFC 6238, 5.2).
const STEP_S: i64 = 30;
/// Steps before and after that are taken too, for telephones whose clocks are off.
const DRIFT: i64 = 1;
/// Digits of an answer.
const DIGITS: usize = 6;

impl Totp {
    /// A new secret of 160 bits (RFC 4226, 4).
    ///
    /// # Errors
    /// Without randomness.
    pub fn random() -> Result<Self, VaultError> {
        Ok(Self(random()?))
    }

    /// What was kept.
    #[must_use]
    pub fn of_kept(kept: &[u8]) -> Option<Self> {
        kept.try_into().ok().map(Self)
    }

    /// The address that an app scans, for the account `name` at `host`.
    #[must_use]
    pub fn address(&self, name: &str, host: &str) -> String {
        let plain = |text: &str| -> String {
            let good = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
            text.chars().filter(good).take(64).collect()
        };
        let (name, host) = (plain(name), plain(host));
        format!(
            "otpauth://totp/khaosat:{name}?secret={}&issuer=khaosat%20{host}",
            BASE32_NOPAD.encode(&self.0)
        )
    }

    /// The answer of that step (RFC 4226, 5.3).
    #[must_use]
    pub fn answer(&self, step: i64) -> String {
        let mut block = [0_u8; 64];
        for (slot, byte) in block.iter_mut().zip(self.0) {
            *slot = byte;
        }
        let mut mac = <Hmac<Sha1> as KeyInit>::new(&block.into());
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
        let word = digest
            .iter()
            .skip(offset)
            .take(4)
            .fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
        format!("{:0DIGITS$}", (word & 0x7fff_ffff) % 1_000_000)
    }

    /// The step that the clock stands in.
    #[must_use]
    pub fn step(now: Millis) -> i64 {
        now.seconds().div_euclid(STEP_S)
    }
}

impl SecondFactor for Totp {
    fn proved(&self, answer: &str, now: Millis) -> Option<i64> {
        let digits: String = answer.chars().filter(|c| !c.is_whitespace()).collect();
        let this = Self::step(now);
        // All are worked out, so that the time tells nothing of which was right.
        (this - DRIFT..=this + DRIFT).fold(None, |found, step| {
            let same: bool = self.answer(step).as_bytes().ct_eq(digits.as_bytes()).into();
            if same { Some(step) } else { found }
        })
    }

    fn kept(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn by_hand(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the SHA-1 column, of which our six digits are the last.
    #[test]
    fn the_answers_are_those_of_the_rfc() {
        let totp = Totp(*b"12345678901234567890");
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.answer(seconds / STEP_S), wanted);
        }
        assert!(totp.address("an", "khaosat.example").contains("secret=GEZDGNBVGY3TQOJQ"));
    }

    #[test]
    fn a_step_before_and_after_is_taken_and_no_other() {
        let totp = Totp(*b"12345678901234567890");
        let now = Millis(1_234_567_890_000);
        let step = Totp::step(now);
        for (off, wanted) in
            [(-2, None), (-1, Some(step - 1)), (0, Some(step)), (1, Some(step + 1)), (2, None)]
        {
            assert_eq!(totp.proved(&totp.answer(step + off), now), wanted);
        }
        assert_eq!(totp.proved("", now), None);
        assert_eq!(totp.proved(" 005 924 ", Millis(1_234_567_890_000)), Some(step));
        assert_eq!(Totp::of_kept(&totp.kept()).unwrap().by_hand(), totp.by_hand());
        assert!(Totp::of_kept(b"short").is_none());
    }
}

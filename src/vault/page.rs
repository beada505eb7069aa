//! The key of hidden page fields: when a page was opened travels with the page, so that opening it stores nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq;

use super::Result;
use super::cipher::{Secret, derive, mac16, open, random, seal};
use crate::clock::Millis;
use crate::store::id::LinkId;

/// Signs and checks hidden fields.
#[derive(Debug)]
pub struct PageKey {
    opened: Secret,
    dice: Secret,
    progress: Secret,
}

/// Length of a token before base64url: 8 bytes of time, 1 of order, 16 of MAC.
const TOKEN_BYTES: usize = 25;

impl PageKey {
    pub(super) fn from_master(master: &Secret) -> Self {
        Self {
            opened: derive(master, "page opened"),
            dice: derive(master, "page dice"),
            progress: derive(master, "page progress"),
        }
    }

    fn mac(&self, link: LinkId, time: &[u8], order: u8) -> [u8; 16] {
        mac16(&self.opened, "opened", &[&link.0, time, &[order]])
    }

    /// The hidden field of a page of `link` opened at `at`, with the answers in `order` (0 = as written, 1 = reversed).
    #[must_use]
    pub fn token(&self, link: LinkId, at: Millis, order: u8) -> String {
        let time = at.0.to_be_bytes();
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend(time);
        bytes.push(order);
        bytes.extend(self.mac(link, &time, order));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Dice thrown for one submission: the same at every reload, unknown to the sender.
    #[must_use]
    pub fn dice(&self, submission: &[u8; 16]) -> [u8; 16] {
        mac16(&self.dice, "dice", &[submission])
    }

    /// What was answered so far on one link under one submission, for the phone to carry; nobody else can read it.
    ///
    /// # Errors
    /// Without randomness.
    pub fn seal_progress(
        &self,
        link: LinkId,
        submission: &[u8; 16],
        fields: &str,
    ) -> Result<String> {
        let id = random::<16>()?;
        let place = progress_place(link, submission);
        let sealed = seal(&self.progress, &id, &place, fields.as_bytes())?;
        Ok(URL_SAFE_NO_PAD.encode([id.as_slice(), &sealed].concat()))
    }

    /// Reads back what [`PageKey::seal_progress`] made; `None` for anything else.
    #[must_use]
    pub fn open_progress(&self, link: LinkId, submission: &[u8; 16], text: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, sealed) = bytes.split_first_chunk::<16>()?;
        let fields = open(&self.progress, id, &progress_place(link, submission), sealed)?;
        String::from_utf8(fields).ok()
    }

    /// When the page was opened and in which order; `None` when the field is missing, altered or of another link.
    #[must_use]
    pub fn check(&self, link: LinkId, token: &str) -> Option<(Millis, u8)> {
        if token.len() > 2 * TOKEN_BYTES {
            return None;
        }
        let bytes: [u8; TOKEN_BYTES] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (time, rest) = bytes.split_first_chunk::<8>()?;
        let (order, mac) = rest.split_first()?;
        let good: bool = self.mac(link, time, *order).ct_eq(mac).into();
        good.then_some((Millis(i64::from_be_bytes(*time)), *order))
    }
}

fn progress_place(link: LinkId, submission: &[u8; 16]) -> String {
    format!("{}{}", HEXLOWER.encode(&link.0), HEXLOWER.encode(submission))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_link_and_time_only() {
        let key = PageKey::from_master(&Secret::new(Box::new([3; 32])));
        let link = LinkId([1; 16]);
        let token = key.token(link, Millis(1_700_000_000_000), 1);
        assert_eq!(key.check(link, &token), Some((Millis(1_700_000_000_000), 1)));
        assert_eq!(key.check(LinkId([2; 16]), &token), None);
        let mut altered = token.into_bytes();
        altered[3] = if altered[3] == b'A' { b'B' } else { b'A' };
        assert_eq!(key.check(link, &String::from_utf8(altered).unwrap()), None);
        assert_eq!(key.check(link, ""), None);
    }

    #[test]
    fn what_a_phone_carries_is_read_back_on_the_same_link_and_submission_only() {
        let key = PageKey::from_master(&Secret::new(Box::new([3; 32])));
        let (link, submission) = (LinkId([1; 16]), [2; 16]);
        let carried = key.seal_progress(link, &submission, "q01=4&comment=t%E1%BB%91t").unwrap();
        assert!(!carried.contains("q01"));
        let read = |link, submission| key.open_progress(link, submission, &carried);
        assert_eq!(read(link, &submission).as_deref(), Some("q01=4&comment=t%E1%BB%91t"));
        assert_eq!(read(LinkId([9; 16]), &submission), None);
        assert_eq!(read(link, &[9; 16]), None);
        assert_eq!(key.open_progress(link, &submission, "AAAA"), None);
        assert_ne!(key.dice(&[1; 16]), key.dice(&[2; 16]));
    }
}

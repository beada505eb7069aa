//! The key of link codes: the database holds a keyed digest to look a link up by and, until it is spent, the code
//! encrypted for printing. Whoever reads the database cannot answer in a citizen's place.

use subtle::ConstantTimeEq;

use super::Result;
use super::cipher::{Secret, derive, mac16, open, seal};
use crate::store::id::LinkId;

/// Looks up and encrypts link codes.
#[derive(Debug)]
pub struct CodeKey {
    lookup: Secret,
    code: Secret,
    unsubscribe: Secret,
}

impl CodeKey {
    pub(super) fn from_master(master: &Secret) -> Self {
        Self {
            lookup: derive(master, "link lookup"),
            code: derive(master, "link code"),
            unsubscribe: derive(master, "unsubscribe"),
        }
    }

    /// What a code is looked up by.
    #[must_use]
    pub fn lookup(&self, canonical_code: &str) -> [u8; 16] {
        mac16(&self.lookup, "code", &[canonical_code.as_bytes()])
    }

    /// The code, encrypted for its link's row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal(&self, id: LinkId, canonical_code: &str) -> Result<Vec<u8>> {
        seal(&self.code, &id.0, "link.code", canonical_code.as_bytes())
    }

    /// What the address for "no further mail" carries: the link's random id under a MAC, never its code.
    #[must_use]
    pub fn unsubscribe_token(&self, id: LinkId) -> String {
        let mac = mac16(&self.unsubscribe, "link", &[&id.0]);
        data_encoding::BASE64URL_NOPAD.encode(&[id.0, mac].concat())
    }

    /// The link that such a token names; `None` for any other text.
    #[must_use]
    pub fn unsubscribed(&self, token: &str) -> Option<LinkId> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (id, mac) = bytes.split_first_chunk::<16>()?;
        let expected = mac16(&self.unsubscribe, "link", &[id]);
        bool::from(expected.as_slice().ct_eq(mac)).then_some(LinkId(*id))
    }

    /// The code back, for printing.
    #[must_use]
    pub fn open(&self, id: LinkId, sealed: &[u8]) -> Option<String> {
        String::from_utf8(open(&self.code, &id.0, "link.code", sealed)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_against_further_mail_names_its_link_and_no_other_text_does() {
        let keys = CodeKey::from_master(&Secret::new(Box::new([3; 32])));
        let id = LinkId([5; 16]);
        let token = keys.unsubscribe_token(id);
        assert_eq!((token.len(), keys.unsubscribed(&token)), (43, Some(id)));
        for other in ["", "AAAA", &token[1..], &token.replacen('B', "C", 1), &format!("{token}A")] {
            assert_eq!(keys.unsubscribed(other), None, "{other}");
        }
        let others = CodeKey::from_master(&Secret::new(Box::new([4; 32])));
        assert_eq!(others.unsubscribed(&token), None);
    }
}

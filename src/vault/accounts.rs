//! The key of accounts: what a stolen database must not give. It makes one-time links and fields of forms, encrypts second
//! factors, and turns names and codes into digests that nobody can try words against.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use super::Result;
use super::cipher::{Secret, derive, mac16, mac32, open, seal};

/// Signs, encrypts and digests for accounts.
#[derive(Debug)]
pub struct AccountKey {
    link: Secret,
    form: Secret,
    factor: Secret,
    pot: Secret,
    known: Secret,
    code: Secret,
}

/// A row's id for the cipher, made of an account's number.
fn row(account: i32) -> [u8; 16] {
    let mut id = [0; 16];
    for (slot, byte) in id.iter_mut().zip(account.to_be_bytes()) {
        *slot = byte;
    }
    id
}

impl AccountKey {
    pub(super) fn from_master(master: &Secret) -> Self {
        Self {
            link: derive(master, "account link"),
            form: derive(master, "account form"),
            factor: derive(master, "account factor"),
            pot: derive(master, "account guesses"),
            known: derive(master, "account browser"),
            code: derive(master, "account recovery"),
        }
    }

    /// What a one-time link carries: its nonce and a MAC over it, base64url.
    #[must_use]
    pub fn link_token(&self, nonce: [u8; 16]) -> String {
        let mac = mac16(&self.link, "one-time", &[&nonce]);
        BASE64URL_NOPAD.encode(&[nonce, mac].concat())
    }

    /// The nonce of a link's token; `None` for any text that this key did not make.
    #[must_use]
    pub fn link_nonce(&self, token: &str) -> Option<[u8; 16]> {
        signed(token, |nonce| mac16(&self.link, "one-time", &[nonce]))
    }

    /// The hidden field that a form of the holder of `cookie` carries.
    #[must_use]
    pub fn form_field(&self, cookie: &str) -> String {
        BASE64URL_NOPAD.encode(&mac32(&self.form, "csrf", &[cookie.as_bytes()]))
    }

    /// Whether a form came from a page made for the holder of `cookie`.
    #[must_use]
    pub fn is_form_field(&self, cookie: &str, field: &str) -> bool {
        self.form_field(cookie).as_bytes().ct_eq(field.as_bytes()).into()
    }

    /// Encrypts the secret of a second factor for its account's row.
    ///
    /// # Errors
    /// Without randomness.
    pub fn seal_factor(&self, account: i32, secret: &[u8]) -> Result<Vec<u8>> {
        seal(&self.factor, &row(account), "credential.factor", secret)
    }

    /// The secret of an account's second factor; `None` for another account's or one that was changed.
    #[must_use]
    pub fn open_factor(&self, account: i32, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.factor, &row(account), "credential.factor", sealed)
    }

    /// A secret on its way through an enrolment page, for nobody to read or change.
    ///
    /// # Errors
    /// Without randomness.
    pub fn seal_offer(&self, account: i32, secret: &[u8]) -> Result<String> {
        Ok(BASE64URL_NOPAD.encode(&seal(&self.factor, &row(account), "offer", secret)?))
    }

    /// What [`AccountKey::seal_offer`] sealed for this account.
    #[must_use]
    pub fn open_offer(&self, account: i32, text: &str) -> Option<Vec<u8>> {
        let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        open(&self.factor, &row(account), "offer", &sealed)
    }

    /// Under what tries for a name are counted. A browser that signed in with that name before has a pot of its own, so
    /// that nobody who fills the common one keeps its owner out.
    #[must_use]
    pub fn pot(&self, name: &str, browser: Option<[u8; 16]>) -> [u8; 16] {
        let browser = browser.unwrap_or_default();
        mac16(&self.pot, "guesses", &[name.as_bytes(), &browser])
    }

    /// What a browser keeps after somebody signed in with it: a random number under a MAC for that name alone.
    #[must_use]
    pub fn known_browser(&self, name: &str, browser: [u8; 16]) -> String {
        let mac = mac16(&self.known, "browser", &[name.as_bytes(), &browser]);
        BASE64URL_NOPAD.encode(&[browser, mac].concat())
    }

    /// The random number of a browser that somebody signed in with as `name` before.
    #[must_use]
    pub fn is_known_browser(&self, name: &str, token: &str) -> Option<[u8; 16]> {
        signed(token, |browser| mac16(&self.known, "browser", &[name.as_bytes(), browser]))
    }

    /// What a recovery code is kept as.
    #[must_use]
    pub fn recovery_digest(&self, account: i32, code: &str) -> [u8; 32] {
        mac32(&self.code, "recovery", &[&account.to_be_bytes(), code.as_bytes()])
    }
}

/// The first half of a token whose second half is the MAC of the first.
fn signed(token: &str, mac: impl Fn(&[u8; 16]) -> [u8; 16]) -> Option<[u8; 16]> {
    let bytes: [u8; 32] = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?.try_into().ok()?;
    let (value, given) = bytes.split_first_chunk::<16>()?;
    let good: bool = mac(value).ct_eq(given).into();
    good.then_some(*value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> AccountKey {
        AccountKey::from_master(&Secret::new(Box::new([byte; 32])))
    }

    #[test]
    fn a_link_is_good_under_its_own_key_only() {
        let token = key(1).link_token([7; 16]);
        assert_eq!(key(1).link_nonce(&token), Some([7; 16]));
        assert_eq!(key(2).link_nonce(&token), None);
        assert_eq!(key(1).link_nonce(&token[1..]), None);
        assert_eq!(key(1).link_nonce(""), None);
    }

    #[test]
    fn a_field_belongs_to_one_cookie() {
        let field = key(1).form_field("a");
        assert!(key(1).is_form_field("a", &field));
        assert!(!key(1).is_form_field("b", &field) && !key(1).is_form_field("a", ""));
    }

    #[test]
    fn a_factor_opens_for_its_own_account_only() {
        let sealed = key(1).seal_factor(5, b"secret").unwrap();
        assert_eq!(key(1).open_factor(5, &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(key(1).open_factor(6, &sealed), None);
        let offer = key(1).seal_offer(5, b"secret").unwrap();
        assert_eq!(key(1).open_offer(5, &offer).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(key(1).open_offer(6, &offer), None);
    }

    #[test]
    fn a_browser_is_known_for_the_name_it_was_used_with() {
        let token = key(1).known_browser("an", [3; 16]);
        assert_eq!(key(1).is_known_browser("an", &token), Some([3; 16]));
        assert_eq!(key(1).is_known_browser("binh", &token), None);
        assert_ne!(key(1).pot("an", None), key(1).pot("an", Some([3; 16])));
        assert_ne!(key(1).recovery_digest(1, "x"), key(1).recovery_digest(2, "x"));
    }
}

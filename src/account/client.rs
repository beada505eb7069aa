//! API clients: made with a secret that is shown once, known again by it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};

use super::AccountError;
use super::scope::{Scope, Scopes};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::client::Client;
use crate::store::id::UnitId;
use crate::store::{Store, StoreError};
use crate::vault::{random, sha256};

/// What secrets begin with, so that one that got into a file or a chat is recognised as such.
const PREFIX: &str = "khs_";

/// Longest id.
const ID_CHARS_MAX: usize = 64;
/// Longest name, characters.
const NAME_CHARS_MAX: usize = 120;

/// A client to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Public id, e.g. `scoring`.
    pub id: String,
    /// Who it is, for people.
    pub name: String,
    /// Address that is told of publications.
    pub contact: Option<String>,
    /// What it may do.
    pub scopes: Scopes,
    /// Units that it may report dossiers of, with all below them.
    pub units: Vec<UnitId>,
}

/// A client that was just made.
#[derive(Debug)]
pub struct Created {
    /// Its id.
    pub id: String,
    /// Its secret, which nobody can read again: 256 random bits after a prefix, all of `A-Z a-z 0-9 - _`.
    pub secret: SecretString,
}

/// A client that proved who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// What it may do.
    pub scopes: Scopes,
}

/// Makes a client; its secret is in the answer and nowhere else.
///
/// # Errors
/// [`AccountError`] names the value that cannot be used; [`StoreError::Exists`] when the id is taken,
/// [`StoreError::Forbidden`] when the actor may not.
pub fn create(desk: &Desk, actor: &Actor, new: &NewClient) -> Result<Created, AccountError> {
    check(new)?;
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random::<32>()?));
    let row = Client {
        id: new.id.clone(),
        name: new.name.trim().to_owned(),
        contact: new.contact.clone(),
        secret_hash: sha256(secret.as_bytes()).to_vec(),
        scopes: new.scopes.to_string(),
    };
    let subject = format!("client {}", new.id);
    let act = Act::new(actor, Right::ManageKeys, desk.clock.now(), "client.add", subject)
        .with(serde_json::json!({ "scopes": row.scopes, "units": new.units }));
    desk.store.add_client(&act, &row, &new.units)?;
    Ok(Created { id: row.id, secret: secret.into() })
}

/// Disables a client: it gets no more tokens and those it holds open nothing.
///
/// # Errors
/// [`StoreError::Missing`]; [`StoreError::Forbidden`] when the actor may not.
pub fn disable(desk: &Desk, actor: &Actor, id: &str) -> Result<(), AccountError> {
    let subject = format!("client {id}");
    let act = Act::new(actor, Right::ManageKeys, desk.clock.now(), "client.disable", subject);
    Ok(desk.store.disable_client(&act, id)?)
}

/// The client of that id, when the secret is its own.
///
/// A wrong secret, an unknown id and a disabled client take the same steps (one look-up, one digest, one comparison in
/// constant time) and give the same answer, so that nobody learns which clients there are.
///
/// # Errors
/// What the database says.
pub fn authenticate(
    store: &Store,
    id: &str,
    secret: &SecretString,
) -> Result<Option<Known>, StoreError> {
    // An id that cannot be one is looked up as the empty one, which nobody has.
    let found = store.client(if is_id(id) { id } else { "" })?;
    let (there, stored, scopes) = match &found {
        Some(client) => (1, client.secret_hash.as_slice(), client.scopes.as_str()),
        None => (0, [0; 32].as_slice(), ""),
    };
    // A digest without salt or stretching suffices for 256 random bits, which no list of guesses reaches.
    let same = sha256(secret.expose_secret().as_bytes()).as_slice().ct_eq(stored);
    let known = bool::from(same & Choice::from(there));
    Ok(known.then(|| Known { id: id.to_owned(), scopes: Scopes::known(scopes) }))
}

fn check(new: &NewClient) -> Result<(), AccountError> {
    if !is_id(&new.id) {
        return Err(AccountError::Id { id: new.id.clone() });
    }
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains(char::is_control) {
        return Err(AccountError::Name);
    }
    if let Some(contact) = &new.contact
        && contact.parse::<lettre::Address>().is_err()
    {
        return Err(AccountError::Contact { contact: contact.clone() });
    }
    if new.scopes.is_empty() {
        return Err(AccountError::NoScope);
    }
    if new.scopes.holds(Scope::DossiersWrite) == new.units.is_empty() {
        return Err(AccountError::Units);
    }
    Ok(())
}

/// Ids stand in headers, tokens and commands without escaping.
fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::testing::desk;
    use crate::store::actor::Role;

    fn wish(id: &str) -> NewClient {
        NewClient {
            id: id.to_owned(),
            name: "Hệ thống chấm điểm CCHC".to_owned(),
            contact: Some("cchc@gialai.example".to_owned()),
            scopes: Scopes::from_iter([Scope::ResultsRead]),
            units: Vec::new(),
        }
    }

    fn admin() -> Actor {
        Actor::Person { name: "an".to_owned(), grants: vec![(Role::SystemAdmin, None)] }
    }

    #[test]
    fn a_client_is_known_by_its_secret_and_by_nothing_else() {
        let (desk, _clock, _dir) = desk();
        let made = create(&desk, &admin(), &wish("scoring")).unwrap();
        let other = create(&desk, &admin(), &wish("other")).unwrap();
        let known = authenticate(&desk.store, "scoring", &made.secret).unwrap().unwrap();
        assert_eq!(
            (known.id.as_str(), known.scopes.to_string().as_str()),
            ("scoring", "results:read")
        );
        for (id, secret) in [
            ("scoring", other.secret.expose_secret()),
            ("scoring", ""),
            ("scoring", "khs_"),
            ("ghost", made.secret.expose_secret()),
            ("", made.secret.expose_secret()),
            ("SCORING", made.secret.expose_secret()),
            ("scoring\0", made.secret.expose_secret()),
        ] {
            let refused = authenticate(&desk.store, id, &secret.to_owned().into()).unwrap();
            assert_eq!(refused, None, "{id:?}");
        }
    }

    #[test]
    fn the_secret_has_256_random_bits_and_is_stored_as_a_digest_only() {
        let (desk, _clock, _dir) = desk();
        let made = create(&desk, &admin(), &wish("scoring")).unwrap();
        let secret = made.secret.expose_secret();
        let bits = URL_SAFE_NO_PAD.decode(secret.strip_prefix(PREFIX).unwrap()).unwrap();
        assert_eq!(bits.len(), 32);
        let row = desk.store.client("scoring").unwrap().unwrap();
        assert_eq!(row.secret_hash, sha256(secret.as_bytes()));
        assert!(!format!("{made:?} {row:?}").contains(secret));
        let trail = desk.store.audit_after(0, 10).unwrap();
        assert!(!format!("{trail:?}").contains(secret));
        let again = create(&desk, &admin(), &wish("other")).unwrap();
        assert_ne!(again.secret.expose_secret(), secret);
    }

    #[test]
    fn a_disabled_client_is_no_longer_known() {
        let (desk, _clock, _dir) = desk();
        let made = create(&desk, &admin(), &wish("scoring")).unwrap();
        disable(&desk, &admin(), "scoring").unwrap();
        assert_eq!(authenticate(&desk.store, "scoring", &made.secret).unwrap(), None);
    }

    #[test]
    fn a_client_that_makes_no_sense_is_refused_with_the_reason() {
        let (desk, _clock, _dir) = desk();
        let reports = Scopes::from_iter([Scope::DossiersWrite]);
        let bad: [(&str, NewClient); 8] = [
            ("units", NewClient { scopes: reports, ..wish("scoring") }),
            ("units", NewClient { units: vec![UnitId(1)], ..wish("scoring") }),
            ("\"Scoring\"", wish("Scoring")),
            ("\"a b\"", wish("a b")),
            ("\"\"", wish("")),
            ("name", NewClient { name: "a\nb".to_owned(), ..wish("scoring") }),
            ("mail address", NewClient { contact: Some("nobody".to_owned()), ..wish("scoring") }),
            ("scope", NewClient { scopes: Scopes::default(), ..wish("scoring") }),
        ];
        for (words, new) in bad {
            let error = create(&desk, &admin(), &new).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(desk.store.clients().unwrap().is_empty());
    }

    #[test]
    fn only_a_system_administrator_makes_clients() {
        let (desk, _clock, _dir) = desk();
        let clerk =
            Actor::Person { name: "bình".to_owned(), grants: vec![(Role::Publisher, None)] };
        assert!(matches!(
            create(&desk, &clerk, &wish("scoring")),
            Err(AccountError::Store(StoreError::Forbidden { .. }))
        ));
    }
}

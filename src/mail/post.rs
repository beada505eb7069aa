//! Posts signed tree heads to the web addresses of witnesses. The same head again carries the same key, so whoever keeps
//! heads may count it once.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{TlsConfig, TlsProvider};

use super::failure::{Failure, Reason};
use crate::ledger::{HEADS, Heads, signed};
use crate::store::Store;
use crate::store::outbox::Mail;

/// Longest a POST may take as a whole; connecting has a third of it.
pub const LIMIT: Duration = Duration::from_secs(15);
/// Of the answer nothing but its status is looked at.
const STATUS_GOOD: std::ops::Range<u16> = 200..300;

/// Sends to web addresses.
#[derive(Clone)]
pub struct Poster(Agent);

/// Asks web addresses: follows no redirect, so what was checked is where it goes; believes the public certificate
/// authorities; gives up after [`LIMIT`].
#[must_use]
pub fn agent() -> Agent {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(crypto)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(LIMIT / 3))
        .timeout_global(Some(LIMIT))
        .user_agent(concat!("khaosat/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
}

impl Poster {
    /// With [`agent`].
    pub fn new() -> Self {
        Self(agent())
    }

    /// Posts the head that `mail` names; blocks.
    ///
    /// # Errors
    /// What came instead of a 2xx, or that the head is not there.
    pub fn post(&self, store: &Store, mail: &Mail) -> Result<(), Failure> {
        let body = body(store, &mail.subject_ref)?;
        let sent = self
            .0
            .post(&mail.recipient)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", mail.message_id.trim_matches(['<', '>']))
            .send(&body);
        match sent {
            Ok(answer) if STATUS_GOOD.contains(&answer.status().as_u16()) => Ok(()),
            Ok(answer) => Err(Failure::Later(Reason::plain(&format!(
                "the witness's address answered {}; it must answer 200 to 299 itself",
                answer.status().as_u16()
            )))),
            Err(error) => Err(Failure::Later(Reason::said(&format!(
                "the witness's address did not answer: {error}"
            )))),
        }
    }
}

/// A file of heads with this one, as `/results/ledger.json` has all of them.
fn body(store: &Store, size: &str) -> Result<Vec<u8>, Failure> {
    let refuse = |words: &str| Failure::Refused(Reason::plain(words));
    let found = size.parse().ok().map(|size| store.head(size)).transpose();
    let head = found.map_err(|_| Failure::Later(Reason::plain("the ledger could not be read")))?;
    let head = head.flatten().ok_or_else(|| refuse("the head it tells of is not there"))?;
    let head = signed(head).map_err(|_| refuse("the head it tells of cannot be read"))?;
    let file = Heads { kind: HEADS.to_owned(), heads: vec![head] };
    serde_json::to_vec_pretty(&file).map_err(|_| refuse("the head cannot be written"))
}

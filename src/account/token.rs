//! Access tokens: JWTs after RFC 9068, signed with EdDSA, good for a few minutes, checked against our own clock.

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::AccountError;
use super::client::Known;
use super::scope::Scopes;
use crate::clock::Millis;
use crate::desk::Desk;
use crate::publish::{Purpose, signing_pair};
use crate::store::StoreError;
use crate::store::key::PublicKey;
use crate::vault::{VaultError, random, verifying_key};

/// How long a token is good for, seconds: a lost one is worth little, and a client asks again in one request.
pub const LIFE_SECONDS: i64 = 600;

/// How far the clocks of two servers of one database may lie apart, seconds.
const SKEW_SECONDS: i64 = 5;

/// Longest token that is looked at, bytes; ours have about 600.
const TOKEN_BYTES_MAX: usize = 4096;

/// The media type of RFC 9068, section 2.1, without `application/`.
const TYPE: &str = "at+jwt";

/// The claims of RFC 9068, section 2.2.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    scope: String,
    jti: String,
    iat: i64,
    exp: i64,
}

/// A token that was just signed.
#[derive(Debug)]
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// What it allows.
    pub scopes: Scopes,
}

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Client's id.
    pub client: String,
    /// What it may do now.
    pub scopes: Scopes,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    /// Ours, but too old.
    #[error("the access token has expired; ask for a new one")]
    Expired,
    /// Everything else, which is not told apart.
    #[error("the access token is not valid here")]
    Invalid,
    /// It could not be checked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whom our tokens are for: the API under this public address.
#[must_use]
pub fn audience(public_url: &str) -> String {
    format!("{public_url}/api")
}

/// Signs a token for an authenticated client.
///
/// # Errors
/// When the signing key is not here or cannot be made.
pub fn issue(desk: &Desk, client: &Known, scopes: Scopes) -> Result<Issued, AccountError> {
    let pair = signing_pair(desk, Purpose::Token)?;
    let iat = desk.clock.now().seconds();
    let claims = Claims {
        iss: desk.public_url.clone(),
        aud: audience(&desk.public_url),
        sub: client.id.clone(),
        client_id: client.id.clone(),
        scope: scopes.to_string(),
        jti: data_encoding::HEXLOWER.encode(&random::<16>()?),
        iat,
        exp: iat.saturating_add(LIFE_SECONDS),
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(pair.kid().to_owned());
    let token = jsonwebtoken::encode(&header, &claims, &pair.encoding_key())
        .map_err(|_| VaultError::Signing)?;
    Ok(Issued { token, expires_in: LIFE_SECONDS, scopes })
}

/// Who `token` speaks for: signed by a key of ours that signs tokens, for this API, at this time, for a client that is
/// still there; it may do what both the token and the client's row allow.
///
/// # Errors
/// [`TokenFault`].
pub fn verify(desk: &Desk, token: &str) -> Result<Access, TokenFault> {
    let kid = key_id(token).ok_or(TokenFault::Invalid)?;
    let now = desk.clock.now();
    let key = desk.store.keys()?.into_iter().find(|key| key.kid == kid && verifies(key, now));
    let claims = claims(token, &key.ok_or(TokenFault::Invalid)?).ok_or(TokenFault::Invalid)?;
    let ours = claims.iss == desk.public_url
        && claims.aud == audience(&desk.public_url)
        && claims.client_id == claims.sub
        && claims.iat <= now.seconds().saturating_add(SKEW_SECONDS)
        && claims.exp <= claims.iat.saturating_add(LIFE_SECONDS);
    if !ours {
        return Err(TokenFault::Invalid);
    }
    // RFC 7519, section 4.1.4: on or after this time it is not accepted.
    if now.seconds() >= claims.exp {
        return Err(TokenFault::Expired);
    }
    let client = desk.store.client(&claims.sub)?.ok_or(TokenFault::Invalid)?;
    let scopes = Scopes::known(&claims.scope).and(&Scopes::known(&client.scopes));
    Ok(Access { client: client.id, scopes })
}

/// The key that the header names, when it is the header of an access token at all.
fn key_id(token: &str) -> Option<String> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    let kind = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    let right = header.alg == Algorithm::EdDSA
        && kind.strip_prefix("application/").unwrap_or(&kind) == TYPE;
    header.kid.filter(|_| right)
}

/// Keys for tokens; a retired one only as long as a token that it signed at its last moment may live.
fn verifies(key: &PublicKey, now: Millis) -> bool {
    let over = |retired: i64| now > Millis(retired).plus((LIFE_SECONDS + SKEW_SECONDS) * 1000);
    key.purpose == Purpose::Token.word() && !key.retired_at.is_some_and(over)
}

fn claims(token: &str, key: &PublicKey) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The library would ask the system's clock; times and audience are checked against the desk instead.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let data = jsonwebtoken::decode(token, &verifying_key(&key.public_key), &validation).ok()?;
    Some(data.claims)
}

#[cfg(test)]
mod tests;

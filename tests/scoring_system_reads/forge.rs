//! Tokens that somebody else could try to get in with.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use khaosat::publish::{Purpose, signing_pair};
use khaosat::vault::SigningPair;
use serde_json::{Value, json};

use super::house::House;

/// The claims of a good token for `client`.
pub fn claims(house: &House, client: &str) -> Value {
    let now = house.desk.clock.now().seconds();
    json!({
        "iss": house.base, "aud": format!("{}/api", house.base), "sub": client, "client_id": client,
        "scope": "results:read", "jti": "00", "iat": now, "exp": now + 600,
    })
}

/// A token signed by our own key for tokens, which only we have.
pub fn signed(house: &House, claims: &Value) -> String {
    let pair = pair(house);
    encode(&header(Algorithm::EdDSA, &pair), claims, &pair.encoding_key())
}

/// A token whose MAC key is our public key, which everybody has: it fools who lets the token choose the algorithm.
pub fn mac_with_public_key(house: &House, claims: &Value) -> String {
    let pair = pair(house);
    encode(&header(Algorithm::HS256, &pair), claims, &EncodingKey::from_secret(&pair.public()))
}

/// A token that says it needs no signature.
pub fn unsigned(house: &House, claims: &Value) -> String {
    let kid = pair(house).kid().to_owned();
    let header = json!({"alg": "none", "typ": "at+jwt", "kid": kid});
    let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.", part(&header), part(claims))
}

/// The token with the claims replaced and the signature kept.
pub fn tampered(token: &str, claims: &Value) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    let body = data_encoding::BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
    parts[1] = &body;
    parts.join(".")
}

fn pair(house: &House) -> SigningPair {
    signing_pair(&house.desk, Purpose::Token).unwrap()
}

fn header(algorithm: Algorithm, pair: &SigningPair) -> Header {
    let mut header = Header::new(algorithm);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(pair.kid().to_owned());
    header
}

fn encode(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).unwrap()
}

use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::*;
use crate::account::client::{self, NewClient};
use crate::account::scope::Scope;
use crate::account::testing::desk;
use crate::publish::rotate;
use crate::store::Actor;

const ADMIN: Actor = Actor::Service("test");

fn scoring(desk: &Desk) -> Known {
    let scopes = Scopes::from_iter([Scope::ResultsRead, Scope::ScorecardsRead]);
    let new = NewClient {
        id: "scoring".to_owned(),
        name: "Scoring".to_owned(),
        contact: None,
        scopes: scopes.clone(),
        units: Vec::new(),
    };
    client::create(desk, &ADMIN, &new).unwrap();
    Known { id: new.id, scopes }
}

fn granted(desk: &Desk) -> String {
    let known = scoring(desk);
    issue(desk, &known, known.scopes.clone()).unwrap().token
}

/// A token of our own key with claims and header as wished.
fn signed(desk: &Desk, purpose: Purpose, change: impl Fn(&mut Header, &mut Value)) -> String {
    let pair = signing_pair(desk, purpose).unwrap();
    let now = desk.clock.now().seconds();
    let mut claims = json!({
        "iss": "https://khaosat.example", "aud": "https://khaosat.example/api", "sub": "scoring",
        "client_id": "scoring", "scope": "results:read", "jti": "1", "iat": now, "exp": now + 600,
    });
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(pair.kid().to_owned());
    change(&mut header, &mut claims);
    let key = match header.alg {
        Algorithm::EdDSA => pair.encoding_key(),
        _ => EncodingKey::from_secret(&pair.public()),
    };
    jsonwebtoken::encode(&header, &claims, &key).unwrap()
}

#[test]
fn a_token_speaks_for_its_client_until_it_expires() {
    let (desk, clock, _dir) = desk();
    let token = granted(&desk);
    let access = verify(&desk, &token).unwrap();
    assert_eq!(access.client, "scoring");
    assert_eq!(access.scopes.to_string(), "results:read scorecards:read");
    let start = desk.clock.now();
    clock.set(start.plus(599_999));
    assert!(verify(&desk, &token).is_ok());
    clock.set(start.plus(600_000));
    assert!(matches!(verify(&desk, &token), Err(TokenFault::Expired)));
}

#[test]
fn a_token_made_by_hand_as_we_make_them_is_good_so_the_refusals_below_mean_something() {
    let (desk, _clock, _dir) = desk();
    scoring(&desk);
    assert!(verify(&desk, &signed(&desk, Purpose::Token, |_, _| ())).is_ok());
    let long_name = |h: &mut Header, _: &mut Value| h.typ = Some("application/AT+JWT".to_owned());
    assert!(verify(&desk, &signed(&desk, Purpose::Token, long_name)).is_ok());
}

#[test]
fn nothing_that_we_did_not_sign_for_this_use_gets_in() {
    let (desk, _clock, _dir) = desk();
    scoring(&desk);
    let token = |change: fn(&mut Header, &mut Value)| signed(&desk, Purpose::Token, change);
    let good = token(|_, _| ());
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
    let other_body = {
        let wide = token(|_, c| c["scope"] = json!("scorecards:write"));
        wide.split('.').nth(1).unwrap().to_owned()
    };
    let refused = [
        ("alg none", format!("{none}.{body}.")),
        ("no signature", format!("{head}.{body}.")),
        ("other body", format!("{head}.{other_body}.{signature}")),
        ("HS256 with the public key", token(|h, _| h.alg = Algorithm::HS256)),
        ("typ JWT", token(|h, _| h.typ = Some("JWT".to_owned()))),
        ("no typ", token(|h, _| h.typ = None)),
        ("no kid", token(|h, _| h.kid = None)),
        ("unknown kid", token(|h, _| h.kid = Some("0".repeat(16)))),
        ("other audience", token(|_, c| c["aud"] = json!("https://other.example/api"))),
        ("list of audiences", token(|_, c| c["aud"] = json!(["https://khaosat.example/api"]))),
        ("no audience", token(|_, c| drop(c.as_object_mut().unwrap().remove("aud")))),
        ("other issuer", token(|_, c| c["iss"] = json!("https://other.example"))),
        ("other subject", token(|_, c| c["sub"] = json!("other"))),
        ("no expiry", token(|_, c| drop(c.as_object_mut().unwrap().remove("exp")))),
        ("a long life", token(|_, c| c["exp"] = json!(c["iat"].as_i64().unwrap() + 601))),
        ("from the future", token(|_, c| c["iat"] = json!(c["iat"].as_i64().unwrap() + 6))),
        (
            "unknown client",
            token(|_, c| {
                c["sub"] = json!("ghost");
                c["client_id"] = json!("ghost");
            }),
        ),
        ("a key of publications", signed(&desk, Purpose::Publication, |_, _| ())),
        ("too long", token(|_, c| c["jti"] = json!("x".repeat(4000)))),
        ("no token", "khaosat".to_owned()),
        ("nothing", String::new()),
    ];
    for (what, token) in refused {
        assert!(matches!(verify(&desk, &token), Err(TokenFault::Invalid)), "{what}");
    }
}

#[test]
fn no_two_tokens_have_the_same_id() {
    let (desk, _clock, _dir) = desk();
    let known = scoring(&desk);
    let one = || issue(&desk, &known, known.scopes.clone()).unwrap().token;
    assert_ne!(one(), one());
}

#[test]
fn a_retired_key_verifies_until_its_last_token_expired() {
    let (desk, clock, _dir) = desk();
    let token = granted(&desk);
    rotate(&desk, &ADMIN, Purpose::Token).unwrap();
    assert!(verify(&desk, &token).is_ok());
    // Whoever stole the old key can sign what he likes with it, but not for long.
    let retired = desk.clock.now();
    clock.set(retired.plus(700_000));
    let old = desk.store.keys().unwrap().into_iter().find(|k| k.retired_at.is_some()).unwrap();
    let pair = desk.vault.signing_pair(&old.kid).unwrap();
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(old.kid);
    let now = desk.clock.now().seconds();
    let claims = json!({
        "iss": "https://khaosat.example", "aud": "https://khaosat.example/api", "sub": "scoring",
        "client_id": "scoring", "scope": "results:read", "jti": "1", "iat": now, "exp": now + 600,
    });
    let forged = jsonwebtoken::encode(&header, &claims, &pair.encoding_key()).unwrap();
    assert!(matches!(verify(&desk, &forged), Err(TokenFault::Invalid)));
}

#[test]
fn a_disabled_clients_tokens_open_nothing() {
    let (desk, _clock, _dir) = desk();
    let token = granted(&desk);
    client::disable(&desk, &ADMIN, "scoring").unwrap();
    assert!(matches!(verify(&desk, &token), Err(TokenFault::Invalid)));
}

//! Who gets a token, and who gets in with one.

use data_encoding::BASE64;
use khaosat::account::client;
use khaosat::publish::{Purpose, rotate};
use khaosat::web::api::{Budgets, Rate};
use serde_json::json;

use super::forge;
use super::house::{House, SETUP};
use crate::support::{Client, on_each_engine};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn basic(house: &House, id: &str, secret: &str) -> Client {
    let pair = BASE64.encode(format!("{id}:{secret}").as_bytes());
    house.stranger().with("Authorization", &format!("Basic {pair}"))
}

#[test]
fn a_client_gets_a_token_by_basic_and_by_body() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read scorecards:read");
        let by_basic = basic(&house, "scoring", &secret).post_form("/oauth/token", &[GRANT]);
        let by_body = house.stranger().post_form(
            "/oauth/token",
            &[GRANT, ("client_id", "scoring"), ("client_secret", &secret)],
        );
        for answer in [&by_basic, &by_body] {
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("cache-control"), "no-store");
            let token = answer.json();
            assert_eq!(token["token_type"], "Bearer");
            assert_eq!(token["expires_in"], 600);
            assert_eq!(token["scope"], "results:read scorecards:read");
            let caller = house.bearer(token["access_token"].as_str().unwrap());
            assert_eq!(caller.get("/api/v1/rounds").status, 200);
        }
        assert_ne!(by_basic.json()["access_token"], by_body.json()["access_token"]);
    });
}

#[test]
fn a_wrong_secret_and_an_unknown_client_get_the_same_answer() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read");
        let gone = house.client("gone", "results:read");
        client::disable(&house.desk, &SETUP, "gone").unwrap();
        let refused = [
            basic(&house, "scoring", "wrong"),
            basic(&house, "ghost", "wrong"),
            basic(&house, "ghost", &secret),
            basic(&house, "gone", &gone),
            basic(&house, "scoring\0", &secret),
        ]
        .map(|client| client.post_form("/oauth/token", &[GRANT]));
        for answer in &refused {
            assert_eq!(answer.status, 401);
            assert_eq!(answer.body, refused[0].body);
            assert_eq!(answer.header("www-authenticate"), refused[0].header("www-authenticate"));
        }
        assert_eq!(refused[0].json()["error"], "invalid_client");
        assert!(refused[0].header("www-authenticate").starts_with("Basic "));
    });
}

#[test]
fn the_token_endpoint_refuses_in_the_words_of_its_rfc() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read");
        let known = basic(&house, "scoring", &secret);
        let fields = |more: &[(&str, &str)]| {
            let answer = known.post_form("/oauth/token", more);
            (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
        };
        let refused = |status: u16, error: &str| (status, error.to_owned());
        assert_eq!(fields(&[]), refused(400, "invalid_request"));
        assert_eq!(fields(&[GRANT, GRANT]), refused(400, "invalid_request"));
        assert_eq!(fields(&[GRANT, ("client_secret", &secret)]), refused(400, "invalid_request"));
        assert_eq!(
            fields(&[("grant_type", "password"), ("username", "a")]),
            refused(400, "unsupported_grant_type")
        );
        assert_eq!(fields(&[GRANT, ("scope", "scorecards:write")]), refused(400, "invalid_scope"));
        assert_eq!(fields(&[GRANT, ("scope", "root")]), refused(400, "invalid_scope"));
        assert_eq!(fields(&[GRANT, ("x", &"a".repeat(9000))]), refused(413, "invalid_request"));
        let in_address = format!("/oauth/token?client_id=scoring&client_secret={secret}");
        let in_address = house.stranger().post_form(&in_address, &[GRANT]);
        assert_eq!(
            (in_address.status, in_address.json()["error"].as_str()),
            (400, Some("invalid_request"))
        );
        let as_json = known.post_json("/oauth/token", r#"{"grant_type":"client_credentials"}"#);
        assert_eq!(
            (as_json.status, as_json.json()["error"].as_str()),
            (400, Some("invalid_request"))
        );
        let nobody = house.stranger().post_form("/oauth/token", &[GRANT]);
        assert_eq!((nobody.status, nobody.json()["error"].as_str()), (401, Some("invalid_client")));
        let read = known.get("/oauth/token");
        assert_eq!((read.status, read.header("allow")), (405, "POST"));
    });
}

#[test]
fn a_narrower_token_is_given_when_asked_for() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read scorecards:read");
        let answer = basic(&house, "scoring", &secret)
            .post_form("/oauth/token", &[GRANT, ("scope", "scorecards:read")]);
        assert_eq!(answer.json()["scope"], "scorecards:read");
        let caller = house.bearer(answer.json()["access_token"].as_str().unwrap());
        assert_eq!(caller.get("/api/v1/rounds").status, 403);
    });
}

#[test]
fn a_used_up_budget_says_when_to_come_back() {
    on_each_engine(|engine| {
        let house = House::with_budgets(
            engine,
            Budgets::new(Rate::new(100, 100), Rate::new(1, 4), Rate::new(1, 2)),
        );
        let secret = house.client("scoring", "results:read");
        let client = basic(&house, "scoring", &secret);
        let ask = || client.post_form("/oauth/token", &[GRANT]);
        assert_eq!([ask().status, ask().status], [200, 200]);
        let by_client = ask();
        assert_eq!(by_client.status, 429);
        assert!(by_client.header("retry-after").parse::<u32>().unwrap() >= 1);
        // A stranger at the same address meets the address's budget, whatever he sends.
        let strangers: Vec<u16> =
            (0..4).map(|_| house.stranger().post_form("/oauth/token", &[GRANT]).status).collect();
        assert!(strangers.contains(&429), "{strangers:?}");
    });
}

#[test]
fn a_token_opens_the_api_until_it_expires() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let caller = house.caller("scoring", "results:read");
        assert_eq!(caller.get("/api/v1/rounds").status, 200);
        let start = house.desk.clock.now();
        house.clock.set(start.plus(599_000));
        assert_eq!(caller.get("/api/v1/rounds").status, 200);
        house.clock.set(start.plus(600_000));
        let late = caller.get("/api/v1/rounds");
        assert_eq!(late.status, 401);
        assert!(late.header("www-authenticate").contains("error=\"invalid_token\""));
        assert!(late.json()["detail"].as_str().unwrap().contains("expired"));
    });
}

#[test]
fn a_token_without_the_scope_is_told_which_one_is_needed() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let caller = house.caller("reader", "scorecards:read");
        let refused = caller.get("/api/v1/rounds");
        assert_eq!(refused.status, 403);
        let challenge = refused.header("www-authenticate");
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_scope\"")
        );
        assert!(challenge.contains("scope=\"results:read\""), "{challenge}");
        let write = caller.send("PUT", "/api/v1/scorecards/2026", Some("application/json"), "{}");
        assert_eq!(write.status, 403);
        assert!(write.header("www-authenticate").contains("scope=\"scorecards:write\""));
    });
}

#[test]
fn nobody_gets_in_with_a_token_that_we_did_not_make_for_this() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read");
        let good = house.token("scoring", &secret);
        let claims = forge::claims(&house, "scoring");
        // As good as ours: so each refusal below has the one reason that its line names.
        assert_eq!(house.bearer(&forge::signed(&house, &claims)).get("/api/v1/rounds").status, 200);
        let changed = |key: &str, value: serde_json::Value| {
            let mut claims = claims.clone();
            claims[key] = value;
            claims
        };
        let refused = [
            (
                "other audience",
                forge::signed(&house, &changed("aud", json!("https://other.example/api"))),
            ),
            (
                "other issuer",
                forge::signed(&house, &changed("iss", json!("https://other.example"))),
            ),
            ("alg none", forge::unsigned(&house, &claims)),
            ("HS256 with the public key", forge::mac_with_public_key(&house, &claims)),
            ("tampered", forge::tampered(&good, &changed("scope", json!("scorecards:write")))),
            ("another client's", forge::tampered(&good, &changed("sub", json!("other")))),
            ("a client id", "scoring".to_owned()),
            ("a secret", secret),
        ];
        for (what, token) in refused {
            let answer = house.bearer(&token).get("/api/v1/rounds");
            assert_eq!(answer.status, 401, "{what}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
            assert!(
                answer.header("www-authenticate").contains("error=\"invalid_token\""),
                "{what}"
            );
            assert!(!answer.text().contains(&token), "{what}");
        }
        let in_address = house.stranger().get(&format!("/api/v1/rounds?access_token={good}"));
        assert_eq!(in_address.status, 401);
    });
}

#[test]
fn tokens_of_the_old_key_work_on_after_a_rotation_and_both_keys_are_published() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let secret = house.client("scoring", "results:read");
        let old = house.token("scoring", &secret);
        rotate(&house.desk, &SETUP, Purpose::Token).unwrap();
        let new = house.token("scoring", &secret);
        let keys = house.stranger().get("/.well-known/jwks.json");
        assert!(keys.header("cache-control").starts_with("public, max-age="));
        for token in [old, new] {
            assert_eq!(house.bearer(&token).get("/api/v1/rounds").status, 200);
            let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
            let keys = keys.json();
            let mut all = keys["keys"].as_array().unwrap().iter();
            assert!(all.any(|key| key["kid"] == kid.as_str() && key["alg"] == "EdDSA"), "{kid}");
        }
    });
}

#[test]
fn a_client_that_configures_itself_finds_the_token_endpoint() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let found = house.stranger().get("/.well-known/oauth-authorization-server").json();
        assert_eq!(found["issuer"], house.base.as_str());
        assert_eq!(found["token_endpoint"], format!("{}/oauth/token", house.base));
        assert_eq!(found["jwks_uri"], format!("{}/.well-known/jwks.json", house.base));
        assert_eq!(found["grant_types_supported"], json!(["client_credentials"]));
        assert_eq!(found["response_types_supported"], json!([]));
    });
}

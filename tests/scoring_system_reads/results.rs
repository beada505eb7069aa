//! What a client reads: rounds, publications byte for byte, units, and how it is told that something is not there.

use khaosat::publish::check;
use khaosat::vault::sha256;
use khaosat::web::api::{Budgets, Rate};
use serde_json::Value;

use super::house::House;
use crate::support::{Client, on_each_engine};

fn problem(client: &Client, method: &str, path: &str, base: &str) -> (u16, String) {
    let answer = client.send(method, path, None, "");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(body["status"], answer.status, "{method} {path}");
    assert_eq!(body["instance"], path.split('?').next().unwrap());
    for text in ["title", "detail"] {
        assert!(!body[text].as_str().unwrap().is_empty(), "{method} {path}");
    }
    let kind = body["type"].as_str().unwrap();
    let slug = kind.strip_prefix(&format!("{base}/problems/")).unwrap();
    (answer.status, slug.to_owned())
}

#[test]
fn the_sub_index_is_the_stored_publication_byte_for_byte() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        let stored = house.publish("2026-11", 1, None);
        let caller = house.caller("scoring", "results:read");
        let answer = caller.get("/api/v1/rounds/2026-11/sub-index");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, stored.bytes);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("etag"), format!("\"{}\"", stored.digest));
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let digest = data_encoding::HEXLOWER.encode(&sha256(&answer.body));
        assert_eq!(digest, stored.digest);
        let link = format!(
            "<{}/api/v1/rounds/2026-11/publications/{digest}>; rel=\"canonical\"",
            house.base
        );
        assert_eq!(answer.header("link"), link);
    });
}

#[test]
fn the_signature_in_the_header_verifies_with_the_published_keys() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        let answer =
            house.caller("scoring", "results:read").get("/api/v1/rounds/2026-11/sub-index");
        let set = house.stranger().get("/.well-known/jwks.json").json();
        let keys: Vec<(String, Vec<u8>)> = set["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| {
                let x =
                    data_encoding::BASE64URL_NOPAD.decode(key["x"].as_str().unwrap().as_bytes());
                (key["kid"].as_str().unwrap().to_owned(), x.unwrap())
            })
            .collect();
        let known = || keys.iter().map(|(kid, x)| (kid.as_str(), x.as_slice()));
        let jws = answer.header("khaosat-signature");
        assert!(check(jws, &answer.body, known()).is_ok());
        assert!(check(jws, &answer.body[1..], known()).is_err());
    });
}

#[test]
fn a_client_that_has_the_bytes_gets_them_once() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        let first = house.publish("2026-11", 1, None);
        let secret = house.client("scoring", "results:read");
        let token = house.token("scoring", &secret);
        let caller = house.bearer(&token).with("If-None-Match", &format!("\"{}\"", first.digest));
        let path = "/api/v1/rounds/2026-11/sub-index";
        let again = caller.get(path);
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), format!("\"{}\"", first.digest));
        house.publish("2026-11", 2, Some(&first));
        assert_eq!(caller.get(path).status, 200);
    });
}

#[test]
fn a_superseded_publication_stays_under_its_own_address() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        let first = house.publish("2026-11", 1, None);
        let second = house.publish("2026-11", 2, Some(&first));
        let caller = house.caller("scoring", "results:read");
        assert_eq!(caller.get("/api/v1/rounds/2026-11/sub-index").body, second.bytes);
        for publication in [&first, &second] {
            let path = format!("/api/v1/rounds/2026-11/publications/{}", publication.digest);
            let answer = caller.get(&path);
            assert_eq!(answer.body, publication.bytes);
            assert!(answer.header("cache-control").contains("immutable"));
        }
        house.round("2026-12");
        let elsewhere = format!("/api/v1/rounds/2026-12/publications/{}", first.digest);
        assert_eq!(caller.get(&elsewhere).status, 404);
    });
}

#[test]
fn head_says_the_same_without_the_body() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        let stored = house.publish("2026-11", 1, None);
        let caller = house.caller("scoring", "results:read");
        let answer = caller.send("HEAD", "/api/v1/rounds/2026-11/sub-index", None, "");
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(answer.header("etag"), format!("\"{}\"", stored.digest));
        assert_eq!(answer.header("content-length"), stored.bytes.len().to_string());
    });
}

#[test]
fn only_published_rounds_are_listed_newest_first_page_by_page() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        for (code, hours) in [("2026-b", 0), ("2026-a", 1), ("2026-c", 2), ("unpublished", 3)] {
            let now = house.desk.clock.now();
            house.clock.set(now.plus(hours * 3_600_000));
            house.round(code);
        }
        let first = house.publish("2026-a", 1, None);
        let second = house.publish("2026-a", 2, Some(&first));
        house.publish("2026-b", 1, None);
        house.publish("2026-c", 1, None);
        let caller = house.caller("scoring", "results:read");
        let page = caller.get("/api/v1/rounds?limit=2").json();
        let codes = |page: &Value| -> Vec<String> {
            let rounds = page["rounds"].as_array().unwrap();
            rounds.iter().map(|r| r["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes(&page), ["2026-c", "2026-a"]);
        let listed = &page["rounds"][1];
        assert_eq!(listed["publication"]["digest"], second.digest.as_str());
        assert_eq!(listed["publication"]["number"], 2);
        assert_eq!(listed["synthetic"], true);
        assert_eq!(listed["title"], "Khảo sát thử của kiểm thử");
        let href = listed["publication"]["href"].as_str().unwrap();
        assert_eq!(caller.get(href.strip_prefix(&house.base).unwrap()).body, second.bytes);
        let next = page["next"].as_str().unwrap();
        let rest = caller.get(next.strip_prefix(&house.base).unwrap()).json();
        assert_eq!(codes(&rest), ["2026-b"]);
        assert_eq!(rest["next"], Value::Null);
    });
}

#[test]
fn a_units_figures_are_those_of_the_publication() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        let stored = house.publish("2026-11", 1, None);
        let published: Value = serde_json::from_slice(&stored.bytes).unwrap();
        let caller = house.caller("scoring", "results:read");
        let kbang = caller.get("/api/v1/rounds/2026-11/units/625").json();
        assert_eq!(kbang["publication"]["digest"], stored.digest.as_str());
        assert_eq!(kbang["unit"], "Kbang");
        let official = &published["figures"]["official"]["units"][0];
        for key in ["figure", "factors", "rank", "same_as"] {
            assert_eq!(kbang["official"][key], official[key], "{key}");
        }
        let indicative = &published["figures"]["indicative"]["units"][0];
        assert_eq!(kbang["indicative"]["figure"], indicative["figure"]);
        assert_eq!(kbang["counts"].as_array().unwrap().len(), 2);
        let hidden = caller.get("/api/v1/rounds/2026-11/units/626").json();
        assert_eq!(hidden["official"]["figure"]["suppressed"], "few_respondents");
        assert_eq!(hidden["official"]["figure"]["index"], Value::Null);
        assert_eq!(hidden["indicative"], Value::Null);
    });
}

#[test]
fn what_is_not_there_or_not_taken_is_a_problem_with_a_stable_type() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        house.round("unpublished");
        let caller = house.caller("scoring", "results:read scorecards:read scorecards:write");
        let told = |method: &str, path: &str| problem(&caller, method, path, &house.base);
        let expected = |status: u16, slug: &str| (status, slug.to_owned());
        for path in [
            "/api/v1/rounds/unpublished/sub-index",
            "/api/v1/rounds/2030-01/sub-index",
            "/api/v1/rounds/UPPER/sub-index",
            "/api/v1/rounds/a%00b/sub-index",
            "/api/v1/rounds/2026-11/units/999",
            "/api/v1/rounds/2026-11/units/%F0%9F%98%80",
            &format!("/api/v1/rounds/2026-11/publications/{}", "0".repeat(64)),
            "/api/v1/rounds/2026-11/publications/x",
            "/api/v1/rounds?before=unpublished",
            "/api/v1/scorecards/2001",
            "/api/v1/scorecards/1999",
        ] {
            assert_eq!(told("GET", path), expected(404, "not-found"), "{path}");
        }
        for path in [
            "/api",
            "/api/",
            "/api/v1",
            "/api/v2/rounds",
            "/api/v1/rounds/",
            "/api/v1/rounds/2026-11",
        ] {
            assert_eq!(told("GET", path), expected(404, "path-unknown"), "{path}");
        }
        for path in [
            "/api/v1/rounds?limit=0",
            "/api/v1/rounds?limit=201",
            "/api/v1/rounds?limit=x",
            "/api/v1/rounds?limit=1&limit=2",
            "/api/v1/rounds?page=2",
            "/api/v1/rounds/2026-11/sub-index?format=xml",
            "/api/v1/scorecards/2026?series=%00",
        ] {
            assert_eq!(told("GET", path), expected(400, "invalid-request"), "{path}");
        }
        for (method, path) in [
            ("POST", "/api/v1/rounds"),
            ("DELETE", "/api/v1/scorecards/2026"),
            ("PUT", "/api/v1/rounds/2026-11/sub-index"),
            ("PATCH", "/api/openapi.json"),
            ("POST", "/.well-known/jwks.json"),
        ] {
            assert_eq!(told(method, path), expected(405, "method-not-allowed"), "{method} {path}");
            assert!(caller.send(method, path, None, "").header("allow").starts_with("GET, HEAD"));
        }
    });
}

#[test]
fn every_guarded_path_of_the_document_turns_a_stranger_away() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let document = house.stranger().get("/api/openapi.json").json();
        let mut guarded = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation["security"][0]["oauth"].is_null() {
                    continue;
                }
                let path = path
                    .replace("{round}", "2026-11")
                    .replace("{digest}", &"0".repeat(64))
                    .replace("{code}", "625")
                    .replace("{year}", "2026")
                    .replace("{size}", "1");
                let answer = house.stranger().send(&method.to_uppercase(), &path, None, "");
                assert_eq!(answer.status, 401, "{method} {path}");
                assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"khaosat\"");
                // No scope that the operation does not name opens it either.
                let scope = operation["security"][0]["oauth"][0].as_str().unwrap();
                let others =
                    ["results:read", "scorecards:read", "scorecards:write", "dossiers:write"];
                let others: Vec<&str> = others.into_iter().filter(|s| *s != scope).collect();
                let id = format!("without-{guarded}");
                let caller = house.caller(&id, &others.join(" "));
                let answer = caller.send(&method.to_uppercase(), &path, None, "");
                assert_eq!(answer.status, 403, "{method} {path}");
                guarded += 1;
            }
        }
        assert_eq!(guarded, 9);
    });
}

#[test]
fn the_document_and_its_page_are_public_and_fetch_nothing() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let document = house.stranger().get("/api/openapi.json");
        assert_eq!(document.status, 200);
        assert_eq!(document.json()["servers"][0]["url"], house.base.as_str());
        assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"));
        let page = house.stranger().get("/api/docs");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let style = page.text().split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = data_encoding::BASE64.encode(&sha256(style.as_bytes()));
        assert!(policy.contains(&hash), "the policy allows another style than the page's");
        let kind = house.stranger().get("/problems/not-found");
        assert_eq!((kind.status, kind.header("location")), (303, "/api/docs#problem-not-found"));
        assert!(page.text().contains("id=\"problem-not-found\""));
        assert_eq!(house.stranger().get("/problems/none-such").status, 404);
    });
}

#[test]
fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    on_each_engine(|engine| {
        let rate = |burst| Rate::new(1, burst);
        let house = House::with_budgets(engine, Budgets::new(rate(3), rate(100), rate(100)));
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        let caller = house.caller("scoring", "results:read");
        let statuses: Vec<u16> =
            (0..30).map(|_| caller.get("/api/v1/rounds/2026-11/sub-index").status).collect();
        assert_eq!(statuses[..3], [200; 3], "{statuses:?}");
        let refused = caller.get("/api/v1/rounds");
        assert!(statuses.contains(&429) && refused.status == 429, "{statuses:?}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert!(refused.text().contains("/problems/too-many-requests"), "{}", refused.text());
        assert_eq!(house.stranger().get("/.well-known/jwks.json").status, 429);
        // Tokens have a budget of their own.
        house.client("other", "results:read");
        let wrong = [("grant_type", "client_credentials"), ("client_id", "other")];
        assert_ne!(house.stranger().post_form("/oauth/token", &wrong).status, 429);
    });
}

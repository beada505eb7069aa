//! The main score: read as it is stored, written only over what was read.

use khaosat::store::{Act, Right};

use super::house::{House, SETUP};
use crate::support::{Client, on_each_engine};

const PATH: &str = "/api/v1/scorecards/2026";
const JSON: Option<&str> = Some("application/json");

struct Writer {
    house: House,
    token: String,
}

impl Writer {
    fn at(house: House) -> Self {
        let secret = house.client("scoring", "scorecards:read scorecards:write");
        let token = house.token("scoring", &secret);
        Self { house, token }
    }

    fn client(&self) -> Client {
        self.house.bearer(&self.token)
    }

    fn replacing(&self, etag: &str) -> Client {
        self.client().with("If-Match", etag)
    }

    fn first(&self) -> Client {
        self.client().with("If-None-Match", "*")
    }
}

#[test]
fn a_scorecard_is_read_as_it_is_stored() {
    on_each_engine(|engine| {
        let writer = Writer::at(House::on(engine));
        let stored = "{ \"year\": 2018,\n  \"units\": [\"Kbang\", \"Đak Đoa\"] }";
        writer.house.scorecard(2018, "official", stored);
        writer.house.scorecard(2018, "simulated", "{}");
        let answer = writer.client().get("/api/v1/scorecards/2018");
        assert_eq!(answer.text(), stored);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(writer.client().get("/api/v1/scorecards/2018?series=official").text(), stored);
        assert_eq!(writer.client().get("/api/v1/scorecards/2018?series=simulated").text(), "{}");
        let again = writer.client().with("If-None-Match", answer.header("etag"));
        assert_eq!(again.get("/api/v1/scorecards/2018").status, 304);
    });
}

#[test]
fn a_scorecard_is_put_once_and_then_replaced_by_who_has_read_it() {
    on_each_engine(|engine| {
        let writer = Writer::at(House::on(engine));
        let made = writer.first().send("PUT", PATH, JSON, r#"{"year":2026,"total":1}"#);
        assert_eq!(made.status, 201, "{}", made.text());
        let read = writer.client().get(PATH);
        assert_eq!(read.text(), r#"{"year":2026,"total":1}"#);
        assert_eq!(read.header("etag"), made.header("etag"));
        let etag = made.header("etag");
        let changed = writer.replacing(etag).send("PUT", PATH, JSON, r#"{"total":2}"#);
        assert_eq!(changed.status, 204, "{}", changed.text());
        assert_ne!(changed.header("etag"), etag);
        assert_eq!(writer.client().get(PATH).text(), r#"{"total":2}"#);
        let trail = writer.house.desk.store.audit_after(0, 100).unwrap();
        let puts: Vec<_> = trail.iter().filter(|entry| entry.action == "scorecard.put").collect();
        assert_eq!(puts.len(), 2);
        assert!(
            puts.iter().all(|entry| entry.actor == "api" && entry.detail.contains("\"scoring\""))
        );
    });
}

#[test]
fn a_write_over_somebody_elses_change_is_refused_and_changes_nothing() {
    on_each_engine(|engine| {
        let writer = Writer::at(House::on(engine));
        let etag = writer.first().send("PUT", PATH, JSON, "{\"v\":1}").header("etag").to_owned();
        writer.house.scorecard(2026, "official", "{\"v\":2}");
        for client in [writer.replacing(&etag), writer.replacing("\"x\""), writer.first()] {
            let refused = client.send("PUT", PATH, JSON, "{\"v\":3}");
            assert_eq!(refused.status, 412, "{}", refused.text());
        }
        let nothing = writer.replacing("*").send("PUT", "/api/v1/scorecards/2027", JSON, "{}");
        assert_eq!(nothing.status, 412);
        let blind = writer.client().send("PUT", PATH, JSON, "{\"v\":3}");
        assert_eq!(blind.status, 428);
        assert_eq!(writer.client().get(PATH).text(), "{\"v\":2}");
        assert_eq!(writer.client().get("/api/v1/scorecards/2027").status, 404);
        assert_eq!(writer.replacing("*").send("PUT", PATH, JSON, "{\"v\":3}").status, 204);
    });
}

#[test]
fn of_many_writers_who_read_the_same_one_wins() {
    on_each_engine(|engine| {
        let writer = Writer::at(House::on(engine));
        let etag = writer.first().send("PUT", PATH, JSON, "{\"v\":0}").header("etag").to_owned();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=8)
                .map(|v| {
                    let client = writer.replacing(&etag);
                    scope.spawn(move || {
                        client.send("PUT", PATH, JSON, &format!("{{\"v\":{v}}}")).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [204, 412].contains(status)), "{statuses:?}");
    });
}

#[test]
fn a_document_that_cannot_be_stored_is_refused_with_its_place() {
    on_each_engine(|engine| {
        let writer = Writer::at(House::on(engine));
        let put = |kind: Option<&str>, body: &str| {
            let answer = writer.first().send("PUT", PATH, kind, body);
            let told = answer.json();
            (answer.status, told["detail"].as_str().unwrap().to_owned())
        };
        for (body, words) in [
            ("", "EOF"),
            ("[]", "JSON object"),
            ("{\"a\":1,\"a\":2}", "\"a\" is there twice"),
            ("{\"a\":}", "line 1 column 6"),
            ("{\"year\":2025}", "year"),
            ("{\"year\":\"2026\"}", "year"),
            ("{\"series\":\"simulated\"}", "series"),
            (&format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40)), "within each other"),
        ] {
            let (status, detail) = put(JSON, body);
            assert_eq!(status, 422, "{body}");
            assert!(detail.contains(words), "{body}: {detail}");
        }
        assert_eq!(put(JSON, &format!("{{\"a\":\"{}\"}}", "x".repeat(300_000))).0, 413);
        assert_eq!(put(Some("text/plain"), "{}").0, 415);
        assert_eq!(writer.client().get(PATH).status, 404);
    });
}

#[test]
fn the_store_refuses_a_replacement_that_is_not_expected() {
    on_each_engine(|engine| {
        let house = House::on(engine);
        let at = house.desk.clock.now();
        let act = Act::new(&SETUP, Right::EditScorecard, at, "scorecard.put", "scorecard");
        let put = |expected: Option<&str>, document: &str| {
            let holds = |stored: Option<&str>| stored == expected;
            house.desk.store.replace_scorecard(&act, 2026, "official", holds, document)
        };
        assert_eq!(put(None, "{}").unwrap(), None);
        assert!(put(None, "{\"v\":1}").is_err());
        assert!(put(Some("{\"v\":0}"), "{\"v\":1}").is_err());
        assert_eq!(put(Some("{}"), "{\"v\":1}").unwrap().as_deref(), Some("{}"));
        let trail = house.desk.store.audit_after(0, 100).unwrap();
        assert_eq!(trail.iter().filter(|e| e.action == "scorecard.put").count(), 2);
    });
}

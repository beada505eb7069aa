//! The one-stop software reports finished dossiers over the API and learns "ticket" or "no ticket".

use serde_json::{Value, json};

use super::office::{DAY, Office, answer};
use crate::support::{Answer, Client, on_each_engine};

const PATH: &str = "/api/v1/dossiers";

/// A client's secret, made by the command.
fn client(office: &Office, id: &str, scope: &str, unit: &[&str]) -> String {
    let base = ["client", "add", id, "--name", "Một cửa", "--scopes", scope, "--on", DAY];
    let told = office.done("an", &[&base[..], unit].concat());
    let secret = told.lines().find_map(|line| line.strip_prefix("client_secret  "));
    secret.unwrap().to_owned()
}

fn bearer(base: &str, id: &str, secret: &str) -> Client {
    let fields =
        [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let token = Client::new(base).post_form("/oauth/token", &fields).json();
    let token = token["access_token"].as_str().unwrap();
    Client::new(base).with("Authorization", &format!("Bearer {token}"))
}

fn dossier(number: &str, unit: &str) -> Value {
    json!({ "number": number, "unit": unit, "counter": "Q1", "service": "land",
            "finished_on": "2018-11-05", "outcome": "refused", "late": true })
}

fn report(client: &Client, dossiers: &[Value]) -> Answer {
    client.post_json(PATH, &json!({ "round": "kbang", "dossiers": dossiers }).to_string())
}

#[test]
fn a_report_is_answered_with_ticket_or_no_ticket_and_again_with_the_same() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "ticket_share = 0.5\n");
        let secret = client(&office, "mot-cua", "dossiers:write", &["--unit", "625"]);
        let service = office.at.serve();
        let software = bearer(&service.base, "mot-cua", &secret);
        let all: Vec<Value> =
            (1..=60).map(|n| dossier(&format!(" H21.625-{n:04} "), "625")).collect();
        let first = report(&software, &all);
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(first.header("cache-control"), "no-store");
        let told = first.json();
        assert_eq!((&told["new"], &told["known"]), (&json!(60), &json!(0)));
        let answers = told["dossiers"].as_array().unwrap();
        let (mut asked, mut not) = (Vec::new(), 0);
        for (at, one) in answers.iter().enumerate() {
            assert_eq!(one["number"], format!("H21.625-{:04}", at + 1), "trimmed, in order");
            match one["answer"].as_str().unwrap() {
                "ticket" => {
                    let (code, url) = (one["code"].as_str().unwrap(), one["url"].as_str().unwrap());
                    assert_eq!(url, format!("{}/s/{code}", service.base));
                    asked.push(url.strip_prefix(&service.base).unwrap().to_owned());
                }
                "no ticket" => {
                    assert_eq!((&one["code"], &one["url"]), (&Value::Null, &Value::Null));
                    not += 1;
                }
                other => panic!("{other}"),
            }
        }
        assert!((15..=45).contains(&not) && asked.len() + not == 60, "{not}");
        let again = report(&software, &all).json();
        assert_eq!((&again["new"], &again["known"]), (&json!(0), &json!(60)));
        assert_eq!(again["dossiers"], told["dossiers"], "the same again");

        // Once answered the ticket is worth nothing, and the software hears "ticket" as before.
        assert_eq!(answer(&service.base, &asked[0], 1), 303);
        let after = report(&software, &all).json();
        let told_now: Vec<&Value> =
            after["dossiers"].as_array().unwrap().iter().map(|one| &one["answer"]).collect();
        let told_before: Vec<&Value> = answers.iter().map(|one| &one["answer"]).collect();
        assert_eq!(told_now, told_before);
        assert_eq!(office.status()["links"], json!({ "ticket": asked.len() }));
        let trail = office.trail();
        assert!(trail.contains("client mot-cua") && trail.contains("dossier.report"), "{trail}");
    });
}

#[test]
fn who_may_not_report_gets_nothing_in() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let secret = client(&office, "mot-cua", "dossiers:write", &["--unit", "625"]);
        let reader = client(&office, "reader", "results:read", &[]);
        let alone = ["client", "add", "x", "--name", "X", "--scopes", "dossiers:write"];
        assert!(office.refused("an", &alone).contains("--unit"));
        let service = office.at.serve();
        let stranger = report(&Client::new(&service.base), &[dossier("1", "625")]);
        assert_eq!(stranger.status, 401);
        let unscoped = report(&bearer(&service.base, "reader", &reader), &[dossier("1", "625")]);
        assert_eq!(unscoped.status, 403);
        assert!(unscoped.json()["type"].as_str().unwrap().ends_with("/insufficient-scope"));
        let software = bearer(&service.base, "mot-cua", &secret);
        // One dossier of another unit refuses the whole report.
        let other = report(&software, &[dossier("1", "625"), dossier("2", "622")]);
        assert_eq!(other.status, 403, "{}", other.text());
        let problem = other.json();
        assert!(problem["type"].as_str().unwrap().ends_with("/not-yours"), "{problem}");
        assert_eq!(office.status()["links"], json!({}), "nothing was taken");
        let disabled = office.done("an", &["client", "disable", "mot-cua"]);
        assert!(disabled.contains("disabled"));
        assert_eq!(report(&software, &[dossier("1", "625")]).status, 401);
    });
}

#[test]
fn a_report_that_cannot_be_taken_names_every_fault_and_leaves_nothing_behind() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let secret = client(&office, "mot-cua", "dossiers:write", &["--unit", "625"]);
        let service = office.at.serve();
        let software = bearer(&service.base, "mot-cua", &secret);
        let mut wrong = dossier("2", "625");
        wrong["service"] = json!("sea");
        wrong["email"] = json!("a@");
        let told = report(&software, &[dossier("1", "625"), wrong, dossier("1", "625")]);
        assert_eq!((told.status, told.header("content-type")), (422, "application/problem+json"));
        let detail = told.json()["detail"].as_str().unwrap().to_owned();
        for start in
            ["dossiers:2, service \"sea\"", "dossiers:2, email \"a@\"", "dossiers:3, number \"1\""]
        {
            assert!(detail.contains(start), "{start}: {detail}");
        }
        let statuses = |body: &str| software.post_json(PATH, body).status;
        let with = |dossiers: Value| json!({ "round": "kbang", "dossiers": dossiers }).to_string();
        let many: Vec<Value> = (0..501).map(|n| dossier(&n.to_string(), "625")).collect();
        for body in ["", "[]", "{}", &with(json!([])), &with(json!(many)), &with(json!([{}]))] {
            assert_eq!(statuses(body), 422, "{body:.80}");
        }
        assert_eq!(statuses(&with(json!([{ "n": "x".repeat(1_100_000) }]))), 413);
        let mut unknown = dossier("1", "625");
        unknown["citizen"] = json!("Nguyễn Văn A");
        assert_eq!(statuses(&with(json!([unknown]))), 422, "a name is never taken");
        let nowhere = json!({ "round": "gone", "dossiers": [dossier("1", "625")] });
        assert_eq!(statuses(&nowhere.to_string()), 404);
        assert_eq!(software.get(PATH).status, 405);
        assert_eq!(software.send("POST", PATH, Some("text/csv"), "x").status, 415);
        assert_eq!(office.status()["links"], json!({}));
        let reason = ["--early", "--reason", "closed for this test", "--with", "ba"];
        office.done("binh", &[&["round", "close", "kbang"], &reason[..]].concat());
        let late = report(&software, &[dossier("1", "625")]);
        assert_eq!(late.status, 409, "{}", late.text());
    });
}

#[test]
fn servers_that_report_the_same_counter_at_once_issue_nothing_twice() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let secret = client(&office, "mot-cua", "dossiers:write", &["--unit", "625"]);
        let (one, two) = (office.at.serve(), office.at.serve());
        let servers =
            [bearer(&one.base, "mot-cua", &secret), bearer(&two.base, "mot-cua", &secret)];
        let new: u64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8_u64)
                .map(|n| {
                    let server = &servers[usize::try_from(n % 2).unwrap()];
                    scope.spawn(move || {
                        // Half of each report is that of the next one, too.
                        let of = |at: u64| dossier(&format!("H-{:04}", n * 10 + at), "625");
                        let all: Vec<Value> = (0..20).map(of).collect();
                        let answer = report(server, &all);
                        assert_eq!(answer.status, 200, "{}", answer.text());
                        answer.json()["new"].as_u64().unwrap()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(new, 90);
        assert_eq!(office.status()["links"], json!({ "ticket": 90 }));
    });
}

//! A citizen with a receipt, and anybody with an old head, check the ledger without trusting khaosat.

use serde_json::Value;

use crate::support::ready::{self, ROUND};
use crate::support::{Client, Installation, on_each_engine};

/// One answer to the poster; its receipt.
fn answer(client: &Client, poster: &str, n: usize) -> String {
    let submission = format!("{n:032x}");
    let sent = client.post_form(poster, &[("submission", &submission), ("q01", "4"), ("q02", "5")]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent.cookie("bien_nhan").unwrap().to_owned()
}

/// What `verify` finds wrong, a line each.
fn faults(at: &Installation, command: &[&str]) -> String {
    let told = at.run(command);
    assert_eq!(told.code, Some(1), "{told:?}");
    told.stderr
}

fn close(at: &Installation) {
    let why = "the counter was closed for good";
    let early = ["--early", "--reason", why, "--as", "province", "--with", "province-2"];
    at.run(&[&["round", "close", ROUND], &early[..]].concat()).done();
}

#[test]
fn a_receipt_comes_with_a_promise_and_later_with_a_proof_that_needs_no_khaosat_to_be_believed() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let poster = ready::round(&at, 1).poster;
        let service = at.serve();
        let receipts: Vec<String> = (1..=9).map(|n| answer(&service.client, &poster, n)).collect();
        let jwks = service.client.get("/.well-known/jwks.json");
        let jwks = at.file("jwks.json", jwks.text());
        let proof = |receipt: &str| service.client.get(&format!("/r/{receipt}/proof.json"));

        let early = proof(&receipts[4]);
        assert_eq!(early.status, 200);
        assert!(early.json()["inclusion"].is_null(), "{}", early.text());
        let file = at.file("early.json", early.text());
        let check = ["verify", file, "--jwks", jwks, "--receipt", &receipts[4]];
        let told = at.run(&check).done();
        assert!(
            told.contains("belongs to this receipt") && told.contains("promise signed"),
            "{told}"
        );
        assert!(told.contains("no place under a signed head yet"), "{told}");
        let page = service.client.get(&format!("/r/{}", receipts[4]));
        assert!(page.text().contains("/proof.json"), "{}", page.text());

        close(&at);
        for receipt in &receipts {
            let late = proof(receipt);
            let file = at.file("late.json", late.text());
            let told = at.run(&["verify", file, "--jwks", jwks, "--receipt", receipt]).done();
            assert!(told.contains("under the head of"), "{told}");
            let answered =
                late.text().contains("q01") || late.json()["leaf"]["answers"].is_string();
            assert!(!answered, "a proof never says what was answered");
        }
        let late = proof(&receipts[4]).json();
        let falsified = |change: &dyn Fn(&mut Value)| {
            let mut document = late.clone();
            change(&mut document);
            let file = at.file("false.json", &document.to_string());
            faults(&at, &["verify", file, "--jwks", jwks, "--receipt", &receipts[4]])
        };
        let other = proof(&receipts[5]).json();
        for (change, named) in [
            (
                &(|d: &mut Value| d["leaf"]["day"] = "2020-01-01".into()) as &dyn Fn(&mut Value),
                "another leaf",
            ),
            (&|d: &mut Value| d["leaf"]["round"] = "x".into(), "not under this head"),
            (
                &|d: &mut Value| {
                    let number = d["inclusion"]["number"].as_u64().unwrap();
                    d["inclusion"]["number"] = (number ^ 1).into();
                },
                "not under this head",
            ),
            (
                &|d: &mut Value| d["inclusion"]["number"] = Value::from(u64::MAX),
                "not under this head",
            ),
            (
                &|d: &mut Value| d["inclusion"]["path"] = Value::Array(Vec::new()),
                "not under this head",
            ),
            (&|d: &mut Value| d["head"]["statement"]["size"] = 3.into(), "not under this head"),
            (&|d: &mut Value| d["head"]["statement"]["root"] = "00".repeat(32).into(), "signature"),
            (&|d: &mut Value| d["promise_signature"] = "a..b".into(), "the promise"),
            (&|d: &mut Value| d["head"] = Value::Null, "lacks its head"),
            (&|d: &mut Value| *d = other.clone(), "another receipt"),
        ] {
            let told = falsified(change);
            assert!(told.contains(named), "{named}: {told}");
        }
        assert_eq!(proof("2222-2222-2222-2222-2222").status, 404);
    });
}

#[test]
fn whoever_keeps_an_old_head_finds_out_that_the_ledger_was_rewritten() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let poster = ready::round(&at, 1).poster;
        let service = at.serve();
        for n in 1..=5 {
            answer(&service.client, &poster, n);
        }
        close(&at);
        let kept = service.client.get("/results/ledger.json");
        assert_eq!(kept.status, 200);
        let head = kept.json()["heads"][0].clone();
        let page = service.client.get("/results/ledger");
        assert!(page.text().contains(head["statement"]["root"].as_str().unwrap()));
        let kept = at.file("kept.json", kept.text());
        let jwks = at.file("jwks.json", service.client.get("/.well-known/jwks.json").text());
        at.run(&["verify", kept, "--jwks", jwks]).done();
        let told = at.run(&["verify", "ledger", "--against", kept]).done();
        assert!(told.contains("every signed head: good"), "{told}");

        // Somebody is shown another history over as many leaves.
        let mut forked = service.client.get("/results/ledger.json").json();
        forked["heads"][0]["statement"]["root"] = "11".repeat(32).into();
        let forked = at.file("forked.json", &forked.to_string());
        let told = faults(&at, &["verify", kept, "--against", forked]);
        assert!(told.contains("FORK"), "{told}");
        let told = faults(&at, &["verify", "ledger", "--against", forked]);
        assert!(told.contains("FORK"), "{told}");
        let told = faults(&at, &["verify", kept, "--against", forked, "--jwks", jwks]);
        assert!(told.contains("signature"), "{told}");

        // The tree only grows: what comes later contains what was signed before.
        at.run(&["round", "dedup", ROUND, "--as", "reviewer"]).done();
        let from = head["statement"]["size"].as_u64().unwrap();
        let path = format!("/results/ledger/consistency.json?from=1&to={from}");
        let proof = service.client.get(&path);
        assert_eq!(proof.status, 200, "{}", proof.text());
        assert_eq!(proof.json()["to"], from);
        for wrong in ["from=0&to=1", "from=5&to=2", "from=1&to=100000", "from=x&to=1", ""] {
            let answer = service.client.get(&format!("/results/ledger/consistency.json?{wrong}"));
            assert_eq!(answer.status, 404, "{wrong}");
        }
    });
}

//! An independent body calls back a sample of those who should have been asked, and what it heard is published.

use serde_json::Value;

use super::authority::{Authority, ROUND, UNITS, criteria, dossiers};
use crate::support::{Client, Installation, on_each_engine};

const ANSWERS: usize = 48;

/// A round whose rules name a body that made its own key; every dossier is drawn for the sheet.
fn open(at: Installation) -> Authority {
    let key = at.run(&["round", "callback", "key", "--out", "front.key"]).done();
    let rules = format!(
        "[rules.callback]\nbody = \"Mặt trận Tổ quốc tỉnh\"\nshare = 1.0\nkey = \"{}\"\n",
        key.trim()
    );
    Authority::open_with(at, &UNITS, dossiers(ANSWERS, &UNITS), &rules)
}

fn text(authority: &Authority, name: &str) -> String {
    std::fs::read_to_string(authority.at.directory().join(name)).unwrap()
}

/// The body fills in its list: everybody got a link; in the first commune an official stood beside every second one, in
/// the second commune only four were reached.
fn filled_in(list: &str) -> String {
    let mut lines = list.lines();
    let mut text = format!("{}\n", lines.next().unwrap());
    let mut reached = [0; 2];
    for line in lines {
        let of = usize::from(line.contains(UNITS[1]));
        reached[of] += 1;
        let said = match (of, reached[of]) {
            (0, n) if n % 2 == 0 => ",yes,yes,yes,",
            (1, n) if n > 4 => ",,,,",
            _ => ",yes,yes,no,",
        };
        text.push_str(&format!("{}\n", line.replacen(",,,,", said, 1)));
    }
    text
}

#[test]
fn what_people_say_who_are_called_back_is_published_and_nobody_here_can_read_whom_they_are() {
    on_each_engine(|engine| {
        let authority = open(Installation::on(engine));
        let service = authority.at.serve();
        for n in 0..ANSWERS {
            let good = authority.dossiers[n].unit == UNITS[0];
            authority.answer(&service.base, n, &criteria(n as u64, good), true);
        }
        service.kill9();

        // Two units, their four counters and who printed for each, every ticket printed and answered; nothing stands out,
        // nothing says how it was rated.
        let gate = authority.step("inspector", "gate", &["--json"]).done();
        let gate: Value = serde_json::from_str(&gate).unwrap();
        let rows = gate["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 8);
        for row in rows {
            // What a clerk did not print nobody can lay at his door.
            let due = if row["clerk"].is_null() { &row["due"] } else { &row["printed"] };
            assert_eq!(*due, row["printed"], "{row}");
            assert_eq!(row["printed"], row["answered"], "{row}");
        }
        let told = authority.step("inspector", "gate", &[]).done();
        assert!(told.starts_with("where") && told.contains(&format!("{}/2", UNITS[1])), "{told}");
        assert!(!told.contains("look here"), "{told}");
        assert!(told.contains("nothing is tested"), "{told}");

        // Everybody has answered, so no number is left here but in the envelopes.
        let run = |rest: &[&str]| authority.at.run(&[&["round", "callback"], rest].concat());
        for who in ["province", "reviewer", "publisher-1", "admin"] {
            let rest = ["export", ROUND, "--out", "sheet.csv", "--as", who];
            let refused = run(&rest).refused();
            assert!(refused.contains("may not handle the call-back sheet"), "{refused}");
        }
        run(&["export", ROUND, "--out", "sheet.csv", "--as", "inspector"]).done();
        let sheet = text(&authority, "sheet.csv");
        assert_eq!(sheet.lines().count(), ANSWERS + 1);
        run(&["key", "--out", "other.key"]).done();
        let other = ["read", "sheet.csv", "--key", "other.key", "--out", "calls.csv"];
        let refused = run(&other).refused();
        assert!(refused.contains("sheet.csv holds no line for this key"), "{refused}");
        run(&["read", "sheet.csv", "--key", "front.key", "--out", "calls.csv"]).done();
        let calls = text(&authority, "calls.csv");
        for number in 0..ANSWERS {
            assert_eq!(calls.matches(&format!(",{number:05},")).count(), 1, "{calls}");
        }

        let import = |file: &str, who: &str| run(&["import", ROUND, file, "--as", who]);
        let wrong = calls.replacen(",,,,", ",maybe,,,", 1);
        authority.at.file("wrong.csv", &wrong);
        let refused = import("wrong.csv", "inspector").refused();
        assert!(refused.contains("wrong.csv:2, given \"maybe\""), "{refused}");
        authority
            .at
            .file("strange.csv", &format!("id,given,own,beside\n{},yes,,\n", "0".repeat(32)));
        let refused = import("strange.csv", "inspector").refused();
        assert!(refused.contains("not on the round's sheet"), "{refused}");
        authority.at.file("calls.csv", &filled_in(&calls));
        let refused = import("calls.csv", "province").refused();
        assert!(refused.contains("may not handle the call-back sheet"), "{refused}");
        let told = import("calls.csv", "inspector").done();
        assert!(told.starts_with("28 answers of 48"), "{told}");

        let rules = authority.close_and_flag();
        for rule in &rules {
            authority.decide("reviewer", rule, "keep").done();
        }
        authority.seal().done();
        authority.compute();
        authority.publish(&[]);
        authority.at.run(&["verify", ROUND]).done();
        let late = import("calls.csv", "inspector").refused();
        assert!(late.contains("the round is published"), "{late}");
        let service = authority.at.serve();
        check(&service.client);
    });
}

fn check(client: &Client) {
    let document = client.get(&format!("/results/{ROUND}/publication.json")).json();
    let called = document["called"].as_array().unwrap();
    let unit = |code: &str| -> &Value {
        called.iter().find(|unit| unit["code"] == code).unwrap_or_else(|| panic!("{called:?}"))
    };
    let first = unit(UNITS[0]);
    assert_eq!((&first["drawn"], &first["given"]["n"]), (&24.into(), &24.into()));
    assert_eq!(first["given"]["share"][0], 1.0);
    assert_eq!(first["beside"]["share"][0], 0.5);
    // 12 of 24 by Clopper & Pearson: 29.1 to 70.9 %.
    assert_eq!(first["beside"]["share"][1], 0.2912);
    assert_eq!(first["beside"]["share"][2], 0.7088);
    let second = unit(UNITS[1]);
    assert_eq!(second["given"]["n"], 4);
    assert!(second["given"]["share"].is_null(), "over fewer than ten nothing but the count");
    let page = client.get(&format!("/results/{ROUND}"));
    assert!(page.text().contains("Gọi lại người dân"), "{}", page.text());
}

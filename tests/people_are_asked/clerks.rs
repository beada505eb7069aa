//! Clerks are compared with clerks by the tickets they printed: the one whose tickets do not come back stands out, by his
//! account for those who run the round, by a number for everybody else.

use serde_json::Value;

use crate::support::ready::{self, ROUND};
use crate::support::{Client, Installation, on_each_engine};

/// Tickets of each clerk, and of these the answered ones of an honest clerk and of the one who keeps them.
const EACH: usize = 31;
const HONEST: usize = 24;
const KEPT: usize = 3;
const CLERKS: [&str; 8] = ["an", "binh", "chi", "dung", "em", "giang", "hai", "kim"];
const KEEPER: usize = 2;

#[test]
fn a_clerk_whose_tickets_do_not_come_back_stands_out_and_is_published_by_number_alone() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 1);
        for clerk in CLERKS {
            let place = ["--role", "clerk", "--unit", "23638", "--as", "admin"];
            at.run(&[&["user", "add", clerk], &place[..]].concat()).done();
        }
        let mut csv =
            String::from("number,unit,counter,service,finished_on,outcome,late,apology\n");
        for n in 0..EACH * CLERKS.len() {
            csv.push_str(&format!("C-{n:04},23638,1,ho-tich,2026-11-24,granted,yes,no\n"));
        }
        at.run(&["dossier", "import", ROUND, at.file("c.csv", &csv), "--as", "province"]).done();
        let service = at.serve();
        for (place, clerk) in CLERKS.iter().enumerate() {
            // Ticket 1 was printed by the province when the round was made ready.
            let first = 2 + place * EACH;
            let serials = format!("{first}-{}", first + EACH - 1);
            let print = ["link", "ticket", ROUND, "--out", clerk, "--serials", &serials];
            at.run(&[&print[..], &["--as", clerk]].concat()).done();
            let list = at.directory().join(clerk).join("links.csv");
            let list = std::fs::read_to_string(list).unwrap();
            let answered = if place == KEEPER { KEPT } else { HONEST + place % 2 };
            for (n, line) in list.lines().skip(1).take(answered).enumerate() {
                let url = line.rsplit(',').next().unwrap();
                let path = &url[url.find("/s/").unwrap()..];
                let submission = format!("{:032x}", place * 100 + n + 1);
                let level = if n % 4 == 0 { "2" } else { "4" };
                let phone = Client::new(&service.base).with("User-Agent", &format!("{place} {n}"));
                let fields = [("submission", submission.as_str()), ("q01", level), ("q02", "5")];
                let sent = phone.post_form(path, &fields);
                assert_eq!(sent.status, 303, "{}", sent.text());
            }
        }
        service.kill9();
        let told = at.run(&["round", "gate", ROUND]).done();
        let look = "look here: answered of 23638, chi lies below the others";
        assert!(told.contains(look), "{told}");
        assert_eq!(told.matches("look here").count(), 1, "{told}");
        let live: Value =
            serde_json::from_str(&at.run(&["round", "gate", ROUND, "--json"]).done()).unwrap();
        let rows = live["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["clerk"][1] == "chi").unwrap();
        assert_eq!((&row["dossiers"], &row["answered"]), (&EACH.into(), &KEPT.into()));

        ready::flagged(&at);
        let seal = ["round", "seal", ROUND, "--as", "publisher-1", "--with", "inspector"];
        at.run(&seal).done();
        let store = khaosat::store::Store::open(&engine.url, 2).unwrap();
        let outcome = store.round(ROUND).unwrap().outcome.unwrap();
        let outcome: Value = serde_json::from_str(&outcome).unwrap();
        let tests = outcome["gate"]["tests"].as_array().unwrap();
        let looks: Vec<&Value> = tests.iter().filter(|t| t["look"] == true).collect();
        let mine = looks.iter().find(|t| t["indicator"] == "answered").unwrap();
        // Accounts in order: an, binh, chi, …; no name leaves.
        assert_eq!((&mine["clerk"], &mine["above"]), (&3.into(), &false.into()));
        let late = |t: &&Value| t["indicator"] == "late_no_slip" && t["clerk"].is_number();
        assert_eq!(tests.iter().filter(late).count(), CLERKS.len() - 1, "under ten: not tested");
        assert!(!outcome.to_string().contains("\"chi\""));
    });
}

//! Lists are frozen, published by their digest, drawn by a public value, and drawn again by whoever wants to check.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::office::{DRAWN, Office, answer, dossiers};
use crate::support::{Client, on_each_engine, places};

/// The draw in the words of another language and its standard library; prints the drawn hashes.
const OUTSIDER: &str = r#"
import hashlib, hmac, json, sys
path, value, strata = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
data = open(path, "rb").read()
digest = hashlib.sha256(data).digest()
seed = hashlib.sha256(digest + value.encode()).digest()
rows = [line.split(",") for line in data.decode().splitlines()[1:]]
assert rows == sorted(rows), "not sorted by hash"
for stratum, size in sorted(strata.items()):
    own = [h for h, s in rows if s == stratum]
    assert len(own) == size["listed"], (stratum, len(own))
    rank = lambda h: hmac.new(seed, bytes.fromhex(h), hashlib.sha256).digest()
    for h in sorted(own, key=rank)[: size["drawn"]]:
        print(h)
print(digest.hex(), file=sys.stderr)
"#;

/// What an outsider draws, and the digest that he finds.
fn outsider(list: &std::path::Path, value: &str, strata: &Value) -> (BTreeSet<String>, String) {
    let python = places::program("python3").expect("python3 is needed");
    let run = Command::new(python)
        .args(["-c", OUTSIDER, list.to_str().unwrap(), value, &strata.to_string()])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(run.stdout).lines().map(str::to_owned).collect(), text(run.stderr).trim().to_owned())
}

#[test]
fn a_list_is_frozen_published_drawn_and_drawn_again_by_outsiders_and_the_inspector() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        let taken = office.import(&dossiers(80));
        assert!(taken.contains("80 new, 0 known; 0 tickets issued"), "{taken}");
        assert_eq!(office.status()["links"], json!({}), "nobody is asked before a draw");
        let frozen = office.done("binh", &["round", "draw", "kbang", "--out", "list.csv"]);
        assert!(
            frozen.contains("stratum  625: 20 of 80") && frozen.contains("lottery"),
            "{frozen}"
        );
        assert_eq!(office.status()["links"], json!({}), "a frozen list asks nobody");

        // The digest is public before the value is known.
        let service = office.at.serve();
        let public = Client::new(&service.base);
        let note = public.get("/results/kbang/asked.json").json();
        let list = note["lists"][0].clone();
        assert!(frozen.contains(list["sha256"].as_str().unwrap()));
        assert_eq!((&list["random"], &list["drawn_at"]), (&Value::Null, &Value::Null));
        let published = public.get("/results/kbang/lists/1.csv");
        let file = office.at.directory().join("list.csv");
        assert_eq!(published.body, fs::read(&file).unwrap());
        assert!(!published.text().contains("H21"), "no number in it");
        assert_eq!(public.get("/results/kbang/lists/2.csv").status, 404);
        assert_eq!(public.get("/results/none/asked.json").status, 404);

        let draw = ["round", "draw", "kbang", "--list", "1", "--value", "48 29 15"];
        let told = office.done("binh", &draw);
        assert!(told.contains("20 tickets issued, 0 invitations queued"), "{told}");
        assert_eq!(office.status()["links"], json!({ "ticket": 20 }));
        let again = office.done("binh", &draw);
        assert!(again.contains("0 tickets issued"), "{again}");
        let other = ["round", "draw", "kbang", "--list", "1", "--value", "48 29 16"];
        assert!(office.refused("binh", &other).contains("drawn already, by another"));

        // An outsider repeats it on the hashes.
        let (hashes, digest) = outsider(&file, "48 29 15", &list["strata"]);
        assert_eq!((hashes.len(), digest.as_str()), (20, list["sha256"].as_str().unwrap()));

        for (n, path) in office.tickets("ticket", "tickets").iter().enumerate() {
            assert_eq!(answer(&service.base, path, n), 303);
        }
        drop(service);
        let sealed = office.finish();
        assert!(sealed.contains("list salt "), "{sealed}");
        // The inspector repeats it on the numbers of the register.
        let mut text = String::new();
        for line in dossiers(80) {
            text.push_str(line.split(',').next().unwrap());
            text.push('\n');
        }
        text.push_str("H21.625-Q1-9999\n");
        office.at.file("numbers.txt", &text);
        let told = office.done("hai", &["round", "asked", "kbang", "--numbers", "numbers.txt"]);
        let rows: Vec<Vec<&str>> = told.lines().skip(1).map(|l| l.split(',').collect()).collect();
        assert_eq!(rows.len(), 81);
        let asked: BTreeSet<String> =
            rows.iter().filter(|r| r[3] == "ticket").map(|r| r[1].to_owned()).collect();
        assert_eq!(asked, hashes, "the same people");
        assert_eq!(&rows[80][2..], ["", "no ticket"], "one that was never reported");
        for who in ["binh", "giang", "kim"] {
            let no = office.refused(who, &["round", "asked", "kbang"]);
            assert!(no.contains("may not witness a sealing"), "{no}");
        }
    });
}

#[test]
fn daily_lists_ask_the_same_share_and_the_weights_know_it() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        let all = dossiers(100);
        let (first, second) = all.split_at(10);
        office.import(first);
        let told = office.done("binh", &["round", "draw", "kbang"]);
        assert!(told.contains("stratum  625: 3 of 10"), "{told}");
        assert!(office.refused("binh", &["round", "draw", "kbang"]).contains("no dossier"));
        office.import(second);
        let told = office.done("binh", &["round", "draw", "kbang"]);
        assert!(told.contains("list 2") && told.contains("625: 22 of 90"), "{told}");
        for (list, value) in [("2", "zwei"), ("1", "một")] {
            let draw = ["round", "draw", "kbang", "--list", list, "--value", value];
            office.done("binh", &draw);
        }
        let paths = office.tickets("ticket", "tickets");
        assert_eq!(paths.len(), 25);
        let service = office.at.serve();
        for (n, path) in paths.iter().enumerate() {
            assert_eq!(answer(&service.base, path, n), 303);
        }
        drop(service);
        office.finish();
        let service = office.at.serve();
        let document = Client::new(&service.base).get("/results/kbang/publication.json").json();
        assert_eq!(document["asked"]["lists"][1]["random"], "zwei");
        // 100 dossiers, 25 of them drawn, whatever the list: each answer stands for four.
        let store = khaosat::store::Store::open(&engine.url, 2).unwrap();
        let records = store.sealed_records(store.round("kbang").unwrap().id).unwrap();
        assert_eq!(records.len(), 25);
        assert!(records.iter().all(|r| (r.population, r.drawn) == (100, 25)), "{records:?}");
        let trail = office.trail();
        assert_eq!(trail.matches("draw.freeze").count(), 2, "{trail}");
    });
}

#[test]
fn a_list_that_was_altered_behind_khaosat_is_not_drawn() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        office.import(&dossiers(20));
        office.done("binh", &["round", "draw", "kbang"]);
        let slipped = "UPDATE dossier SET list = 1 WHERE list IS NULL";
        let mut more = dossiers(22);
        office.import(&more.split_off(20));
        crate::round_goes_the_whole_way::authority::alter(engine, slipped, slipped);
        let draw = ["round", "draw", "kbang", "--list", "1", "--value", "482915"];
        let told = office.refused("binh", &draw);
        assert!(told.contains("after it was frozen; the database was altered"), "{told}");
        crate::round_goes_the_whole_way::authority::alter(
            engine,
            "UPDATE draw_list SET entries = CAST(replace(CAST(entries AS TEXT), '0', '1') AS BLOB)",
            "UPDATE draw_list SET entries = set_byte(entries, 19, get_byte(entries, 19) # 1)",
        );
        let told = office.refused("binh", &draw);
        assert!(told.contains("not the one whose digest was published"), "{told}");
    });
}

#[test]
fn a_list_that_two_freeze_and_draw_at_once_is_one() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        office.import(&dossiers(200));
        let at_once = |arguments: &[&str]| {
            std::thread::scope(|scope| {
                let runs = [(), ()].map(|()| scope.spawn(|| office.run("binh", arguments).code));
                runs.map(|run| run.join().unwrap())
            })
        };
        let frozen = at_once(&["round", "draw", "kbang"]);
        assert!(frozen.contains(&Some(0)), "{frozen:?}");
        let note = office.status()["asked"]["lists"].clone();
        assert_eq!(note.as_array().unwrap().len(), 1, "{note}");
        assert_eq!(note[0]["strata"]["625"], json!({ "listed": 200, "drawn": 50 }));
        let drawn = at_once(&["round", "draw", "kbang", "--list", "1", "--value", "48 29 15"]);
        assert!(drawn.contains(&Some(0)), "{drawn:?}");
        assert_eq!(office.status()["links"], json!({ "ticket": 50 }));
    });
}

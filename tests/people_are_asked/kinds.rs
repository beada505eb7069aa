//! A round on each kind of link alone, by command line, from the dossiers to the publication.

use serde_json::Value;

use super::office::{DAY, DRAWN, Office, answer, dossiers};
use crate::round_goes_the_whole_way::authority::criteria;
use crate::support::{Client, Relay, on_each_engine};

/// Answers `paths` on the installation's own service, then goes on to the publication; the document.
fn to_the_publication(office: &Office, paths: &[String], answers: usize) -> Value {
    let service = office.at.serve();
    for n in 0..answers {
        assert_eq!(answer(&service.base, &paths[n % paths.len()], n), 303);
    }
    drop(service);
    office.finish();
    let service = office.at.serve();
    let document = Client::new(&service.base).get("/results/kbang/publication.json");
    assert_eq!(document.status, 200);
    document.json()
}

/// What was counted of Kbang's links of a kind.
fn count(document: &Value, kind: &str, what: &str) -> i64 {
    let counts = document["counts"].as_array().unwrap();
    let of = counts.iter().find(|c| c["code"] == "625" && c["kind"] == kind);
    of.unwrap_or_else(|| panic!("{counts:?}"))["counts"][what].as_i64().unwrap_or(0)
}

/// Enrols a tablet at a counter of Kbang and lets people answer at it, one after another.
fn at_a_tablet(office: &Office, people: std::ops::Range<usize>) {
    let place = ["--unit", "625", "--counter", "Q1"];
    let told = office.done("kim", &[&["link", "kiosk", "kbang"], &place[..]].concat());
    let enrol = told[told.find("/k/").unwrap()..].split_whitespace().next().unwrap().to_owned();
    let service = office.at.serve();
    let enrolled = Client::new(&service.base).post_form(&enrol, &[]);
    let key = format!("may_tinh_bang={}", enrolled.cookie("may_tinh_bang").unwrap());
    let home = enrolled.header("location").split('?').next().unwrap().to_owned();
    let tablet = Client::new(&service.base).with("Cookie", &key);
    for n in people {
        let page = tablet.get(&format!("{home}?lang=vi"));
        let submission = page.input("submission").unwrap().to_owned();
        let mut fields = vec![("submission".to_owned(), submission)];
        let codes = criteria(u64::try_from(n).unwrap() + 1, !n.is_multiple_of(3));
        fields
            .extend((1..).zip(codes).map(|(item, code)| (format!("q{item:02}"), code.to_string())));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(tablet.post_form(&home, &fields).status, 303);
    }
}

/// Prints the forms that a command names and has two persons key in answers to all of them; how many.
fn on_paper(office: &Office, which: &[&str], people: usize) -> usize {
    for name in ["lan", "mai"] {
        let add = ["user", "add", name, "--role", "paper_clerk", "--unit", "625", "--on", DAY];
        office.run("an", &add);
    }
    let folder = format!("forms-{people}");
    let print = ["link", "paper", "kbang", "--out", &folder];
    office.done("kim", &[&print[..], which].concat());
    let list = office.at.directory().join(&folder).join("links.csv");
    let list = std::fs::read_to_string(list).unwrap();
    let mut csv = String::from("sheet");
    (1..=22).for_each(|item| csv.push_str(&format!(",q{item:02}")));
    for (n, line) in list.lines().skip(1).enumerate() {
        csv.push_str(&format!("\n{}", line.split(',').nth(3).unwrap()));
        let codes = criteria(u64::try_from(people + n).unwrap() + 1, !n.is_multiple_of(3));
        codes.iter().for_each(|code| csv.push_str(&format!(",{code}")));
    }
    office.at.file("keyed.csv", &csv);
    for name in ["lan", "mai"] {
        office.done(name, &["paper", "enter", "kbang", "keyed.csv"]);
    }
    list.lines().skip(1).count()
}

#[test]
fn tablets_alone() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "margins = []\n");
        at_a_tablet(&office, 0..20);
        let document = to_the_publication(&office, &[], 0);
        assert_eq!(count(&document, "kiosk", "stored"), 20);
        assert_eq!(document["counts"].as_array().unwrap().len(), 1, "no other kind");
    });
}

#[test]
fn paper_alone() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "margins = []\n");
        let sheets = ["--sheets", "20", "--unit", "625", "--counter", "Q1"];
        assert_eq!(on_paper(&office, &sheets, 0), 20);
        let document = to_the_publication(&office, &[], 0);
        assert_eq!(count(&document, "paper", "stored"), 20);
        assert_eq!(document["counts"].as_array().unwrap().len(), 1, "no other kind");
    });
}

#[test]
fn tickets_alone() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        office.import(&dossiers(24));
        let paths = office.tickets("ticket", "out");
        let document = to_the_publication(&office, &paths, 20);
        assert_eq!(
            (count(&document, "ticket", "issued"), count(&document, "ticket", "stored")),
            (24, 20)
        );
        assert_eq!(document["asked"]["key_sha256"].as_str().unwrap().len(), 64);
        assert_eq!(document["counts"].as_array().unwrap().len(), 1, "no other kind");
    });
}

#[test]
fn posters_alone() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "margins = []\n");
        office.done("binh", &["link", "poster", "kbang"]);
        office.done("binh", &["link", "poster", "kbang", "--out", "out"]);
        let list = std::fs::read_to_string(office.at.directory().join("out/links.csv")).unwrap();
        let paths: Vec<String> = list
            .lines()
            .filter(|line| line.starts_with("625,"))
            .map(|line| format!("/s/{}", line.rsplit_once("/s/").unwrap().1))
            .collect();
        let document = to_the_publication(&office, &paths, 20);
        assert_eq!(count(&document, "poster", "stored"), 20);
    });
}

#[test]
fn invitations_alone() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::with_mail(engine, &relay, "");
        let lines = dossiers(24).into_iter().enumerate();
        office.import(
            &lines.map(|(n, line)| format!("{line},,,p{n}@dan.example")).collect::<Vec<_>>(),
        );
        let service = office.at.serve();
        relay.wait_for(24);
        // In order, so that the last 250 is recorded, too.
        service.terminate();
        let path = |text: &str| {
            format!("/s/{}", text.split_once("/s/").unwrap().1.split('?').next().unwrap())
        };
        let paths: Vec<String> = relay.kept().iter().map(|mail| path(&mail.text)).collect();
        let document = to_the_publication(&office, &paths, 20);
        let of = |what| count(&document, "invitation", what);
        assert_eq!((of("issued"), of("mailed"), of("stored")), (24, 24, 20));
        let mails = office.at.run(&["mail", "status"]).done();
        assert!(
            mails.starts_with("queued 0, being tried 0, sent 0,"),
            "sealed: none is left, {mails}"
        );
    });
}

#[test]
fn drawn_lists_alone() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        office.import(&dossiers(100));
        office.done("binh", &["round", "draw", "kbang"]);
        office.done("binh", &["round", "draw", "kbang", "--list", "1", "--value", "482915"]);
        let paths = office.tickets("ticket", "out");
        assert_eq!(paths.len(), 25);
        let document = to_the_publication(&office, &paths, 20);
        assert_eq!(count(&document, "ticket", "issued"), 25);
        let list = &document["asked"]["lists"][0];
        assert_eq!(
            (&list["random"], &list["strata"]["625"]["listed"]),
            (&"482915".into(), &100.into())
        );
        assert_eq!(document["rules"]["draw"]["per_thousand"], 250);
    });
}

#[test]
fn all_together() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::with_mail(engine, &relay, "");
        let mut lines = dossiers(40);
        for (n, line) in lines.iter_mut().enumerate().take(20) {
            line.push_str(&format!(",,,p{n}@dan.example"));
        }
        office.import(&lines);
        office.done("binh", &["link", "poster", "kbang"]);
        let service = office.at.serve();
        relay.wait_for(20);
        service.terminate();
        let mut paths = office.tickets("ticket", "out");
        let path = |text: &str| {
            format!("/s/{}", text.split_once("/s/").unwrap().1.split('?').next().unwrap())
        };
        paths.extend(relay.kept().iter().map(|mail| path(&mail.text)));
        office.done("binh", &["link", "poster", "kbang", "--out", "posters"]);
        let list =
            std::fs::read_to_string(office.at.directory().join("posters/links.csv")).unwrap();
        let poster = list.lines().find(|line| line.starts_with("625,Q1")).unwrap();
        paths.push(format!("/s/{}", poster.rsplit_once("/s/").unwrap().1));
        let lost = paths.remove(0);
        let why = ["--by-paper", "--reason", "he has no telephone"];
        let code = lost.trim_start_matches("/s/");
        office.done("kim", &[&["link", "replace", "kbang", code], &why[..]].concat());
        assert_eq!(on_paper(&office, &["--drawn"], 100), 1);
        assert_eq!(
            on_paper(&office, &["--sheets", "2", "--unit", "625", "--counter", "Q2"], 200),
            2
        );
        at_a_tablet(&office, 300..303);
        let document = to_the_publication(&office, &paths, 40);
        for (kind, n) in [
            ("ticket", 19),
            ("invitation", 20),
            ("poster", 1),
            ("drawn_paper", 1),
            ("paper", 2),
            ("kiosk", 3),
        ] {
            assert_eq!(count(&document, kind, "stored"), n, "{kind}");
        }
    });
}

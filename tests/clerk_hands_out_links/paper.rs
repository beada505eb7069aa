//! Numbered paper forms: printed, keyed in twice by two persons, settled by a third.

use super::scan;
use crate::administrator_runs_a_round::office::{DAY, Office, ROUND};
use crate::support::{Engine, on_each_engine};

/// An open round with [`with_sheets`].
fn office(engine: &Engine, sheets: &str) -> (Office, Vec<String>) {
    let office = Office::with_an_open_round(engine);
    let codes = with_sheets(&office, sheets);
    (office, codes)
}

/// Three persons who key in and `sheets` forms printed for a counter; their codes.
fn with_sheets(office: &Office, sheets: &str) -> Vec<String> {
    for name in ["lan", "mai", "nga"] {
        let add = ["user", "add", name, "--role", "paper_clerk", "--unit", "625", "--on", DAY];
        office.done("an", &add);
    }
    let print = ["link", "paper", "kbang", "--out", "forms", "--sheets", sheets];
    let place = ["--unit", "625", "--counter", "Q1"];
    office.done("kim", &[&print[..], &place].concat());
    codes(office, "forms")
}

fn codes(office: &Office, directory: &str) -> Vec<String> {
    let list = office.0.directory().join(directory).join("links.csv");
    let list = std::fs::read_to_string(list).unwrap();
    list.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
}

const HEADER: &str = "sheet,q01,q02,q22,sex,consent,comment\n";

#[test]
fn a_form_holds_every_question_in_the_words_of_the_page_and_its_number_on_every_leaf() {
    on_each_engine(|engine| {
        let (office, codes) = office(engine, "2");
        let Some(words) = scan::words(&office.0.directory().join("forms/forms.pdf")) else {
            return;
        };
        let pages: Vec<String> = words
            .split('\u{c}')
            .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|page| !page.is_empty())
            .collect();
        assert_eq!(pages.len(), 4, "both sides of one leaf each: {pages:?}");
        for (at, page) in pages.iter().enumerate() {
            assert!(page.contains(&codes[at / 2]), "{page}");
            assert!(page.contains(&format!("Phiếu số 625/Q1-{}", at / 2 + 1)), "{page}");
        }
        for wanted in [
            "1. Nơi ngồi chờ giải quyết công việc có đủ chỗ ngồi",
            "22. ",
            "Rất không",
            "Không có ý",
        ] {
            assert!(pages[0].contains(wanted), "no {wanted}: {:.600}", pages[0]);
        }
        for wanted in
            ["Tôi đồng ý cho biết thêm vài điều về mình", "Giới tính", "Không muốn trả lời"]
        {
            assert!(pages[1].contains(wanted), "{wanted} is not in {}", pages[1]);
        }
    });
}

#[test]
fn what_two_persons_read_alike_is_an_answer_and_what_differs_waits_for_a_third() {
    on_each_engine(|engine| {
        let (office, codes) = office(engine, "3");
        let [alike, other, alone] = &codes[..] else { panic!("{codes:?}") };
        let first =
            format!("{HEADER}{alike},5,4,3,1,yes,Tốt\n{other},1,1,2,2,,\n{alone},3,3,3,,,\n");
        office.0.file("first.csv", &first);
        office.0.file(
            "second.csv",
            &format!("{HEADER}{},5,4,3,1,yes,Tốt\n{other},1,2,2,2,,\n", alike.to_lowercase()),
        );
        let enter = |who: &str, file: &str| office.run(who, &["paper", "enter", "kbang", file]);
        let once = "sheets of round kbang: 0 stored, 3 keyed in once, 0 differ\n";
        assert_eq!(enter("lan", "first.csv").done(), once);
        assert_eq!(enter("lan", "first.csv").done(), once, "running a file again changes nothing");
        let both = enter("lan", "second.csv").refused();
        assert!(both.contains("lan keyed in this sheet before with other answers"), "{both}");
        for (who, reason) in [("chi", "clerk"), ("kim", "unit admin"), ("em", "reviewer")] {
            let told = enter(who, "second.csv").refused();
            assert!(told.contains("may not key in paper forms here"), "{reason}: {told}");
        }
        assert_eq!(office.status()["stored"], 0, "one person alone stores nothing");

        let told = enter("mai", "second.csv").done();
        assert_eq!(told, "sheets of round kbang: 1 stored, 0 keyed in once, 1 differ\n");
        assert_eq!(enter("mai", "second.csv").done(), told, "also after it was stored");
        let status = office.0.run(&["paper", "status", "kbang"]).done();
        assert!(
            status
                .starts_with("paper forms of round kbang: 3 issued, 0 void, 1 stored, 1 differ\n"),
            "{status}"
        );
        assert!(
            status.contains("625/Q1-2: keyed in by lan and mai, who differ in q02"),
            "{status}"
        );
        assert!(status.contains("625/Q1-3: keyed in by lan; waits for another person"), "{status}");

        office.0.file("third.csv", &format!("sheet,q01,q02\n{other},,2\n"));
        office.0.file("meddling.csv", &format!("sheet,q01,q02\n{other},5,2\n"));
        let settle = |who: &str, file: &str| office.run(who, &["paper", "settle", "kbang", file]);
        let own = settle("mai", "third.csv").refused();
        assert!(own.contains("mai keyed in this sheet; a third person settles it"), "{own}");
        let meddling = settle("nga", "meddling.csv").refused();
        assert!(meddling.contains("q01: both persons read the same here"), "{meddling}");
        let clerk = settle("chi", "third.csv").refused();
        assert!(clerk.contains("chi may not key in paper forms here"), "{clerk}");
        settle("nga", "third.csv").done();
        assert_eq!(office.status()["stored"], 2);
        assert!(settle("nga", "third.csv").refused().contains("the sheet is settled"));

        let audit = office.0.run(&["audit", "list", "--limit", "1000"]).done();
        let entries: Vec<_> = audit.lines().filter(|line| line.contains("paper.enter")).collect();
        assert_eq!(entries.len(), 6, "who keyed in what, each time: {audit}");
        assert!(!audit.contains("Tốt"), "never what was read");
    });
}

#[test]
fn a_sheet_passes_the_checks_of_the_page_and_wrong_ones_are_all_named() {
    on_each_engine(|engine| {
        let (office, codes) = office(engine, "2");
        let mistyped = codes[0].replace(|c: char| c != '-', "7");
        office.0.file(
            "wrong.csv",
            &format!(
                "{HEADER}{},9,4,3,1,yes,\n{mistyped},5,4,3,1,yes,\n{},,,,,,\n",
                codes[0], codes[1]
            ),
        );
        let told = office.run("lan", &["paper", "enter", "kbang", "wrong.csv"]);
        assert_eq!(told.code, Some(1));
        for wanted in [
            "wrong.csv:2, sheet",
            "q01: not one of the options",
            "wrong.csv:3, sheet",
            "has no paper form with this code",
            "wrong.csv:4, sheet",
        ] {
            assert!(told.stderr.contains(wanted), "{wanted}: {}", told.stderr);
        }
        office.0.file("unknown.csv", &format!("sheet,q99\n{},1\n", codes[0]));
        let unknown = office.refused("lan", &["paper", "enter", "kbang", "unknown.csv"]);
        assert!(unknown.contains("q99: unknown field"), "{unknown}");
        let status = office.0.run(&["paper", "status", "kbang"]).done();
        assert_eq!(status.lines().count(), 1, "nothing was taken: {status}");
    });
}

#[test]
fn a_sheet_keyed_in_once_before_closing_is_finished_within_the_grace_and_no_other() {
    on_each_engine(|engine| {
        let office = Office::with_a_planned_round(engine);
        office.0.file("graced.toml", &ROUND.replace("grace = \"0s\"", "grace = \"2h\""));
        office.done("binh", &["round", "create", "kbang", "--file", "graced.toml"]);
        office.done("binh", &["round", "open", "kbang"]);
        let codes = with_sheets(&office, "2");
        office.0.file("one.csv", &format!("sheet,q01\n{},4\n", codes[0]));
        office.0.file("two.csv", &format!("sheet,q01\n{},4\n", codes[1]));
        office.done("lan", &["paper", "enter", "kbang", "one.csv"]);
        let early = ["--early", "--reason", "the flood closed the road", "--with", "ba"];
        office.done("binh", &[&["round", "close", "kbang"], &early[..]].concat());
        let late = office.refused("lan", &["paper", "enter", "kbang", "two.csv"]);
        assert!(late.contains("the round closed at"), "{late}");
        let told = office.done("mai", &["paper", "enter", "kbang", "one.csv"]);
        assert_eq!(told, "sheets of round kbang: 1 stored, 0 keyed in once, 0 differ\n");
        assert_eq!(office.status()["stored"], 1);
    });
}

#[test]
fn a_form_opens_no_page_and_one_in_the_place_of_a_ticket_counts_as_drawn() {
    on_each_engine(|engine| {
        let (office, sheets) = office(engine, "1");
        office.done("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        let ticket = ["--unit", "625", "--counter", "Q1", "--serial", "1"];
        let replace =
            ["link", "replace", "kbang", "--by-paper", "--reason", "she has no telephone"];
        let told = office.done("kim", &[&replace[..], &ticket].concat());
        assert!(told.contains("drawn_paper 1 takes its place"), "{told}");
        let print = ["link", "paper", "kbang", "--drawn", "--out", "drawn"];
        assert_eq!(office.done("chi", &print), "1 drawn paper form in drawn\n");
        let drawn = codes(&office, "drawn");

        let service = office.0.serve();
        for code in sheets.iter().chain(&drawn) {
            assert_eq!(service.client.get(&format!("/s/{code}")).status, 404, "no page opens");
            let fields = [("submission", "0123456789abcdef0123456789abcdef"), ("q01", "4")];
            assert_eq!(service.client.post_form(&format!("/s/{code}"), &fields).status, 404);
        }
        drop(service);
        office.0.file("in.csv", &format!("sheet,q01\n{},4\n{},2\n", sheets[0], drawn[0]));
        office.done("lan", &["paper", "enter", "kbang", "in.csv"]);
        office.done("mai", &["paper", "enter", "kbang", "in.csv"]);
        let status = office.status();
        assert_eq!(status["stored"], 2);
        assert_eq!(
            status["links"],
            serde_json::json!({"ticket": 3, "paper": 1, "drawn_paper": 1}),
            "told apart wherever links are counted"
        );
    });
}
